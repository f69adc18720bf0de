"""BSON, as far as LibreChat's driver sends it to the tests' own MongoDB (bsonspec.org, version 1.1)."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_INT32: Final = range(-(2**31), 2**31)


@dataclass(frozen=True, slots=True, order=True)
class ObjectId:
    """What MongoDB's drivers give a document as its name: twelve bytes."""

    data: bytes

    @classmethod
    def new(cls) -> ObjectId:
        """Make one."""
        return cls(secrets.token_bytes(12))

    def __str__(self) -> str:
        return self.data.hex()


class Long(int):
    """A number that is sent with 64 bits, whatever its size."""


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression and its options."""

    pattern: str
    options: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """A value of a kind that nothing here looks into, as it came: its type and its bytes."""

    kind: int
    data: bytes


_FIXED: Final = {0x06: 0, 0xFF: 0, 0x7F: 0, 0x11: 8, 0x13: 16}
"""Types that are only handed on (undefined, MinKey, MaxKey, timestamp, Decimal128), with their lengths."""


def decode(data: bytes | memoryview, at: int = 0) -> tuple[dict[str, Any], int]:
    """Return the document at a place, and the place behind it."""
    size = struct.unpack_from("<i", data, at)[0]
    end, at, found = at + size - 1, at + 4, {}
    while at < end:
        kind = data[at]
        name, at = _name(data, at + 1)
        found[name], at = _value(kind, data, at)
    return found, end + 1


def encode(document: dict[str, Any]) -> bytes:
    """Return a document's bytes."""
    body = b"".join(_element(name, value) for name, value in document.items())
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def _name(data: bytes | memoryview, at: int) -> tuple[str, int]:
    end = bytes(data[at : at + 2000]).index(0) + at
    return bytes(data[at:end]).decode(), end + 1


def _value(kind: int, data: bytes | memoryview, at: int) -> tuple[Any, int]:  # noqa: PLR0911 - one for each type
    if kind in (0x03, 0x04):
        document, at = decode(data, at)
        return (document if kind == 0x03 else list(document.values())), at
    if kind in (0x02, 0x0D, 0x0E):
        size = struct.unpack_from("<i", data, at)[0]
        return bytes(data[at + 4 : at + 3 + size]).decode("utf-8", "surrogateescape"), at + 4 + size
    if kind == 0x05:
        size = struct.unpack_from("<i", data, at)[0]
        whole = bytes(data[at : at + 5 + size])
        return (whole[5:] if whole[4] == 0 else Other(kind, whole)), at + 5 + size
    if kind == 0x0B:
        pattern, at = _name(data, at)
        options, at = _name(data, at)
        return Regex(pattern, options), at
    if kind in _FIXED:
        return Other(kind, bytes(data[at : at + _FIXED[kind]])), at + _FIXED[kind]
    if kind == 0x0A:
        return None, at
    size, made = _SIZED[kind]
    return made(bytes(data[at : at + size])), at + size


_SIZED: Final[Mapping[int, tuple[int, Callable[[bytes], Any]]]] = {
    0x01: (8, lambda part: struct.unpack("<d", part)[0]),
    0x07: (12, ObjectId),
    0x08: (1, lambda part: part != b"\0"),
    0x09: (8, lambda part: _EPOCH + timedelta(milliseconds=struct.unpack("<q", part)[0])),
    0x10: (4, lambda part: struct.unpack("<i", part)[0]),
    0x12: (8, lambda part: Long(struct.unpack("<q", part)[0])),
}


def _element(name: str, value: Any) -> bytes:
    kind, data = _typed(value)
    return bytes([kind]) + name.encode() + b"\0" + data


def _typed(value: Any) -> tuple[int, bytes]:
    if (known := _ENCODED.get(type(value))) is not None:
        return known(value)
    for kind, encoded in _ENCODED.items():
        if isinstance(value, kind):
            return encoded(value)
    raise TypeError(f"no BSON for {type(value).__name__}")


def _integer(value: int) -> tuple[int, bytes]:
    return (0x10, struct.pack("<i", value)) if value in _INT32 else (0x12, struct.pack("<q", value))


def _text(value: str) -> tuple[int, bytes]:
    text = value.encode("utf-8", "surrogateescape")
    return 0x02, struct.pack("<i", len(text) + 1) + text + b"\0"


_ENCODED: Final[Mapping[type, Callable[[Any], tuple[int, bytes]]]] = {
    type(None): lambda _: (0x0A, b""),
    bool: lambda value: (0x08, bytes([value])),
    Long: lambda value: (0x12, struct.pack("<q", value)),
    int: _integer,
    float: lambda value: (0x01, struct.pack("<d", value)),
    str: _text,
    dict: lambda value: (0x03, encode(value)),
    list: lambda value: (0x04, encode({str(number): each for number, each in enumerate(value)})),
    bytes: lambda value: (0x05, struct.pack("<i", len(value)) + b"\0" + value),
    ObjectId: lambda value: (0x07, value.data),
    datetime: lambda value: (0x09, struct.pack("<q", (value - _EPOCH) // timedelta(milliseconds=1))),
    Regex: lambda value: (0x0B, value.pattern.encode() + b"\0" + value.options.encode() + b"\0"),
    Other: lambda value: (value.kind, value.data),
}
"""In this order: a truth value is a number, and a long one too."""
