"""A language whose texts are 40 % longer, in every step and in dialogs, at the smallest windows: nothing that matters is cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.screen import Screen
from textual.widget import Widget

from screens.full import about as about_pane
from screens.full import fields
from screens.full.buttons import LineButton
from screens.shared.field_state import FieldState, about, field_state
from tests.screens.full.operator import at_the_wizard, practice_with
from wizard.catalogue.model import Choice
from wizard.interview.steps import STEPS

ENDS = ("done",)
"""What cannot be gone to before the files are written."""
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
        for key, title in DIALOGS.items():
            await operator.press(key)
            await operator.until(title)
            for button in operator.app.screen.query(LineButton):
                await operator.until_true(lambda button=button: is_in_sight(operator.app.screen, button))  # type: ignore[misc]
            await operator.press("escape")
            await operator.until(title, gone=True)


def is_whole(label: Widget) -> bool:
    """Whether every line of a label has its row, and every row its columns."""
    lines = str(label.render()).split("\n")
    return len(lines) == label.region.height and max(map(cell_len, lines)) <= label.region.width


def is_in_sight(screen: Screen[Any], button: LineButton) -> bool:
    seen = screen.find_widget(button)
    return bool(seen.region) and seen.clip.contains_region(seen.region)
