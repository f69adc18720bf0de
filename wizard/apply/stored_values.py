"""Counts, re-encrypts or puts back what LibreChat has encrypted in its database; :file:`stored_values.js` does the work."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wizard.apply.node_script import NotReachedError
from wizard.basics.plain_text import plain
from wizard.librechat.encrypted_values import FIELDS, NEVER_ENCRYPTED, EncryptedField, Format
from wizard.librechat.releases import Release

if TYPE_CHECKING:
    from wizard.apply.node_script import NodeHost

_LOOK_SECONDS: Final = 120.0
_WORK_SECONDS: Final = 1800.0
"""100 000 values take some ten seconds of a processor, and one write each."""
_MOST_PLACES: Final = 20
_MOVED: Final = "applied"
"""The stage in the database's journal once every value has the new keys."""
_ODD: Final = "The script in LibreChat's container returned unreadable output."
_MOST: Final = 2**53
"""The largest number that JavaScript counts to without a gap."""


class CredsPair(NamedTuple):
    """CREDS_KEY and CREDS_IV."""

    key: str
    iv: str

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "CredsPair":
        """Return the pair of these settings."""
        return cls(values.get("CREDS_KEY", ""), values.get("CREDS_IV", ""))

    @property
    def as_task(self) -> dict[str, str]:
        """The pair as the script takes it."""
        return {"key": self.key, "iv": self.iv}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCount:
    """What is in one place."""

    field: EncryptedField
    opened: int
    """Values that the present keys decrypt."""
    renewed: int = 0
    """Values that the new keys of a rotation decrypt."""
    bad: int = 0
    plain: int = 0
    """Values that are not encrypted and need not be."""
    unknown: int = 0
    unsure: int = 0
    """Of those that are decrypted: so short that garbage could look the same."""
    bad_formats: frozenset[Format] = frozenset()

    @property
    def all(self) -> int:
        """Every encrypted value, and every one that should be."""
        return self.opened + self.renewed + self.bad + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlace:
    """A value that cannot be moved: where it is, and why. Names are foreign text, already plain."""

    place: str
    document: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredValues:
    """What a look into the database gave."""

    counts: tuple[FieldCount, ...] = ()
    wrong: tuple[StoredPlace, ...] = ()
    further: int = 0
    """How many more there are of ``wrong``."""
    release: Release | None = None
    """Of the LibreChat that was asked."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of the secrets that LibreChat's database records as in use (packages/api/src/app/checks.ts:173-245, v0.8.8-rc1)."""
    received: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of CREDS_KEY and CREDS_IV as LibreChat gets them."""
    stage: str = ""
    """How far a rotation has come, by its journal in the database; empty: there is none."""
    written: int = 0

    @property
    def is_vector_wrong(self) -> bool:
        """Whether CREDS_IV alone is not the one of the data: what it is not used for is decrypted."""
        bad = frozenset[Format]().union(*(count.bad_formats for count in self.counts))
        return bad == {Format.V1} and any(count.opened for count in self.counts if Format.V1 not in count.field.formats)


def place_lines(found: StoredValues) -> tuple[str, ...]:
    """Return where values are that keep a rotation from being safe."""
    lines = [f"{one.place} ({one.document}): {one.why}" for one in found.wrong[:_MOST_PLACES]]
    further = len(found.wrong) - len(lines) + found.further
    return (*lines, *([f"and {further} more"] if further else []))


class RotationRefused(Exception):
    """The script refused; ``found`` says what prevents the rotation."""

    def __init__(self, why: str, found: StoredValues) -> None:
        super().__init__(why)
        self.why, self.found = why, found


def sha256(value: str) -> str:
    """Return the digest by which LibreChat records a secret."""
    return hashlib.sha256(value.encode()).hexdigest()


async def look(
    host: "NodeHost", pair: CredsPair | None = None, further: CredsPair | None = None, *, seconds: float = _LOOK_SECONDS
) -> StoredValues:
    """Count what is stored and which of it these keys decrypt (none: those that LibreChat gets); changes nothing.

    ``NotReachedError`` if the database cannot be asked.
    """
    pairs = {} if pair is None else {"old": pair.as_task}
    if further is not None:
        pairs["new"] = further.as_task
    return await _ask(host, "look", {"pairs": pairs} if pairs else {}, seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotator:
    """Moves what is stored from old to new keys; each of its steps can be repeated after a kill."""

    host: "NodeHost"
    old: Mapping[str, str] = field(repr=False)
    """The secrets that are replaced, with their values before."""
    new: Mapping[str, str] = field(repr=False)
    demands: bool = True
    """Whether LibreChat has to get the keys from the files; not where it generated them itself."""

    async def rotate(self) -> StoredValues:
        """Encrypt everything with the new keys and verify it; ``RotationRefused``: nothing was written, or it can be put back."""
        demands = {"demands": CredsPair.of(self.old).as_task} if self.demands else {}
        found = await self._ask("rotate", demands)
        if found.stage != _MOVED:
            raise NotReachedError(_ODD)
        return found

    async def back(self, *, moved: bool) -> StoredValues:
        """Put every value back; ``moved``: all values had the new keys once, so the journal may be gone."""
        return await self._ask("back", {"moved": moved})

    async def commit(self) -> StoredValues:
        """Verify once more, as a LibreChat sees it that gets the new keys, and drop the journal."""
        return await self._ask("commit", {"demands": CredsPair.of(self.new).as_task})

    async def record(self) -> StoredValues:
        """Have LibreChat's own record of its secrets name the new ones; for secrets that encrypt nothing."""
        return await self._ask("mark")

    async def _ask(self, op: str, more: Mapping[str, object] | None = None) -> StoredValues:
        task = {
            **(more or {}),
            "pairs": {"old": CredsPair.of(self.old).as_task, "new": CredsPair.of(self.new).as_task},
            "run": secrets.token_hex(8),
            "digests": {
                "old": {name: sha256(value) for name, value in self.old.items()},
                "new": {name: sha256(value) for name, value in self.new.items()},
            },
        }
        return await _ask(self.host, op, task, _WORK_SECONDS)


async def _ask(host: "NodeHost", op: str, more: Mapping[str, object], seconds: float) -> StoredValues:
    task = {**more, "op": op, "fields": [each.as_task() for each in FIELDS], "unswept": list(NEVER_ENCRYPTED)}
    found = await host.ask("wizard.apply", "stored_values.js", task, seconds=seconds)
    read = _read(found)
    if "refused" in found:
        raise RotationRefused(plain(str(found["refused"]), limit=200), read)
    return read


class _OddAnswerError(Exception):
    """The script answered something that it never says."""


def _read(found: Mapping[str, Any]) -> StoredValues:
    """Read an answer; ``NotReachedError`` if it is none of the script's: what runs there decides what it says."""
    try:
        return StoredValues(
            counts=tuple(map(_count, _rows(found, "rows"))),
            wrong=tuple(map(_place, _rows(found, "wrong"))),
            further=_number(found, "more"),
            release=_release(found.get("release")),
            digests=_texts(found.get("digests")),
            received=_texts(found.get("gets")),
            stage=plain(str(found.get("stage") or ""), limit=20),
            written=_number(found, "written"),
        )
    except _OddAnswerError:
        raise NotReachedError(_ODD) from None


def _release(value: object) -> Release | None:
    try:
        return Release.parse(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _rows(found: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = found.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _OddAnswerError
    return rows


def _number(found: Mapping[str, Any], name: str) -> int:
    number = found.get(name, 0)
    if type(number) is not int or not 0 <= number <= _MOST:
        raise _OddAnswerError
    return number


def _texts(found: object) -> dict[str, str]:
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise _OddAnswerError
    return found


def _count(row: Mapping[str, Any]) -> FieldCount:
    place, forms = _number(row, "field"), row.get("forms", {})
    if place >= len(FIELDS) or "field" not in row or not isinstance(forms, dict) or not set(forms) <= set(Format):
        raise _OddAnswerError
    return FieldCount(
        field=FIELDS[place],
        opened=_number(row, "old"),
        renewed=_number(row, "new"),
        bad=_number(row, "bad"),
        plain=_number(row, "plain"),
        unknown=_number(row, "unknown"),
        unsure=_number(row, "unsure"),
        bad_formats=frozenset(map(Format, forms)),
    )


def _place(each: Mapping[str, Any]) -> StoredPlace:
    return StoredPlace(
        place=plain(f"{each.get('collection')}.{each.get('path')}", limit=240),
        document=plain(str(each.get("id")), limit=60),
        why=plain(str(each.get("why")), limit=200),
    )
