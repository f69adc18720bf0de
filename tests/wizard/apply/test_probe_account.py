"""``doctor --make-login``: an account for the sign-in, made and removed through the scripts of the stack."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path

import pytest

from tests.patience import communicate
from tests.wizard.apply.probing import (
    ADA,
    MAKE,
    ONLY,
    PROBE,
    commands,
    emails,
    environment,
    found,
    hanging,
    people,
    program,
    start,
)
from tests.wizard.apply.stack import Stack
from wizard.store.account_record import ProbeRecords


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
            [*program(used), *MAKE], stdout=subprocess.DEVNULL, stderr=file, env=environment(used), check=False
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
        assert came.wait(600)
        text = record.read_text()
        assert stat.S_IMODE(record.stat().st_mode) == 0o600
        password = next(user["password"] for user in people(used) if PROBE.fullmatch(user["email"]))
        assert password not in text
        assert set(json.loads(text)) == {"version", "email", "when", "stage"}
        child.kill()
        communicate(child)


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
    assert "session.probe.announced" not in told, "no account is announced that is not made"
    assert done.status == 4
    assert "administrator" in told["session.probe.empty"]["summary"]
    assert commands(running) == ["compose exec -T api node -"]
    assert not people(running)


def test_unreachable_database_makes_none(used: Stack) -> None:
    (used.state / "nodb").touch()
    done = used.wizard(*MAKE)
    assert found(done)["session.probe.not-seen"]["status"] == "UNKNOWN", done.text
    assert "session.probe.announced" not in found(done)
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


def test_domain_is_one_that_is_allowed(used: Stack) -> None:
    (used.folder / "librechat.yaml").write_text("version: 1.2.1\nregistration:\n  allowedDomains: [corp.test]\n")
    done = used.wizard(*MAKE)
    assert done.status == 0, done.text
    email = PROBE.search(commands(used)[1])
    assert email is not None
    assert email[0].endswith("@corp.test")
    assert emails(used) == ["ada@example.com"]


def test_account_that_could_not_sign_in_is_not_made(used: Stack) -> None:
    with (used.folder / ".env").open("a") as env:
        env.write("\nALLOW_EMAIL_LOGIN=false\n")
    done = used.wizard(*MAKE)
    assert found(done)["session.probe.email-login-off"]["status"] == "UNKNOWN", done.text
    assert commands(used) == []


def test_no_account_is_made_where_every_sign_in_fails(used: Stack) -> None:
    with (used.folder / ".env").open("a") as env:
        env.write("\nSESSION_EXPIRY=1\n")
    done = used.wizard(*MAKE)
    assert found(done)["session.login.tokens"]["status"] == "FAIL", done.text
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
        ("{create: true, email: probe@example.com}", "use only one of them"),
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
    assert "use only one of them" in done.text
    assert commands(used) == []


def test_closed_registration_without_an_account_is_told_and_with_one_it_is_not(running: Stack) -> None:
    told = found(running.wizard("doctor", "--only", "instance", "--json"))
    assert told["instance.nobody"]["status"] == "FAIL"
    assert "docker compose exec api npm run create-user" in told["instance.nobody"]["remedy"]
    assert commands(running) == ["compose exec -T api node -"]
    (running.state / "users.json").write_text(json.dumps([ADA]))
    assert "instance.nobody" not in found(running.wizard("doctor", "--only", "instance", "--json"))
