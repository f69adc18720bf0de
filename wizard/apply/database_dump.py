"""Dumps LibreChat's database with the mongodump of MongoDB's own container into the wizard's private folder."""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wizard.apply.commands import Compose, environment
from wizard.basics import async_processes
from wizard.basics.filesystem import open_lock, remove
from wizard.basics.patterns import late_pattern
from wizard.basics.private_folder import NAME, PrivateFolder
from wizard.basics.processes import Invocation

if TYPE_CHECKING:
    from wizard.apply.stack_files import ComposeFiles
    from wizard.deployment.model import Deployment

_SECONDS: Final = 3600.0
_CHUNK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_ADDRESS: Final = late_pattern(r"mongodb://(?P<host>[A-Za-z0-9_.-]+)(?::\d+)?/(?P<database>[A-Za-z0-9_-]+)?(?:\?.*)?\Z")
"""A database of one server without a password, as LibreChat's compose files name theirs."""
_DEFAULT_DATABASE: Final = "test"
"""What the driver uses where the address names none (mongodb.com/docs/manual/reference/connection-string)."""


class DumpFailed(Exception):
    """No dump was made; the argument says why, in words for an operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumper:
    """What makes a dump of one folder's database."""

    compose: Compose
    files: ComposeFiles
    service: str
    """MongoDB's."""
    database: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """The command, as arguments of Docker Compose."""
        words = ("mongodump", "--quiet", "--archive", "--gzip", "--db", self.database)
        return self.files.arguments("exec", "-T", self.service, *words)

    @property
    def typed(self) -> str:
        """The command as a person would type it in the folder."""
        return f"{self.compose.typed(self.arguments)} > database.archive.gz"

    async def make(self, private_folder: PrivateFolder) -> str:
        """Make the dump and return its name, relative to the folder; ``DumpFailed`` if there is none."""
        path = private_folder.path / f"database-{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}.archive.gz"
        try:
            private_folder.prepare()
            private_folder.create_file(path, b"")
            descriptor = open_lock(path)
        except OSError as error:
            raise DumpFailed(f"{NAME} cannot be written to ({error.strerror})") from error
        is_whole = False
        try:
            await self._into(descriptor)
            os.fsync(descriptor)
            is_whole = True
        except OSError as error:
            raise DumpFailed(f"the dump could not be written ({error.strerror})") from error
        finally:
            os.close(descriptor)
            if not is_whole:
                with contextlib.suppress(OSError):
                    remove(path)
        return f"{NAME}/{path.name}"

    async def _into(self, descriptor: int) -> None:
        invocation = Invocation(
            arguments=(*self.compose.program, *self.arguments),
            environment=environment(),
            seconds=_SECONDS,
            folder=self.compose.folder,
        )
        try:
            child = await async_processes.start(invocation)
        except OSError as error:
            raise DumpFailed(f"docker could not be started ({error.strerror})") from error
        begin, status = b"", None
        errors = asyncio.ensure_future(_last(child.stderr))
        try:
            async with asyncio.timeout(_SECONDS):
                while child.stdout is not None and (chunk := await child.stdout.read(_CHUNK)):
                    begin = begin or chunk[:2]
                    _write(descriptor, chunk)
                error_line = await errors
                status = await child.wait()
        except TimeoutError:
            raise DumpFailed(f"mongodump did not finish within {_SECONDS:g} s") from None
        finally:
            errors.cancel()
            await async_processes.end(child, grace=2.0)
        if status != 0 or begin != _GZIP:
            why = self.compose.redactor.line(error_line) or f"exit status {status}"
            raise DumpFailed(f"mongodump in the service {self.service}: {why}")


def _write(descriptor: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


async def _last(stream: asyncio.StreamReader | None) -> str:
    """Return the last line of what a program says beside its output."""
    error_output = b""
    while stream is not None and (chunk := await stream.read(_CHUNK)):
        error_output = (error_output + chunk)[-4000:]
    return next((line for line in reversed(error_output.decode("utf-8", "replace").splitlines()) if line.strip()), "")


def dumper(compose: Compose, files: ComposeFiles, deployment: Deployment) -> Dumper | None:
    """Return what can make a dump; ``None`` if the database is none of this stack's, or wants a password."""
    match = _ADDRESS.match(deployment.settings.get("MONGO_URI", "").strip())
    services = deployment.compose.get("services") or {}
    for name, service in services.items():
        names = {name, str((service or {}).get("container_name") or name)}
        if match is not None and match["host"] in names and "mongo" in str((service or {}).get("image", "")):
            return Dumper(compose=compose, files=files, service=name, database=match["database"] or _DEFAULT_DATABASE)
    return None
