"""Answers while a person gives them: texts as typed, also those that are not right yet. Immutable.

What judges a text is loaded with the first one: the first frame holds none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from wizard.answers.model import Answers, Source
from wizard.answers.typed_values import in_order, plain_value
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import Secret, reveal
from wizard.catalogue.questions import GUIDE, SETTINGS, question

if TYPE_CHECKING:
    from wizard.catalogue.accept import ValueFault
    from wizard.yamlfile.nodes import Node


class Typed(NamedTuple):
    """A text that a person gave; empty: the line is taken out, so that LibreChat's default applies."""

    text: str | Secret


class Generate(NamedTuple):
    """A random value shall be made; ``replace`` and ``accept_loss`` as in the answers file."""

    replace: bool = False
    accept_loss: bool = False

    @property
    def flags(self) -> dict[str, bool]:
        """The entry as the answers file has it."""
        flags = {"generate": True, "replace": self.replace, "accept_loss": self.accept_loss}
        return {flag: True for flag, is_on in flags.items() if is_on}


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
                from wizard.catalogue.accept import Accepted, accept

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
                from wizard.catalogue.accept import ValueFault

                return ValueFault("it was typed before the interruption, and secrets are not kept.", "Type it again.")
            case Typed(text) if reveal(text) and not identity.startswith(GUIDE):
                return self._fault_of(identity, reveal(text), folder)
            case _:
                return None

    def _fault_of(self, identity: str, text: str, folder: Path) -> ValueFault | None:
        from wizard.catalogue.accept import ValueFault, accept

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
            # What else an answer needs (a certificate its files, a mailbox its user) shows where everything is together.
            own = next((problem for problem in error.problems if problem.field == identity), None)
            return None if own is None else ValueFault(own.message, own.remedy)
        return None

    def answers(self, folder: Path, *, complete: bool = True) -> Answers:
        """Return the answers; relative file names count from ``folder``.

        ``InvalidInput`` carries every fault at once. Not ``complete``: a part of them, to find its faults.
        """
        problems = self._problems(folder) if complete else []
        if problems:
            raise InvalidInput(*problems)
        from wizard.answers.reader import read

        return read(self._mapping(), base=folder, source=Source.TYPED).answers

    def _mapping(self) -> Node:
        """Return the entries as the nested mapping that the answers file would hold, secrets with their value."""
        from wizard.answers.reader import PARTS
        from wizard.yamlfile.nodes import node_of

        parts: dict[str, Any] = {"version": 1}
        for identity in in_order(self.entries):
            entry = self.entries[identity]
            first, *names = identity.split(".")
            if first not in PARTS or isinstance(entry, AskAgain):
                continue
            place = parts
            for name in (first, *names)[:-1]:
                place = place.setdefault(name, {})
            place[(first, *names)[-1]] = _node(identity, entry)
        checks = parts.get("checks", {})
        if checks.get("imap", {}).keys() == {"password"}:
            del checks["imap"]  # nobody said which mailbox
        return node_of(parts)

    def _problems(self, folder: Path) -> list[Problem]:
        found = []
        for identity in self.entries:
            fault = self.fault(identity, folder)
            if fault is not None:
                found.append(Problem(field=identity, message=fault.message, remedy=fault.remedy))
        return found


def _node(identity: str, entry: Typed | Generate) -> Node:
    from wizard.yamlfile.nodes import node_of

    match entry:
        case Typed(text) if not reveal(text) or not question(identity).secret:
            return node_of(plain_value(identity, reveal(text)))
        case Typed(text):
            return node_of(reveal(text))
        case Generate():
            return node_of(entry.flags)
