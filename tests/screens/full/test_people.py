"""The accounts of LibreChat from any step: listed, changed after a question, and why somebody does not get in."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.plain import run as run_plain
from tests.screens.full.operator import Operator, at_the_wizard, interview_in
from tests.wizard.apply.people_stack import NOW, PeopleStack, people_stack, user
from wizard.apply.people.directory import Directory
from wizard.store.removal_record import TakenRole, TakenRoles


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PeopleStack]:
    with people_stack(tmp_path, "v0.8.5") as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


async def add_ann(operator: Operator) -> None:
    """Add an account where there is none, and confirm that it becomes the administrator's."""
    await operator.press("ctrl+l")
    await operator.until("0 accounts.")
    await operator.press("enter")
    await operator.until("Add an account")
    await operator.paste("ann@example.com")
    await operator.press("enter", "enter", "enter")
    await operator.until("This is the first account")
    await operator.press("tab", "enter")


async def test_accounts_are_listed_changed_and_let_in_again(stack: PeopleStack) -> None:
    ann = user("ann@example.com", "ADMIN")
    eve = user("eve@example.com", emailVerified=False, name="[bold]x[/]\x1b[31m")
    stack.fill(ann, eve)
    async with at_the_wizard(stack.folder) as operator:
        await operator.press("ctrl+l")
        await operator.until("2 accounts. Press Enter for the actions.")
        assert "eve@example.com" in operator.text
        assert "email not verified" in operator.text
        # The only administrator keeps the role.
        await operator.press("enter")
        await operator.until("Remove the administrator role")
        await operator.press("down", "down", "down", "enter")
        await operator.until("ann@example.com is the only administrator")
        assert stack.user("ann@example.com") == ann
        await operator.press("tab", "shift+tab", "down", "enter")
        await operator.until("Why can't this user sign in?")
        await operator.press("enter")
        await operator.until("Cause: The address eve@example.com was never verified")
        await operator.press("escape")
        await operator.until("Mark the address as verified: eve@example.com?")
        await operator.press("tab", "enter")
        await operator.until("was marked as verified. 2 accounts.")
        assert stack.user("eve@example.com") == {**eve, "emailVerified": True}


async def test_a_new_account_has_its_password_shown_once(stack: PeopleStack) -> None:
    async with at_the_wizard(stack.folder) as operator:
        await add_ann(operator)
        await operator.until("Password for ann@example.com (shown only once)")
        ann = stack.user("ann@example.com")
        assert ann is not None
        assert ann["password"].removeprefix("clear:") in operator.flat
        await operator.press("escape")
        await operator.until("Created the account ann@example.com with the role ADMIN. 1 account.")
        assert ann["password"].removeprefix("clear:") not in operator.flat


async def test_a_password_that_may_be_in_force_is_shown_where_the_work_is_stopped(stack: PeopleStack) -> None:
    script = stack.image / "config" / "create-user.js"
    text = script.read_text()
    ends = "console.green('User created successfully!')"
    assert ends in text
    script.write_text(text.replace(ends, f"await new Promise(() => {{}}); {ends}"))
    async with at_the_wizard(stack.folder) as operator:
        await add_ann(operator)
        await operator.until_true(lambda: stack.user("ann@example.com") is not None)
        await operator.press("escape")
        await operator.until("The password below may already be in effect. Try it.")
        ann = stack.user("ann@example.com")
        assert ann is not None
        assert ann["password"].removeprefix("clear:") in operator.flat


async def test_a_removal_that_was_killed_is_offered_back(stack: PeopleStack) -> None:
    ann = user("ann@example.com")
    stack.fill(ann, user("bob@example.com", "ADMIN"))
    roles = TakenRoles(stack.folder)
    roles.note(TakenRole(when=NOW, account=str(ann["_id"]), email="ann@example.com"))
    async with at_the_wizard(stack.folder) as operator:
        await operator.press("ctrl+l")
        await operator.until("Give ann@example.com the administrator role back?")
        await operator.press("tab", "enter")
        await operator.until("ann@example.com is an administrator again. 2 accounts.")
    assert (stack.user("ann@example.com"), roles.read()) == ({**ann, "role": "ADMIN"}, ())


async def test_what_cannot_be_an_account_keeps_what_was_typed(stack: PeopleStack) -> None:
    stack.fill(user("ann@example.com", "ADMIN"))
    async with at_the_wizard(stack.folder) as operator:
        await operator.press("ctrl+l")
        await operator.until("1 account.")
        await operator.click("#push-add")
        await operator.until("Add an account")
        await operator.press("enter")
        await operator.paste("Eve Example")
        await operator.press("enter")
        await operator.paste("short")
        await operator.press("enter")
        await operator.until("The email address is missing.")
        await operator.paste("eve@example.com")
        await operator.press("enter", "enter", "enter")
        await operator.until("The password")
        assert "Eve Example" in operator.text
        assert stack.user("eve@example.com") is None
        # The keys are on the line that is wrong.
        await operator.press("ctrl+u")
        await operator.paste("long-enough-for-librechat")
        await operator.press("enter")
        await operator.until("Add eve@example.com?")
        # Nothing is in progress while it is asked.
        assert "Escape stops" not in operator.text
        await operator.press("tab", "enter")
        await operator.until("Created the account eve@example.com")
        eve = stack.user("eve@example.com")
        assert eve is not None
        assert eve["name"] == "Eve Example"
        await operator.until("2 accounts.")
        await operator.click("#push-invite")
        await operator.until("sends the invitation link")
        await operator.press("enter")
        await operator.until("Type an answer, or press Esc.")


async def test_a_stop_ends_only_what_the_accounts_do(stack: PeopleStack, monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(_: object) -> tuple[()]:
        await asyncio.sleep(3600)
        return ()

    monkeypatch.setattr(Directory, "everybody", endless)
    async with at_the_wizard(stack.folder) as operator:
        below = operator.app.screen.run_worker(asyncio.sleep(3600))
        await operator.press("ctrl+l")
        await operator.until("reading LibreChat's database")
        await operator.press("escape")
        await operator.until("Stopped.")
        await operator.until(">Close<")
        assert below.is_running
        below.cancel()


async def test_without_docker_the_reason_is_shown(stack: PeopleStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    async with at_the_wizard(stack.folder) as operator:
        await operator.press("ctrl+l")
        await operator.until("Docker Compose is not installed")
        assert stack.did() == []
        # What cannot work is not offered.
        assert not any(word in operator.text for word in ("Add", "Invite", "Locked out?", "Undo unlock"))
        monkeypatch.undo()
        for name, value in stack.environment.items():
            monkeypatch.setenv(name, value)
        await operator.click("#push-again")
        await operator.until("0 accounts.")
        for word in (">Add<", "Invite", "Locked out?", "Undo unlock"):
            await operator.until(word)
        # The key in the footer is left.
        await operator.until_true(lambda: operator.text.count("Reload") == 1)
        await operator.press("escape")
        await operator.until("Accounts in LibreChat", gone=True)


def test_the_line_prompts_have_the_same(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ann, eve = user("ann@example.com", "ADMIN"), user("eve@example.com", emailVerified=False)
    stack.fill(ann, eve)
    typed = [
        ":people",
        ":people unlock eve@example.com",
        "yes",
        ":people role ann@example.com USER",
        ":people what",
        ":quit",
        "keep",
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
    with interview_in(stack.folder) as interview:
        run_plain(interview)
    output = " ".join(capsys.readouterr().out.split())
    assert "eve@example.com Eve USER local email not verified 2 accounts" in output
    assert "ann@example.com is the only administrator" in output
    assert ":people lists the accounts." in output
    assert stack.user("eve@example.com") == {**eve, "emailVerified": True}
