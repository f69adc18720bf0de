"""``--first-admin``: nobody is quicker, and the password is where nobody can read it."""

from __future__ import annotations

import json
import re
import urllib.request

import pytest

from tests.wizard.apply.stack import Stack

OPEN = ("ALLOW_REGISTRATION: true", "ALLOW_SOCIAL_LOGIN: true")
PASSWORD = "kanarie pass#w\"örd' $1"


def role(stack: Stack, email: str, password: str) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{stack.port}/api/auth/login",
        data=json.dumps({"email": email, "password": password}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
        return str(json.load(answer)["user"]["role"])


def test_registration_is_closed_until_the_administrator_exists(stack: Stack) -> None:
    file = stack.folder.parent / "password"
    file.write_text(f"{PASSWORD}\n")
    flags = ("--first-admin", "Ann@example.com", "--admin-password-file", str(file), "--json")
    done = stack.apply(*OPEN, flags=flags)
    assert done.status == 0, done.text
    made = [entry for entry in stack.log() if "exec" in entry["words"] or "up" in entry["words"]]
    kinds = [(next(word for word in ("up", "exec") if word in entry["words"]), entry["registration"]) for entry in made]
    # Looks for accounts, makes one: both while registration is closed.
    assert kinds == [("up", False), ("exec", False), ("exec", False), ("up", True)]
    assert stack.told()["registrationEnabled"]
    assert stack.told()["socialLoginEnabled"]
    assert role(stack, "ann@example.com", PASSWORD) == "ADMIN"
    step = next(step for step in json.loads(done.out)["apply"]["steps"] if step["step"] == "admin")
    assert (step["email"], step["role"]) == ("ann@example.com", "ADMIN")
    assert (stack.state / "script").read_text() == "/app/config/create-user.js --email-verified=true"


def test_password_is_in_no_argument_environment_record_or_output(stack: Stack) -> None:
    flags = ("--first-admin", "ann@example.com", "--admin-password-file", "-")
    answers = stack.answers("ALLOW_REGISTRATION: false")
    done = stack.wizard("--answers", answers, "--apply", "--offline", *flags, stdin=f"{PASSWORD}\n")
    assert done.status == 0, done.text
    assert stack.did().count("up -d") == 1
    assert role(stack, "ann@example.com", PASSWORD) == "ADMIN"
    assert "kanarie" not in done.text
    assert not [path for path in stack.folder.rglob("*") if path.is_file() and b"kanarie" in path.read_bytes()]
    assert "kanarie" not in (stack.state / "log").read_text() if (stack.state / "log").exists() else True


def test_generated_password_is_shown_when_it_is_set_and_again_at_the_end(stack: Stack) -> None:
    done = stack.apply("ALLOW_REGISTRATION: false", flags=("--first-admin", "ann@example.com", "--json"))
    assert done.status == 0, done.text
    found = re.findall(r"Password for the first administrator, ann@example.com: (\S+)", done.text)
    assert found == [found[0]] * 2
    assert done.text.count(found[0]) == 2
    lines = done.err.splitlines()
    shown = [number for number, line in enumerate(lines) if found[0] in line]
    assert "create-user.js" in lines[shown[0] - 2], "shown as soon as the script has set it"
    assert shown[1] >= len(lines) - 2
    assert found[0] not in done.out
    assert len(found[0]) >= 20
    assert role(stack, "ann@example.com", found[0]) == "ADMIN"
    assert found[0] not in json.dumps(stack.log())
    assert not [path for path in stack.folder.rglob("*") if path.is_file() and found[0].encode() in path.read_bytes()]


def test_account_that_is_not_the_first_is_told_and_everything_goes_back(stack: Stack) -> None:
    (stack.state / "users.json").write_text(
        json.dumps([{"email": "eve@example.com", "name": "Eve", "username": "eve", "password": "practice-1"}])
    )
    before = stack.files()
    done = stack.apply(*OPEN, flags=("--first-admin", "ann@example.com"))
    assert done.status == 1, done.text
    assert "a new account would not be an administrator" in done.err
    assert "Password for" not in done.text
    assert stack.files() == before


@pytest.mark.parametrize("settings", [OPEN, ("ALLOW_REGISTRATION: false",)])
def test_the_same_command_again_changes_nothing(stack: Stack, settings: tuple[str, ...]) -> None:
    flags = ("--first-admin", "ann@example.com")
    assert stack.apply(*settings, flags=flags).status == 0
    files, containers = stack.files(), (stack.state / "containers.json").read_text()
    stack.did()
    done = stack.apply(*settings, flags=flags)
    assert done.status == 0, done.text
    assert stack.did() == ["exec -T api node -"]
    assert (stack.files(), (stack.state / "containers.json").read_text()) == (files, containers)
    assert "ann@example.com is already an administrator" in done.err
    assert "Password for" not in done.text
    assert not stack.record.exists()


@pytest.mark.parametrize(
    ("email", "says"), [("eve@example.com", "already has an account"), ("bob@example.com", "No account was created")]
)
def test_on_a_running_stack_with_accounts_nothing_is_changed_for_one_that_cannot_be_the_administrator(
    running: Stack, email: str, says: str
) -> None:
    people = [
        {"email": name, "name": name, "username": name, "password": "practice-1"}
        for name in ("ada@example.com", "eve@example.com")
    ]
    (running.state / "users.json").write_text(json.dumps(people))
    before = running.files()
    done = running.apply("APP_TITLE: New", flags=("--first-admin", email))
    assert done.status == 1, done.text
    assert says in done.err
    assert "Password for" not in done.text
    assert running.files() == before
    assert running.did() == ["exec -T api node -"]


def test_registration_that_cannot_be_opened_any_more_goes_back(stack: Stack) -> None:
    """Somebody edits .env while the administrator is made: their edit is not overwritten by the opening."""
    before = stack.files()
    (stack.state / "edits").write_text("# by hand")
    done = stack.apply(*OPEN, flags=("--first-admin", "ann@example.com"))
    assert done.status == 1, done.text
    assert "it has been changed since it was read" in done.err
    assert "Rolling back" in done.err
    assert stack.files() == before


@pytest.mark.parametrize(
    ("settings", "flags", "says"),
    [
        (OPEN, ("--first-admin", "ann"), "it is not an email address"),
        (OPEN, ("--first-admin", "ann@example.com", "--admin-password-file", "/nowhere/at/all"), "cannot be read"),
        (OPEN, ("--first-admin", "ann@example.com", "--admin-password-file", "-"), "is empty"),
        (
            ("LDAP_URL: ldap://ldap.example.com", "LDAP_USER_SEARCH_BASE: 'dc=example,dc=com'"),
            ("--first-admin", "ann@example.com"),
            "when LDAP is configured",
        ),
    ],
)
def test_what_could_not_work_is_refused_before_anything(
    stack: Stack, settings: tuple[str, ...], flags: tuple[str, ...], says: str
) -> None:
    before = stack.files()
    done = stack.apply(*settings, flags=(*flags, "--force"))
    assert done.status == 2, done.text
    assert says in done.text
    assert stack.files() == before
    assert stack.did() == []


def test_registration_that_a_compose_file_opens_is_refused(stack: Stack) -> None:
    override = "services:\n  api:\n    environment:\n      ALLOW_REGISTRATION: 'true'\n"
    (stack.folder / "docker-compose.override.yml").write_text(override)
    done = stack.apply("APP_TITLE: New", flags=("--first-admin", "ann@example.com", "--force"))
    assert done.status == 2, done.text
    assert "the compose files set ALLOW_REGISTRATION" in done.text
    assert stack.did() == []


@pytest.mark.parametrize("flags", [("--first-admin", "a@example.com"), ("--admin-password-file", "-")])
def test_flags_that_belong_to_apply(stack: Stack, flags: tuple[str, ...]) -> None:
    done = stack.wizard("--answers", stack.answers(), *flags)
    assert done.status == 2
    assert "can only be used with --apply" in done.text
