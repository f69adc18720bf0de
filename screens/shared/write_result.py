"""What was written, and what to do next: shown on the last screen, and on the terminal after exit."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from screens.shared.lines import Line, Tone
from wizard.basics.command_lines import wrapped
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem
from wizard.interview.next_steps import PERSON

if TYPE_CHECKING:
    from checks.model import Report
    from screens.demo import Practice
    from screens.shared.apply_progress import ApplyProgress
    from wizard.interview.interview import Interview
    from wizard.interview.next_steps import NextStep
    from wizard.plan.proposal import Proposal
    from wizard.store.transaction import Applied


PERSON_LABELS: Final = ("Email", "Name", "User name")
"""The fields of the first account's owner."""
_COLUMNS: Final = 80
_HANGING: Final = late_pattern(r" *(?:\* |\d+\. |(?=[A-Z][a-z]+  )[A-Za-z ]{11}(?=\S))?")
"""What is before a text that may go on in the next line: a bullet, a number, or a label of the card (summary_card.LABEL)."""
_PLAIN_WORDS: Final = late_pattern(r"[\w.@+-]+(?: [\w.@+-]+)*")


class WriteResult(NamedTuple):
    """The end of a run that wrote."""

    written: tuple[str, ...] = ()
    """Names of the files, without the wizard's own."""
    backup: str = ""
    """The folder that holds the files as they were before."""
    is_all_new: bool = False
    """None of the files was there before."""
    notes: tuple[str, ...] = ()
    next_steps: "tuple[NextStep, ...]" = ()
    is_practice: bool = False
    """Nothing of it stays."""
    card: tuple[Line, ...] = ()
    """Where things stand, in a few lines."""

    @property
    def headline(self) -> Line:
        """What was written, and where the files from before are."""
        names = ", ".join(plain(name) for name in self.written)
        text = f"Written: {names}" if names else "No file changes needed."
        new = "This file is new." if len(self.written) == 1 else "These files are new."
        before = new if self.is_all_new else f"Previous files: {plain(self.backup)}"
        return Line(text, detail=before if names else "")

    @property
    def verdict(self) -> tuple[Line, ...]:
        """The sentence of the card that says how it stands with sign-in and mail."""
        return tuple(line for line in self.card if line.tone is Tone.TITLE)

    @property
    def state(self) -> tuple[Line, ...]:
        """The other lines of the card."""
        return tuple(line for line in self.card if line.tone is not Tone.TITLE)

    def lines(self) -> list[Line]:
        """Return what was written and what to do next."""
        lines = [*self.verdict, self.headline]
        lines += [Line(f"* {plain(note, limit=500)}", Tone.WARNING) for note in self.notes]
        for number, one in enumerate(self.next_steps, 1):
            lines.append(Line(f"\n{number}. {one.title}", Tone.TITLE))
            lines += [Line(f"   {plain(command, limit=500)}", Tone.COMMAND) for command in one.commands]
            lines += [Line(f"   {one.advice}")] if one.advice else []
        return [*lines, Line(""), *self.state] if self.state else lines

    @property
    def commands(self) -> tuple[str, ...]:
        """Every command of the next steps, in their order."""
        return tuple(command for one in self.next_steps for command in one.commands)

    def for_person(self, email: str, name: str, username: str) -> "WriteResult":
        """Return the same with a person's data in the command that makes the first account.

        ``InvalidInput`` for what create-user would reject, and what a shell would not take as one word; each problem's field is one
        of :data:`PERSON_LABELS`.
        """
        given = (email, name, username)
        if problems := [
            problem for one, text in zip(PERSON_LABELS, given, strict=True) for problem in _faults(one, text)
        ]:
            raise InvalidInput(*problems)
        person = " ".join(f'"{text}"' if " " in text else text for text in given)
        steps = tuple(
            replace(one, commands=tuple(command.replace(f"-- {PERSON}", f"-- {person}") for command in one.commands))
            for one in self.next_steps
        )
        return self._replace(next_steps=steps)

    @property
    def exit_message(self) -> str:
        """The text that remains in the terminal after exit, with the commands to copy."""
        if self.is_practice:
            return exit_prose("The practice run is over. Everything was removed.")
        columns = exit_columns()
        return "\n".join(part for line in self.lines() for part in _wrapped(line, columns))


def exit_columns() -> int:
    """Return how wide a line may be that remains in the terminal after exit: as the terminal is, 80 at most."""
    from checks.report import columns_of

    # While the full screen runs, sys.stdout is not the terminal.
    return columns_of(sys.__stdout__) if sys.__stdout__ is not None else _COLUMNS


def exit_prose(message: str) -> str:
    """Return a sentence without commands as it remains in the terminal after exit."""
    return "\n".join(part for text in message.splitlines() for part in _wrapped(Line(text), exit_columns()))


def _wrapped(line: Line, columns: int) -> list[str]:
    """Return a line as it stays on the terminal: prose wrapped, a command whole, so that it can be copied."""
    text = str(line)
    if line.tone is Tone.COMMAND or len(text) <= columns:
        return [text]
    first = text.lstrip("\n")
    hanging = _HANGING.match(first)
    indent = " " * (hanging.end() if hanging else 0)
    return [*[""] * (len(text) - len(first)), *wrapped(first, columns, indent=indent)]


def _faults(label: str, text: str) -> tuple[Problem, ...]:
    """Return what is wrong with one of a person's data, which may end up in single quotes on a command line."""
    from wizard.librechat.account_address import email_fault
    from wizard.librechat.account_name import name_fault, username_fault

    fault = {"Email": email_fault, "Name": name_fault, "User name": username_fault}[label](text)
    remedy = "Use an address such as ann@example.com." if label == "Email" else ""
    if not fault and not _PLAIN_WORDS.fullmatch(text):
        fault = "contains a character that is unsafe in a command."
        remedy = "Use letters, digits, spaces or . _ - + @"
    return (Problem(field=label, message=fault, remedy=remedy),) if fault else ()


_PRACTICE: Final = "This was a practice run. Its folder is removed when you leave."


def after_write(
    interview: "Interview",
    proposal: "Proposal",
    applied: "Applied",
    practice: "Practice | None",
    report: "Report | None" = None,
) -> WriteResult:
    """Return the result of writing alone. In a practice run it may wait for the network."""
    from wizard.interview.next_steps import next_steps

    values, fails = proposal.deployment.settings, _mail_fails(report)
    return WriteResult(
        written=applied.written,
        backup=applied.backup,
        is_all_new=_is_all_new(proposal),
        notes=(*applied.notes, *((_PRACTICE, *practice.written(values)) if practice is not None else ())),
        # Nothing of a practice stays: there is no LibreChat that a command could reach.
        next_steps=next_steps(interview.snapshot, proposal.plan, values, mail_fails=fails) if practice is None else (),
        is_practice=practice is not None,
        card=_card(proposal, report, has_backup=bool(applied.written) and practice is None),
    )


def _is_all_new(proposal: "Proposal") -> bool:
    return all(edit.before is None for edit in proposal.plan.shown_edits)


def _mail_fails(report: "Report | None") -> bool:
    from checks.closing import mail_fails

    return report is not None and mail_fails(report)


def _card(proposal: "Proposal", report: "Report | None", *, has_backup: bool) -> tuple[Line, ...]:
    from screens.shared.summary_card import summary_card

    answers, deployment = proposal.answers, proposal.deployment
    domains = tuple(answers.registration.allowed_domains or ())
    return summary_card(deployment.settings, deployment.release, report, domains=domains, has_backup=has_backup)


def after_apply(interview: "Interview", proposal: "Proposal", progress: "ApplyProgress") -> WriteResult:
    """Return the result of writing and applying; only once that is done, LibreChat runs with the new files."""
    from wizard.apply.events import ApplyOutcome
    from wizard.interview.next_steps import next_steps

    steps = next_steps(
        interview.snapshot,
        proposal.plan,
        proposal.deployment.settings,
        is_in_use=progress.outcome is ApplyOutcome.DONE,
        has_administrator=progress.has_administrator,
        mail_fails=_mail_fails(progress.report),
    )
    return WriteResult(
        written=progress.written,
        backup=progress.backup,
        is_all_new=_is_all_new(proposal),
        notes=progress.notes,
        next_steps=steps,
        card=_card(proposal, progress.report, has_backup=bool(progress.written)),
    )
