"""The way through the steps, line by line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from screens.plain.console import Console, InputEndedError, OutputEndedError
from screens.plain.live_test import test
from screens.plain.question import HELP, Command, Prompt, Turn, told
from screens.plain.review import ask_to_write, show_checks
from screens.shared import summaries
from wizard.basics.exit_status import ExitStatus
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError
from wizard.catalogue.questions import is_question, label, variable_id
from wizard.interview import dialogues
from wizard.interview.presets import chosen_product, console_values
from wizard.interview.preview import findings_now, look_ahead, values_of
from wizard.interview.search import search
from wizard.interview.steps import STEPS, Step, StepKind, step_of, way

if TYPE_CHECKING:
    from collections.abc import Callable

    from screens.demo import Practice
    from wizard.interview.interview import Interview


class _LeaveError(Exception):
    """The operator wants to go."""


def run(interview: Interview, practice: Practice | None = None) -> int:
    """Ask line by line; return the exit status."""
    console = Console()
    with console.quiet():
        try:
            return _Walk(console, interview, practice).go()
        except InputEndedError:
            if not console.has_read:
                console.say(f"\nNobody answers here. Without a person use: {own_command('--answers FILE')}")
                return ExitStatus.INVALID
            console.say("\nThe input has ended. Nothing was changed; your answers are kept, start again to go on.")
            return ExitStatus.INTERRUPTED
        except OutputEndedError as error:
            sys.stderr.write(f"Nothing more can be shown ({error}). Your answers are kept; start again to go on.\n")
            return ExitStatus.INTERRUPTED


class _Walk:
    """Walks the steps with one person."""

    def __init__(self, console: Console, interview: Interview, practice: Practice | None) -> None:
        self._practice = practice
        self._console = console
        self._interview = interview
        self._prompt = Prompt(console, interview)
        self._everything = False

    def go(self) -> int:
        """Walk from the first step to the last one."""
        if self._practice is not None:
            self._console.say(f"*** {self._practice.banner} ***")
            for hint in self._practice.hints:
                self._console.say(hint.replace("F5", ":recommended").replace("F11", ":inbox"))
        self._console.say("LibreChat auth wizard, line by line. Type :help for the words that lead elsewhere.")
        self._console.say(HELP.split("\n", maxsplit=1)[0])
        if self._interview.draft_damage:
            self._console.say(f"\nNote: {self._interview.draft_damage}")
        self._console.settle(dialogues.resume(self._interview)).deed()
        first = ""
        while True:
            try:
                try:
                    end = self._step(first)
                except Command as command:
                    first = self._carry_out(command)
                    continue
                first = ""
                if end is not None:
                    return end
            except WizardError as error:
                self._console.say(told(error))
            except (KeyboardInterrupt, _LeaveError):
                status = self._leave()
                if status is not None:
                    return status

    def _step(self, first: str) -> int | None:
        """Go through the present step, from the question ``first`` on; return the exit status after the last one."""
        current = self._interview.step
        self._head(current)
        if current.kind is StepKind.CHECKS:
            show_checks(self._console, self._interview, self._practice)
            self._go_on("\nEnter goes on> ")
        elif current.kind is StepKind.REVIEW:
            return self._review()
        elif not self._questions(first):
            self._move(-1)
            return None
        self._move(1)
        return None

    def _head(self, current: Step) -> None:
        steps = [one.id for one in way(self._interview.draft, self._interview.present)]
        count = f"Step {steps.index(current.id) + 1} of {len(steps)}: " if current.id in steps else ""
        self._console.say(f"\n== {count}{current.title}")
        self._console.say(current.intro)
        if current.kind is StepKind.WELCOME:
            for line in summaries.folder_lines(self._interview):
                self._console.say(line)
            if self._interview.snapshot.state(".env").data is not None:
                for status, text in summaries.seen_at_once(findings_now(self._interview)):
                    self._console.say(f"{status}: {text}")
        self._at_provider(current)

    def _at_provider(self, current: Step) -> None:
        """Say what has to be entered at the provider, in the words of its console where it is chosen."""
        chosen = chosen_product(current.provider, self._interview.draft)
        for one in console_values(current, values_of(self._interview, None), chosen) if current.provider else ():
            self._console.say(f"Enter at the provider: {one.label}:")
            self._console.show(f"    {one.text}")

    def _questions(self, first: str) -> bool:
        """Ask the questions of the step, which may change with the answers; tell whether to go on (else back)."""
        everything = self._everything or not self._interview.shown(everything=False)
        done: list[str] = []
        following = first
        while True:
            shown = self._interview.shown(
                everything=everything or first not in ("", *self._interview.shown(everything=False))
            )
            rest = [name for name in shown if name not in done]
            if following and following in shown:
                rest = list(shown[shown.index(following) :])
                done = list(shown[: shown.index(following)])
                following = ""
            if not rest:
                return self._is_settled()
            provider = self._interview.step.provider
            chosen = chosen_product(provider, self._interview.draft)
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
        """Tell what the rules across fields say of this step's answers."""
        outlook = look_ahead(self._interview)
        found = [
            f"{'Problem' if kind == 'problem' else 'Warning'} at {label(name)}: {plain(text, limit=600)}"
            for name in self._interview.step.all_questions
            for kind, text in outlook.by_question.get(name, ())
        ]
        for line in found:
            self._console.say(line)
        if any(line.startswith("Problem") for line in found):
            text = self._go_on("Type again to answer this step again; Enter goes on> ")
            if text == "again":
                raise Command(f"go {self._interview.step.id}")
        return True

    def _go_on(self, prompt: str) -> str:
        text = self._console.read(prompt).strip()
        if text.startswith(":"):
            raise Command(text[1:])
        return text

    def _review(self) -> int | None:
        status = ask_to_write(self._console, self._interview, self._practice)
        if status is None:
            self._move(-1)
        return status

    def _move(self, offset: int) -> None:
        there = self._interview.beside(offset)
        if there is not None:
            self._interview.go(there)

    def _carry_out(self, command: Command) -> str:
        """Carry out a command that leads elsewhere; return the question to begin with there."""
        if command.name == "go":
            return self._go(command.rest.strip())
        words: dict[str, Callable[[], None]] = {
            "next": lambda: self._move(1),
            "recommended": self._recommend,
            "all": self._ask_all,
            "steps": self._list_steps,
            "find": lambda: self._find(command.rest),
            "save": lambda: self._save(command.rest.strip()),
            "inbox": self._show_inbox,
            "test": lambda: test(self._console, self._interview, self._practice),
            "quit": self._quit,
        }
        if command.name in words:
            words[command.name]()
        else:
            self._console.say("There is no such word. Type :help for those that there are.")
        return ""

    def _recommend(self) -> None:
        changed = self._interview.recommend()
        self._console.say(f"Set as recommended: {', '.join(label(name) for name in changed) or 'nothing to set'}")

    def _ask_all(self) -> None:
        self._everything = not self._everything
        self._console.say("Every setting is asked." if self._everything else "Only the usual settings are asked.")

    def _list_steps(self) -> None:
        for one in STEPS:
            self._console.say(f"{one.id:<14}{one.title}")

    def _show_inbox(self) -> None:
        for line in self._practice.inbox().splitlines() if self._practice is not None else ("There is no mailbox.",):
            self._console.show(line)

    def _quit(self) -> None:
        raise _LeaveError

    def _go(self, name: str) -> str:
        if any(one.id == name and one.kind is not StepKind.DONE for one in STEPS):
            self._interview.go(name)
            return ""
        for identity in (name, variable_id(name), variable_id(name.upper())):
            if is_question(identity):
                self._interview.go(step_of(identity).id)
                return identity
        self._console.say("There is no such step or setting. :steps lists the steps, :find WORDS finds settings.")
        return ""

    def _find(self, words: str) -> None:
        found = search(words)
        for one in found:
            self._console.say(f"{one.label}: {one.title}")
        self._console.say(f"{len(found)} found. :go NAME goes there." if found else "Nothing found.")

    def _save(self, name: str) -> None:
        from wizard.answers.export import save

        saved = save(self._interview.draft, self._interview.folder, Path(name or "librechat-answers.yaml"))
        self._console.say(f"Saved: {plain(str(saved), limit=300)}. Secrets are not in it.")

    def _leave(self) -> int | None:
        dialogue = dialogues.leave(self._interview)
        try:
            answer = self._console.settle(dialogue)
        except KeyboardInterrupt:
            answer = dialogue.answer("keep")
        answer.deed()
        if not answer.farewell:
            return None
        self._console.say(f"\n{answer.farewell}")
        return ExitStatus.INTERRUPTED
