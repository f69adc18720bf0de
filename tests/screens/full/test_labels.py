"""The name of a setting, and what has to be entered at a provider, in the smallest window: all of it can be read."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from screens.full.console_lines import ConsoleLines
from screens.full.fields import Field
from screens.full.questions_pane import QuestionsPane
from screens.shared.field_state import field_state
from tests.screens.full.operator import Operator, at_the_wizard, practice_with
from wizard.catalogue.questions import question
from wizard.interview.presets import console_values
from wizard.interview.steps import STEPS, StepKind

PROVIDERS = ("openid", "saml", "ldap", "google", "github", "discord", "facebook", "apple")


async def show(operator: Operator, step: str) -> None:
    operator.app.show_step(step)
    await operator.until_true(lambda: operator.app.screen.current.id == step and operator.app.focused)  # type: ignore[attr-defined]


def labels(operator: Operator) -> list[tuple[Field, list[str]]]:
    fields = operator.app.screen.query(Field)
    return [(field, str(label.render()).split("\n")) for field in fields for label in field.query(".label")]


def are_whole(operator: Operator) -> bool:
    rooms = [(field.query_one(".label").region, lines) for field, lines in labels(operator)]
    return len(rooms) == len(operator.app.screen.query(Field)) and all(
        any(lines) and len(lines) == room.height and max(map(cell_len, lines)) <= room.width for room, lines in rooms
    )


@pytest.mark.parametrize("step", [one.id for one in STEPS if one.kind is StepKind.QUESTIONS])
async def test_no_name_of_a_setting_is_cut(tmp_path: Path, step: str) -> None:
    async with at_the_wizard(tmp_path / "chat", practice=practice_with(), size=(60, 16)) as operator:
        operator.app.interview.answer("guide.providers", ",".join(PROVIDERS))
        await show(operator, step)
        # Not pressed: so many fields can take longer than a pilot waits for a key.
        operator.app.simulate_key("f6")
        await operator.until_true(lambda: len(labels(operator)) == len(operator.app.interview.shown(everything=True)))
        await operator.until_true(lambda: are_whole(operator))
        for field, lines in labels(operator):
            state = field_state(operator.app.interview, field.identity)
            label = " ".join(" ".join(lines).split())
            assert state.title in label
            assert field.query(".line") or state.name in label


async def test_a_label_is_broken_anew_when_the_window_changes(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="protection", size=(120, 40)) as operator:
        await operator.press("f6")
        title, name = "Moderation service URL", "OPENAI_MODERATION_REVERSE_PROXY"

        def broken() -> list[str]:
            return next((lines for _, lines in labels(operator) if name in lines[-1]), [])

        await operator.until_true(lambda: broken() == [f"~ {title}  {name}"])
        await operator.resize(60, 16)
        await operator.until_true(lambda: broken() == [f"~ {title}", f"  {name}"] and are_whole(operator))
        await operator.resize(120, 40)
        await operator.until_true(lambda: broken() == [f"~ {title}  {name}"])


@pytest.mark.parametrize("provider", [one for one in PROVIDERS if one != "ldap"])
async def test_what_is_entered_at_a_provider_is_named_in_full(tmp_path: Path, provider: str) -> None:
    async with at_the_wizard(tmp_path / "chat", practice=practice_with(), size=(60, 16)) as operator:
        interview = operator.app.interview
        interview.answer("guide.providers", provider)
        await show(operator, provider)
        products = [None, *(one.value for one in _products(operator))]
        for product in products:
            if product is not None:
                interview.answer(_guide(operator), product)
            await show(operator, provider)
            first = console_values(interview.step, {}, product)[0]
            pane = operator.app.screen.query_one(ConsoleLines)
            await operator.until(f": {first.label}")
            assert "F9" in str(pane.render())
            assert "\u2026" not in str(pane.render())


def _guide(operator: Operator) -> str:
    return next((one for one in operator.app.interview.step.all_questions if one.startswith("guide.")), "")


def _products(operator: Operator) -> tuple[Any, ...]:
    guide = _guide(operator)
    return question(guide).choices if guide else ()


@pytest.mark.parametrize("identity", ["settings.APP_TITLE", "settings.ALLOW_SHARED_LINKS"])
async def test_a_field_that_is_still_being_made_is_not_drawn_yet(tmp_path: Path, identity: str) -> None:
    async with at_the_wizard(tmp_path / "chat", step="server") as operator:
        field = Field(identity, operator.app.interview)
        field.show(None)
        assert not field.query(".label"), "it was made already"
        operator.app.screen.query_one(QuestionsPane).mount(field)
        while not field.is_mounted:
            field.show(None)
            await asyncio.sleep(0)
        field.show(None)
        assert field.asked.title in str(field.query_one(".label").render())


async def test_a_field_that_is_being_taken_away_is_not_drawn_any_more(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="server") as operator:
        pane = operator.app.screen.query_one(QuestionsPane)
        for everything in (True, False):
            pane.everything = everything
            shaping = asyncio.ensure_future(pane.shape())
            while not shaping.done():
                pane.draw(None)
                await asyncio.sleep(0)
            await shaping
        assert {field.identity for field in operator.app.screen.query(Field)} == set(pane.shown)
