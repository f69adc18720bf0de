"""SIGKILL while the first administrator is made: registration stays closed until they exist."""

from __future__ import annotations

import json

import pytest

from tests.wizard.apply.stack import Stack
from tests.wizard.apply.test_first_admin import role
from tests.wizard.apply.victim import killed

NEW = ("APP_TITLE: New", "ALLOW_REGISTRATION: true")
ADMIN = ("--first-admin", "ann@example.com", "--admin-password-file")
PASSWORD = "practice-makes-perfect"


def password_file(stack: Stack) -> str:
    file = stack.folder.parent / "password"
    file.write_text(PASSWORD)
    return str(file)


@pytest.mark.parametrize("number", range(2, 9))
def test_first_administrator_after_a_cut(stack: Stack, number: int) -> None:
    """Until the administrator exists registration is closed, whatever happened in between."""
    flags = (*ADMIN, password_file(stack))
    assert killed(stack, number, "before", NEW, *flags)
    stage = json.loads(stack.record.read_text())["stage"]
    has_admin = (stack.state / "users.json").exists()
    if not has_admin:
        assert not [entry for entry in stack.log() if entry["registration"]], stage
        without = stack.apply(*NEW)
        assert without.status == 2, without.text
        assert "had not made the first administrator yet" in without.err
    done = stack.apply(*NEW, flags=flags)
    assert done.status == 0, done.text
    assert role(stack, "ann@example.com", PASSWORD) == "ADMIN"
    assert stack.told()["registrationEnabled"]
    assert not stack.record.exists()
