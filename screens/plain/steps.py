"""Walks through the steps, line by line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from screens.plain.console import Console, InputEndedError, LeaveError, OutputEndedError
from screens.plain.keys import in_words
from screens.plain.live_test import test
from screens.plain.question import Prompt, Turn, problem_text
from screens.plain.review import Reviewing
from screens.plain.words import Command, Words
from screens.shared import summaries
from screens.shared.person_words import for_person
from wizard.basics.exit_status import ExitStatus
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError
from wizard.catalogue.questions import MAIL_PRESET, is_question, label, variable_id
from wizard.interview import dialogues
from wizard.interview.presets import chosen_product, console_values, filled_in
from wizard.interview.preview import findings_now, look_ahead, values_of
from wizard.interview.steps import STEPS, Step, StepKind, chosen_providers, step, step_of, steps_in_order
from wizard.librechat.mail_configured import has_transport

if TYPE_CHECKING:
    from screens.demo import Practice
    from wizard.interview.interview import Interview

_SOCIAL_SWITCHES = tuple(map(variable_id, ("ALLOW_SOCIAL_LOGIN", "ALLOW_SOCIAL_REGISTRATION")))
_CONTAINER = "checks.from_container"


def run(interview: Interview, practice: Practice | None = None) -> int:
    """Ask line by line; return the exit status."""
    console = Console()
    kept = dialogues.kept(is_practice=practice is not None)
    with console.quiet():
        try:
            return _Walk(console, interview, practice).go()
        except InputEndedError:
            if not console.has_read:
                console.say(f"\nStandard input is empty. For an unattended run, use: {own_command('--answers FILE')}")
                return ExitStatus.INVALID
            console.say(f"\nInput ended. Nothing changed. {kept}")
            return ExitStatus.INTERRUPTED
        except OutputEndedError as error:
            sys.stderr.write(f"The output cannot be written ({error}). {kept}\n")
            return ExitStatus.INTERRUPTED


class _Walk:
    """Walks the steps with one person."""

    def __init__(self, console: Console, interview: Interview, practice: Practice | None) -> None:
        self._practice = practice
        self._console = console
        self._interview = interview
        self._words = Words(console, interview, practice)
        self._prompt = Prompt(console, interview, self._words)
        self._reviewing = Reviewing(console, self._words, interview, practice)
        self._headed = ""
        """The step whose head was said last."""
        self._at = ""
        """The question that was asked last; empty at a step that asks none."""

    def go(self) -> int:
        """Walk from the first step to the last one."""
        self._greet()
        first, command = "", None
        try:
            self._console.settle(dialogues.resume(self._interview)).action()
        except LeaveError:
            self._console.say(f"Nothing changed. {dialogues.kept(is_practice=self._practice is not None)}")
            return ExitStatus.INTERRUPTED
        while True:
            try:
                if command is not None:
                    # What it asks may be answered with another command.
                    carried_out, command = command, None
                    first = self._carry_out(carried_out)
                    continue
                end = self._step(first)
                first = ""
                if end is not None:
                    return end
            except Command as typed:
                command = typed
            except WizardError as error:
                self._console.say(problem_text(error))
                first = self._at
            except (KeyboardInterrupt, LeaveError):
                status = self._leave()
                if status is not None:
                    return status
                first = self._at

    def _greet(self) -> None:
        if self._practice is not None:
            self._console.say(f"*** {self._practice.banner} ***")
            for hint in self._practice.hints:
                self._console.say(in_words(hint))
        self._console.say("LibreChat auth wizard. Press Enter to keep the [value]. Type ? for help.")
        if self._interview.draft_damage:
            self._console.say(f"Note: {self._interview.draft_damage}")

    def _step(self, first: str) -> int | None:
        """Go through the present step, from the question ``first`` on; return the exit status after the last one."""
        current = self._interview.step
        self._at = ""
        if self._headed != current.id:
            self._head(current)
        if current.kind is StepKind.CHECKS:
            self._reviewing.show_checks()
            self._pause("continue")
        elif current.kind is StepKind.REVIEW:
            return self._review()
        elif not self._questions(first):
            self._move(-1)
            return None
        self._move(1)
        return None

    def _head(self, current: Step) -> None:
        self._headed = current.id
        steps = [one.id for one in steps_in_order(self._interview.draft, self._interview.present)]
        count = f"Step {steps.index(current.id) + 1} of {len(steps)}: " if current.id in steps else ""
        self._console.say(f"== {count}{current.title}")
        if current.provider or not current.essential:
            # What the few usual steps are about, ? says.
            self._console.say(current.intro)
        if current.kind is StepKind.WELCOME:
            self._console.say(". ".join(line.rstrip(".") for line in summaries.folder_lines(self._interview)) + ".")
            if self._interview.snapshot.state(".env").data is not None:
                for status, text in summaries.initial_findings(findings_now(self._interview)):
                    self._console.say(f"{status}: {text}")
        self._at_provider(current)

    def _at_provider(self, current: Step) -> None:
        """Say what has to be entered at the provider, in the words of its console where it is chosen."""
        chosen = chosen_product(current.provider, self._interview.draft)
        for one in console_values(current, values_of(self._interview, None), chosen) if current.provider else ():
            self._console.say(f"In the provider's console, enter this as {one.label}:")
            self._console.show(f"    {one.text}")

    def _asked(self, first: str) -> tuple[str, ...]:
        """Return the questions of the step that are asked now, ``first`` among them if it is one of the step's."""
        usual = self._interview.shown(everything=False)
        asked = tuple(name for name in usual if name == first or self._is_due(name))
        if usual and not self._words.asks_everything and first in ("", *asked):
            return asked
        everything = self._interview.shown(everything=True)
        # What was asked for by name is asked, also if it can have no effect now.
        is_missing = first in self._interview.step.all_questions and first not in everything
        return (*everything, first) if is_missing else everything

    def _is_due(self, name: str) -> bool:
        """Return whether a question is asked of somebody who did not ask for all of them: what it is about was chosen."""
        draft, present = self._interview.draft, self._interview.present
        if name in draft.entries and not self._is_filled_in(name):
            return True
        if name in _SOCIAL_SWITCHES:
            return bool({*chosen_providers(draft, present)} - {"ldap"})
        if self._interview.step.id != "mail" or name == MAIL_PRESET:
            return True
        has_mail = has_transport(draft.values(present), self._interview.release)
        if not has_mail and MAIL_PRESET not in self._prompt.answered:
            return False
        if name == _CONTAINER:
            return self._interview.snapshot.has_run and bool(draft.text("checks.mail_to"))
        return not self._is_filled_in(name)

    def _is_filled_in(self, name: str) -> bool:
        """Return whether the chosen mail provider decides the answer, and nobody changed it."""
        return name in filled_in(self._interview.draft)

    def _questions(self, first: str) -> bool:
        """Ask the questions of the step, which may change with the answers; tell whether to go on (else back)."""
        done: list[str] = []
        following = first
        while True:
            shown = self._asked(first)
            rest = [name for name in shown if name not in done]
            if following and following in shown:
                rest = list(shown[shown.index(following) :])
                done = list(shown[: shown.index(following)])
                following = ""
            if not rest:
                return self._is_settled()
            provider = self._interview.step.provider
            chosen = chosen_product(provider, self._interview.draft)
            self._at = rest[0]
            turn = self._prompt.ask(rest[0])
            if chosen_product(provider, self._interview.draft) != chosen:
                self._at_provider(self._interview.step)
            if turn is Turn.ONWARD:
                done.append(rest[0])
            elif done:
                done.pop()
            else:
                return False

    def _is_settled(self) -> bool:
        """Tell what the rules across fields say about this step's answers."""
        preview = look_ahead(self._interview)
        there = {name for later in self._later() for name in later.all_questions}
        # What a later step is about as well is said there, where it can be answered.
        still = {text for name in there for _, text in preview.by_question.get(name, ())}
        has_problem = False
        for name in self._interview.step.all_questions:
            for kind, text in preview.by_question.get(name, ()):
                if kind == "problem":
                    has_problem = True
                    self._console.say(f"Problem with {label(name)}: {plain(in_words(for_person(text)), limit=600)}")
                elif text not in still and self._reviewing.is_news(text):
                    self._console.say(f"Warning for {label(name)}: {plain(in_words(for_person(text)), limit=600)}")
        if has_problem:
            asked = "Type 'again' to answer this step again, or press Enter to continue> "
            short = "Type again or Enter> "
            while word := self._words.read(asked, short):
                if word == "again":
                    raise Command(f"go {self._interview.step.id}")
                asked = short
        return True

    def _later(self) -> list[Step]:
        steps = list(steps_in_order(self._interview.draft, self._interview.present))
        here = [one.id for one in steps]
        return steps[here.index(self._interview.step.id) + 1 :] if self._interview.step.id in here else []

    def _pause(self, does: str) -> None:
        """Wait for Enter, which leads to the question whose answer lets nothing be written, if there is one."""
        faulty = self._reviewing.faulty
        does = f"go to {label(faulty)}" if faulty else does
        prompt = f"Press Enter to {does}> "
        while self._words.read(prompt, f"Enter to {does}> "):
            prompt = f"Enter to {does}> "
        if faulty:
            raise Command(f"go {faulty}")

    def _review(self) -> int | None:
        status = self._reviewing.ask_to_write()
        if self._reviewing.is_blocked:
            self._pause("go back")
        if status is None:
            self._move(-1)
        return status

    def _move(self, offset: int) -> None:
        there = self._interview.beside(offset)
        if there is not None and step(there).kind is StepKind.DONE:
            is_blocked = self._reviewing.is_blocked or self._interview.rotation is not None
            self._console.say(
                "Nothing can be written yet."
                if is_blocked
                else "That is the last step. Type write at the prompt to write the files."
            )
        elif there is not None:
            self._interview.go(there)

    def _carry_out(self, command: Command) -> str:
        """Carry out a command that leads elsewhere; return the question to begin with there."""
        match command.name:
            case "go":
                return self._go(command.rest.strip())
            case "next":
                self._move(1)
            case "back":
                self._move(-1)
            case "recommended":
                self._recommend()
                return self._at
            case "test":
                if (found := test(self._console, self._words, self._interview, self._practice)) is not None:
                    self._reviewing.note_test(found)
                return self._at
            case _:
                raise LeaveError
        return ""

    def _recommend(self) -> None:
        changed = self._interview.recommend()
        names = ", ".join(label(name) for name in changed)
        self._console.say(
            f"Set to the recommended value: {names}" if names else "There is nothing to set to a recommended value."
        )

    def _go(self, name: str) -> str:
        if any(one.id == name and one.kind is not StepKind.DONE for one in STEPS):
            self._interview.go(name)
            self._headed = ""
            return ""
        for identity in (name, variable_id(name), variable_id(name.upper())):
            if is_question(identity):
                self._interview.go(step_of(identity).id)
                return identity
        self._console.say("No such step or setting. Type :steps to list the steps, or :find WORDS to find a setting.")
        return self._at

    def _leave(self) -> int | None:
        dialogue = dialogues.leave(self._interview, is_practice=self._practice is not None)
        try:
            answer = self._console.settle(dialogue)
        except (KeyboardInterrupt, LeaveError):
            answer = dialogue.answers[1]
        answer.action()
        if not answer.exit_message:
            return None
        self._console.say(f"{answer.exit_message}")
        return ExitStatus.INTERRUPTED
