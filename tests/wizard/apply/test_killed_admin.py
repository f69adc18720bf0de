"""SIGKILL while the first administrator is made: registration stays closed until they exist."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.patience import wait_until
from tests.rounds import NAME
from tests.screens.cli.program import CHECKOUT
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


INSTANTS = [*((number, "before") for number in range(2, 9)), (1, "after"), (5, "after"), (9, "after")]
"""With those of test_killed.py twenty; all twenty of this run by ``./test --long``, on a real engine too."""
ALL = [(number, moment) for number in range(1, 11) for moment in ("before", "after")]


@pytest.mark.parametrize(("number", "moment"), ALL if NAME == "long" else INSTANTS)
def test_first_administrator_after_a_cut(stack: Stack, number: int, moment: str) -> None:
    """Until the administrator exists registration is closed, whatever happened in between."""
    flags = (*ADMIN, password_file(stack))
    assert killed(stack, number, moment, NEW, *flags)
    if not stack.record.exists():
        # Before the first note nothing has happened, after the last one it is over.
        assert (number, moment) in ((1, "before"), (10, "after"))
        assert stack.apply(*NEW, flags=flags).status == 0
        return
    stage = json.loads(stack.record.read_text())["stage"]
    has_admin = (stack.state / "users.json").exists()
    if not has_admin:
        assert not [entry for entry in stack.log() if entry["registration"]], stage
        without = stack.apply(*NEW)
        assert without.status == 2, without.text
        assert "had not created the first administrator yet" in without.err
    done = stack.apply(*NEW, flags=flags)
    assert done.status == 0, done.text
    assert role(stack, "ann@example.com", PASSWORD) == "ADMIN"
    assert stack.told()["registrationEnabled"]
    assert not stack.record.exists()


def test_account_that_a_killed_create_user_leaves_has_no_password_that_anybody_was_told(stack: Stack) -> None:
    """The docker that was cut off goes on in the container; the next run shows no password that is not set."""
    (stack.state / "slow").write_text("1")
    flags = ("--first-admin", "ann@example.com")
    words = ["--answers", str(stack.answers(*NEW)), "--apply", "--offline", "--dir", str(stack.folder), *flags]
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "wizard", *words],
        cwd=CHECKOUT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**stack.environment, "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(CHECKOUT)},
    )
    wait_until(lambda: any("create-user" in str(entry["words"]) for entry in stack.log()), "create-user never runs")
    child.kill()
    _, error_output = child.communicate()
    assert "Password for" not in error_output
    wait_until((stack.state / "users.json").exists, "the account never comes")
    done = stack.apply(*NEW, flags=flags)
    assert done.status == 0, done.text
    assert "Password for" not in done.text
    assert (
        f"did not show its password. To set a new password: (cd {stack.folder} && docker compose exec api npm run reset-password"
        in done.err
    )
    assert stack.told()["registrationEnabled"]
    assert not stack.record.exists()
