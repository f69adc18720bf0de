"""The commands of the line prompts: their names, and those that can be run at any prompt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError
from wizard.interview.search import actions_for, commands_for, not_read, search
from wizard.interview.steps import listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from screens.demo import Practice
    from screens.plain.console import Console
    from wizard.interview.interview import Interview

HELP: Final = """\
Press Enter to keep the value in brackets. ? explains the question.
:back         the previous question
:next         the next step
:go NAME      go to a step or a setting
:steps        list the steps
:find WORDS   find a setting
:recommended  use the recommended answers for this step
:all          switch between all settings and only the common ones
:hidden       type the answer without showing it
:generate     generate a random secret
:clear        remove the value
:undo         discard your answer
:test         test the mail server, the provider, or the sign-in
:people       LibreChat's accounts (:people ? lists the actions)
:save FILE    save the answers to a file
:quit         leave; you can keep your answers
If an answer starts with :, ? or \\, type a \\ before it."""
_UNKNOWN: Final = "No such command. :help lists the commands."


class Command(Exception):
    """The operator typed a command that leads elsewhere."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.name, _, self.rest = words.partition(" ")


class Words:
    """Reads a line, and runs the commands that do not leave the current prompt."""

    def __init__(self, console: Console, interview: Interview, practice: Practice | None) -> None:
        self._console = console
        self._interview = interview
        self._practice = practice
        self.asks_everything = False
        """Whether every setting of a step is asked, or only the common ones."""

    def read(self, prompt: str, again: str) -> str:
        """Read an answer; ``again`` is the short prompt that follows a command. ``Command`` for one that leads elsewhere."""
        text = self._console.read(prompt).strip()
        while text == "?" or text.startswith(":"):
            fault = self.carry_out(":help" if text == "?" else text)
            text = self._console.read(f"{fault} {again}".lstrip()).strip()
        return text

    def carry_out(self, text: str) -> str:
        """Carry out a command; return what is wrong with it, if anything. ``Command`` for one that leads elsewhere."""
        name, _, rest = text[1:].partition(" ")
        here: dict[str, Callable[[], str]] = {
            "help": lambda: self._say(HELP),
            "steps": self._list_steps,
            "find": lambda: self._find(rest),
            "save": lambda: self._save(rest.strip()),
            "inbox": self._show_inbox,
            "all": self._ask_all,
            "people": lambda: self._people(rest.split()),
        }
        if name in here:
            return here[name]()
        if name in ("go", "next", "back", "recommended", "test", "quit"):
            raise Command(text[1:])
        return _UNKNOWN

    def _say(self, text: str) -> str:
        self._console.say(text)
        return ""

    def _list_steps(self) -> str:
        interview = self._interview
        steps = listed(interview.step.id, interview.draft, interview.present)
        return self._say("\n".join(f"{one.id:<14}{one.title}" for one in steps))

    def _find(self, words: str) -> str:
        if not words.strip():
            return "Type :find and what to find, such as :find cookie."
        release = self._interview.release
        found = search(words, release)
        if self._practice is None and actions_for(words, (("people", "accounts"),)):
            self._console.say(":people: LibreChat's accounts")
        for command in commands_for(words):
            self._console.show(f"{own_command(command.command)}: {command.title} (on the command line)")
        for one in found:
            # The name of a question of the wizard's own says nothing to a reader.
            named = f"{one.label}: {one.title}" if one.is_variable else f"{one.title}: {one.label}"
            unread = not_read(one, release)
            self._console.say(f"{named} ({unread})" if unread else named)
        return f"{len(found)} found. Type :go NAME to go to one." if found else "Nothing found."

    def _save(self, name: str) -> str:
        from wizard.answers.export import save

        try:
            saved = save(self._interview.draft, self._interview.folder, Path(name or "librechat-answers.yaml"))
        except WizardError as error:
            return self._say("\n".join(plain(str(problem), limit=600) for problem in error.problems))
        return self._say(f"Saved without secrets: {plain(str(saved), limit=300)}")

    def _people(self, words: list[str]) -> str:
        from screens.plain.people import people

        if self._practice is not None:
            return "A practice run has no LibreChat accounts to list."
        people(self._console, self._interview.folder, words)
        return ""

    def _show_inbox(self) -> str:
        for line in (
            self._practice.inbox().splitlines()
            if self._practice is not None
            else ("Only a practice run has a mailbox.",)
        ):
            self._console.show(line)
        return ""

    def _ask_all(self) -> str:
        self.asks_everything = not self.asks_everything
        return "Asking for every setting." if self.asks_everything else "Asking only for the common settings."
