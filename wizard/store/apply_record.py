"""The record of an apply in progress: if a run is killed, the next one continues from it.

It exists in ``.librechat-wizard/apply.json`` from before the first file is written until LibreChat is proven to run with the new
settings, or the old ones are back. It contains stages, services and names of backups, but no setting and no secret.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wizard.basics.own_command import in_folder, own_command
from wizard.basics.patterns import late_pattern
from wizard.basics.private_folder import NAME
from wizard.basics.records import NOT_STORED, DamagedRecord, RecordFile, stored

if TYPE_CHECKING:
    from wizard.basics.private_folder import PrivateFolder

FILE: Final = "apply.json"
_NAME: Final = r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?"
_OF_RELEASE: Final = late_pattern(
    rf"revision:[0-9]{{1,9}}|release:{_NAME}/{_NAME}|made:(?:secret|externalsecret|configmap)/{_NAME}"
)
"""What is noted of a Helm release; the names are DNS subdomains (RFC 1123), so that none is an option of kubectl or helm."""


class ApplyStage(StrEnum):
    """What an apply is about to do, or does."""

    WRITE = "write"
    START = "start"
    READY = "ready"
    ADMIN = "admin"
    OPEN = "open"
    """Registration, closed for the first administrator, gets the value that was asked for."""
    CHECK = "check"
    STOP = "stop"
    """Going back: what did not run before is stopped."""
    BACK = "back"
    """Going back: the old files are put in place."""
    START_OLD = "start-old"
    """Going back: LibreChat is started with the old settings."""


_WORDS: Final = {
    ApplyStage.WRITE: "while the files were being written",
    ApplyStage.START: "before LibreChat was started with the new settings",
    ApplyStage.READY: "while LibreChat was starting with the new settings",
    ApplyStage.ADMIN: "while the first administrator was being created; registration is closed",
    ApplyStage.OPEN: "after the first administrator was created; registration may still be closed",
    ApplyStage.CHECK: "before the running LibreChat was checked",
    ApplyStage.STOP: "while it was rolling back to the old settings",
    ApplyStage.BACK: "while it was putting the old files back",
    ApplyStage.START_OLD: "after the old files were put back, but before LibreChat was started with them",
}


class Former(StrEnum):
    """The state of LibreChat's container before."""

    RUNNING = "running"
    STOPPED = "stopped"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernedServices:
    """The services of the stack that a change concerns."""

    services: tuple[str, ...] = ()
    """The services to recreate, in the order of the compose file."""
    orphans: bool = False
    """Whether a service was removed whose container would keep running."""

    def joined(self, other: ConcernedServices) -> ConcernedServices:
        """Return the services that either concerns."""
        services = tuple(dict.fromkeys((*self.services, *other.services)))
        return ConcernedServices(services=services, orphans=self.orphans or other.orphans)

    def without(self, names: tuple[str, ...]) -> ConcernedServices:
        """Return the services except some that are not touched."""
        return ConcernedServices(
            services=tuple(name for name in self.services if name not in names), orphans=self.orphans
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRecord:
    """How far settings have been put into effect."""

    when: datetime
    stage: ApplyStage
    earlier: str = ""
    """The newest backup before the first write; newer ones belong to this apply."""
    backups: tuple[str, ...] = ()
    """The backups that this apply made, oldest first; restored in reverse order, they give the old files."""
    former: Former = Former.NONE
    running: tuple[str, ...] = ()
    """The services that ran before; on Kubernetes, what was known of the release."""
    folders: tuple[str, ...] = ()
    """The folders that were created for the containers to write to."""
    forward: ConcernedServices = ConcernedServices()
    back: ConcernedServices = ConcernedServices()
    admin: str = ""
    """The address of the first administrator, if one was requested."""
    needs_admin: bool = False
    """Whether the first administrator was requested and does not exist yet."""
    is_damaged: bool = field(default=False, metadata=NOT_STORED)
    """Whether the record cannot be read: an apply was in progress, at an unknown stage."""

    @property
    def is_going_back(self) -> bool:
        """Whether the old settings were being put back."""
        return self.stage in (ApplyStage.STOP, ApplyStage.BACK, ApplyStage.START_OLD)

    @property
    def is_of_release(self) -> bool:
        """Whether it is about a Helm release."""
        return any(_OF_RELEASE.fullmatch(mark) for mark in self.running)

    def at(self, stage: ApplyStage) -> ApplyRecord:
        """Return the record at another stage."""
        return replace(self, stage=stage)

    def notice(self, compose: str = "docker compose") -> str:
        """Return the message of the next run: where the apply was interrupted, how to continue and how to roll back.

        ``compose`` is the Docker Compose command for the folder.
        """
        back = (
            f"To roll back, run '{own_command('restore')}'. The command shows how to make LibreChat read the old files."
        )
        if self.is_of_release:
            back = f"To roll back, run '{own_command('restore')}'. The output shows the commands for the cluster."
        elif self.stage is ApplyStage.START_OLD:
            start = f"{compose} up -d --force-recreate{' --remove-orphans' if self.back.orphans else ''}"
            back = f"To finish the rollback instead, run: {in_folder(start)}"
        if self.is_damaged:
            return f"An earlier --apply was interrupted, and its record cannot be read: {NAME}/{FILE} is damaged. To continue, run --apply again. {back} If LibreChat already runs as intended, delete the record."
        return f"An earlier --apply was interrupted {_WORDS[self.stage]}. To continue, run '--answers FILE --apply' again. {back}"


class ApplyRecords:
    """The one record of a folder."""

    def __init__(self, private_folder: PrivateFolder) -> None:
        self._file = RecordFile(private_folder, private_folder.path / FILE)

    def read(self) -> ApplyRecord | None:
        """Return the record, ``None`` if there is none; ``OSError`` if it cannot be read.

        A damaged one is reported and never acted upon.
        """
        try:
            fields = self._file.read()
            return None if fields is None else _believed(fields.record(ApplyRecord))
        except DamagedRecord:
            return ApplyRecord(when=datetime.now(UTC), stage=ApplyStage.WRITE, is_damaged=True)

    def write(self, record: ApplyRecord) -> None:
        """Write the record atomically, durably and privately, before the step that it names."""
        self._file.write(stored(record))

    def remove(self) -> None:
        """Record that nothing is in progress."""
        self._file.remove()


def _believed(record: ApplyRecord) -> ApplyRecord:
    """Return a record without names of folders that lead elsewhere; ``DamagedRecord`` for what no apply on Kubernetes notes."""
    # Services of a compose file have no colon in their names, and what is noted of a Helm release has one.
    if any(":" in mark and _OF_RELEASE.fullmatch(mark) is None for mark in record.running):
        raise DamagedRecord("'running' contains an invalid entry for a Helm release")
    folders = tuple(name for name in record.folders if "/" not in name and name not in ("", ".", ".."))
    return replace(record, folders=folders)
