"""Writing and applying, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.net.aio import run as run_loop
from screens.plain.question import problem_text
from screens.shared.apply_job import interview_job, run_apply, undo_apply
from wizard.basics.exit_status import ExitStatus
from wizard.basics.problem import WizardError
from wizard.interview.dialogues import PUT_BACK

if TYPE_CHECKING:
    from checks.model import Report
    from screens.plain.console import Console
    from screens.plain.words import Words
    from wizard.interview.interview import Interview
    from wizard.plan.proposal import Proposal


def apply(console: Console, words: Words, interview: Interview, proposal: Proposal, report: Report) -> int | None:
    """Write, let LibreChat use it, prove it; return the exit status, ``None`` if everything is as it was."""
    email = ""
    if not interview.snapshot.has_run:
        console.say("Registration stays closed until the first administrator exists.")
        email = words.read("Email address of the first administrator (Enter: none for now)> ", "Administrator> ")
    from screens.shared.apply_progress import ApplyLog
    from wizard.apply.events import ApplyOutcome
    from wizard.apply.run import keep

    log = ApplyLog(console.say)
    progress = log.progress
    try:
        job = interview_job(interview, proposal, report, email)
        run_loop(log.follow(run_apply(job)))
        if progress.outcome in (ApplyOutcome.DONE, ApplyOutcome.BY_HAND):
            interview.finish()
            return ExitStatus.DONE
        has_changed = bool(progress.written) or progress.can_go_back
        if has_changed and console.settle(PUT_BACK, can_leave=False).word == "no":
            keep(interview.store)
            interview.finish()
            return ExitStatus.FAILED
        if has_changed:
            run_loop(log.follow(undo_apply(job)))
    except KeyboardInterrupt:
        pending = interview.store.pending()
        console.say(pending.notice() if pending is not None else "\nStopped before anything was written.")
        return ExitStatus.INTERRUPTED
    except WizardError as error:
        console.say(problem_text(error))
    return None
