"""A rotation of secrets that is cut off, refused or tampered with: what stands in the folder, and what the next run does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from screens.demo.folder import make
from wizard.apply.events import ApplyEvent, ApplyOutcome, ApplyResult
from wizard.apply.key_rotation import RotationJob, answers_of, forward, way_back
from wizard.basics.problem import WriteRefused
from wizard.dotenv.document import Document
from wizard.plan.proposal import propose
from wizard.store.plan_writes import file_writes, write
from wizard.store.rotation_record import RotationRecord, RotationRecords, RotationStage
from wizard.store.transaction import Applied, FileWrite
from wizard.store.workplace import Workplace

NEW = "ab" * 32


class Killed(BaseException):
    """The process ends here."""


async def _nobody(address: str) -> None:
    raise AssertionError(address)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "LibreChat"
    folder.mkdir()
    make(folder)
    return folder


def values(folder: Path) -> dict[str, str]:
    return Document.parse((folder / ".env").read_bytes()).values()


def rotation(folder: Path, stage: RotationStage = RotationStage.FILES) -> RotationRecord:
    """Return the record of a rotation of one secret of the folder."""
    old = values(folder)["JWT_SECRET"]
    return RotationRecord(when=datetime.now(UTC), stage=stage, names=("JWT_SECRET",), old=(old,), new=(NEW,))


def job(folder: Path, workplace: Workplace | None = None) -> RotationJob:
    """Return the work without Docker."""
    return RotationJob(
        folder=folder,
        workplace=workplace or Workplace(folder),
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
    workplace = Workplace(folder)
    with workplace.lock():
        write(propose(folder, answers_of({name: value})), workplace)


class CutWorkplace(Workplace):
    """Ends the process before the files are written, or right after."""

    is_before = False

    def apply(self, writes: Sequence[FileWrite], *, when: datetime, is_rotation: bool = False) -> Applied:
        if not self.is_before:
            super().apply(writes, when=when, is_rotation=is_rotation)
        raise Killed


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("is_backup_kept", [True, False])
def test_the_way_back_takes_the_rotations_own_backup_alone(folder: Path, is_before: bool, is_backup_kept: bool) -> None:
    change(folder, "APP_TITLE", "Ours")
    before = values(folder)
    cut = CutWorkplace(folder)
    cut.is_before = is_before
    with pytest.raises(Killed), cut.lock():
        last(forward(job(folder, cut), rotation(folder)))
    assert (values(folder)["JWT_SECRET"] == NEW) is not is_before
    own = RotationRecords(folder).read()
    assert own is not None
    if not (is_before or is_backup_kept):
        (folder / ".librechat-wizard/backups" / own.backup).rename(folder / "moved")
    workplace = Workplace(folder)
    # A backup that is newer than the rotation, as another program of that time could have left one.
    with workplace.lock():
        writes = file_writes(propose(folder, answers_of({"APP_TITLE": "Later"})))
        workplace.apply(writes, when=datetime.now(UTC) + timedelta(seconds=2), is_rotation=True)
        result = last(way_back(job(folder, workplace)))
    assert result.outcome is ApplyOutcome.ROLLED_BACK
    assert values(folder)["JWT_SECRET"] == before["JWT_SECRET"]
    assert NEW not in (folder / ".env").read_text()
    if is_before or not is_backup_kept:
        # Nothing of the rotation was written, or its backup is gone: what else was changed stays.
        assert values(folder)["APP_TITLE"] == "Later"
    assert RotationRecords(folder).read() is None


def test_nobody_writes_beside_an_unfinished_rotation(folder: Path) -> None:
    change(folder, "APP_TITLE", "Ours")
    before = (folder / ".env").read_bytes()
    RotationRecords(folder).write(rotation(folder))
    workplace = Workplace(folder)
    with pytest.raises(WriteRefused, match="cut off"):
        change(folder, "APP_TITLE", "Later")
    with pytest.raises(WriteRefused, match="cut off"), workplace.lock():
        workplace.restore(None, when=datetime.now(UTC))
    assert (folder / ".env").read_bytes() == before
    RotationRecords(folder).remove()
    change(folder, "APP_TITLE", "Later")
