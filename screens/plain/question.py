"""One question as a prompt: its name, the possible answers, the current value; help on demand."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from screens.plain.keys import in_words
from screens.shared.field_state import FieldState, about, choices, field_state
from wizard.answers.typed_values import is_switch, items
from wizard.basics.plain_text import plain
from wizard.catalogue.accept import NAME_USER
from wizard.catalogue.model import Choice, Kind, Setting, holds_secret
from wizard.catalogue.questions import label
from wizard.interview.dialogues import generate
from wizard.interview.steps import step_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from screens.plain.console import Console
    from screens.plain.words import Words
    from wizard.answers.draft import Entry
    from wizard.basics.problem import WizardError
    from wizard.interview.interview import Interview

_LINES: Final = 2
"""Of a prompt, at most."""
_LONGEST: Final = 60
"""Characters of a value in a prompt."""
_BEGINNING: Final = 3
"""Characters of a choice that stand for all of it, if no other choice begins so."""
_NO_CHOICE: Final = "No such choice."


class Turn(Enum):
    """Where to go after a question."""

    ONWARD = "onward"
    BACK = "back"
    AGAIN = "again"


class Prompt:
    """Asks one question of the interview."""

    def __init__(self, console: Console, interview: Interview, words: Words) -> None:
        self._console = console
        self._interview = interview
        self._words = words
        self.answered: set[str] = set()
        """The questions that were answered with more than Enter."""

    def ask(self, identity: str) -> Turn:
        """Ask until the answer is valid or the person moves on; return where to go. Raises ``Command`` for a command that leads elsewhere."""
        state = field_state(self._interview, identity)
        prompt = self._fitting(state)
        while True:
            text = self._read(state.asked, prompt)
            # What comes after a wrong word or a command is one short line, with the reason in front.
            fault = ""
            if text.startswith(":") or text == "?":
                turn, fault = self._command(identity, state.asked, text)
                if turn is not Turn.AGAIN:
                    return turn
            elif not text:
                return Turn.ONWARD
            else:
                fault = self._take(identity, state.asked, text.removeprefix("\\"))
                if not fault:
                    return Turn.ONWARD
            prompt = self._again(state, fault)

    def _again(self, state: FieldState, fault: str) -> str:
        short = f"{state.name or state.title}{_range(state)}{_secret(state)}> "
        # What is to be typed can be at the end of a fault: the prompt must not run into it.
        is_sentence = not fault or fault.endswith(".")
        if is_sentence and len(fault) + len(short) < self._console.columns:
            return f"{fault} {short}".lstrip()
        self._console.say(fault)
        return short

    def _fitting(self, state: FieldState) -> str:
        """Return the prompt in two lines at most: with the choices in words, else with their short names, else counted."""
        head = state.title + (f" ({state.name})" if state.name else "")
        tail = f"{self._in_force(state)}{_secret(state)}> "
        prompts = [head + middle + tail for middle in (*_listed(state), f"{_range(state)}, type ? to list them")]
        if state.example and not state.value and not state.hint and not state.asked.secret:
            # An example where there is room for it on the same line.
            example = f"{head}, for example {state.example}{tail}"
            prompts[:0] = [example] if len(example) <= self._console.columns else []
        fits = (one for one in prompts if self._console.wrapped_prompt(one).count("\n") < _LINES)
        return next(fits, f"{head}> ")

    def _in_force(self, state: FieldState) -> str:
        """Return what Enter keeps, or what an answer looks like if there is nothing to keep."""
        if not state.asked.is_settable:
            return " (not read by LibreChat)"
        choice = next((self._named(state, number) for number, one in enumerate(state.choices) if one.value == state.value and state.value), "")  # fmt: skip
        is_secret = state.value and holds_secret(state.asked, state.value)
        text = "not shown" if is_secret else choice or plain(state.value, limit=_LONGEST) or state.hint
        if state.meaning and text:
            text = f"{text} = {state.meaning.partition(';')[0]}"
        if text:
            return f" [{text}]"
        if is_switch(state.asked) and (unset := next((one.label for one in state.choices if not one.value), "")):
            return f" [{unset}]"
        # A choice that stands for no answer is what Enter keeps.
        return next((f" [{number}]" for number, one in enumerate(state.choices, 1) if not one.value), " [none]")

    @staticmethod
    def _named(state: FieldState, number: int) -> str:
        """Return the choice in force: a switch's word, or the number in the list beside it."""
        is_word = is_switch(state.asked) or state.asked.kind is Kind.LIST
        return _bare(state.choices[number].label) if is_word else str(number + 1)

    def _read(self, asked: Setting, prompt: str) -> str:
        return self._console.read_secret(prompt) if asked.secret else self._console.read(prompt).strip()

    def _take(self, identity: str, asked: Setting, text: str) -> str:
        """Take an answer; return what is wrong with it, if anything."""
        if not asked.is_settable:
            return "This setting cannot be changed here."
        value = _chosen(asked, text)
        if value is None:
            return _NO_CHOICE
        before = self._interview.draft.entries
        self.answered.add(identity)
        self._interview.answer(identity, value)
        state = field_state(self._interview, identity)
        if state.remarks:
            return f"Problem: {plain(in_words(state.remarks[0][1]), limit=600)}"
        self._tell_filled(identity, before)
        if state.meaning:
            self._console.say(f"= {state.meaning}")
        if state.advice:
            self._console.say(in_words(state.advice))
        if state.findings:
            # Not above: no other question has any.
            from screens.plain.findings import tell_finding

            for finding in state.findings:
                tell_finding(self._console, finding)
        return ""

    def _tell_filled(self, identity: str, before: Mapping[str, Entry]) -> None:
        """Say which other settings an answer has filled in."""
        draft = self._interview.draft
        filled = [
            f"{label(name)}={plain(text, limit=_LONGEST)}"
            for name, entry in draft.entries.items()
            if name != identity and entry != before.get(name) and (text := draft.text(name))
        ]
        if filled:
            self._console.say(f"Filled in: {', '.join(filled)}")

    def _command(self, identity: str, asked: Setting, text: str) -> tuple[Turn, str]:
        """Carry out what is about this question, and hand on the rest; return where to go, and what to say before asking again."""
        match text.split(" ", maxsplit=1)[0]:
            case ":back":
                return Turn.BACK, ""
            case ":hidden":
                unseen = self._console.read_secret(f"{label(identity)}, hidden> ")
                # What begins with ":" means here what it means at the question itself.
                if unseen.startswith(":") or unseen == "?":
                    return self._command(identity, asked, unseen)
                fault = self._take(identity, asked, unseen.removeprefix("\\")) if unseen else ""
                return (Turn.ONWARD if unseen and not fault else Turn.AGAIN), fault
            case ":generate":
                return self._generate(identity, asked)
            case ":clear":
                self._interview.answer(identity, "")
                return Turn.ONWARD, ""
            case word:
                return Turn.AGAIN, self._stay(identity, asked, text, word)

    def _stay(self, identity: str, asked: Setting, text: str, word: str) -> str:
        """Carry out a command after which the same question is asked; return what to say before it."""
        if word == "?":
            self._explain(identity, asked)
            return ""
        if word == ":undo":
            did = "Answer discarded." if identity in self._interview.draft.entries else "There is no answer to discard."
            self._interview.give(identity, None)
            return f"{did} Current value:{self._in_force(field_state(self._interview, identity))}."
        return self._words.carry_out(text)

    def _explain(self, identity: str, asked: Setting) -> None:
        """Say what the question is about, and what each choice means; for the first question of a step, what that is about."""
        step = step_of(identity)
        if step.questions[:1] == (identity,):
            self._console.say(step.intro)
        for name, text in about(asked, self._interview):
            self._console.say(f"{name}: {text}" if name else text)
        for number, one in enumerate(choices(asked), 1):
            self._console.say(f"{number} {one.label}", "  ")
        state = field_state(self._interview, identity)
        shown = (
            "(not shown)" if state.value and holds_secret(asked, state.value) else plain(state.named_value, limit=300)
        )
        self._console.say(f"Now: {shown} ({state.origin})" if shown else f"Now: {state.origin}")
        if asked.key in NAME_USER:
            self._console.say("If the value contains a password, type :hidden first.")

    def _generate(self, identity: str, asked: Setting) -> tuple[Turn, str]:
        if asked.generate is None:
            return Turn.AGAIN, "This value cannot be generated."
        answer = self._console.settle(generate(self._interview, identity, asked.key))
        answer.action()
        if answer.word == "keep":
            return Turn.AGAIN, "Not replaced."
        self._console.say("A new value will be generated.")
        return Turn.ONWARD, ""


def _secret(state: FieldState) -> str:
    return ", hidden" if state.asked.secret else ""


def _bare(label: str) -> str:
    """Return a choice's words without what is in brackets behind them."""
    return label.partition(" (")[0]


def _range(state: FieldState) -> str:
    if is_switch(state.asked):
        return ", on or off"
    return f", 1 to {len(state.choices)}" if state.choices else ""


def _listed(state: FieldState) -> tuple[str, ...]:
    """Return the choices as a part of the prompt, in words and shorter; nothing if there is nothing to choose."""
    if not state.choices:
        return ("",)
    if is_switch(state.asked):
        return (_range(state),)
    words = [_bare(one.label) for one in state.choices]
    names = [one.value or word for one, word in zip(state.choices, words, strict=True)]
    return tuple(f": {'; '.join(f'{number} {one}' for number, one in enumerate(way, 1))}" for way in (words, names))


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
    names = {one: (one.value.lower(), one.label.lower(), _bare(one.label).lower()) for one in options}
    exact = [one.value for one, each in names.items() if wanted in each and wanted]
    if exact or len(wanted) < _BEGINNING or any(one.value == "true" for one in options):
        # Of a switch the beginning of a word is not an answer: LibreChat takes "t" for nothing.
        return exact[0] if exact else None
    begun = [one.value for one, each in names.items() if any(name.startswith(wanted) for name in each)]
    return begun[0] if len(begun) == 1 else None


def problem_text(error: WizardError) -> str:
    """Return the problems of an error as lines."""
    return "\n".join(plain(str(problem), limit=600) for problem in error.problems)
