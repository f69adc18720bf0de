"""The search through every setting and every question of the wizard's own."""

from __future__ import annotations

from wizard import catalogue
from wizard.catalogue.model import Setting
from wizard.catalogue.questions import QUESTIONS, SETTINGS, label


def search(text: str) -> list[tuple[str, Setting]]:
    """Return the questions in which all the words stand, as (question id, setting), the nearest first."""
    words = text.lower().split()
    entries = [*((f"{SETTINGS}{one.key}", one) for one in catalogue.SETTINGS), *((one.key, one) for one in QUESTIONS)]
    found = [(name, one) for name, one in entries if all(word in _haystack(name, one) for word in words)]
    return sorted(found, key=lambda entry: _distance(label(entry[0]).lower(), words))


def _distance(name: str, words: list[str]) -> int:
    """Order what was found: the very name first, then names that begin so, that hold the words, the rest."""
    if words == [name]:
        return 0
    return 1 if words and name.startswith(words[0]) else 2 if all(word in name for word in words) else 3


def _haystack(name: str, one: Setting) -> str:
    return f"{name} {one.title} {one.help} {one.empty}".lower()
