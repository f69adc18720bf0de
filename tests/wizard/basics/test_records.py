"""Records of the wizard's own folder: what is damaged, planted or newer is a typed answer for every reader, never a traceback."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wizard.answers.draft import Draft, Typed
from wizard.basics.private_folder import PrivateFolder
from wizard.basics.problem import WriteRefused
from wizard.basics.records import LARGEST, NOT_STORED, DamagedRecord, NewerRecord, RecordFields, RecordFile, stored
from wizard.interview.draft_file import DraftFile
from wizard.store.account_record import ProbeRecords
from wizard.store.apply_record import ApplyRecords
from wizard.store.backups import Backups
from wizard.store.journal import Journal

DAMAGES = [
    b"", b"{", b"[]", b"3", b"\xff\xfe\x00", b"\x00" * 50, b'{"version": 1}', b'{"version": true}', b'{"version": 0}',
    b'{"version": 2}', b'{"version": "1"}', b'{"version": NaN}', b"[" * 200_000, b'{"a":' * 200_000,
    b'{"version": ' + b"1" * 5000 + b"}", b'{"version": 1e999}', b" " * (LARGEST + 1),
]  # fmt: skip


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class Inner:
    texts: tuple[str, ...]
    none: int | None


@dataclass(frozen=True, kw_only=True)
class Everything:
    text: str
    flag: bool
    number: int
    when: datetime
    colour: Colour
    inner: Inner
    inners: tuple[Inner, ...]
    maybe: Inner | None
    hidden: str = field(default="as made", metadata=NOT_STORED)


WHEN = datetime(2026, 1, 31, 10, tzinfo=UTC)
RECORD = Everything(
    text="ä\udc80",
    flag=True,
    number=7,
    when=WHEN,
    colour=Colour.RED,
    inner=Inner(texts=("a", ""), none=None),
    inners=(Inner(texts=(), none=1),),
    maybe=None,
)


@pytest.fixture
def room(tmp_path: Path) -> PrivateFolder:
    room = PrivateFolder(tmp_path)
    room.prepare()
    return room


@pytest.fixture
def record(room: PrivateFolder) -> RecordFile:
    return RecordFile(room, room.path / "x.json")


def test_a_record_comes_back(record: RecordFile) -> None:
    assert record.read() is None
    assert not record.exists()
    record.write(stored(replace(RECORD, when=WHEN.astimezone(timezone(timedelta(hours=2))), hidden="never written")))
    assert b"hidden" not in record.path.read_bytes()
    fields = record.read()
    assert fields is not None
    assert fields.record(Everything) == RECORD
    record.remove()
    assert record.read() is None


@pytest.mark.parametrize("durable", [True, False])
def test_it_is_private_from_the_first_byte(record: RecordFile, monkeypatch: pytest.MonkeyPatch, durable: bool) -> None:
    modes: list[int] = []
    synced: list[int] = []
    write, fsync = os.write, os.fsync

    def writing(descriptor: int, data: bytes) -> int:
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return write(descriptor, data)

    def syncing(descriptor: int) -> None:
        synced.append(descriptor)
        fsync(descriptor)

    monkeypatch.setattr(os, "write", writing)
    monkeypatch.setattr(os, "fsync", syncing)
    umask = os.umask(0)
    try:
        record.write({"a": "b"}, durable=durable)
    finally:
        os.umask(umask)
    assert modes == [0o600]
    assert bool(synced) is durable
    assert [path.name for path in record.path.parent.iterdir()] == ["x.json"]


def when_of(record: RecordFile) -> str:
    fields = record.read()
    assert fields is not None
    return fields.text("when")


@pytest.mark.parametrize("data", DAMAGES, ids=range(len(DAMAGES)))
def test_damage_is_typed(record: RecordFile, data: bytes) -> None:
    record.path.write_bytes(data)
    with pytest.raises(DamagedRecord):
        when_of(record)


def test_a_later_release_is_told_apart(record: RecordFile) -> None:
    record.path.write_text('{"version": 2}')
    with pytest.raises(NewerRecord, match="later release"):
        record.read()


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.mkdir(), lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_neither_followed_nor_waited_for(record: RecordFile, make: Callable[[Path], object]) -> None:
    make(record.path)
    with pytest.raises(DamagedRecord):
        record.read()


WRONG: list[tuple[str, object]] = [
    ("text", 5), ("text", None), ("text", "a\0b"), ("text", "\ud800"), ("flag", 1), ("flag", "true"),
    ("number", -1), ("number", 2**40), ("number", True), ("number", 1.0), ("when", "yesterday"), ("when", 5),
    ("when", "0001-01-01T00:00:00+14:00"), ("colour", "blue"), ("colour", 1), ("inner", []), ("inner", None),
    ("inner", {"texts": "abc", "none": 1}), ("inner", {"texts": [1], "none": 1}), ("inner", {"texts": [], "none": "x"}),
    ("inner", {"texts": []}), ("inners", {}), ("inners", [1]), ("maybe", 0), ("maybe", {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_type_is_damage(name: str, value: object) -> None:
    content = json.loads(json.dumps(stored(RECORD)))
    with pytest.raises(DamagedRecord):
        RecordFields({**content, name: value}).record(Everything)
    del content[name]
    with pytest.raises(DamagedRecord):
        RecordFields(content).record(Everything)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("texts", "abc"),
        ("number", -1),
        ("instant", "x"),
        ("each", {}),
        ("each", [1]),
        ("items", [1]),
        ("fields_or_none", 0),
    ],
)
def test_a_wrong_type_of_one_field_is_damage(kind: str, value: object) -> None:
    for name in ("x", "absent"):
        with pytest.raises(DamagedRecord):
            getattr(RecordFields({"x": value}), kind)(name)


def test_times_are_in_utc() -> None:
    there = datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=2)))
    assert RecordFields({"x": there.isoformat()}).instant("x") == datetime(2026, 1, 31, 10, tzinfo=UTC)
    assert RecordFields({"x": "2026-01-31T10:00:00"}).instant("x").tzinfo is UTC


# A planted record of each kind: values of every type where a field is expected, in a shape that is nearly right.
NAMES = [
    *("version", "when", "backup", "entries", "folders", "name", "target", "before", "after", "leftovers", "sha256"),
    *("mode", "uid", "gid", "stage", "earlier", "backups", "former", "running", "forward", "back", "services"),
    *("orphans", "admin", "needs_admin", "email", "files", "copy", "step", "text", "access"),
]
LEAVES = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    st.sampled_from(["", "\0", "\ud800", "../x", "/etc", ".env", "0644", "2026-01-31T10:00:00", "write", "red"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)
RECORDS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=12).map(lambda content: {**content, "version": 1})
SPOILED = "2026-01-31T10-00-00Z"


def readers(folder: Path) -> dict[Path, Callable[[], object]]:
    """Every reader of a record, by the file that it reads."""
    room = PrivateFolder(folder)
    backups = Backups(room)

    def backup() -> object:
        return backups.read(backups.listed()[0])

    def journal() -> object:
        record = Journal(room, folder).read()
        Journal(room, folder).clear()
        return record

    return {
        room.path / "transaction.json": journal,
        room.path / "apply.json": ApplyRecords(room).read,
        room.path / "probe.json": ProbeRecords(folder).left,
        room.path / "draft.json": DraftFile(folder).read,
        backups.path / SPOILED / "manifest.json": backup,
    }


WORDS = re.compile("this backup is damaged|a later release of librechat-wizard created this backup")


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("data", DAMAGES, ids=range(len(DAMAGES)))
def test_no_reader_fails_otherwise_than_by_a_refusal(room: PrivateFolder, number: int, data: bytes) -> None:
    (room.path / "backups" / SPOILED).mkdir(parents=True)
    path, read = list(readers(room.path.parent).items())[number]
    path.write_bytes(data)
    try:
        read()
    except WriteRefused as refusal:
        assert WORDS.search(str(refusal))  # noqa: PT017 - refusing is one of two right answers


@pytest.mark.parametrize("number", range(5))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=RECORDS)
def test_no_planted_record_makes_a_reader_fail(room: PrivateFolder, number: int, content: dict[str, object]) -> None:
    (room.path / "backups" / SPOILED).mkdir(parents=True, exist_ok=True)
    path, read = list(readers(room.path.parent).items())[number]
    path.write_text(json.dumps(content))
    try:
        read()
    except WriteRefused as refusal:
        assert WORDS.search(str(refusal))  # noqa: PT017 - refusing is one of two right answers


def test_a_planted_journal_removes_no_folder_elsewhere(room: PrivateFolder) -> None:
    folder = room.path.parent
    beside = folder.parent / f"{folder.name}-beside"
    beside.mkdir()
    (folder / "inside").mkdir()
    entry = {"name": "x", "target": "x", "before": None, "after": None}
    entry["leftovers"] = [".a/b.librechat-wizard-0123456789abcdef.tmp"]  # type: ignore[assignment]
    names = [str(beside), f"../{beside.name}", "inside"]
    content = {"when": "2026-01-31T10:00:00+00:00", "backup": "x", "entries": [entry], "folders": names}
    RecordFile(room, room.path / "transaction.json").write(content)
    Journal(room, folder).clear()
    assert beside.is_dir()
    assert not (folder / "inside").exists()
    assert not (room.path / "transaction.json").exists()


def test_what_the_present_release_wrote_is_read(room: PrivateFolder) -> None:
    """Records as they were written before there was one writer."""
    print_of = {"sha256": "00", "mode": 416, "uid": None, "gid": 7}
    entry = {"name": ".env", "target": ".env", "before": None, "after": print_of, "leftovers": ["a", "b"]}
    when = "2026-01-31T10:00:00+00:00"
    (room.path / "transaction.json").write_text(
        json.dumps({"version": 1, "when": when, "backup": SPOILED, "entries": [entry], "folders": ["d"]}, indent=1)
    )
    journal = Journal(room, room.path.parent).read()
    assert journal is not None
    assert journal.entries[0].after is not None
    assert (journal.entries[0].after.mode, journal.entries[0].after.gid, journal.folders) == (416, 7, ("d",))
    reach = {"services": ["api"], "orphans": False}
    (room.path / "apply.json").write_text(
        json.dumps(
            {
                "version": 1,
                "when": when,
                "stage": "ready",
                "earlier": "",
                "backups": [SPOILED],
                "former": "running",
                "running": ["api"],
                "folders": ["logs"],
                "forward": reach,
                "back": reach,
                "admin": "a@b.c",
                "needs_admin": True,
                "is_damaged": False,
            }
        )
    )
    applied = ApplyRecords(room).read()
    assert applied is not None
    assert (applied.is_damaged, applied.admin, applied.forward.services) == (False, "a@b.c", ("api",))
    (room.path / "draft.json").write_text('{"version": 1, "step": "access", "entries": {"access": {"text": "lan"}}}')
    saved = DraftFile(room.path.parent).read()
    assert saved is not None
    assert saved.draft == Draft().give("access", Typed("lan"))
