"""Runs checks: those that wait for each other in order, the others side by side."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence

from checks.model import (
    Check,
    Crashed,
    Event,
    Finished,
    Found,
    Outcome,
    Ran,
    Report,
    Skipped,
    Started,
    Subject,
    TimedOut,
)
from checks.onematter import folded
from wizard.finding import Finding, Status


def run_static(checks: Sequence[Check], subject: Subject) -> Report:
    """Run checks that need no event loop (its import alone takes longer than they do)."""
    findings: list[Finding] = []
    outcomes: list[tuple[str, Outcome]] = []
    for check in checks:
        outcome: Outcome | None = _not_now(check, subject)
        if outcome is None and check.static is not None:
            begun = time.monotonic()
            try:
                findings.extend(check.static(subject))
                outcome = Ran(seconds=time.monotonic() - begun) if check.run is None else _half(check, subject)
            except Exception as error:  # noqa: BLE001 - whatever escapes a check is a bug in it; the others go on
                outcome = Crashed(error=type(error).__name__)
        outcomes.append((check.id, outcome or Skipped(because="it needs more than the files")))
    return Report(findings=folded(findings), outcomes=tuple(outcomes))


def needs_loop(checks: Sequence[Check], subject: Subject) -> bool:
    """Whether any of these checks would wait for something now: offline, and without mail, none does."""
    return any(
        check.run is not None and not _is_cut_off(check, subject) and _not_now(check, subject) is None
        for check in checks
    )


async def run(checks: Sequence[Check], subject: Subject) -> AsyncIterator[Event]:
    """Run checks and give events as they happen; a check whose need failed is skipped, not failed a second time."""
    import asyncio

    events: asyncio.Queue[Event] = asyncio.Queue()
    chosen = {check.id for check in checks}
    ended = {check.id: asyncio.get_running_loop().create_future() for check in checks}

    async def work(check: Check) -> None:
        broken = [need for need in check.needs if need in chosen and not await ended[need]]
        outcome: Outcome | None = Skipped(because=f"{broken[0]} failed") if broken else _not_now(check, subject)
        failed = bool(broken)
        if outcome is None:
            events.put_nowait(Started(check=check.id))
            begun = time.monotonic()
            try:
                async with asyncio.timeout(check.seconds):
                    async for finding in _findings(check, subject):
                        failed = failed or finding.status is Status.FAIL
                        events.put_nowait(Found(check=check.id, finding=finding))
                is_whole = check.run is None or not _is_cut_off(check, subject)
                outcome = Ran(seconds=time.monotonic() - begun) if is_whole else _half(check, subject)
            except TimeoutError:
                outcome, failed = TimedOut(seconds=check.seconds), True
            except Exception as error:  # noqa: BLE001 - as in run_static
                outcome, failed = Crashed(error=type(error).__name__), True
        events.put_nowait(Finished(check=check.id, outcome=outcome))
        ended[check.id].set_result(not failed)

    tasks = [asyncio.create_task(work(check)) for check in checks]
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


async def report(checks: Sequence[Check], subject: Subject) -> Report:
    """Run checks to their end; findings and outcomes come in the order of ``checks``."""
    findings: dict[str, list[Finding]] = {check.id: [] for check in checks}
    outcomes: dict[str, Outcome] = {}
    async for event in run(checks, subject):
        match event:
            case Found(check=check, finding=finding):
                findings[check].append(finding)
            case Finished(check=check, outcome=outcome):
                outcomes[check] = outcome
            case Started():
                pass
    return Report(
        findings=folded(finding for check in checks for finding in findings[check.id]),
        outcomes=tuple((check.id, outcomes[check.id]) for check in checks),
    )


async def _findings(check: Check, subject: Subject) -> AsyncIterator[Finding]:
    if check.static is not None:
        for finding in check.static(subject):
            yield finding
    if check.run is not None and not _is_cut_off(check, subject):
        async for finding in check.run(subject):
            yield finding


def _not_now(check: Check, subject: Subject) -> Skipped | None:
    if check.static is None and _is_cut_off(check, subject):
        return Skipped(because="offline")
    skip = check.applies(subject)
    if skip is None and check.acts and subject.inert:
        return Skipped(because=subject.inert)
    return None if skip is None else Skipped(because=skip.because)


def _is_cut_off(check: Check, subject: Subject) -> bool:
    """Whether the part that waits must not run."""
    return check.network and subject.offline


def _half(check: Check, subject: Subject) -> Skipped:
    """Return how a check ended of which only the part ran that needs no network."""
    why = "offline" if _is_cut_off(check, subject) else "it needs more than the files"
    return Skipped(because=f"{why}; what the settings alone tell was looked at")
