"""Runs checks: dependent ones in order, the others concurrently."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checks.model import Check, Report, Subject
from checks.report_builder import ReportBuilder
from checks.static_run import at_once, half, is_cut_off
from wizard.basics.check_events import CheckEvent, Finished, Found, Started
from wizard.basics.check_outcomes import CheckOutcome, Crashed, Ran, Skipped, TimedOut
from wizard.basics.finding import Finding, Status

if TYPE_CHECKING:
    import asyncio


async def run(checks: Sequence[Check], subject: Subject) -> AsyncIterator[CheckEvent]:
    """Run checks and give events as they happen.

    A check is skipped, not failed a second time, where what it needs failed or is inconclusive.
    """
    import asyncio

    events: asyncio.Queue[CheckEvent] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    obstacles: dict[str, asyncio.Future[Skipped | None]] = {check.id: loop.create_future() for check in checks}
    probings = [
        _Probing(check=check, subject=subject, notify=events.put_nowait, obstacles=obstacles) for check in checks
    ]
    tasks = [asyncio.create_task(probing.work()) for probing in probings]
    remaining = len(tasks)
    try:
        while remaining:
            event = await events.get()
            remaining -= isinstance(event, Finished)
            yield event
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(slots=True)
class _Probing:
    """One check at work; nothing is reported before it counts."""

    check: Check
    subject: Subject
    notify: Callable[[CheckEvent], None]
    obstacles: Mapping[str, asyncio.Future[Skipped | None]]
    """For each check of the run: why those that need it cannot run, once it has ended; ``None`` if they can."""
    statuses: set[Status] = field(default_factory=set)
    _held: list[CheckEvent] | None = field(default_factory=list)

    async def work(self) -> None:
        """Wait for what is needed, run, and say how it ended."""
        obstacle: Skipped | None = None
        outcome: CheckOutcome | None = at_once(self.check, self.subject)
        if outcome is None:
            obstacle, outcome = await (self._early() if self.check.early else self._in_turn())
        self.notify(Finished(check=self.check.id, outcome=outcome))
        self.obstacles[self.check.id].set_result(obstacle or self._obstacle(outcome))

    async def _in_turn(self) -> tuple[Skipped | None, CheckOutcome]:
        if skipped := await self._unmet():
            return skipped, skipped
        self._count()
        return None, await self._to_its_end()

    async def _early(self) -> tuple[Skipped | None, CheckOutcome]:
        """Begin at once: what it asks meanwhile harms nobody, should it turn out that there was no need to ask."""
        import asyncio

        running = asyncio.create_task(self._to_its_end())
        try:
            if skipped := await self._unmet():
                return skipped, skipped
            self._count()
            return None, await running
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _unmet(self) -> Skipped | None:
        """Wait for what the check needs; return why it cannot run, if so."""
        for need in self.check.needs:
            if need in self.obstacles and (skipped := await self.obstacles[need]):
                return skipped
        return None

    def _count(self) -> None:
        """Tell what was found so far, and from now on at once."""
        held, self._held = self._held or [], None
        for event in held:
            self.notify(event)

    def _tell(self, event: CheckEvent) -> None:
        if self._held is None:
            self.notify(event)
        else:
            self._held.append(event)

    async def _to_its_end(self) -> CheckOutcome:
        """Run the check and return how it ended."""
        import asyncio

        check, subject = self.check, self.subject
        self._tell(Started(check=check.id))
        begun = time.monotonic()
        try:
            async with asyncio.timeout(check.seconds):
                async for finding in _findings(check, subject):
                    if not finding.harmless:
                        self.statuses.add(finding.status)
                    self._tell(Found(check=check.id, finding=finding))
        except TimeoutError:
            return TimedOut(seconds=check.seconds)
        except Exception as error:  # noqa: BLE001 - as in checks.static_run.run_static
            return Crashed(error=type(error).__name__)
        is_whole = check.run is None or not is_cut_off(check, subject)
        return Ran(seconds=time.monotonic() - begun) if is_whole else half(check, subject)

    def _obstacle(self, outcome: CheckOutcome) -> Skipped | None:
        """Return how checks that need this one end, as they make no sense now; ``None`` if they do."""
        if Status.FAIL in self.statuses or isinstance(outcome, TimedOut | Crashed):
            return Skipped(because=f"{self.check.id} failed", obstacle=self.check.id)
        # Where it could tell nothing at all, what needs it would fall over the same thing once more.
        if Status.UNKNOWN in self.statuses and Status.PASS not in self.statuses:
            return Skipped(because=f"{self.check.id} was inconclusive", obstacle=self.check.id)
        return None


def ignore_event(_: CheckEvent) -> None:
    """Discard an event."""


async def report(
    checks: Sequence[Check], subject: Subject, show: Callable[[CheckEvent], None] = ignore_event
) -> Report:
    """Run checks to their end, each event shown as it comes; findings and outcomes come in the order of ``checks``."""
    builder = ReportBuilder(check.id for check in checks)
    async for event in run(checks, subject):
        builder.add(event)
        show(event)
    return builder.report


async def _findings(check: Check, subject: Subject) -> AsyncIterator[Finding]:
    if check.static is not None:
        for finding in check.static(subject):
            yield finding
    if check.run is not None and not is_cut_off(check, subject):
        async for finding in check.run(subject):
            yield finding
