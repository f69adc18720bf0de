"""Runs one of our scripts in LibreChat's container through Docker Compose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.basics.environments import compose_environment
from wizard.basics.processes import Invocation, ProcessResult

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

_LARGEST: Final = 64 * 1024
"""Bytes of output that are read."""


async def run_in_container(
    command: tuple[str, ...], deployment: Deployment, given: bytes, seconds: float
) -> ProcessResult:
    """Run a command to its end with ``given`` as its input, its output bounded; it is ended where it talks or takes too long."""
    from wizard.basics import async_processes

    return await async_processes.run(
        Invocation(
            arguments=command,
            environment=compose_environment(with_files=True),
            seconds=seconds,
            folder=deployment.folder,
            stdin=given,
            largest=_LARGEST,
        )
    )
