"""Checks, review and writing, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from screens.plain.findings import tell_finding
from screens.plain.keys import in_words
from screens.plain.question import problem_text
from screens.plain.words import Command
from screens.shared import summaries
from screens.shared.person_words import for_person
from screens.shared.review import CheckedAnswers, after_test, checked_answers, judge
from wizard.basics.exit_status import ExitStatus
from wizard.basics.finding import SIGNS, Status
from wizard.basics.plain_text import counted, plain
from wizard.basics.problem import InvalidInput, WizardError
from wizard.catalogue.questions import is_question
from wizard.catalogue.secret_names import shown_value
from wizard.interview.preview import look_closely

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checks.model import Check, Report, Subject
    from screens.demo import Practice
    from screens.plain.console import Console
    from screens.plain.words import Words
    from screens.shared.write_result import WriteResult
    from wizard.basics.check_events import CheckEvent
    from wizard.interview.interview import Interview
    from wizard.plan.file_edit import FileEdit
    from wizard.plan.lines import Change
    from wizard.plan.proposal import Proposal

_SERVICES: Final = "services."
_SHORT: Final = 10
"""Lines of a difference that is shown at once; of a longer one each file is summed up."""


class Reviewing:
    """The steps of checks and review with one person; nothing is said twice."""

    def __init__(self, console: Console, words: Words, interview: Interview, practice: Practice | None) -> None:
        self._console = console
        self._words = words
        self._interview = interview
        self._practice = practice
        self._told: set[str] = set()
        self._checked: CheckedAnswers | None = None
        self.is_blocked = False
        """Whether nothing could be written with the answers that were looked at last."""
        self.faulty = ""
        """The question whose answer is the reason; empty if it is none of a question."""

    def is_news(self, text: str) -> bool:
        """Return whether something was not said before, and note that it is now."""
        is_news = text not in self._told
        self._told.add(text)
        return is_news

    def show_checks(self) -> None:
        """Run the checks, tell what they found, and keep it for the review."""
        proposal = self._proposal()
        if proposal is None:
            return
        from checks.closing import closing_sentence
        from checks.model import planned
        from checks.report import caused_text
        from screens.shared.review import automatic_checks

        draft = self._interview.draft
        subject = planned(proposal, read_only_reason=summaries.ON_REQUEST_ONLY)
        report = run_checks(self._console, automatic_checks(self._practice), subject)
        self._checked = checked_answers(draft, proposal, report)
        for finding in report.leading:
            is_well = finding.status is Status.PASS or finding.acknowledged is not None
            if not is_well and self.is_news(finding.summary):
                tell_finding(self._console, finding, caused_text(report.caused_by(finding)))
        counts = [counted(len(report.having(Status.WARN)), "warning")] * bool(report.having(Status.WARN))
        sentence = (
            report.sentence.rstrip(".")
            if report.having(Status.FAIL) or report.having(Status.UNKNOWN)
            else ", ".join(["0 failed", *counts])
        )
        closing = closing_sentence(report)
        self._told.add(closing)
        self._console.say(f"{sentence}. {closing}")

    def note_test(self, report: Report) -> None:
        """Keep what the test of the present step found, for the review."""
        self._checked = after_test(self._checked, self._interview.draft, self._interview.step, report)

    def _proposal(self) -> Proposal | None:
        preview, remark = look_closely(self._interview)
        self.is_blocked = preview.proposal is None
        self.faulty = next((one.field for one in preview.problems if is_question(one.field)), "")
        if preview.proposal is None:
            self._console.say("Nothing can be written with these answers yet:")
            self._console.say(problem_text(InvalidInput(*preview.problems)))
        if remark and self.is_news(remark):
            self._console.say(f"Note: {remark}")
        return preview.proposal

    def ask_to_write(self) -> int | None:
        """Show what would change and write it if confirmed; return the exit status, ``None`` to go back."""
        proposal = self._proposal()
        if proposal is None:
            return None
        whole = list(self._difference(proposal))
        is_whole = len(whole) <= _SHORT
        self._show(proposal, whole if is_whole else None)
        if (rotation := self._interview.rotation) is not None:
            self._console.say(f"{SIGNS[Status.FAIL].tag}  {summaries.unfinished_rotation(rotation)}")
            self._words.read("Enter to go back, :quit to leave> ", "Enter to go back> ")
            return None
        report, sentence = judge(proposal, self._interview.draft, self._checked)
        failed = report.failed
        for finding in failed:
            self._console.say(f"{SIGNS[finding.status].tag}  {plain(finding.summary, limit=600)}")
        if self.is_news(sentence):
            self._console.say(sentence)
        anyway = " anyway" if failed else ""
        does = "restart" if self._interview.snapshot.has_run else "start"
        words = {f"write{anyway}": "", f"apply{anyway}": f" (write and {does})"}
        if self._practice is not None:
            words.popitem()
        named = ", ".join(f"{word}{meaning}" for word, meaning in words.items())
        short = f"{', '.join(words)} or back> "
        prompt = f"Type {named} or back{'' if is_whole else ' (Enter: full diff)'}> "
        while (text := self._words.read(prompt, short).lower()) not in (*words, "back"):
            for line in whole if not text else ():
                self._console.show(line)
            prompt = f"{'Invalid choice. ' if text else ''}{short}"
        if text == "back":
            return None
        if text.startswith("write"):
            return self._write(proposal, report)
        from screens.plain.apply import apply

        return apply(self._console, self._words, self._interview, proposal, report)

    def _show(self, proposal: Proposal, whole: list[str] | None) -> None:
        """Show what would change, summed up unless the ``whole`` difference is given, and what else is to be known."""
        for line in map(_summed_up, proposal.plan.shown_edits) if whole is None else ():
            self._console.say(line)
        for line in whole or ():
            self._console.show(line)
        for note in summaries.joined_notes(proposal.plan.notes, has_names=whole is None):
            # Which LibreChat this is, the first step said, unless it had to assume it.
            is_known = note == proposal.about and proposal.snapshot.release_source
            if not is_known and self.is_news(note):
                self._console.say(f"* {plain(in_words(for_person(note)), limit=1000)}")

    def _difference(self, proposal: Proposal) -> Iterator[str]:
        from wizard.plan.diff import of_plan

        yield from of_plan(proposal.plan).splitlines() or ("No files need to change.",)

    def _write(self, proposal: Proposal, report: Report) -> int:
        from screens.shared.write_result import after_write

        has_answers = bool(self._interview.draft.entries)
        try:
            applied = self._interview.write(proposal)
            result = after_write(self._interview, proposal, applied, self._practice, report)
        except WizardError as error:
            self._console.say(problem_text(error))
            return ExitStatus.NOT_WRITTEN
        self._tell_result(result)
        for text in self._practice.inbox().splitlines() if self._practice is not None else ():
            self._console.show(text)
        if has_answers:
            self._offer_export()
        return ExitStatus.DONE

    def _tell_result(self, result: WriteResult) -> None:
        """Say what was written and what comes next; a command is on one line, to be copied."""
        self._console.say(" ".join(str(result.headline).split()))
        for note in result.notes:
            self._console.say(f"* {plain(note, limit=500)}")
        first: dict[tuple[str, ...], int] = {}
        for number, one in enumerate(result.next_steps, 1):
            parts = one.title.split(", ")
            if len(one.commands) == len(parts) > 1:
                for head, command in zip(
                    (f"{number}. {parts[0]}", *(f"   {part}" for part in parts[1:])), one.commands, strict=True
                ):
                    before = first.get(_without_stand_ins(command))
                    self._tell_command(head, command if before is None else f"the command from step {before}")
                self._console.say(one.advice, "   ") if one.advice else None
                continue
            first.update(dict.fromkeys(map(_without_stand_ins, one.commands), number))
            if len(one.commands) == 1:
                self._tell_command(f"{number}. {one.title}", one.commands[0])
                self._console.say(one.advice, "   ") if one.advice else None
                continue
            self._console.say(f"{number}. {one.title}: {one.advice}".rstrip(": "))
            for command in one.commands:
                self._console.show(f"   {command}")

    def _tell_command(self, head: str, command: str) -> None:
        """Tell what a command is for, and the command on one line, behind it or below."""
        line = f"{head}: {command}"
        if len(line) > self._console.columns:
            self._console.show(f"{head}:")
            line = f"   {command}"
        self._console.show(line)

    def _offer_export(self) -> None:
        from pathlib import Path

        from screens.plain.console import InputEndedError
        from wizard.answers.export import save

        prompt, again = "To save your answers for --answers, type a file name (Enter: skip)> ", "File name> "
        try:
            while name := self._words.read(prompt, again):
                try:
                    saved = save(self._interview.draft, self._interview.folder, Path(name))
                except WizardError as error:
                    self._console.say(problem_text(error))
                    prompt = "File name (Enter: skip)> "
                    continue
                self._console.say(f"Saved: {plain(str(saved), limit=300)}")
                return
        except (InputEndedError, KeyboardInterrupt, Command):
            # Whatever leads elsewhere: here is the end.
            return


def run_checks(console: Console, checks: tuple[Check, ...], subject: Subject) -> Report:
    """Run checks, say which one is in progress if it has to wait for somebody, and return what they found."""
    from checks.net.aio import run
    from checks.runner import report
    from wizard.basics.check_events import Started

    waiting = {check.id: check.title for check in checks if check.run is not None}

    def show(event: CheckEvent) -> None:
        if isinstance(event, Started) and event.check in waiting:
            console.say(f"checking: {waiting[event.check]}")

    return run(report(checks, subject, show))


def run_and_tell(console: Console, checks: tuple[Check, ...], subject: Subject) -> Report:
    """Run checks, say which one is in progress, tell what they found, and return it."""
    from checks.closing import summary_of_test
    from checks.report import report_text

    found = run_checks(console, checks, subject)
    *rows, _ = report_text(found).splitlines()
    for line in rows:
        console.show(line)
    console.say(summary_of_test(found))
    return found


def _without_stand_ins(command: str) -> tuple[str, ...]:
    """Return the words of a command without those that stand for somebody's data."""
    return tuple(word for word in command.split() if not word.replace("-", "").isupper())


def _values(changes: Iterable[Change]) -> Iterator[str]:
    """Yield what is set, and the services of a compose file together."""
    services = []
    for one in changes:
        if one.after is not None:
            yield f"{one.name}={plain(shown_value(one.after), limit=100)}"
        elif one.name.startswith(_SERVICES):
            services.append(one.name.removeprefix(_SERVICES))
        else:
            yield one.name
    if services:
        yield f"services {', '.join(services)}"


def _summed_up(edit: FileEdit) -> str:
    """Return in a few lines what becomes of a file whose difference is long."""
    name = plain(edit.path)
    state = "new" if edit.before is None else "changed"
    if edit.changes:
        secret = [one.name for one in edit.changes if one.change == "set" and one.secret]
        values = _values(one for one in edit.changes if one.change == "set" and not one.secret)
        gone = [f"{one.name} removed" for one in edit.changes if one.change != "set"]
        what = [*values, *gone, *([f"secrets {', '.join(secret)}"] if secret else [])]
        return f"{name} ({state}, mode {edit.mode:04o}): {'; '.join(what)}"
    lines = edit.after.count(b"\n")
    return f"{name} ({state}, mode {edit.mode:04o}): {counted(lines, 'line')}"
