"""The record of a probe account: what a run that was killed while its account stood leaves for the next one to remove.

It stands in ``.librechat-wizard/probe.json`` from before LibreChat is asked for the account until the account is gone. It
holds an address and no password.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from wizard.basics.filesystem import NotRegularError, look, read_present, remove, sync_folder
from wizard.basics.os_errors import refused
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.problem import Problem, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE: Final = "probe.json"
_LOCK: Final = "probe.lock"
_VERSION: Final = 1
_OURS: Final = re.compile(
    r"librechat-wizard-probe-[0-9a-f]{8}@(?=.{1,190}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)


class Stage(StrEnum):
    """How far the account had come when the record was written."""

    MAKING = "making"
    """LibreChat is asked for it: it may be there already, or in a moment."""
    MADE = "made"
    """The command that makes it has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRecord:
    """An account that has to go."""

    email: str
    when: datetime
    """When its making began."""
    stage: Stage = Stage.MAKING
    is_damaged: bool = False
    """Whether the record cannot be read, or names an account that is none of ours: it is told, never acted upon."""

    def told(self) -> str:
        """Return what the operator is told who meets the record."""
        if self.is_damaged:
            return (
                f"An earlier run left an account to remove, and its record ({NAME}/{FILE}) cannot be read. Its address "
                "begins with librechat-wizard-probe-: remove it with LibreChat's delete-user, then remove the record."
            )
        return (
            f"An earlier run was cut off before its probe account {self.email} was removed; 'librechat-wizard doctor' "
            "removes it once LibreChat runs."
        )


def is_ours(email: str) -> bool:
    """Tell whether this is an address that only a probe account has."""
    return _OURS.fullmatch(email) is not None


class ProbeRecords:
    """The one record of a folder; making one touches nothing."""

    def __init__(self, folder: Path) -> None:
        self._room = PrivateFolder(folder)
        self._path: Final = self._room.path / FILE

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Keep every other run from making or removing a probe account here; the system lets go when we die.

        ``WriteRefused`` where another one is at it, or where the wizard's folder cannot be made.
        """
        self._room.prepare()
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(self._room.path / _LOCK, flags, 0o600)
        except OSError as error:
            raise refused(f"{NAME}/{_LOCK}", error) from error
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._room.hide_from_git()
            except BlockingIOError:
                message = "another run is using its probe account on this folder."
                raise WriteRefused(Problem(field="", file=NAME, message=message, remedy="Let it finish.")) from None
            except OSError as error:
                raise refused(f"{NAME}/{_LOCK}", error) from error
            yield
        finally:
            os.close(descriptor)

    def read(self) -> ProbeRecord | None:
        """Return the record, ``None`` where there is none or nobody may look there."""
        import json

        try:
            present = read_present(self._path)
            return None if present is None else _record(json.loads(present.data))
        except (ValueError, KeyError, TypeError, AttributeError, NotRegularError, RecursionError):
            return ProbeRecord(email="", when=datetime.now(UTC), is_damaged=True)
        except OSError:
            return None

    def left(self) -> ProbeRecord | None:
        """Return the record of a run that is over, ``None`` where there is none or the run is at work now."""
        found = self.read()
        try:
            descriptor = os.open(self._room.path / _LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return found
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return None
        finally:
            os.close(descriptor)
        return found

    def write(self, record: ProbeRecord) -> None:
        """Put the record on the disk for sure, before the step that it tells of; ``WriteRefused`` where that fails."""
        import json

        data = {
            "version": _VERSION,
            "email": record.email,
            "when": record.when.astimezone(UTC).isoformat(),
            "stage": record.stage.value,
        }
        try:
            self._room.replace_file(self._path, json.dumps(data, indent=1).encode("ascii"))
        except OSError as error:
            raise refused(f"{NAME}/{FILE}", error) from error

    def remove(self) -> None:
        """Say on the disk that no account is left; ``WriteRefused`` where that fails."""
        try:
            if look(self._path) is not None:
                remove(self._path)
                sync_folder(self._path.parent)
        except OSError as error:
            raise refused(f"{NAME}/{FILE}", error, "The account itself is gone.") from error


def _record(data: dict[str, Any]) -> ProbeRecord:
    if data["version"] != _VERSION or not is_ours(str(data["email"])):
        raise ValueError(FILE)
    return ProbeRecord(
        email=str(data["email"]),
        when=datetime.fromisoformat(data["when"]).astimezone(UTC),
        stage=Stage(data["stage"]),
    )
