"""Converts text that a person typed to a value of the answers, by question."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from wizard import catalogue
from wizard.catalogue.answers_form import AnswersForm
from wizard.catalogue.model import SWITCHES, Kind, Setting
from wizard.catalogue.questions import QUESTIONS


def items(text: str) -> list[str]:
    """Return the items of a list as a person types it: separated by commas."""
    return [item.strip() for item in text.split(",") if item.strip()]


def is_switch(asked: Setting) -> bool:
    """Return whether it is either on or off."""
    return asked.kind in SWITCHES


@cache
def _places() -> Mapping[str, tuple[int, int]]:
    parts = {name: number for number, name in enumerate(AnswersForm.names)}
    asked = [one for one in (*QUESTIONS, *catalogue.SETTINGS) if not one.is_guide]
    return {one.id: (parts[one.id.partition(".")[0]], number) for number, one in enumerate(asked)}


def nested(values: Mapping[str, object]) -> dict[str, Any]:
    """Return values by question id as the nested mapping that the answers file holds: ``proxy.hops`` below ``proxy``.

    In the order of the declarations, so that the same answers make the same file however they were given.
    """
    parts: dict[str, Any] = {}
    for identity in sorted(values, key=_places().__getitem__):
        *outer, name = identity.split(".")
        place = parts
        for part in outer:
            place = place.setdefault(part, {})
        place[name] = values[identity]
    return parts


def plain_value(asked: Setting, text: str) -> str | int | list[str] | None:
    """Return the value; ``None`` for an empty text."""
    if not text:
        return None
    if asked.kind is Kind.LIST and not asked.is_variable:
        return items(text)
    if is_switch(asked) and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text.isascii() and text.isdigit() and (text == "0" or text[0] != "0"):
        return int(text)
    return text
