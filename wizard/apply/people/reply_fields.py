"""Reads the object that people.js prints: untrusted JSON that may have any shape.

``NotReachedError`` for what is missing or of another kind: nothing can be said about the accounts then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from wizard.apply.node_script import NotReachedError

Kind = TypeVar("Kind")
Answer = Mapping[str, Any]
_MOST: Final = 2**53
"""The largest whole number that JavaScript counts to (Number.MAX_SAFE_INTEGER, plus one)."""


def value(answer: Answer, name: str) -> Any:
    """Return what is there."""
    if name not in answer:
        raise _odd(name)
    return answer[name]


def text(answer: Answer, name: str) -> str:
    """Return a text."""
    return _of(answer, name, str)


def flag(answer: Answer, name: str) -> bool:
    """Return a truth value."""
    return _of(answer, name, bool)


def count(answer: Answer, name: str) -> int:
    """Return how many."""
    number = value(answer, name)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= _MOST:
        raise _odd(name)
    return number


def milliseconds(answer: Answer, name: str) -> float | None:
    """Return a time as JavaScript has it, or none."""
    number = value(answer, name)
    if number is not None and (isinstance(number, bool) or not isinstance(number, int | float)):
        raise _odd(name)
    return number


def listed(answer: Answer, name: str) -> list[Any]:
    """Return a list of anything."""
    return _of(answer, name, list)


def texts(answer: Answer, name: str) -> tuple[str, ...]:
    """Return a list of texts."""
    found = listed(answer, name)
    if not all(isinstance(one, str) for one in found):
        raise _odd(name)
    return tuple(found)


def objects(answer: Answer, name: str) -> list[dict[str, Any]]:
    """Return a list of objects."""
    found = listed(answer, name)
    if not all(isinstance(one, dict) for one in found):
        raise _odd(name)
    return found


def mapping(answer: Answer, name: str) -> dict[str, Any]:
    """Return an object."""
    return _of(answer, name, dict)


def _of(answer: Answer, name: str, kind: type[Kind]) -> Kind:
    found = value(answer, name)
    if not isinstance(found, kind):
        raise _odd(name)
    return found


def _odd(name: str) -> NotReachedError:
    return NotReachedError(f"LibreChat's database could not be read: unexpected reply (field {name}).")
