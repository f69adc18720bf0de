"""The one quoting rule: a spelling in ``.env`` that its readers read back as the same text.

The rules were found by trying every spelling on npm dotenv 16.4.7 to 18.0, Docker Compose 2.26 and 2.40 (interpolation and
``env_file``) and python-dotenv 1.2.4; the tests repeat that with the real programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

from wizard import composedotenv, npmdotenv


class Reader(Enum):
    """A program that reads ``.env``."""

    NPM = "npm dotenv"
    """LibreChat itself, in the api container of docker-compose.yml (api/config/credentials.js, v0.8.8-rc1)."""
    COMPOSE = "Docker Compose"
    """``${NAME}`` in the compose files and ``env_file:``."""
    PYTHON = "python-dotenv"
    """Tools around LibreChat, rag_api among them."""


ALL: Final = frozenset(Reader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """What to write right of the ``=``."""

    text: str
    misread_by: frozenset[Reader] = frozenset()
    """Readers that read something else, but stay undisturbed."""

    def __repr__(self) -> str:
        return f"Spelling(misread_by={self.misread_by!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unspellable:
    """No spelling fits."""

    character: str
    """The character that is to blame, or the first of several that cannot stand together."""
    reason: str
    """In words, without quoting the value."""


_BARE: Final = re.compile(r"[A-Za-z0-9_./:@%+,=^-]*", re.ASCII)
_EXPANDS: Final = re.compile(r"\$[A-Za-z_{$]", re.ASCII)
_ESCAPE: Final = re.compile(r"""\\(?:[\\'"abfnrtv$cuUx0-7]|$)""", re.ASCII)
_NEIGHBOURS: Final = ("", "M='m'\nN=\"n\"\nO=`o`\nP=p\n", "Q=q'\nR=r\"\nS=s`\n")
"""What may stand after a line: nothing, or lines with each quotation mark, which an unclosed one before would reach for."""
_SUSPECTS: Final = "'$\"\\#`\n\r"


def spell(value: str, *, readers: frozenset[Reader] = ALL) -> Spelling | Unspellable:
    """Return a spelling that ``readers`` read back as ``value`` and that no other reader refuses or is led astray by."""
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        return Unspellable(character="\0", reason="it holds a NUL or a half character, which no text file can hold.")
    for text in _common(value):
        if _is_read_back(text, value, Reader.NPM) and _is_read_back(text, value, Reader.COMPOSE):
            return Spelling(text=text)
    if readers != ALL:
        for text in _special(value):
            misread = frozenset(reader for reader in Reader if not _is_read_back(text, value, reader))
            if not misread & readers and all(_is_harmless(text, reader) for reader in misread):
                return Spelling(text=text, misread_by=misread)
    return _blame(value, readers)


def _common(value: str) -> Iterator[str]:
    """Give the spellings that all three readers agree on, the plainest first."""
    if _BARE.fullmatch(value):
        yield value
        return
    expands = _EXPANDS.search(value) is not None
    if not re.search(r"'|\r|\\\\|\\$", value):
        yield f"'{value}'"
    if '"' not in value and "\\" not in value and not expands:
        escaped = value.replace("\r", "\\r")
        yield f'"{escaped}"'
    if not re.search(r"[\n\r#]", value) and value == value.strip() and value[0] not in "'\"`" and not expands:
        yield value
    if '"' not in value and "\r" not in value and not expands and not _ESCAPE.search(value):
        yield f'"{value}"'


def _special(value: str) -> Iterator[str]:
    """Give spellings that only some readers read back; which ones, is tried out."""
    yield f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    yield f'"{escaped}"'
    yield f'"{value}"'
    yield f"`{value}`"
    single = value.replace("'", "\\'")
    yield f"'{single}'"
    if not re.search(r"[\n\r]", value):
        yield value
        yield value.replace("$", "$$")
    doubled = value.replace("$", "$$").replace("\\", "\\\\").replace('"', '\\"')
    yield f'"{doubled}"'


def _is_read_back(text: str, value: str, reader: Reader) -> bool:
    return all(_reading(text, after, reader) == {"K": value, **_alone(after, reader)} for after in _NEIGHBOURS)


def _is_harmless(text: str, reader: Reader) -> bool:
    """Tell whether a reader that reads another value is otherwise undisturbed: no refusal, no name lost or made up."""
    for after in _NEIGHBOURS:
        reading = _reading(text, after, reader)
        if reading is None or {name: reading[name] for name in reading if name != "K"} != _alone(after, reader):
            return False
    return True


@cache
def _alone(after: str, reader: Reader) -> dict[str, str]:
    return {name: value for name, value in (_reading("", after, reader) or {}).items() if name != "K"}


def _reading(text: str, after: str, reader: Reader) -> dict[str, str] | None:
    """Return what a reader reads from this line and those after it; ``None`` where it refuses the file."""
    lines = f"K={text}\n{after}"
    if reader is Reader.NPM:
        return npmdotenv.values(lines)
    if reader is Reader.COMPOSE:
        reading = composedotenv.read(lines)
        return None if reading.refused else reading.values()
    import io

    from dotenv.parser import parse_stream

    found: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(lines)):
        if binding.error or (binding.key is not None and binding.value is None):
            return None
        if binding.key is not None:
            found[binding.key] = binding.value or ""
    return found


def _blame(value: str, readers: frozenset[Reader]) -> Unspellable:
    for suspect in _SUSPECTS:
        if suspect in value and isinstance(spell(value.replace(suspect, ""), readers=readers), Spelling):
            present = [other for other in _SUSPECTS if other in value and other != suspect]
            others = " and ".join(repr(other) for other in present)
            together = f" together with {others}" if others else ""
            return Unspellable(character=suspect, reason=f"the character {suspect!r}{together} cannot be written.")
    suspect = next((char for char in _SUSPECTS if char in value), value[:1])
    return Unspellable(character=suspect, reason=f"the character {suspect!r} stands in it with others of its kind.")
