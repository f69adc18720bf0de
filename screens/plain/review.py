"""Checks, review and writing as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.plain.question import Command, told
from screens.shared import summaries
from wizard.basics.exit_status import ExitStatus
from wizard.basics.finding import SIGNS, Status
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, WizardError
from wizard.interview.preview import look_closely

if TYPE_CHECKING:
    from checks.model import Check, Report, Subject
    from screens.demo import Practice
    from screens.plain.console import Console
    from wizard.basics.check_events import CheckEvent
    from wizard.interview.interview import Interview
    from wizard.plan.proposal import Proposal


def show_checks(console: Console, interview: Interview, practice: Practice | None) -> None:
    """Run the checks and tell each as it ends."""
    proposal = _proposal(console, interview)
    if proposal is None:
        return
    from checks.model import planned
    from screens.shared.review import unasked_checks

    run_and_tell(console, unasked_checks(practice), planned(proposal, inert=summaries.UNASKED))


def run_and_tell(console: Console, checks: tuple[Check, ...], subject: Subject) -> Report:
    """Run checks, say which one is under way, tell what they found, and return it."""
    from checks.net.aio import run
    from checks.report import report_text
    from checks.runner import report
    from wizard.basics.check_events import Started

    titles = {check.id: check.title for check in checks}

    def show(event: CheckEvent) -> None:
        if isinstance(event, Started):
            console.say(f"checking: {titles[event.check]}")

    found = run(report(checks, subject, show))
    for line in report_text(found).splitlines():
        console.show(line)
    return found


def _proposal(console: Console, interview: Interview) -> Proposal | None:
    outlook, remark = look_closely(interview)
    if outlook.proposal is None:
        console.say("Nothing can be written with these answers yet:")
        console.say(told(InvalidInput(*outlook.problems)))
    if remark:
        console.say(f"Note: {remark}")
    return outlook.proposal


def ask_to_write(console: Console, interview: Interview, practice: Practice | None) -> int | None:
    """Show what would change and write it when told to; return the exit status, ``None`` to go back."""
    proposal = _proposal(console, interview)
    if proposal is None:
        text = console.read("Type back, or :go NAME> ").strip()
        if text.startswith(":"):
            raise Command(text[1:])
        return None
    _show(console, proposal)
    from screens.shared.review import judge

    report = judge(proposal)
    failed = report.having(Status.FAIL)
    for finding in failed:
        console.say(f"{SIGNS[finding.status].tag}  {plain(finding.summary, limit=600)}")
    anyway = " anyway" if failed else ""
    also = "" if practice is not None else f", apply{anyway} to let LibreChat use them at once"
    while True:
        text = console.read(f"Type write{anyway} to write the files{also}, or back> ").strip().lower()
        if text == f"write{anyway}":
            return _write(console, interview, proposal, practice)
        if text == f"apply{anyway}" and also:
            from screens.plain.apply import apply

            return apply(console, interview, proposal, report)
        if text == "back":
            return None
        if text.startswith(":"):
            raise Command(text[1:])


def _show(console: Console, proposal: Proposal) -> None:
    from wizard.plan.diff import of_plan

    for note in proposal.plan.notes:
        console.say(f"* {plain(note, limit=1000)}")
    for line in of_plan(proposal.plan).splitlines():
        console.show(line)
    if not any(not edit.internal for edit in proposal.plan.edits):
        console.say("Every file is already as asked.")


def _write(console: Console, interview: Interview, proposal: Proposal, practice: Practice | None) -> int:
    from screens.shared.write_result import after_write

    has_answers = bool(interview.draft.entries)
    try:
        result = after_write(interview, proposal, interview.write(proposal), practice)
    except WizardError as error:
        console.say(told(error))
        return ExitStatus.NOT_WRITTEN
    for line in result.lines():
        for part in str(line).split("\n"):
            console.show(part)
    for text in practice.inbox().splitlines() if practice is not None else ():
        console.show(text)
    if has_answers:
        _offer_export(console, interview)
    return ExitStatus.DONE


def _offer_export(console: Console, interview: Interview) -> None:
    from pathlib import Path

    from screens.plain.console import InputEndedError
    from wizard.answers.export import save

    try:
        name = console.read("File name to save your answers for --answers (Enter: do not)> ").strip()
        if name:
            console.say(f"Saved: {plain(str(save(interview.draft, interview.folder, Path(name))), limit=300)}")
    except (InputEndedError, KeyboardInterrupt):
        return
    except WizardError as error:
        console.say(told(error))
