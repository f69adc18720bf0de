"""Waits until LibreChat is ready, reports progress, and says why it never will be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wizard.apply.commands import is_noise
from wizard.apply.events import Failed, Ready, Reason, Waiting
from wizard.apply.timeouts import StartTimeouts
from wizard.basics.json_words import objects
from wizard.librechat.releases import Release
from wizard.librechat.routes import READYZ_SINCE

if TYPE_CHECKING:
    from wizard.apply.address import LibreChatApi
    from wizard.apply.commands import Compose
    from wizard.apply.stack_files import ComposeFiles

_OK: Final = 200
_LOG_LINES: Final = 20
_EXIT_CODES: Final = {
    132: "illegal instruction; MongoDB 5 and later need a processor with AVX",
    137: "killed, most likely because the machine ran out of memory",
    139: "segmentation fault",
}
"""What exit codes mean that say why: 128 and the number of the signal (signal(7)). Docker Engine 20.10.24 gives 137 for an OOM kill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """The state of the api container."""

    state: str
    """Docker's word: ``running``, ``restarting``, ``exited``, ``created``; empty if there is none."""
    exit_code: int = 0
    id: str = ""

    @property
    def ending(self) -> str:
        """The exit code and what it means."""
        meaning = _EXIT_CODES.get(self.exit_code)
        return f"exit code {self.exit_code}: {meaning}" if meaning else f"exit code {self.exit_code}"

    @property
    def has_failed(self) -> bool:
        """Whether its program ended by a fault."""
        return self.state in ("exited", "dead", "restarting") and self.exit_code != 0


class ListRefused(Exception):
    """Docker Compose does not list containers; the argument is what it said, unredacted."""


async def containers(compose: Compose, files: ComposeFiles) -> dict[str, Container]:
    """Return the state of each service's container; ``ListRefused`` if Docker is not responding."""
    status, out, err = await compose.ask(files.arguments("ps", "-a", "--format", "json"))
    if status != 0:
        raise ListRefused(err.strip() or "no answer")
    found = {}
    for entry in objects(out):
        code = entry.get("ExitCode")
        found[str(entry.get("Service", ""))] = Container(
            state=str(entry.get("State", "")).lower(),
            exit_code=code if isinstance(code, int) else 0,
            id=str(entry.get("ID", "")),
        )
    return found


async def is_ready(api: LibreChatApi, release: Release) -> bool:
    """Ask once; /readyz where the release has it, else /health. Other releases give their page for an unknown path."""
    for path in ("/readyz", "/health") if release >= READYZ_SINCE else ("/health",):
        answer = await api.get(path)
        if answer is None:
            return False
        if answer.status == _OK and answer.text.strip() == "OK":
            return True
        if path == "/readyz" and answer.text.strip() == "NOT_READY":
            return False
    return False


async def wait(
    api: LibreChatApi, release: Release, timeouts: StartTimeouts, *, is_first: bool
) -> AsyncGenerator[Waiting | Ready | Failed, None]:
    """Wait until LibreChat answers, or cannot any more; the last event is ``Ready`` or ``Failed``."""
    begun, compose, files = time.monotonic(), api.compose, api.files
    limit = timeouts.first if is_first else timeouts.ready
    restarting_since: float | None = None
    now, seen = Container(state=""), dict[str, Container]()
    while (passed := time.monotonic() - begun) < limit:
        if await is_ready(api, release):
            yield Ready(seconds=time.monotonic() - begun, where=api.address.where)
            return
        try:
            seen = await containers(compose, files)
            now = seen.get(files.service, Container(state=""))
        except ListRefused:
            seen, now = {}, Container(state="unknown")
        if now.state == "restarting":
            restarting_since = restarting_since or time.monotonic()
            # At a first start MongoDB may need longer than LibreChat waits for it.
            if time.monotonic() - restarting_since >= timeouts.restarting * (3 if is_first else 1):
                yield await _failure(Reason.RESTARTING, seen, api, passed)
                return
        elif now.state in ("exited", "dead"):
            yield await _failure(Reason.EXITED, seen, api, passed)
            return
        state = f"container {now.state}" if now.state else "no container"
        yield Waiting(seconds=passed, limit=limit, state=f"{compose.redactor.line(state, 60)}, no response yet")
        await asyncio.sleep(timeouts.between)
    reason = Reason.RESTARTING if now.state == "restarting" else Reason.NOT_READY
    failed = await _failure(reason, seen, api, limit)
    # Its log took a moment to come, in which it may have become ready: then the log would say so below the verdict.
    if await is_ready(api, release):
        yield Ready(seconds=time.monotonic() - begun, where=api.address.where)
    else:
        yield failed


async def _failure(reason: Reason, seen: Mapping[str, Container], api: LibreChatApi, passed: float) -> Failed:
    """Say why LibreChat does not answer: its own end, that of what it needs, and the last lines of its log."""
    compose, files = api.compose, api.files
    _, out, err = await compose.ask(files.arguments("logs", "--no-color", "--tail", str(_LOG_LINES), files.service))
    lines = [compose.redactor.line(line) for line in (out or err).splitlines()[-_LOG_LINES:] if not is_noise(line)]
    summary = {
        Reason.RESTARTING: "LibreChat exits right after it starts, and Docker keeps restarting it.",
        Reason.EXITED: f"LibreChat exited ({seen.get(files.service, Container(state='')).ending}).",
    }.get(reason, f"LibreChat did not respond within {passed:.0f} s.")
    others = {name: one for name, one in seen.items() if name != files.service and one.has_failed}
    ended = "".join(f" The service {name} has stopped: {one.ending}." for name, one in others.items())
    shown = compose.typed(files.arguments("logs", files.service, *others))
    return Failed(
        reason=reason,
        summary=f"{summary}{compose.redactor.line(ended, 1000)}",
        evidence=tuple(line for line in lines if line.strip()),
        remedy=f"LibreChat's last log lines show why. For more, run: {shown}",
    )
