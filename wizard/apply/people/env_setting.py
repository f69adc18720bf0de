"""Changes one line of ``.env`` so that people can sign in again: in a transaction with a backup, effective at once."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Answers, Stack
from wizard.apply.address import HttpGet, api_address
from wizard.apply.people.model import PeopleError
from wizard.apply.stopping import Stopping
from wizard.basics.exit_status import ExitStatus
from wizard.basics.problem import WizardError
from wizard.deployment.assembled import deployment as assembled
from wizard.deployment.local_install import found_install, local_deployment
from wizard.deployment.read_states import read_state
from wizard.deployment.snapshot import take
from wizard.dotenv.document import Document
from wizard.plan.lines import HEADING
from wizard.store.folder_store import FolderStore
from wizard.store.transaction import FileWrite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wizard.apply.node_script import NodeHost
    from wizard.deployment.model import Deployment

READY_SECONDS: Final = 180.0
_BETWEEN: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLine:
    """A line of ``.env`` that is going to be written."""

    name: str
    value: str
    write: FileWrite
    digest: str
    """SHA-256 of the file with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvSetting:
    """One setting of a folder, and LibreChat which has to read it."""

    deployment: Deployment
    host: NodeHost
    http_get: HttpGet
    ready_seconds: float = READY_SECONDS

    def demand(self, name: str) -> None:
        """Raise ``PeopleError`` if a line of ``.env`` would not count."""
        if name in self.deployment.overridden:
            sentence = f"The compose files set {name}, so a line in .env has no effect."
            raise PeopleError(sentence, f"Change {name} under environment: in the service {self.deployment.service}.")

    def command(self) -> str:
        """Return what lets LibreChat read it."""
        return self._stopping.typed(*_RECREATE)

    def planned(self, name: str, value: str) -> PlannedLine:
        """Return what would be written, so that it can be noted before it is."""
        state = read_state(self.deployment.folder, ".env")
        after = _edited(self.deployment.dotenv, name, value)
        target = state.target or self.deployment.folder / ".env"
        write = FileWrite(name=".env", target=target, before=state.data, after=after, mode=state.mode or 0o600)
        return PlannedLine(name=name, value=value, write=write, digest=hashlib.sha256(after).hexdigest())

    def write(self, planned: PlannedLine) -> str:
        """Write the line; return the backup's name. ``WriteRefused`` if nothing was changed."""
        store = FolderStore(self.deployment.folder)
        with store.lock():
            applied = store.apply([planned.write], when=datetime.now(UTC))
        if self._settings_now().get(planned.name) != planned.value:
            self.restore(applied.backup)
            raise PeopleError(
                f"{planned.name} in .env has no effect here. The file was not changed.", status=ExitStatus.NOT_WRITTEN
            )
        return applied.backup

    def is_as_written(self, digest: str) -> bool:
        """Return whether ``.env`` is still as it was written."""
        data = read_state(self.deployment.folder, ".env").data
        return data is not None and hashlib.sha256(data).hexdigest() == digest

    def would_write(self, name: str, value: str, digest: str) -> bool:
        """Return whether ``.env`` is as it was before: the line, written into it now, would give what was written then."""
        return _gives(read_state(self.deployment.folder, ".env").data, name, value, digest)

    def backup_of(self, name: str, value: str, digest: str, *, named: str = "") -> str:
        """Return the backup of ``.env`` alone in which the line gives what was written; empty if there is none.

        Only this one holds what was there before, whatever the record names (``named``; empty: all are looked at).
        """
        store = FolderStore(self.deployment.folder)
        for backup in store.backups():
            if not backup.complete or backup.files != (".env",) or named.rpartition("/")[2] not in ("", backup.id):
                continue
            _chosen, writes = store.writes_of(backup.id)
            if len(writes) == 1 and _gives(writes[0].after, name, value, digest):
                return backup.id
        return ""

    def restore(self, backup: str) -> None:
        """Put the file back; ``WriteRefused`` if that fails."""
        store = FolderStore(self.deployment.folder)
        with store.lock():
            store.restore(backup.rpartition("/")[2], when=datetime.now(UTC))

    async def read(self) -> str:
        """Let LibreChat read it; return what to say. ``WizardError`` if it does not start with it."""
        if self.deployment.stack is Stack.LOCAL:
            return f"To apply the change, restart LibreChat: {found_install(self.deployment.folder).restart}"
        if not await self._stopping.run(*_RECREATE):
            raise WizardError(f"LibreChat could not be started. To try again: {self.command()}")
        if not await self.is_ready():
            raise WizardError("LibreChat was started but is not responding.")
        return "LibreChat uses the new value."

    async def is_ready(self) -> bool:
        """Wait until LibreChat answers where its port is published; tell whether it does."""
        where = api_address(self.deployment)
        until = time.monotonic() + self.ready_seconds
        while where.host:
            reply = await self.http_get(f"{where.url}/api/config")
            if reply is not None and reply.status == 200:  # noqa: PLR2004 - OK
                return True
            if time.monotonic() > until:
                return False
            await asyncio.sleep(_BETWEEN)
        return True

    def _settings_now(self) -> Mapping[str, str]:
        folder = self.deployment.folder
        if self.deployment.stack is Stack.LOCAL:
            return local_deployment(folder, found_install(folder)).settings
        return assembled(take(folder, Answers()), {}).settings

    @property
    def _stopping(self) -> Stopping:
        return Stopping(self.host)


def _edited(document: Document, name: str, value: str) -> bytes:
    return document.edit({name: value}, heading=HEADING).to_bytes()


def _gives(data: bytes | None, name: str, value: str, digest: str) -> bool:
    try:
        after = _edited(Document.parse(data or b""), name, value)
    except WizardError:
        return False
    return hashlib.sha256(after).hexdigest() == digest


_RECREATE: Final = ("up", "-d", "--force-recreate", "--no-deps")
"""Plain ``up -d`` leaves the container alone: its ``.env`` is a bind mount."""
