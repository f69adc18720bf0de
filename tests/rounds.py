"""How many rounds the tests go that repeat something: the one place where that is decided.

``./test --fast`` is for the minute after an edit, plain ``./test`` for every change, ``./test --long`` for a release. With pytest
alone: ``--rounds long``, or WIZARD_ROUNDS=long in the environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """One choice of numbers."""

    kills: int
    """Random instants at which a writing process is killed."""
    values: int
    """Hostile values that every reader of .env is asked about."""
    documents: float
    """Factor for the random documents that the readers of .env are asked about."""
    examples: float
    """Factor for hypothesis' examples."""
    size: float
    """Factor for the large texts whose cost of reading is compared with that of small ones."""


CHOICES: Final = {
    "fast": Rounds(kills=5, values=40, documents=0.02, examples=0.05, size=0.005),
    "normal": Rounds(kills=60, values=1_500, documents=1, examples=1, size=0.25),
    "long": Rounds(kills=400, values=20_000, documents=12, examples=20, size=1),
}
NAME: Final = os.environ.get("WIZARD_ROUNDS", "normal")
"""Set by tests/plugin.py before a module of tests is imported."""
ROUNDS: Final = CHOICES[NAME]


def of_each_kind(every: Iterable[T], usual: Iterable[T]) -> list[T]:
    """Return the cases to go through: one or two of each kind, and every one before a release.

    For tests in which a whole program starts for every case, at a terminal or on a Docker engine.
    """
    cases, chosen = list(every), list(usual)
    assert all(case in cases for case in chosen)
    return cases if NAME == "long" else chosen


def examples(count: int) -> int:
    """Return how many examples hypothesis tries where ``count`` is the usual number."""
    return max(5, round(count * ROUNDS.examples))


def documents(count: int) -> int:
    """Return how many random documents are made where ``count`` is the usual number."""
    return max(5, round(count * ROUNDS.documents))
