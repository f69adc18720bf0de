"""Stops, starts and restarts LibreChat's own container, and no other."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wizard.apply.commands import environment
from wizard.basics import async_processes
from wizard.basics.own_command import in_folder
from wizard.basics.processes import ErrorOutput, Invocation

if TYPE_CHECKING:
    from wizard.apply.node_script import NodeHost

_SECONDS: Final = 180.0


@dataclass(slots=True)
class Stopping:
    """LibreChat's service: stopped by us or not."""

    host: NodeHost
    is_stopped: bool = field(default=False, init=False)

    async def stop(self) -> bool:
        """Stop it; tell whether it is stopped."""
        self.is_stopped = True
        return await self.run("stop")

    async def start(self) -> str:
        """Start it again if it was stopped here; return a sentence where that has to be said."""
        if not self.is_stopped:
            return ""
        if await self.run("start"):
            self.is_stopped = False
            return " LibreChat was stopped temporarily and has been started again."
        return f" LibreChat was stopped and could not be started again. To start it: {self.typed('start')}"

    async def run(self, *words: str) -> bool:
        """Run a command of Docker Compose on the service; tell whether it ended well. Without Docker: no."""
        files = self.host.files
        if files is None:
            return False
        invocation = Invocation(
            arguments=(*self.host.program, *files.arguments(*words, files.service)),
            environment=environment(),
            seconds=_SECONDS,
            folder=self.host.folder,
            errors=ErrorOutput.JOINED,
        )
        return (await async_processes.run(invocation)).status == 0

    def typed(self, *words: str) -> str:
        """Return such a command as a person types it anywhere."""
        files = self.host.files
        program = (Path(self.host.program[0]).name, *self.host.program[1:])
        return in_folder(shlex.join((*program, *(files.arguments(*words, files.service) if files else words))))
