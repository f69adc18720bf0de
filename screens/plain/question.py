"""One question as prompts: what it is, what stands there, an answer, and what is wrong with it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from screens.plain.console import Console
from screens.shared.field_state import FieldState, choices, field_state
from screens.shared.help import question_text
from wizard.answers.typed_values import items
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError
from wizard.catalogue.accept import NAME_USER
from wizard.catalogue.model import Choice, Kind, Setting, holds_secret
from wizard.interview.dialogues import generate

if TYPE_CHECKING:
    from wizard.interview.interview import Interview

HELP: Final = """\
Enter alone keeps what is shown. ? explains the question.
:back        the question before         :next        the next step
:clear       take the value out          :undo        take your answer back
:hidden      type the answer unseen      :all         ask every setting of this step
:generate    make a random secret        :recommended answer this step as recommended
:steps       list the steps              :go NAME     go to a step or a setting
:find WORDS  find a setting              :save FILE   save the answers file
:test        try the mail server, or the running LibreChat's sign-in
:quit        leave; your answers can be kept
A value that begins with : or ? or a backslash: put a backslash before it."""


class Turn(Enum):
    """Where to go after a question."""

    ONWARD = "onward"
    BACK = "back"
    AGAIN = "again"


class Command(Exception):
    """The operator typed a command that is not about one question."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.name, _, self.rest = words.partition(" ")


class Prompt:
    """Asks one question of the interview."""

    def __init__(self, console: Console, interview: Interview) -> None:
        self._console = console
        self._interview = interview

    def ask(self, identity: str) -> Turn:
        """Ask and take the answer; ``Command`` for what leads elsewhere."""
        state = field_state(self._interview, identity)
        asked = state.asked
        self._introduce(state)
        while True:
            text = self._read(asked)
            if text.startswith(":") or text == "?":
                turn = self._command(identity, asked, text)
                if turn is not Turn.AGAIN:
                    return turn
                continue
            if not text or self._take(identity, asked, text.removeprefix("\\")):
                return Turn.ONWARD

    def _introduce(self, state: FieldState) -> None:
        asked = state.asked
        self._console.say()
        self._console.say(state.title + (f" ({state.name})" if state.name else ""))
        if not asked.is_settable:
            self._console.say("LibreChat does not read it.", "  ")
        self._console.say(asked.help, "  ")
        for number, one in enumerate(state.choices, 1):
            self._console.say(f"{number}) {one.label}", "  ")
        if asked.key in NAME_USER:
            self._console.say("With a password in it, type :hidden first.", "  ")
        self._show(state)

    def _show(self, state: FieldState) -> None:
        """Tell what is in force."""
        choice = next((one.label for one in state.choices if one.value == state.value and state.value), "")
        is_secret = state.value and holds_secret(state.asked, state.value)
        text = "(not shown)" if is_secret else choice or plain(state.value, limit=300) or state.hint
        example = f" Example: {state.placeholder}" if state.placeholder and not text and not state.asked.secret else ""
        self._console.say(f"now: {text} ({state.origin}).{example}" if text else f"now: {state.origin}.{example}", "  ")
        if state.meaning:
            self._console.say(f"= {state.meaning}", "  ")

    def _read(self, asked: Setting) -> str:
        if asked.secret:
            return self._console.read_secret("secret> ")
        return self._console.read("> ").strip()

    def _take(self, identity: str, asked: Setting, text: str) -> bool:
        if not asked.is_settable:
            self._console.say("It cannot be answered: LibreChat does not read it.")
            return False
        value = _chosen(asked, text)
        if value is None:
            self._console.say("There is no such choice. Type its number.")
            return False
        self._interview.answer(identity, value)
        state = field_state(self._interview, identity)
        if state.remarks:
            self._console.say(f"Problem: {plain(state.remarks[0][1], limit=600)}")
            return False
        if state.meaning:
            self._console.say(f"= {state.meaning}", "  ")
        if state.advice:
            self._console.say(state.advice, "  ")
        return True

    def _command(self, identity: str, asked: Setting, text: str) -> Turn:
        """Carry out what is about this question; hand on the rest."""
        match text.split(" ", maxsplit=1)[0]:
            case "?":
                self._console.say(question_text(identity, self._interview))
            case ":help":
                self._console.say(HELP)
            case ":back":
                return Turn.BACK
            case ":clear":
                self._interview.answer(identity, "")
                return Turn.ONWARD
            case ":undo":
                self._interview.forget(identity)
                self._show(field_state(self._interview, identity))
            case ":hidden":
                unseen = self._console.read_secret("hidden> ")
                return Turn.ONWARD if unseen and self._take(identity, asked, unseen) else Turn.AGAIN
            case ":generate":
                return self._generate(identity, asked)
            case _:
                raise Command(text[1:])
        return Turn.AGAIN

    def _generate(self, identity: str, asked: Setting) -> Turn:
        if asked.generate is None:
            self._console.say("No value can be generated here.")
            return Turn.AGAIN
        answer = self._console.settle(generate(self._interview, identity, asked.key))
        answer.deed()
        is_kept = answer.word == "keep"
        self._console.say("It is kept." if is_kept else "It will be generated.")
        return Turn.AGAIN if is_kept else Turn.ONWARD


def _chosen(asked: Setting, text: str) -> str | None:
    options = choices(asked)
    if not options:
        return text
    if asked.kind is Kind.LIST:
        found = [_one(options, word) for word in items(text)]
        named = [value for value in found if value]
        return "" if text == "none" else ",".join(named) if len(named) == len(found) else None
    return _one(options, text)


def _one(options: tuple[Choice, ...], text: str) -> str | None:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= len(options):
        return options[int(text) - 1].value
    wanted = text.lower()
    return next((one.value for one in options if wanted in (one.value.lower(), one.label.lower()) and wanted), None)


def told(error: WizardError) -> str:
    """Return the problems of an error as lines."""
    return "\n".join(plain(str(problem), limit=600) for problem in error.problems)
