"""Writing and applying as lines."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from screens.plain.question import told
from screens.shared.apply_job import back, forward, job_of
from wizard.basics.problem import WizardError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from checks.model import Report
    from screens.cli.apply_lines import Teller
    from screens.plain.console import Console
    from wizard.apply.events import Event
    from wizard.apply.run import Job
    from wizard.interview.interview import Interview
    from wizard.plan.proposal import Proposal

_INTERRUPTED = 130


def apply(console: Console, interview: Interview, proposal: Proposal, report: Report) -> int | None:
    """Write, let LibreChat use it, prove it; return the exit status, ``None`` where everything is as it was."""
    email = ""
    if not interview.snapshot.has_run:
        console.say("LibreChat is started, with registration closed until the first administrator is there.")
        email = console.read("Their e-mail address (Enter: nobody now)> ").strip()
    from screens.cli.apply_lines import Teller
    from wizard.apply.events import Outcome
    from wizard.apply.run import keep

    teller = Teller(console.say)
    try:
        job = job_of(interview, proposal, report, email)
        _listen(teller, job, forward)
        if teller.outcome in (Outcome.DONE, Outcome.BY_HAND):
            interview.finish()
            return 0
        if teller.written and not _wants(console, "It failed. Put the old files back? yes or no> "):
            keep(interview.workplace)
            interview.finish()
            return 1
        if teller.written:
            _listen(teller, job, back)
    except KeyboardInterrupt:
        pending = interview.workplace.pending()
        console.say(pending.told() if pending is not None else "\nStopped before anything was written.")
        return _INTERRUPTED
    except WizardError as error:
        console.say(told(error))
    return None


def _listen(teller: Teller, job: Job, begin: Callable[[Job], AsyncGenerator[Event, None]]) -> None:
    """Carry out one way; what the core refuses on it is told."""

    async def way() -> None:
        await teller.listen(begin(job))

    try:
        asyncio.run(way())
    except WizardError as error:
        if not teller.written:
            raise
        teller.refused(error)


def _wants(console: Console, question: str) -> bool:
    while (text := console.read(question).strip().lower()) not in ("yes", "y", "no", "n"):
        console.say("Type yes or no.")
    return text.startswith("y")
