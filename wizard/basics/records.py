"""Versioned JSON records in the wizard's own folder. Only this module reads and writes them.

What is read may be damaged, planted or written by a later release: everything that is not exactly as a record has to be
is a :class:`DamagedRecord`, so that no caller meets an error of the parser.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, get_args, get_origin, get_type_hints

from wizard.basics.filesystem import NotRegularError, TooLargeError, look, read_present, remove, sync_folder

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed import DataclassInstance

    from wizard.basics.private_folder import PrivateFolder

Kind = TypeVar("Kind")
Stored = TypeVar("Stored", bound="DataclassInstance")

LARGEST: Final = 4_000_000
"""Bytes; the largest record is a draft with a few certificates."""
_LARGEST_NUMBER: Final = 2**32 - 2
"""The largest user or group number: one more is "as it is" (chown(2))."""


class DamagedRecord(Exception):
    """A record is not as it was written; the argument says how, in words for an operator."""


class NewerRecord(DamagedRecord):
    """A record was written by a later release."""


NOT_STORED: Final = MappingProxyType({"stored": False})
"""Metadata of a dataclass's field that is not part of its record."""


def stored(record: DataclassInstance) -> dict[str, object]:
    """Return a dataclass as its record has it, times in UTC; :meth:`RecordFields.record` reads it again."""
    # Not above: most commands only look whether there is a record.
    from dataclasses import asdict

    content = asdict(record)
    return {name: _instant_text(content[name]) for name in _stored_names(type(record))}


def _instant_text(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _stored_names(kind: type[DataclassInstance]) -> list[str]:
    from dataclasses import fields

    return [field.name for field in fields(kind) if field.metadata.get("stored", True)]


class RecordFields:
    """An object of a record: each field is read with the type it has to have, else it is a ``DamagedRecord``."""

    def __init__(self, content: object, name: str = "it") -> None:
        if not isinstance(content, dict):
            raise DamagedRecord(f"{name} is not a JSON object")
        self._content: Mapping[str, Any] = content

    def record(self, kind: type[Stored]) -> Stored:
        """Return a dataclass; its annotations declare the type of each field.

        These may be texts, truth values, numbers from 0 to the largest user number, times, members of a ``StrEnum``, such
        dataclasses, tuples of one of these, or one of these or ``None``.
        """
        kinds = get_type_hints(kind)
        return kind(**{name: self._get(name, kinds[name]) for name in _stored_names(kind)})

    def text(self, name: str) -> str:
        """Return a text that can be a name in the file system too: without NUL and characters that no file name has."""
        return self._get(name, str)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of such texts."""
        return self._get(name, tuple[str, ...])

    def number(self, name: str) -> int:
        """Return a number from 0 to the largest user number."""
        return self._get(name, int)

    def instant(self, name: str) -> datetime:
        """Return a time in UTC."""
        return self._get(name, datetime)

    def fields_or_none(self, name: str) -> RecordFields | None:
        """Return an object within, or ``None`` for null."""
        return None if self._value(name) is None else self._get(name, RecordFields)

    def each(self, name: str) -> tuple[RecordFields, ...]:
        """Return the objects of a list."""
        return self._get(name, tuple[RecordFields, ...])

    def items(self, name: str) -> Iterator[tuple[str, object]]:
        """Return names and values of an object within."""
        value = self._value(name)
        if not isinstance(value, dict):
            raise DamagedRecord(f"{name} is not a JSON object")
        return iter(value.items())

    def _get(self, name: str, kind: type[Kind]) -> Kind:
        return cast("Kind", _read(name, self._value(name), kind))

    def _value(self, name: str) -> object:
        if name not in self._content:
            raise DamagedRecord(f"{name} is missing")
        return self._content[name]


def _read(name: str, value: object, kind: Any) -> object:
    """Return a JSON value as what it has to be."""
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise DamagedRecord(f"{name} is not a list")
        return tuple(_read(name, each, get_args(kind)[0]) for each in value)
    if not isinstance(kind, type):
        return (
            None if value is None else _read(name, value, next(each for each in get_args(kind) if each is not NoneType))
        )
    if hasattr(kind, "__dataclass_fields__"):
        return RecordFields(value, name).record(kind)
    return RecordFields(value, name) if kind is RecordFields else _scalar(name, value, kind)


def _scalar(name: str, value: object, kind: type) -> object:
    if kind is bool:
        if not isinstance(value, bool):
            raise DamagedRecord(f"{name} is neither true nor false")
        return value
    if kind is int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_NUMBER:
            raise DamagedRecord(f"{name} is not a valid number")
        return value
    text = _text(name, value)
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if kind is datetime else kind(text)
    except (ValueError, OverflowError):
        raise DamagedRecord(f"{name} is not a {'time' if kind is datetime else 'known value'}") from None


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise DamagedRecord(f"{name} is not text")
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        raise DamagedRecord(f"{name} is not valid text") from None
    if "\0" in value:
        raise DamagedRecord(f"{name} is not valid text")
    return value


class RecordFile:
    """One record in the wizard's private folder; making one touches nothing."""

    def __init__(self, private_folder: PrivateFolder, path: Path, *, version: int = 1, largest: int = LARGEST) -> None:
        self._private_folder = private_folder
        self.path: Final = path
        self._version = version
        self._largest = largest

    def exists(self) -> bool:
        """Return whether something is at the record's path; ``OSError`` if that cannot be seen."""
        return look(self.path) is not None

    def read(self) -> RecordFields | None:
        """Return the record's fields, ``None`` if there is no record.

        ``DamagedRecord`` for anything that is not a record of this version; ``OSError`` if it cannot be read.
        """
        try:
            present = read_present(self.path, largest=self._largest)
        except NotRegularError as error:
            raise DamagedRecord(f"there is {error} in place of the record") from None
        except TooLargeError:
            raise DamagedRecord("it is too large") from None
        if present is None:
            return None
        if present.about.st_uid not in self._private_folder.owners():
            raise DamagedRecord("another user created it")
        if present.about.st_nlink > 1:
            raise DamagedRecord("it is a hard link to another file")
        fields = RecordFields(_parsed(present.data))
        version = fields.number("version")
        if version > self._version:
            raise NewerRecord("a later release of librechat-wizard wrote it")
        if version != self._version:
            raise DamagedRecord("its version is unknown")
        return fields

    def write(self, content: Mapping[str, object], *, durable: bool = True) -> None:
        """Put the record in place in one step, private from the first byte; ``OSError`` if that fails.

        With ``durable`` it waits until the disk has it: a power cut leaves the old record or the new one.
        """
        self._private_folder.replace_file(self.path, self._encoded(content), durable=durable)

    def create(self, content: Mapping[str, object]) -> None:
        """Make the record, if none exists yet; it is on the disk when this returns."""
        self._private_folder.create_file(self.path, self._encoded(content))

    def remove(self) -> None:
        """Remove the record, on the disk too, and what a cut left of one that was being written."""
        removed = remove(self.path)
        if remove(self.path.with_name(f"{self.path.name}.tmp")) or removed:
            sync_folder(self.path.parent)

    def _encoded(self, content: Mapping[str, object]) -> bytes:
        import json

        return json.dumps({"version": self._version, **content}, indent=1).encode("ascii")


def _parsed(data: bytes) -> object:
    import json

    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise DamagedRecord("it cannot be read") from None
