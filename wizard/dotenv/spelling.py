"""The one quoting rule: a spelling in ``.env`` that all its readers read back as the same text.

The rules were found by trying every spelling on npm dotenv 16.4.7 to 18.0, Docker Compose 2.26 and 2.40 (interpolation and
``env_file``) and python-dotenv 1.2.4; the tests repeat that with the real programs.
"""

import re
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.dotenv import compose, npm


class Reader(Enum):
    """A program that reads ``.env``."""

    NPM = "npm dotenv"
    """LibreChat itself, in the api container of docker-compose.yml (api/config/credentials.js, v0.8.8-rc1)."""
    COMPOSE = "Docker Compose"
    """``${NAME}`` in the compose files and ``env_file:``."""
    PYTHON = "python-dotenv"
    """Tools around LibreChat, rag_api among them."""


ALL: Final = frozenset(Reader)


class Spelling(NamedTuple):
    """What to write right of the ``=``."""

    text: str
    misread_by: frozenset[Reader] = frozenset()
    """Readers that read something else, but stay undisturbed."""

    def __repr__(self) -> str:
        return f"Spelling(misread_by={self.misread_by!r})"


class Unspellable(NamedTuple):
    """No spelling fits."""

    character: str
    """The character that is to blame, or the first of several that cannot be together."""
    reason: str
    """In words, without quoting the value."""


_BARE: Final = late_pattern(r"[A-Za-z0-9_./:@%+,=^-]*", re.ASCII)
_EXPANDS: Final = late_pattern(r"\$[A-Za-z_{$\u017f\u212a]")
_ESCAPE: Final = late_pattern(r"""\\(?:[\\'"abfnrtv$cuUx0-7]|$)""", re.ASCII)
_NEIGHBOURS: Final = ("", "M='m'\nN=\"n\"\nO=`o`\nP=p\n", "Q=q'\nR=r\"\nS=s`\n")
"""What may stand after a line: nothing, or lines with each quotation mark, which an unclosed one before would reach for."""
_SUSPECTS: Final = "'$\"\\#`\n\r"
_UNWRITABLE: Final = late_pattern("[\0\ud800-\udfff]")


def spell(value: str, *, readers: frozenset[Reader] = ALL) -> Spelling | Unspellable:
    """Return a spelling that ``readers`` read back as ``value`` and that no other reader refuses or is led astray by.

    It can stand anywhere in a file. A value that no spelling fits is answered with the character to blame.
    """
    if match := _UNWRITABLE.search(value):
        what = "a NUL character" if match[0] == "\0" else f"an unpaired surrogate (U+{ord(match[0]):04X})"
        return Unspellable(character=match[0], reason=f"it contains {what}, which is not allowed in a text file.")
    return _found(value, readers) or _blame(value, readers)


def _found(value: str, readers: frozenset[Reader]) -> Spelling | None:
    for text in _common(value):
        if _is_read_back(text, value, Reader.NPM) and _is_read_back(text, value, Reader.COMPOSE):
            return Spelling(text=text)
    if readers == ALL:
        return None
    fitting: list[Spelling] = []
    for text in dict.fromkeys(_special(value)):
        misread = frozenset(reader for reader in Reader if not _is_read_back(text, value, reader))
        if not misread & readers and all(_is_harmless(text, reader) for reader in misread):
            fitting.append(Spelling(text=text, misread_by=misread))
    return min(fitting, key=lambda spelling: len(spelling.misread_by), default=None)


def _common(value: str) -> Iterator[str]:
    """Yield the spellings that all three readers agree on, the plainest first.

    What python-dotenv would read otherwise is left out here, so that it need not be loaded.
    """
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
    """Yield spellings that only some readers read back; which ones, is tried out. None holds a CR as such."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\r", "\\r")
    # By its octal number a mark is none to anybody, so that Docker Compose alone can be told every text.
    octal = value.replace("\\", "\\0134").replace('"', "\\0042").replace("$", "\\$").replace("\r", "\\r")
    octal = octal.replace("'", "\\0047").replace("`", "\\0140")
    plain = value.replace("\r", "\\r")
    if "\r" in value:
        yield from (f'"{escaped}"', f'"{plain}"', f'"{octal}"')
        return
    yield f"'{value}'"
    yield f'"{escaped}"'
    yield f'"{plain}"'
    yield f"`{value}`"
    single = value.replace("'", "\\'")
    yield f"'{single}'"
    if "\n" not in value:
        yield value
        yield value.replace("$", "$$")
    doubled = value.replace("$", "$$").replace("\\", "\\\\").replace('"', '\\"')
    yield f'"{doubled}"'
    yield f'"{octal}"'


def _is_read_back(text: str, value: str, reader: Reader) -> bool:
    return all(_reading(text, after, reader) == {"K": value, **_alone(after, reader)} for after in _NEIGHBOURS)


def _is_harmless(text: str, reader: Reader) -> bool:
    """Return whether a reader that reads another value is otherwise undisturbed: no refusal, no name lost or made up."""
    for after in _NEIGHBOURS:
        reading = _reading(text, after, reader)
        if reading is None or {name: reading[name] for name in reading if name != "K"} != _alone(after, reader):
            return False
    return True


@cache
def _alone(after: str, reader: Reader) -> dict[str, str]:
    return {name: value for name, value in (_reading("", after, reader) or {}).items() if name != "K"}


def _reading(text: str, after: str, reader: Reader) -> dict[str, str] | None:
    """Return what a reader reads from this line and those after it; ``None`` if it refuses the file."""
    lines = f"K={text}\n{after}"
    if reader is Reader.NPM:
        return npm.values(lines)
    if reader is Reader.COMPOSE:
        reading = compose.read(lines)
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
    """Name the characters that cannot be together in this value, as few as will do."""
    present = [suspect for suspect in _SUSPECTS if suspect in value]
    clashing: list[str] = []
    for suspect in present:
        without = value.replace(suspect, "")
        if _found(without, readers) is None:
            # The others are enough to make it impossible.
            value = without
        else:
            clashing.append(suspect)
    first = clashing[0]
    if len(clashing) == 1:
        return Unspellable(
            character=first, reason=f"the character {first!r} cannot be written at its position in the value."
        )
    named = f"{', '.join(map(repr, clashing[:-1]))} and {clashing[-1]!r}"
    return Unspellable(character=first, reason=f"the characters {named} cannot be combined in one value.")
