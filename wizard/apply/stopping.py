"""Stops LibreChat's container for something that wants it stopped, and starts it again in any case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from wizard.basics.processes import ErrorOutput, Invocation

if TYPE_CHECKING:
    from wizard.apply.node_script import NodeHost

_SECONDS: Final = 120.0


@dataclass(slots=True)
class Stopping:
    """LibreChat's service, stopped or not."""

    host: NodeHost
    is_stopped: bool = field(default=False, init=False)

    async def stop(self) -> bool:
        """Stop it; tell whether it is stopped."""
        self.is_stopped = True
        return await self._run("stop")

    async def start(self) -> str:
        """Start it again if it was stopped here; return a sentence where that has to be said."""
        if not self.is_stopped:
            return ""
        self.is_stopped = False
        if await self._run("start"):
            return " LibreChat was stopped meanwhile and is started again."
        return f" LibreChat was stopped and could not be started again: {self._typed('start')}"

    async def _run(self, verb: str) -> bool:
        from wizard.apply.commands import environment
        from wizard.basics import async_processes

        files = self.host.files
        if files is None:
            return False
        invocation = Invocation(
            arguments=(*self.host.program, *files.arguments(verb, files.service)),
            environment=environment(),
            seconds=_SECONDS,
            folder=self.host.folder,
            errors=ErrorOutput.JOINED,
        )
        return (await async_processes.run(invocation)).status == 0

    def _typed(self, verb: str) -> str:
        import shlex

        files = self.host.files
        return shlex.join(("docker", "compose", *(files.arguments(verb, files.service) if files else ())))
