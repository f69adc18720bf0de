"""A rotation of secrets that is cut off, refused or tampered with: what stands in the folder, and what the next run does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from screens.cli.main import main
from screens.demo.folder import make
from tests.wizard.deployment.test_local_install import tree
from wizard.apply.events import ApplyEvent, ApplyOutcome, ApplyResult
from wizard.apply.key_rotation import RotationJob, answers_of, roll_back, rotate_secrets
from wizard.apply.node_script import NodeHost, NotReachedError
from wizard.apply.stored_values import look
from wizard.basics.problem import WriteRefused
from wizard.dotenv.document import Document
from wizard.plan.proposal import propose
from wizard.store.folder_store import FolderStore
from wizard.store.plan_writes import file_writes, write
from wizard.store.rotation_record import RotationRecord, RotationRecords, RotationStage
from wizard.store.transaction import Applied, FileWrite

NEW = "ab" * 32


class Killed(BaseException):
    """The process ends here."""


async def _nobody(address: str) -> None:
    raise AssertionError(address)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with secrets, on a machine without Docker."""
    monkeypatch.setenv("PATH", str(tmp_path))
    folder = tmp_path / "LibreChat"
    folder.mkdir()
    make(folder)
    change(folder, "APP_TITLE", "Ours")
    return folder


def values(folder: Path) -> dict[str, str]:
    return Document.parse((folder / ".env").read_bytes()).values()


def rotation(folder: Path, stage: RotationStage = RotationStage.FILES) -> RotationRecord:
    """Return the record of a rotation of one secret of the folder."""
    old = values(folder)["JWT_SECRET"]
    return RotationRecord(when=datetime.now(UTC), stage=stage, names=("JWT_SECRET",), old=(old,), new=(NEW,))


def job(folder: Path, store: FolderStore | None = None) -> RotationJob:
    """Return the work without Docker."""
    return RotationJob(
        folder=folder,
        store=store or FolderStore(folder),
        records=RotationRecords(folder),
        compose=None,
        host=None,
        http_get=_nobody,
    )


def last(stream: AsyncGenerator[ApplyEvent, None]) -> ApplyResult:
    """Follow it to its end."""

    async def follow() -> ApplyEvent:
        return [event async for event in stream][-1]

    found = asyncio.run(follow())
    assert isinstance(found, ApplyResult)
    return found


def change(folder: Path, name: str, value: str) -> None:
    store = FolderStore(folder)
    with store.lock():
        write(propose(folder, answers_of({name: value})), store)


class CutStore(FolderStore):
    """Ends the process before the files are written, or right after."""

    is_before = False

    def apply(self, writes: Sequence[FileWrite], *, when: datetime, is_rotation: bool = False) -> Applied:
        if not self.is_before:
            super().apply(writes, when=when, is_rotation=is_rotation)
        raise Killed


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("is_backup_kept", [True, False])
def test_the_way_back_takes_the_rotations_own_backup_alone(folder: Path, is_before: bool, is_backup_kept: bool) -> None:
    before = values(folder)
    cut = CutStore(folder)
    cut.is_before = is_before
    with pytest.raises(Killed), cut.lock():
        last(rotate_secrets(job(folder, cut), rotation(folder)))
    assert (values(folder)["JWT_SECRET"] == NEW) is not is_before
    own = RotationRecords(folder).read()
    assert own is not None
    if not (is_before or is_backup_kept):
        (folder / ".librechat-wizard/backups" / own.backup).rename(folder / "moved")
    store = FolderStore(folder)
    # A backup that is newer than the rotation, as another program of that time could have left one.
    with store.lock():
        writes = file_writes(propose(folder, answers_of({"APP_TITLE": "Later"})))
        store.apply(writes, when=datetime.now(UTC) + timedelta(seconds=2), is_rotation=True)
        result = last(roll_back(job(folder, store)))
    assert result.outcome is ApplyOutcome.ROLLED_BACK
    assert values(folder)["JWT_SECRET"] == before["JWT_SECRET"]
    assert NEW not in (folder / ".env").read_text()
    if is_before or not is_backup_kept:
        # Nothing of the rotation was written, or its backup is gone: what else was changed stays.
        assert values(folder)["APP_TITLE"] == "Later"
    assert RotationRecords(folder).read() is None


def test_nobody_writes_beside_an_unfinished_rotation(folder: Path) -> None:
    before = (folder / ".env").read_bytes()
    RotationRecords(folder).write(rotation(folder))
    store = FolderStore(folder)
    with pytest.raises(WriteRefused, match="interrupted"):
        change(folder, "APP_TITLE", "Later")
    with pytest.raises(WriteRefused, match="interrupted"), store.lock():
        store.restore(None, when=datetime.now(UTC))
    assert (folder / ".env").read_bytes() == before
    RotationRecords(folder).remove()
    change(folder, "APP_TITLE", "Later")


ROW = {"field": 0, "old": 1, "new": 0, "bad": 0, "plain": 0, "unknown": 0, "unsure": 0, "forms": {}}
ODD: dict[str, dict[str, Any]] = {
    "a place that there is not": {"rows": [{**ROW, "field": 999}]},
    "a place before the first": {"rows": [{**ROW, "field": -1}]},
    "a row of nothing": {"rows": [{}]},
    "an unknown format": {"rows": [{**ROW, "forms": {"zz": 1}}]},
    "formats in a list": {"rows": [{**ROW, "forms": [[]]}]},
    "a number of rows": {"rows": 5},
    "a text that steers": {"rows": [{**ROW, "old": "\x1b]0;PWN\x07"}]},
    "a truth": {"rows": [{**ROW, "old": True}]},
    "a number as a place": {"wrong": [5]},
    "without end": {"more": float("inf")},
    "no number": {"written": float("nan")},
    "a text as a number": {"written": "many"},
    "digests in a list": {"digests": ["CREDS_KEY"]},
    "a digest that is none": {"gets": {"CREDS_KEY": {}}},
    "nothing in place of rows": {"refused": "no", "rows": None},
}


@dataclass(frozen=True)
class OddHost:
    """Answers every script the same."""

    answer: dict[str, Any]

    async def ask(self, *_: object, **__: object) -> dict[str, Any]:
        return self.answer

    def typed(self, *_: str) -> str:
        return "node -"


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
def test_an_odd_answer_of_the_script_is_a_failure_that_leads_to_the_way_back(
    folder: Path, answer: dict[str, Any]
) -> None:
    host = cast("NodeHost", OddHost(answer))
    with pytest.raises(NotReachedError, match="unreadable output"):
        asyncio.run(look(host))
    old = values(folder)
    names = ("CREDS_KEY", "CREDS_IV")
    record = RotationRecord(
        when=datetime.now(UTC),
        stage=RotationStage.FILES,
        names=names,
        old=tuple(old[name] for name in names),
        new=(NEW, NEW[:32]),
    )
    store = FolderStore(folder)
    with store.lock():
        result = last(rotate_secrets(replace(job(folder, store), host=host), record))
    assert result.outcome is ApplyOutcome.FAILED
    assert result.failed is not None
    assert "unreadable output" in result.failed.summary
    # Files have the new keys, and the record says how to go on.
    left = RotationRecords(folder).read()
    assert left is not None
    assert (left.stage, values(folder)["CREDS_KEY"]) == (RotationStage.PROOF, NEW)


OLD = "cd" * 32
FORGED: dict[str, dict[str, Any]] = {
    "an escape sequence": {"names": ["\x1b]0;PWN\x07"]},
    "no secret of LibreChat's own": {"names": ["OPENID_CLIENT_SECRET"]},
    "nothing": {"names": [], "old": [], "new": []},
    "no old value": {"old": [""]},
    "a line more": {"old": ["a\nALLOW_REGISTRATION=true"]},
    "a new value of another form": {"new": ["secret"]},
    "a short new value": {"new": ["ab"]},
    "what it was before": {"old": [NEW]},
    "fewer values": {"names": ["JWT_SECRET", "JWT_REFRESH_SECRET"]},
    "twice the same": {"names": ["JWT_SECRET"] * 2, "old": [OLD] * 2, "new": [NEW, OLD]},
    "one value for two": {"names": ["JWT_SECRET", "JWT_REFRESH_SECRET"], "old": [OLD] * 2, "new": [NEW] * 2},
    "half of the pair": {"names": ["CREDS_KEY"]},
    "a vector of another length": {"names": ["CREDS_KEY", "CREDS_IV"], "old": [OLD, OLD[:32]], "new": [NEW, "ef" * 32]},
    "a path as the backup": {"backup": "../../elsewhere"},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_record_that_no_rotation_leaves_is_damaged_and_never_acted_upon(
    folder: Path, forged: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    RotationRecords(folder).write(rotation(folder))
    path = folder / ".librechat-wizard/rotation.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **forged}))
    before = (folder / ".env").read_bytes()
    assert main(["keys", "rotate", "all", "--yes", "--dir", str(folder)]) == 1
    err = capsys.readouterr().err
    assert "rotation.json is damaged" in err
    assert "\x1b" not in err
    assert (folder / ".env").read_bytes() == before


def test_only_who_asks_for_its_secrets_goes_on_with_a_rotation(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    RotationRecords(folder).write(rotation(folder))
    before = (folder / ".env").read_bytes()
    assert main(["keys", "rotate", "sessions", "--yes", "--dir", str(folder)]) == 1
    err = " ".join(capsys.readouterr().err.split())
    assert "keys rotate jwt" in err
    assert (folder / ".env").read_bytes() == before
    assert RotationRecords(folder).read() is not None


def test_without_docker_compose_the_commands_are_left_to_the_person(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = values(folder)
    assert main(["keys", "rotate", "jwt", "--yes", "--json", "--dir", str(folder)]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["rotated"], told["outcome"]) == (["JWT_SECRET", "JWT_REFRESH_SECRET"], "by-hand")
    error_output = " ".join(err.split())
    assert "Run these commands yourself" in error_output
    assert "--force-recreate" in error_output
    assert "uses the old values until you run the commands above" in error_output
    assert "Done" not in error_output
    assert values(folder)["JWT_SECRET"] != before["JWT_SECRET"]


def test_keys_of_a_libre_chat_without_docker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    folder = tree(tmp_path)
    before = values(folder)
    assert main(["keys", "status", "--json", "--dir", str(folder)]) == 4
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert {one["name"]: one["state"] for one in told["secrets"]}["JWT_SECRET"] == "ok"
    assert "node is not in the PATH" in told["not_asked"]
    assert main(["keys", "rotate", "creds", "--yes", "--dir", str(folder)]) == 1
    assert "runs without Docker Compose here" in "".join(capsys.readouterr())
    assert main(["keys", "rotate", "jwt", "--yes", "--dir", str(folder)]) == 0
    error_output = " ".join(capsys.readouterr().err.split())
    assert "uses the old values until" in error_output
    assert "it needs the same JWT_SECRET" in error_output
    assert main(["keys", "rotate", "meili", "--dry-run", "--dir", str(folder)]) == 0
    dry = "".join(capsys.readouterr())
    # Nothing is in a container here, and nothing can be recreated.
    everything = f"{json.dumps(told['secrets'])} {err} {error_output} {dry}".lower()
    assert [word for word in ("docker", "recreate", "container", "compose") if word in everything] == []
    changed = {name for name, value in values(folder).items() if value != before.get(name)}
    assert changed == {"JWT_SECRET", "JWT_REFRESH_SECRET"}
    # One that was cut off is put back there, too.
    RotationRecords(folder).write(
        replace(rotation(folder, RotationStage.BACK), old=(before["JWT_SECRET"],), new=(NEW,))
    )
    (folder / ".env").write_text((folder / ".env").read_text().replace(values(folder)["JWT_SECRET"], NEW))
    assert main(["keys", "rotate", "jwt", "--yes", "--dir", str(folder)]) == 3
    assert values(folder)["JWT_SECRET"] == before["JWT_SECRET"]
    assert RotationRecords(folder).read() is None
