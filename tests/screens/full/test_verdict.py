"""One verdict: what the checks found is what the list of steps, the review and the write question say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from checks.model import Check, Skip, Subject
from checks.settings import RULES
from screens.full.checks_screen import ChecksScreen
from screens.full.messages import ChecksEnded
from tests.screens.full.operator import at_the_wizard, practice_with
from wizard.basics.finding import Finding
from wizard.findings.smtp import AUTH_REJECTED, CONNECT_OK

MAIL = {"EMAIL_HOST": "smtp.our-chat.net", "EMAIL_FROM": "chat@our-chat.net", "EMAIL_USERNAME": "chat", "EMAIL_PASSWORD": "abcdefgh"}  # fmt: skip
REJECTED = "Mail server rejected the password."


async def rejects(_: Subject) -> AsyncIterator[Finding]:
    yield CONNECT_OK.passed("It answers.")
    yield AUTH_REJECTED.fail(REJECTED, settings=("EMAIL_PASSWORD",))


def waits(_: Subject) -> Skip:
    return Skip(because="LibreChat is asked later", waits=True)


FAILING = Check(id="smtp", title="Mail server", run=rejects)
WAITING = tuple(Check(id=name, title=f"Later {name}", applies=waits) for name in ("dns", "tls"))


async def test_what_the_checks_found_is_asked_about_before_anything_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "chat"
    practice = practice_with(RULES, FAILING, *WAITING)
    async with at_the_wizard(folder, answered=MAIL, step="checks", practice=practice) as operator:
        await operator.until(f"Mail will not arrive: {REJECTED}")
        await operator.until("x Checks")
        assert "2 checks need LibreChat to be running" in operator.flat
        await operator.press("ctrl+n")
        await operator.until(f"Mail will not arrive: {REJECTED}")
        assert "x Checks" in operator.text, "the list of steps forgets what failed"
        await operator.press("ctrl+w")
        await operator.until("A check failed")
        await operator.until(f"x {REJECTED}")
        await operator.press("escape")
        assert not (folder / ".env").exists()
        await operator.press("f2")
        await operator.until("Checks 1 failed")


async def test_verdict_belongs_to_the_answers_that_were_checked(tmp_path: Path) -> None:
    practice = practice_with(RULES, FAILING)
    async with at_the_wizard(tmp_path / "chat", answered=MAIL, step="checks", practice=practice) as operator:
        await operator.until("Mail will not arrive")
        operator.app.interview.answer("settings.EMAIL_PASSWORD", "another-one")
        await operator.press("ctrl+n")
        await operator.until("were not checked with these answers")
        assert "\u00b7 Checks" in operator.text
        assert "Mail will not arrive" not in operator.flat


async def test_checks_that_end_while_a_step_is_being_made_mark_its_list(tmp_path: Path) -> None:
    practice = practice_with(RULES, FAILING)
    async with at_the_wizard(tmp_path / "chat", answered=MAIL, step="checks", practice=practice) as operator:
        await operator.until_true(lambda: operator.app.checked is not None)
        known = operator.app.checked
        assert known is not None
        for step in ("access", "mail", "review"):
            operator.app.checked = None
            operator.app.show_step(step)
            # In the same moment, as a message can be handled: nothing of the step is there yet.
            operator.app._checks_ended(ChecksEnded(known))
            await operator.until_true(lambda: "x Mail   " in operator.text or "\u00bbx Mail" in operator.text)


async def test_a_step_that_was_only_passed_by_has_no_tick(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", answered={"ALLOW_REGISTRATION": "false"}, step="access") as operator:
        await operator.press("ctrl+n")
        await operator.press("ctrl+n")
        await operator.until("\u221a Accounts")
        await operator.press("ctrl+n")
        await operator.until("\u00b7 Mail")
        assert "\u221a Mail" not in operator.text


async def test_checks_are_listed_while_they_run_and_escape_stops_them(tmp_path: Path) -> None:
    async def endless(_: Subject) -> AsyncIterator[Finding]:
        yield CONNECT_OK.passed("It answers.")
        await asyncio.Event().wait()

    slow = Check(id="smtp", title="Mail server", run=endless)
    after = Check(id="sender", title="Sender's domain", needs=("smtp",), run=endless)
    practice = practice_with(RULES, slow, after)
    async with at_the_wizard(tmp_path / "chat", step="checks", practice=practice, size=(80, 24)) as operator:
        await operator.until("checking, 1 of 3 done (")
        await operator.until("It answers.")
        assert ". Sender's domain" in operator.text
        await operator.press("escape")
        await operator.until("Stopped. Press F5 to run the checks again.")
        assert "x Checks" not in operator.text
        await operator.press("f5")
        await operator.until("checking, 1 of 3 done (")


@pytest.mark.parametrize("is_blocked", [False, True])
async def test_escape_leaves_a_verdict_alone(tmp_path: Path, is_blocked: bool) -> None:
    answered = {"EMAIL_PORT": "abc"} if is_blocked else {}
    practice = practice_with(RULES)
    async with at_the_wizard(tmp_path / "chat", answered=answered, step="checks", practice=practice) as operator:
        screen = operator.app.screen
        assert isinstance(screen, ChecksScreen)
        await operator.until_true(lambda: not screen.progress.is_working)
        assert bool(screen.problems) is is_blocked
        verdict = str(screen.progress.visual)
        await operator.press("escape", "f2")
        await operator.until_true(lambda: operator.app.screen is not screen)
        assert str(screen.progress.visual) == verdict
        assert not screen.is_cancelled


async def test_head_of_a_live_test_stays_in_sight(tmp_path: Path) -> None:
    async def much(_: Subject) -> AsyncIterator[Finding]:
        yield AUTH_REJECTED.fail(REJECTED, evidence=[f"line {number}" for number in range(30)])

    check = Check(id="smtp", title="Mail server", run=much)
    practice = practice_with(check)
    async with at_the_wizard(
        tmp_path / "chat", answered=MAIL, step="mail", practice=practice, size=(80, 24)
    ) as operator:
        await operator.press("ctrl+t")
        await operator.until("1 failed, 0 warnings")
        assert "x Mail server" in operator.text
        assert f"x FAILED: {REJECTED}" in operator.text
