"""Answers while a person gives them: texts as typed, also those that are not right yet. Immutable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from wizard.answers.model import Answers, Given, Source
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import Secret, reveal
from wizard.catalogue.accept import Accepted, ValueFault, accept
from wizard.catalogue.model import Kind, Setting
from wizard.catalogue.questions import GUIDE, SETTINGS, question

_PASSWORD: Final = "checks.login.password"
_MAILBOX: Final = "checks.imap."
_LISTS: Final = ("registration.socialLogins", "registration.allowedDomains")


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that a person gave; empty: the line is taken out, so that LibreChat's default applies."""

    text: str | Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Generate:
    """A random value shall be made; ``replace`` and ``accept_loss`` as in the answers file."""

    replace: bool = False
    accept_loss: bool = False


@dataclass(frozen=True, slots=True)
class AskAgain:
    """A secret was typed before an interruption. Secrets are not kept: it has to be typed once more."""


Entry = Typed | Generate | AskAgain


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All entries by question id."""

    entries: Mapping[str, Entry] = field(default_factory=lambda: MappingProxyType({}))

    def give(self, identity: str, entry: Entry) -> Draft:
        """Return the draft with this entry."""
        return replace(self, entries=MappingProxyType({**self.entries, identity: entry}))

    def without(self, identity: str) -> Draft:
        """Return the draft without an entry: what stands in the folder stays."""
        kept = {name: entry for name, entry in self.entries.items() if name != identity}
        return replace(self, entries=MappingProxyType(kept))

    def text(self, identity: str) -> str | None:
        """Return what was typed, a secret in clear too; ``None`` where nothing was."""
        match self.entries.get(identity):
            case Typed(text):
                return reveal(text)
            case _:
                return None

    def values(self, present: Mapping[str, str]) -> dict[str, str]:
        """Return the variables as they would stand, over what is ``present``; what is generated is not in it."""
        values = dict(present)
        for identity, entry in self.settings():
            name = identity.removeprefix(SETTINGS)
            if isinstance(entry, Typed):
                text = reveal(entry.text)
                accepted = accept(question(identity), text)
                values[name] = accepted.text if isinstance(accepted, Accepted) else text
                if not text:
                    del values[name]
        return values

    def settings(self) -> Iterator[tuple[str, Entry]]:
        """Give the entries that are variables."""
        yield from ((name, entry) for name, entry in self.entries.items() if name.startswith(SETTINGS))

    def fault(self, identity: str, folder: Path) -> ValueFault | None:
        """Return why the entry would be refused; ``None`` where it would not, or where there is none."""
        match self.entries.get(identity):
            case AskAgain():
                return ValueFault("it was typed before the interruption, and secrets are not kept.", "Type it again.")
            case Typed(text) if reveal(text) and not identity.startswith(GUIDE):
                return self._fault_of(identity, reveal(text), folder)
            case _:
                return None

    def _fault_of(self, identity: str, text: str, folder: Path) -> ValueFault | None:
        asked = question(identity)
        verdict = accept(asked, text)
        if isinstance(verdict, ValueFault):
            return verdict
        if identity.startswith(SETTINGS) or asked.secret:
            return None
        try:
            # One reader for every way in: the answers file has the same rules and the same words.
            Draft(entries=MappingProxyType({identity: Typed(text)})).answers(folder, complete=False)
        except InvalidInput as error:
            found = error.problems[0]
            if identity.startswith(_MAILBOX) and found.field != identity:
                return None  # what else the mailbox needs is looked at where everything is together
            return ValueFault(found.message, found.remedy)
        return None

    def answers(self, folder: Path, *, complete: bool = True) -> Answers:
        """Return the answers; relative file names count from ``folder``.

        ``InvalidInput`` carries every fault at once. Not ``complete``: a part of them, to find its faults.
        """
        from wizard.answers import file
        from wizard.answers.export import answers_text

        problems = self._problems(folder) if complete else []
        if problems:
            raise InvalidInput(*problems)
        text = answers_text(self, folder, with_secrets=False)
        try:
            read = file.parse(text.encode(), "", folder).answers
        except InvalidInput as error:
            raise InvalidInput(*(replace(problem, line=0) for problem in error.problems)) from None
        secrets = {}
        for identity, entry in self.settings():
            if isinstance(entry, Typed) and question(identity).secret and reveal(entry.text):
                secrets[identity.removeprefix(SETTINGS)] = Given(Secret(reveal(entry.text)), Source.TYPED)
        password = self.text(_PASSWORD)
        checks = replace(read.checks, login_password=Secret(password)) if password else read.checks
        if checks.imap is not None and (mailbox := self.text(f"{_MAILBOX}password")):
            checks = replace(checks, imap=replace(checks.imap, password=Secret(mailbox)))
        typed = {name: replace(given, source=Source.TYPED) for name, given in read.settings.items()}
        return replace(read, checks=checks, settings=MappingProxyType(typed)).give(secrets)

    def _problems(self, folder: Path) -> list[Problem]:
        found = []
        for identity in self.entries:
            fault = self.fault(identity, folder)
            if fault is not None:
                found.append(Problem(field=identity, message=fault.message, remedy=fault.remedy))
        return found


def items(text: str) -> list[str]:
    """Return the items of a list as a person types it: separated by commas."""
    return [item.strip() for item in text.split(",") if item.strip()]


def is_list(identity: str) -> bool:
    """Tell whether the answers file has a YAML list here."""
    return identity in _LISTS


def is_switch(asked: Setting) -> bool:
    """Tell whether it is either on or off."""
    return asked.kind in (Kind.BOOL, Kind.BOOL_DEFAULT_ON)
