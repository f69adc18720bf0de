"""The list of checks: columns that stand below each other, and checks called by their titles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from checks.model import Check, Subject
from tests.screens.full.operator import at_the_wizard, practice_with
from wizard.basics.finding import Finding
from wizard.findings.advisory import NONE
from wizard.findings.smtp import AUTH_REJECTED


async def rejects(_: Subject) -> AsyncIterator[Finding]:
    yield AUTH_REJECTED.fail("It says no.")


async def answers(_: Subject) -> AsyncIterator[Finding]:
    yield NONE.passed("It says yes.")


SHORT = Check(id="smtp", title="Mail server", run=rejects)
LONG = Check(id="advisory", title="A title that is rather long", run=answers)
BLOCKED = Check(id="session", title="Staying signed in", run=answers, needs=("smtp",))


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_sentences_of_the_checks_begin_in_one_column(tmp_path: Path, size: tuple[int, int]) -> None:
    practice = practice_with(SHORT, LONG, BLOCKED)
    async with at_the_wizard(tmp_path / "chat", step="checks", practice=practice, size=size) as operator:
        await operator.until("1 failed")
        lines = str(operator.app.screen.query_one(".check-rows").render()).splitlines()
        begun = [line.index(text) for line, text in zip(lines, ("It says no", "It says yes", "not run"), strict=True)]
        assert len(set(begun)) == 1, lines


async def test_check_that_did_not_run_names_the_one_that_failed_as_people_see_it(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="checks", practice=practice_with(SHORT, BLOCKED)) as operator:
        await operator.until("not run: ")
        (row,) = [line for line in operator.text.splitlines() if "not run: " in line]
        assert SHORT.title in row
        assert SHORT.id not in row
