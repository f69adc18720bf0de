"""``--answers --apply``: LibreChat runs with what was written, or everything is as it was."""

from __future__ import annotations

import json
import os
import re

import pytest

from tests.wizard.apply.stack import Stack

NEW = ("APP_TITLE: New", "ALLOW_REGISTRATION: false")


def test_first_start(stack: Stack) -> None:
    done = stack.apply(*NEW, flags=("--json",))
    assert done.status == 0, done.text
    assert stack.did() == ["up -d"]
    assert stack.told()["appTitle"] == "New"
    apply = json.loads(done.out)["apply"]
    assert apply["outcome"] == "done"
    assert [step["step"] for step in apply["steps"]] == ["write", "note", "command", "ready"]
    command = apply["steps"][2]
    assert (command["command"][-2:], command["exit"], command["by_hand"]) == (["up", "-d"], 0, False)
    assert "instance.applied" in [finding["id"] for finding in apply["findings"] if finding["status"] == "PASS"]
    assert not stack.record.exists()


def test_only_the_service_concerned_is_recreated(running: Stack) -> None:
    done = running.apply(*NEW)
    assert done.status == 0, done.text
    assert running.did() == ["up -d --force-recreate --no-deps api"]
    assert running.told()["appTitle"] == "New"
    assert "$ docker compose up -d --force-recreate --no-deps api" in done.err
    assert "Container api  Started" not in done.err  # what Docker says of itself is for a failure


def test_each_command_is_shown_with_its_seconds_and_dockers_words_once_where_it_fails(running: Stack) -> None:
    lines = running.apply(*NEW).err.splitlines()
    shown = next(number for number, line in enumerate(lines) if line.startswith("$ docker compose up"))
    assert re.fullmatch(r"  done in \d+\.\d s", lines[shown + 1])
    running.trouble(Newer="image")
    failed = running.apply("APP_TITLE: Newer", "ALLOW_REGISTRATION: false").err.splitlines()
    shown = next(number for number, line in enumerate(failed) if line.startswith("$ docker compose up"))
    assert failed[shown + 1].startswith("FAILED: An image is not on this machine")
    assert sum("Error response from daemon: manifest unknown" in line for line in failed) == 1


def test_a_good_first_install_says_little(stack: Stack) -> None:
    """What a good run says besides the difference: at most forty lines, and nothing of what was not there."""
    done = stack.apply(*NEW, flags=("--first-admin", "ann@example.com"))
    assert done.status == 0, done.text
    assert len(done.text.splitlines()) <= 40, done.text
    for absent in ("Previous files:", "mkdir", "YAML format is invalid", "not run", "checking:"):
        assert absent not in done.text
    assert "New random values: CREDS_KEY, CREDS_IV" in done.err
    assert re.search(r"(?m)^Checked in \d+\.\d s: \d+ ok, 0 failed, ", done.err)


def test_a_good_run_behind_a_proxy_of_its_own_says_little_on_both_streams(stack: Stack) -> None:
    """A first install and a change: at most forty lines, each new file named, what the answers set shown, no secret."""
    site, typed = "https://chat.example.com", "5c" * 32
    answers = stack.answers("APP_TITLE: First", "ALLOW_REGISTRATION: false", f"JWT_SECRET: {typed}")
    text = answers.read_text().replace(f"http://localhost:{stack.port}", site)
    answers.write_text(
        text.replace("access: localhost", "access: https-proxy\nproxy: {server: caddy, certificate: internal}")
    )
    words = ("--answers", str(answers), "--apply", "--offline")
    dry = stack.inside(*words[:2], "--offline", "--dry-run")
    assert "+  caddy:" in dry.out
    done = stack.inside(*words, "--first-admin", "ann@example.com")
    assert done.status == 0, done.text
    assert len(done.text.splitlines()) <= 40, done.text
    new = ["docker-compose.override.yml", "Caddyfile"]
    for name in new:
        lines = len((stack.folder / name).read_text().splitlines())
        assert f"+++ {name} (mode 0644): new, {lines} lines" in done.out
    assert done.out.startswith("7 files will change (for every line, use --dry-run instead of --apply):\n")
    assert f"DOMAIN_CLIENT={site}" in done.out
    secrets = next(line for line in done.out.splitlines() if "[secret]: " in line)
    assert {"CREDS_KEY", "JWT_SECRET"} <= set(re.findall(r"\w+", secrets))
    assert typed not in done.text
    assert "server.key, .librechat-wizard/ca.key: new\n" in done.out

    answers.write_text(answers.read_text().replace("First", "Second").replace("TRATION: false", "TRATION: true"))
    change = stack.inside(*words)
    assert change.status == 0, change.text
    assert len(change.text.splitlines()) <= 40, change.text
    assert "1 file will change:\n--- .env\n" in change.out
    assert "-APP_TITLE=First\n+APP_TITLE=Second\n" in change.out
    # The same warnings before and after: read once, counted twice.
    assert change.err.count("[rules.accounts.open-registration]") == 1
    assert change.err.count(", 2 warnings, ") == 2


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("image", "An image is not on this machine"),
        ("never", "LibreChat did not respond within 6 s"),
        ("exits", "LibreChat exited (exit code 1)"),
        (
            "memory",
            "LibreChat exited (exit code 137: killed, most likely because the machine ran out of memory)",
        ),
        ("restarts", "Docker keeps restarting it"),
        ("stale", "LibreChat is running with different settings from those in the files"),
    ],
)
def test_failure_brings_the_old_files_and_the_old_settings_back(running: Stack, kind: str, says: str) -> None:
    before = running.files()
    running.trouble(New=kind)
    limits = {"LIBRECHAT_WIZARD_READY_SECONDS": "6"} if kind == "never" else {}
    done = running.apply(*NEW, flags=("--json",), **limits)
    assert done.status == 1, done.text
    assert says in done.text
    assert running.files() == before
    assert running.told()["appTitle"] == "Old"
    assert running.did() == ["up -d --force-recreate --no-deps api"] * 2
    document = json.loads(done.out)
    assert (document["exit"], document["apply"]["outcome"], document["written"]) == (1, "went-back", [])
    assert not running.record.exists()


def test_what_librechat_needs_and_ended_is_named(stack: Stack) -> None:
    """MongoDB on a processor without AVX: LibreChat waits for it, and its own log says nothing of that."""
    stack.trouble(New="avx")
    done = stack.apply(*NEW, LIBRECHAT_WIZARD_READY_SECONDS="3")
    assert done.status == 1, done.text
    assert "The service mongodb has stopped: exit code 132: illegal instruction" in done.err
    assert "docker compose logs api mongodb" in done.err


def test_failure_of_a_first_start_leaves_nothing_running(stack: Stack) -> None:
    before, entries = stack.files(), {path.name for path in stack.folder.iterdir()}
    stack.trouble(New="exits")
    done = stack.apply(*NEW)
    assert done.status == 1, done.text
    assert stack.files() == before
    assert stack.did() == ["up -d", "down"]
    # It never ran, and the file was not there: neither is said to be as it was.
    assert "removed: .env" in done.err
    assert "LibreChat is not running, as before." in done.err
    assert "put back: .env" not in done.err
    assert {path.name for path in stack.folder.iterdir()} - entries == {".librechat-wizard"}


@pytest.mark.parametrize("user", ["", "1501"])
def test_folders_belong_to_the_containers_user(stack: Stack, user: str) -> None:
    """Nobody said who: the account that owns the folder, in words, and not whoever has the image's number here."""
    if user and os.geteuid() != 0:
        pytest.skip("only root gives folders away")
    done = stack.apply(*NEW, *((f"UID: {user}", f"GID: {user}") if user else ()))
    assert done.status == 0, done.text
    expected = int(user) if user else os.geteuid()
    for name in ("logs", "uploads"):
        assert (stack.folder / name).stat().st_uid == expected
        assert name in done.err
    assert (stack.folder / ".env").stat().st_uid == expected
    assert f"\nUID={expected}\n" in (stack.folder / ".env").read_text()
    assert ("LibreChat's containers run as root" in done.err) is (expected == 0)


def test_what_docker_compose_says_of_blank_names_is_not_shown(running: Stack) -> None:
    (running.state / "noise").touch()
    running.trouble(New="image")
    done = running.apply(*NEW)
    assert done.status == 1, done.text
    assert "variable is not set" not in done.text
    assert "manifest unknown" in done.text


def test_a_container_that_was_never_touched_is_asked_before_it_is_called_dead(running: Stack) -> None:
    """An image that cannot be pulled: neither the new files nor the old ones can be started, and the old container runs."""
    before = running.files()
    running.trouble(New="image", Old="image")
    done = running.apply(*NEW)
    assert done.status == 1, done.text
    assert running.files() == before
    assert running.told()["appTitle"] == "Old"
    assert "did not respond" not in done.text
    assert "Docker did not recreate the container, but LibreChat is running." in done.err


def test_old_settings_that_do_not_start_either_are_told(running: Stack) -> None:
    running.trouble(New="exits", Old="exits")
    done = running.apply(*NEW)
    assert done.status == 1, done.text
    assert "but LibreChat is still not responding" in done.err
    assert b"Old" in running.files()[".env"]


def test_without_docker_the_commands_are_for_a_person(stack: Stack) -> None:
    (stack.tools / "docker").unlink()
    done = stack.apply(*NEW, flags=("--json",), PATH=str(stack.tools))
    assert done.status == 0, done.text
    assert "docker compose up -d" in done.err
    assert b"New" in stack.files()[".env"]
    assert json.loads(done.out)["apply"]["outcome"] == "by-hand"
    assert not stack.record.exists()


def test_containers_of_another_folder_are_left_alone(stack: Stack) -> None:
    """A second clone: both folders are called LibreChat, and so Docker Compose takes one's containers for the other's."""
    other = stack.folder.parent / "other" / "LibreChat"
    other.mkdir(parents=True)
    (stack.state / "others").write_text(f"{other}\n")
    before = stack.files()
    done = stack.apply(*NEW)
    assert done.status == 3, done.text
    assert f"would change the containers of {other}" in done.err
    assert (stack.files(), stack.did()) == (before, [])
    other.rmdir()
    # A folder that is gone is this one, moved.
    assert stack.apply(*NEW).status == 0


@pytest.mark.parametrize("is_first", [True, False])
def test_docker_that_does_not_answer_changes_nothing(stack: Stack, is_first: bool) -> None:
    if not is_first:
        assert stack.wizard("--answers", stack.answers("APP_TITLE: Old"), "--offline").status == 0
    before = stack.files()
    (stack.state / "down").touch()
    done = stack.apply(*NEW)
    assert done.status == 3, done.text
    assert "Docker is not responding. Nothing changed." in done.err
    assert stack.files() == before
    assert not stack.record.exists()


def test_again_with_the_same_answers_leaves_it_running(running: Stack) -> None:
    done = running.apply("APP_TITLE: Old", "ALLOW_REGISTRATION: false")
    assert done.status == 0, done.text
    assert running.did() == []


def test_files_that_were_written_without_apply_are_read(running: Stack) -> None:
    assert running.wizard("--answers", running.answers(*NEW), "--offline").status == 0
    assert running.told()["appTitle"] == "Old"
    done = running.apply(*NEW)
    assert done.status == 0, done.text
    assert running.told()["appTitle"] == "New"


def test_dry_run_runs_nothing(running: Stack) -> None:
    before = running.files()
    assert running.apply(*NEW, flags=("--dry-run",)).status == 0
    assert running.did() == []
    assert running.files() == before


def test_failed_check_runs_nothing(running: Stack) -> None:
    # Two secrets that are the same are a FAIL of the rules.
    same = "0123456789abcdef" * 4
    done = running.apply(*NEW, f"JWT_SECRET: {same}", f"JWT_REFRESH_SECRET: {same}")
    assert done.status == 1, done.text
    assert running.did() == []
    assert running.told()["appTitle"] == "Old"


def test_secrets_of_the_log_are_not_told(running: Stack) -> None:
    running.trouble(New="exits")
    canary = "kanarie-7Qz9-x4Tw-0123456789abcdef-0123456789abcdef"
    done = running.apply(*NEW, f"JWT_SECRET: {canary}")
    assert canary not in done.text
    assert "hidden-pass" not in done.text
    assert "read JWT_SECRET=" in done.err
    for entry in running.log():
        assert canary not in json.dumps(entry)
