"""A language whose texts are 40 % longer, in every step and in dialogs, at the smallest windows: nothing that matters is cut."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.cells import cell_len
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from checks.model import Check, Subject
from screens.full import about as about_pane
from screens.full import apply_screen, fields
from screens.full.apply_screen import ApplyScreen
from screens.full.buttons import LineButton
from screens.full.dialog import Dialog
from screens.full.finding_rows import FindingRow
from screens.full.progress import Progress
from screens.shared.field_state import FieldState, about, field_state
from tests.screens.full.operator import Operator, at_the_wizard, practice_with
from tests.wizard.apply.people_stack import people_stack, user
from wizard.apply import events as happening
from wizard.apply.events import ApplyEvent
from wizard.apply.job import Job
from wizard.basics.finding import Finding
from wizard.catalogue.model import Choice
from wizard.findings.smtp import CONNECT_OK, EHLO_OLD
from wizard.interview.steps import STEPS

ENDS = ("done",)
"""What cannot be gone to before the files are written."""
SIZES = [(80, 24), (60, 16)]
MAIL = {"EMAIL_HOST": "smtp.our-chat.net", "EMAIL_FROM": "chat@our-chat.net"}
_LEAST_ROWS = 3
"""Rows of what there is to read, and scroll, without which it cannot be read."""


async def finds(_: Subject) -> AsyncIterator[Finding]:
    yield CONNECT_OK.passed("All is well here.")
    yield EHLO_OLD.warn("The mail server speaks only a protocol of the last century.")


CHECK = Check(id="smtp", title="Mail server", run=finds)
DIALOGS = {"ctrl+c": "Leave the wizard?", "f10": "Save the answers as", "f1": "Everything about this question"}


def longer(text: str) -> str:
    """Return a text 40 % longer, as words, so that it wraps as a language does."""
    words = text.split(" ")
    return " ".join(word + "~" * max(1, round(len(word) * 0.4)) if word else word for word in words)


@pytest.fixture
def long_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    made = LineButton.__init__

    def push(self: LineButton, text: str, name: str, **options: Any) -> None:
        made(self, longer(text), name, **options)

    def state(*given: Any) -> FieldState:
        found = field_state(*given)
        options = tuple(Choice(one.value, longer(one.label), longer(one.consequence)) for one in found.choices)
        return found._replace(
            choices=options,
            advice=longer(found.advice),
            remarks=tuple((kind, longer(text)) for kind, text in found.remarks),
        )

    def told(*given: Any) -> list[tuple[str, str]]:
        return [(longer(label), longer(text)) for label, text in about(*given)]

    monkeypatch.setattr(LineButton, "__init__", push)
    monkeypatch.setattr(fields, "field_state", state)
    monkeypatch.setattr(about_pane, "about", told)
    dialog = Dialog.__init__
    monkeypatch.setattr(Dialog, "__init__", lambda self, text: dialog(self, longer(text)))
    ended = Progress.end
    monkeypatch.setattr(Progress, "end", lambda self, text: ended(self, longer(text)))
    row = FindingRow.__init__

    def found(self: FindingRow, finding: Finding, *given: Any, **named: Any) -> None:
        longer_finding = finding._replace(summary=longer(finding.summary), remedy=longer(finding.remedy))
        row(self, longer_finding, *given, **named)

    monkeypatch.setattr(FindingRow, "__init__", found)
    title = FieldState.title.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(FieldState, "title", property(lambda self: longer(title(self))))


@pytest.mark.usefixtures("long_texts")
@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_nothing_that_matters_is_cut(tmp_path: Path, size: tuple[int, int]) -> None:
    answered = {"DOMAIN_CLIENT": "https://chat.example.com"}
    async with at_the_wizard(tmp_path / "chat", answered=answered, practice=practice_with(), size=size) as operator:
        operator.app.interview.answer("guide.providers", "openid")
        for step in (one.id for one in STEPS if one.id not in ENDS):
            operator.app.show_step(step)
            await operator.until_true(lambda step=step: operator.app.screen.current.id == step and operator.app.focused)  # type: ignore[attr-defined, misc]
            await operator.until("~")
            lines = operator.text.splitlines()
            assert "^N Next" in lines[-1], step
            for button in operator.app.screen.query("#buttons LineButton"):
                seen = operator.app.screen.find_widget(button)
                assert seen.clip.contains_region(seen.region), f"{step}: the button {button.name} is cut"
            for label in operator.app.screen.query("Field .label"):
                await operator.until_true(lambda label=label: is_whole(label))  # type: ignore[misc]
            for pane in operator.app.screen.query("#about"):
                # It has its height one layout after its text.
                await operator.until_true(lambda pane=pane: str(pane.render()).count("\n") < pane.size.height)  # type: ignore[misc]
            for options in operator.app.screen.query("Pick.-row"):
                shown = [str(option.render()) for option in options.query("Option")]
                assert sum(map(len, shown)) + len(shown) <= options.region.width, f"{step}: choices are cut"


@pytest.mark.usefixtures("long_texts")
@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_every_button_of_a_dialog_is_in_sight(tmp_path: Path, size: tuple[int, int]) -> None:
    answered = {"APP_TITLE": "Ours"}
    async with at_the_wizard(tmp_path / "chat", answered=answered, step="mail", size=size) as operator:
        for key, name in DIALOGS.items():
            title = longer(name)
            await operator.press(key)
            await operator.until(title)
            for button in operator.app.screen.query(LineButton):
                await operator.until_true(lambda button=button: is_in_sight(operator.app.screen, button))  # type: ignore[misc]
            await operator.press("escape")
            await operator.until(title, gone=True)


async def assert_can_be_used(operator: Operator) -> None:
    """Assert that every button, the line of progress, and some rows of what there is to read are in sight."""
    screen = operator.app.screen
    for button in screen.query(".answers LineButton, #buttons LineButton"):
        if button.display:
            await operator.until_true(lambda button=button: is_in_sight(screen, button))  # type: ignore[misc]
    for line in screen.query("#live-progress"):
        text = line.render()
        assert isinstance(text, Content)
        await operator.until_true(lambda line=line, text=text: len(text.wrap(line.size.width)) <= line.size.height)  # type: ignore[misc]
        assert is_in_sight(screen, line)
    for pane in screen.query("#live-rows, #rows, #people"):
        await operator.until_true(lambda pane=pane: pane.size.height >= _LEAST_ROWS and is_in_sight(screen, pane))  # type: ignore[misc]


@pytest.mark.usefixtures("long_texts")
@pytest.mark.parametrize("size", SIZES)
async def test_the_end_and_its_test_of_the_sign_in_can_be_used(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_wizard(tmp_path / "chat", step="review", size=size) as operator:
        await operator.until("MEILI_MASTER_KEY=[secret]")
        await operator.press("ctrl+w")
        await operator.until_true(lambda: operator.app.screen.query("#push-person") or "anyway" in operator.text)
        if not operator.app.screen.query("#push-person"):
            await operator.press("right", "enter")
        await operator.until_true(lambda: operator.app.screen.query("#push-person"))
        await assert_can_be_used(operator)
        await operator.press("ctrl+t")
        await operator.until("Use a LibreChat account")
        await assert_can_be_used(operator)
        await operator.paste("ann@example.com")
        await operator.press("enter")
        await operator.paste("correct horse")
        await operator.press("enter")
        await operator.until("inconclusive.~")
        await assert_can_be_used(operator)


@pytest.mark.usefixtures("long_texts")
@pytest.mark.parametrize("size", SIZES)
async def test_the_test_of_the_mail_can_be_used(tmp_path: Path, size: tuple[int, int]) -> None:
    practice = practice_with(CHECK)
    async with at_the_wizard(tmp_path / "chat", answered=MAIL, step="mail", practice=practice, size=size) as operator:
        await operator.press("ctrl+t")
        await operator.until("inconclusive")
        await assert_can_be_used(operator)


@pytest.mark.usefixtures("long_texts")
@pytest.mark.parametrize("size", SIZES)
async def test_the_accounts_can_be_used(tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    with people_stack(tmp_path, "v0.8.5") as stack:
        for name, value in stack.environment.items():
            monkeypatch.setenv(name, value)
        stack.fill(user("ann@example.com", "ADMIN"), user("eve@example.com"), user("ida@example.com"))
        async with at_the_wizard(stack.folder, size=size) as operator:
            await operator.press("ctrl+l")
            await operator.until("ann@example.com")
            await assert_can_be_used(operator)


@pytest.mark.usefixtures("long_texts")
@pytest.mark.parametrize("size", SIZES)
async def test_an_apply_that_failed_can_be_used(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_: Job) -> AsyncGenerator[ApplyEvent, None]:
        yield happening.Wrote(files=(".env",), backup="", is_all_new=True)
        yield happening.CommandShown(command=("docker", "compose", "up", "-d"), why=longer("start all services"))
        failed = happening.Failed(reason=happening.Reason.EXITED, summary=longer("LibreChat exited (exit code 1)."))
        yield failed
        failed_at = happening.ApplyOutcome.FAILED
        yield happening.ApplyResult(outcome=failed_at, failed=failed, can_go_back=True, seconds=24.0)

    monkeypatch.setattr(apply_screen, "run_apply", fails)
    async with at_the_wizard(tmp_path / "chat", size=size) as operator:
        operator.app.push_screen(ApplyScreen(SimpleNamespace()))  # type: ignore[arg-type]  # what is scripted needs no job
        await operator.until_true(lambda: operator.app.screen.query("#push-back"))
        await operator.until("~~ ")
        await assert_can_be_used(operator)


def is_whole(label: Widget) -> bool:
    """Whether every line of a label has its row, and every row its columns."""
    lines = str(label.render()).split("\n")
    return len(lines) == label.region.height and max(map(cell_len, lines)) <= label.region.width


def is_in_sight(screen: Screen[Any], part: Widget) -> bool:
    seen = screen.find_widget(part)
    return bool(seen.region) and seen.clip.contains_region(seen.region)
