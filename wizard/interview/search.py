"""The search through every setting and every question of the wizard's own."""

from __future__ import annotations

from wizard import catalogue
from wizard.catalogue.model import Setting
from wizard.catalogue.questions import QUESTIONS


def search(text: str) -> list[Setting]:
    """Return the questions in which all the words stand, the nearest first."""
    words = text.lower().split()
    found = [one for one in (*catalogue.SETTINGS, *QUESTIONS) if all(word in _haystack(one) for word in words)]
    return sorted(found, key=lambda one: _distance(one.label.lower(), words))


def _distance(name: str, words: list[str]) -> int:
    """Order what was found: the very name first, then names that begin so, that hold the words, the rest."""
    if words == [name]:
        return 0
    return 1 if words and name.startswith(words[0]) else 2 if all(word in name for word in words) else 3


def _haystack(one: Setting) -> str:
    return f"{one.id} {one.title} {one.help} {one.empty}".lower()
