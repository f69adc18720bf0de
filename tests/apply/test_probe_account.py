"""``doctor --make-login``: an account for the sign-in, made and removed through the scripts of the stack."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.apply.stack import Stack
from tests.e2e.program import CHECKOUT, Run
from wizard.proberecord import ProbeRecords

ADA = {"email": "ada@example.com", "name": "Ada", "username": "ada", "password": "practice-1"}
PROBE = re.compile(r"librechat-wizard-probe-[0-9a-f]{8}@[a-z.]+")
ONLY = ("doctor", "--only", "session", "--json")
MAKE = (*ONLY, "--make-login")


def people(stack: Stack) -> list[dict[str, str]]:
    path = stack.state / "users.json"
    for _ in range(100):
        with contextlib.suppress(ValueError):
            found: list[dict[str, str]] = json.loads(path.read_text()) if path.is_file() else []
            return found
        time.sleep(0.02)
    raise AssertionError("users.json is never whole")


def emails(stack: Stack) -> list[str]:
    return [user["email"] for user in people(stack)]


def found(done: Run) -> dict[str, Any]:
    """Return the findings by id."""
    return {finding["id"]: finding for finding in json.loads(done.out)["findings"]}


def commands(stack: Stack) -> list[str]:
    """Return what was run in the container, in order."""
    return [" ".join(entry["words"]) for entry in stack.log() if "exec" in entry["words"]]


@pytest.fixture
def used(running: Stack) -> Stack:
    """A stack that runs and has an account."""
    (running.state / "users.json").write_text(json.dumps([ADA]))
    return running


@pytest.fixture
def record(used: Stack) -> Path:
    return used.folder / ".librechat-wizard" / "probe.json"


def test_account_is_made_used_and_removed(used: Stack, record: Path) -> None:
    done = used.wizard(*MAKE)
    told = found(done)
    assert done.status == 0, done.text
    for identity in ("announced", "made", "removed"):
        assert told[f"session.probe.{identity}"]["status"] == "PASS"
    assert told["session.kept"]["status"] == "PASS"
    assert emails(used) == ["ada@example.com"]
    assert (used.state / "answers").read_text() == "y y\n"
    assert not record.exists()
    look, make, remove = commands(used)
    assert look == "compose exec -T api node -"
    email = PROBE.search(make)
    assert email is not None
    assert make.startswith(f"compose exec -T api node /app/config/create-user.js {email[0]} ")
    assert make.endswith(" --email-verified=true")
    assert remove == f"compose exec -T api node /app/config/delete-user.js {email[0]}"
    shown = [line.partition("    (")[0] for line in done.err.splitlines() if line.startswith("$ ")]
    assert shown == [f"$ docker {command}" for command in (look, make, remove)]
    assert all(f"docker {command}" in told["session.probe.announced"]["evidence"] for command in (look, make, remove))


def test_command_is_shown_before_it_runs(used: Stack) -> None:
    """What docker is asked stands on the terminal already when docker is asked it."""
    screen = used.folder.parent / "screen"
    (used.state / "screen").symlink_to(screen)
    with screen.open("wb") as file:
        status = subprocess.run(
            [*_program(used), *MAKE], stdout=subprocess.DEVNULL, stderr=file, env=_environment(used), check=False
        ).returncode
    assert status == 0, screen.read_text()
    asked = [entry for entry in used.log() if "exec" in entry["words"]]
    assert len(asked) == 3
    for entry in asked:
        assert f"$ docker {' '.join(entry['words'])}" in entry["screen"]


def test_password_is_nowhere(used: Stack) -> None:
    (used.state / "keep").touch()
    done = used.wizard(*MAKE)
    assert done.status == 0, done.text
    password = json.loads((used.state / "keep").read_text())["password"]
    assert len(password) >= 20
    places = [used.state / "log", *(path for path in used.folder.rglob("*") if path.is_file())]
    assert not [path for path in places if password.encode() in path.read_bytes()]
    assert password not in done.text


def test_record_holds_the_address_and_is_private(used: Stack, record: Path) -> None:
    with hanging() as (port, came):
        child = start(used, "--url", f"http://localhost:{port}")
        assert came.wait(20)
        text = record.read_text()
        assert stat.S_IMODE(record.stat().st_mode) == 0o600
        password = next(user["password"] for user in people(used) if PROBE.fullmatch(user["email"]))
        assert password not in text
        assert set(json.loads(text)) == {"version", "email", "when", "stage"}
        child.kill()
        child.communicate(timeout=20)


@pytest.mark.parametrize("release", ["v0.7.8", "v0.7.9"])
def test_removal_of_other_releases(used: Stack, release: str) -> None:
    (used.state / "release").write_text(release)
    (used.state / "keep").touch()
    done = used.wizard(*MAKE)
    told = found(done)
    assert told["session.probe.removed"]["status"] == "PASS", done.text
    assert emails(used) == ["ada@example.com"]
    assert "hash-of" not in done.text


def test_release_of_the_container_decides(used: Stack) -> None:
    """The files say v0.8; before v0.7.4 create-user would take --email-verified for the password."""
    (used.state / "release").write_text("0.7.2")
    env = used.folder / ".env"
    env.write_text("".join(line for line in env.read_text().splitlines(keepends=True) if "EMAIL_" not in line))
    used.wizard(*MAKE)
    make = commands(used)[1]
    assert "create-user.js" in make
    assert "--email-verified" not in make


def test_old_release_that_would_send_a_mail_makes_none(used: Stack) -> None:
    (used.state / "release").write_text("0.7.3")
    assert "EMAIL_FROM" in (used.folder / ".env").read_text()
    done = used.wizard(*MAKE)
    assert found(done)["session.probe.mail"]["status"] == "UNKNOWN"
    assert emails(used) == ["ada@example.com"]


def test_first_account_is_never_a_probe(running: Stack) -> None:
    done = running.wizard(*MAKE)
    told = found(done)
    assert told["session.probe.empty"]["status"] == "UNKNOWN", done.text
    assert done.status == 4
    assert "administrator" in told["session.probe.empty"]["summary"]
    assert commands(running) == ["compose exec -T api node -"]
    assert not people(running)


def test_unreachable_database_makes_none(used: Stack) -> None:
    (used.state / "nodb").touch()
    done = used.wizard(*MAKE)
    assert found(done)["session.probe.not-seen"]["status"] == "UNKNOWN", done.text
    assert "hidden-pass" not in done.text
    assert commands(used) == ["compose exec -T api node -"]


def test_engine_that_does_not_answer_makes_none(used: Stack) -> None:
    (used.state / "down").touch()
    done = used.wizard(*MAKE)
    told = found(done)["session.probe.not-seen"]
    assert told["status"] == "UNKNOWN", done.text
    assert "Cannot connect to the Docker daemon" in " ".join(told["evidence"])
    assert emails(used) == ["ada@example.com"]


def test_missing_docker_is_told(used: Stack, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = used.wizard(*MAKE, PATH=str(empty))
    assert found(done)["session.probe.no-docker"]["status"] == "UNKNOWN", done.text
    assert done.status == 4
    assert commands(used) == []


@pytest.mark.parametrize(
    ("domains", "expected"),
    [
        ("[corp.test, Example.ORG]", "corp.test"),
        ("[Example.ORG]", "example.org"),
        ("[corp.test, example.com]", "example.com"),
        ("[]", "example.com"),
    ],
)
def test_domain_is_one_that_is_allowed(used: Stack, domains: str, expected: str) -> None:
    (used.folder / "librechat.yaml").write_text(f"version: 1.2.1\nregistration:\n  allowedDomains: {domains}\n")
    done = used.wizard(*MAKE)
    assert done.status == 0, done.text
    email = PROBE.search(commands(used)[1])
    assert email is not None
    assert email[0].endswith(f"@{expected}")
    assert emails(used) == ["ada@example.com"]


@pytest.mark.parametrize(
    ("line", "identity"),
    [
        ("ALLOW_EMAIL_LOGIN=false", "email-login-off"),
        ("LDAP_URL=ldap://ldap.example.com\nLDAP_USER_SEARCH_BASE=dc=example", "ldap"),
        ("MIN_PASSWORD_LENGTH=129", "password-length"),
    ],
)
def test_account_that_could_not_sign_in_is_not_made(used: Stack, line: str, identity: str) -> None:
    with (used.folder / ".env").open("a") as env:
        env.write(f"\n{line}\n")
    done = used.wizard(*MAKE)
    assert found(done)[f"session.probe.{identity}"]["status"] == "UNKNOWN", done.text
    assert commands(used) == []


def test_domains_that_permit_nobody(used: Stack) -> None:
    (used.folder / "librechat.yaml").write_text("version: 1.2.1\nregistration:\n  allowedDomains: ['*.corp.test']\n")
    done = used.wizard(*MAKE)
    assert found(done)["session.probe.domains"]["status"] == "UNKNOWN", done.text
    assert commands(used) == []


def test_long_minimum_is_kept(used: Stack) -> None:
    used.apply("APP_TITLE: Old", "ALLOW_REGISTRATION: false", "MIN_PASSWORD_LENGTH: 100")
    done = used.wizard(*MAKE)
    assert done.status == 0, done.text
    assert found(done)["session.kept"]["status"] == "PASS"


def test_removal_that_fails_is_told_and_made_up_for(used: Stack, record: Path) -> None:
    (used.state / "nodelete").touch()
    done = used.wizard(*MAKE)
    told = found(done)["session.probe.left"]
    assert told["status"] == "WARN"
    assert len(emails(used)) == 2
    assert f"docker compose exec api node /app/config/delete-user.js {emails(used)[1]}" in told["remedy"]
    assert "hidden-pass" not in done.text
    assert record.exists()
    again = used.wizard(*MAKE)
    assert len(emails(used)) == 2, "no second one is made while the first is there"
    assert found(again)["session.probe.left"]["status"] == "WARN"
    (used.state / "nodelete").unlink()
    done = used.wizard(*ONLY)
    assert found(done)["session.probe.leftover"]["status"] == "PASS", done.text
    assert emails(used) == ["ada@example.com"]
    assert not record.exists()


def test_account_that_librechat_refuses_is_told(used: Stack, record: Path) -> None:
    (used.state / "refuse").touch()
    done = used.wizard(*MAKE)
    told = found(done)["session.probe.not-made"]
    assert told["status"] == "UNKNOWN"
    assert "cannot be used" in " ".join(told["evidence"])
    assert not record.exists()
    assert "session.login" not in found(done)


def test_other_librechat_at_the_address_is_told(used: Stack, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    second = Stack(other)
    try:
        assert second.apply("APP_TITLE: Other").status == 0
        done = used.wizard(*MAKE, "--url", f"http://localhost:{second.port}")
        assert found(done)["session.probe.elsewhere"]["status"] == "WARN", done.text
        assert emails(used) == ["ada@example.com"]
    finally:
        second.end()


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("look", signal.SIGTERM),
        ("make", signal.SIGINT),
        ("make", signal.SIGTERM),
        ("sign-in", signal.SIGHUP),
        ("sign-in", signal.SIGTERM),
        ("remove", signal.SIGINT),
    ],
)
def test_cancelled_run_leaves_nothing(used: Stack, record: Path, moment: str, number: signal.Signals) -> None:
    status, err = cut(used, moment, number)
    assert status == 130, err
    assert emails(used) == ["ada@example.com"], err
    assert not record.exists()


def test_stop_signal_ends_apply_without_a_leftover(used: Stack, record: Path) -> None:
    answers = used.answers("APP_TITLE: New")
    answers.write_text(answers.read_text() + "checks: {login: {create: true}}\n")
    (used.state / "slow").write_text("1")
    child = subprocess.Popen(
        [*_program(used), "--answers", str(answers), "--apply"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(used),
    )
    wait(lambda: any("create-user.js" in command for command in commands(used)))
    child.terminate()
    status, err = _ended(child)
    assert status == 130, err
    assert emails(used) == ["ada@example.com"], err
    assert not record.exists()
    assert "An earlier --apply was cut off" in err


@pytest.mark.parametrize("moment", ["look", "make", "sign-in", "remove"])
def test_killed_run_is_made_up_for_by_the_next(used: Stack, record: Path, moment: str) -> None:
    cut(used, moment, signal.SIGKILL)
    if moment == "make":
        wait(lambda: len(emails(used)) == 2)
    was_left = record.exists()
    assert was_left == (moment != "look")
    done = used.wizard(*ONLY)
    assert emails(used) == ["ada@example.com"], done.text
    assert not record.exists()
    assert ("session.probe.leftover" in found(done)) == was_left


def test_account_that_comes_after_the_next_run_is_removed_by_the_one_after(used: Stack, record: Path) -> None:
    """The wizard was killed, and create-user goes on in the container."""
    (used.state / "slow").write_text("6")
    cut(used, "make", signal.SIGKILL)
    done = used.wizard(*ONLY)
    assert found(done)["session.probe.left"]["status"] == "WARN", done.text
    assert record.exists()
    wait(lambda: len(emails(used)) == 2)
    done = used.wizard(*ONLY)
    assert emails(used) == ["ada@example.com"], done.text
    assert not record.exists()


def test_leftover_is_told_where_docker_is_gone(used: Stack, record: Path, tmp_path: Path) -> None:
    cut(used, "sign-in", signal.SIGKILL)
    empty = tmp_path / "empty"
    empty.mkdir()
    done = used.wizard(*ONLY, PATH=str(empty))
    assert found(done)["session.probe.left"]["status"] == "WARN"
    done = used.wizard("doctor", "--offline")
    assert "was cut off before its probe account" in done.err
    assert len(emails(used)) == 2
    assert record.exists()


def test_next_making_removes_the_leftover_first(used: Stack) -> None:
    cut(used, "sign-in", signal.SIGKILL)
    done = used.wizard(*MAKE)
    assert done.status == 0, done.text
    assert {"session.probe.leftover", "session.probe.made", "session.kept"} <= found(done).keys()
    assert emails(used) == ["ada@example.com"]


@pytest.mark.parametrize("email", ["ada@example.com", "--help", "librechat-wizard-probe-00000000@a b"])
def test_record_of_somebody_else_is_never_acted_upon(used: Stack, record: Path, email: str) -> None:
    record.write_text(json.dumps({"version": 1, "email": email, "when": "2026-01-01T00:00:00+00:00", "stage": "made"}))
    done = used.wizard(*ONLY)
    assert found(done)["session.probe.damaged"]["status"] == "WARN", done.text
    assert commands(used) == []
    assert emails(used) == ["ada@example.com"]


def test_second_run_at_the_same_time_makes_none(used: Stack) -> None:
    with ProbeRecords(used.folder).lock():
        done = used.wizard(*MAKE)
    told = found(done)["session.probe.record"]
    assert told["status"] == "UNKNOWN"
    assert "another run" in " ".join(told["evidence"])
    assert commands(used) == []


def test_answers_ask_for_it_when_the_change_is_in_effect(used: Stack) -> None:
    answers = used.answers("APP_TITLE: New")
    answers.write_text(answers.read_text() + "checks: {login: {create: true}}\n")
    done = used.wizard("--answers", answers, "--dry-run", "--json")
    assert commands(used) == [], done.text
    assert "once the change is in effect" in done.out
    done = used.wizard("--answers", answers, "--apply", "--json")
    assert done.status == 0, done.text
    told = {finding["id"] for finding in json.loads(done.out)["apply"]["findings"]}
    assert {"session.probe.made", "session.kept", "session.probe.removed"} <= told
    assert emails(used) == ["ada@example.com"]
    assert "$ docker compose exec -T api node /app/config/delete-user.js" in done.err


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("{create: true, email: probe@example.com}", "Give one of the two"),
        ("{create: perhaps}", "must be true or false"),
    ],
)
def test_answers_that_cannot_be_meant(used: Stack, part: str, says: str) -> None:
    answers = used.answers()
    answers.write_text(answers.read_text() + f"checks: {{login: {part}}}\n")
    done = used.wizard("--answers", answers, "--dry-run")
    assert done.status == 2
    assert says in done.text


def test_two_ways_at_once_are_refused(used: Stack, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("practice-1")
    done = used.wizard(*MAKE, "--login", "ada@example.com", "--password-file", password)
    assert done.status == 2
    assert "give one of the two" in done.text
    assert commands(used) == []


def cut(stack: Stack, moment: str, number: signal.Signals) -> tuple[int, str]:
    """Run the check and send it a signal at a moment; return its status and what it told."""
    words = {"look": "node -", "make": "create-user.js", "remove": "delete-user.js"}
    if moment == "sign-in":
        with hanging() as (port, came):
            child = start(stack, "--url", f"http://localhost:{port}")
            assert came.wait(20)
            child.send_signal(number)
            time.sleep(0.3)
            came.clear()
            return _ended(child)
    child = start(stack)
    wait(lambda: any(words[moment] in command for command in commands(stack)))
    child.send_signal(number)
    return _ended(child)


def start(stack: Stack, *further: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*_program(stack), *MAKE, *further],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(stack),
    )


def wait(is_so: Any) -> None:
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.01)


@contextlib.contextmanager
def hanging() -> Iterator[tuple[int, threading.Event]]:
    """A server that takes a connection and says nothing; the event tells that it came, and clearing it ends it."""
    came = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError), server.accept()[0]:
                came.set()
                while came.is_set():
                    time.sleep(0.02)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], came
        came.clear()
        thread.join(5)


def _ended(child: subprocess.Popen[str]) -> tuple[int, str]:
    _, err = child.communicate(timeout=30)
    return child.returncode, err


def _program(stack: Stack) -> list[str]:
    return [sys.executable, "-P", "-m", "wizard", "--dir", str(stack.folder)]


def _environment(stack: Stack) -> dict[str, str]:
    return {**stack.environment, "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(CHECKOUT)}
