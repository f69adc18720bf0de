"""Answers while a person gives them: texts as typed, even if they are not valid yet. Immutable.

What judges a text is loaded with the first one: the first frame holds none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from wizard.answers.model import Answers, Source
from wizard.answers.typed_values import items, nested, plain_value
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import Secret, reveal
from wizard.catalogue.model import Kind, Setting
from wizard.catalogue.questions import own_question, question

if TYPE_CHECKING:
    from wizard.catalogue.accept import ValueFault


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


class Draft(NamedTuple):
    """All entries by question id."""

    entries: Mapping[str, Entry] = MappingProxyType({})

    def give(self, identity: str, entry: Entry) -> "Draft":
        """Return the draft with this entry."""
        return Draft(MappingProxyType({**self.entries, identity: entry}))

    def without(self, identity: str) -> "Draft":
        """Return the draft without an entry: what is in the folder stays."""
        kept = {name: entry for name, entry in self.entries.items() if name != identity}
        return Draft(MappingProxyType(kept))

    def changed(self, later: "Draft") -> frozenset[str]:
        """Return the ids of the entries that a later draft has differently, has in addition, or lacks."""
        names = self.entries.keys() | later.entries.keys()
        return frozenset(name for name in names if self.entries.get(name) != later.entries.get(name))

    def text(self, identity: str) -> str | None:
        """Return what was typed, a secret in clear too; ``None`` if nothing was."""
        match self.entries.get(identity):
            case Typed(text):
                return reveal(text)
            case _:
                return None

    def values(self, present: Mapping[str, str]) -> dict[str, str]:
        """Return the variables as they would stand, over what is ``present``; what is generated is not in it."""
        values = dict(present)
        for identity, entry in self.entries.items():
            asked = question(identity)
            if asked.is_variable and isinstance(entry, Typed):
                from wizard.catalogue.accept import Accepted, accept

                text = reveal(entry.text)
                accepted = accept(asked, text)
                values[asked.key] = accepted.text if isinstance(accepted, Accepted) else text
                if not text:
                    del values[asked.key]
        return values

    def state(self, present: Mapping[str, str]) -> dict[str, str]:
        """Return what decides which questions apply: the variables as in :meth:`values`, other answers by question id."""
        own = {identity: text for identity in self.entries if own_question(identity) and (text := self.text(identity))}
        return {**self.values(present), **own}

    def fault(self, identity: str) -> "ValueFault | None":
        """Return why the entry would be refused; ``None`` if it would not, or if there is none.

        What else an answer needs (a certificate its files, a mailbox its user) shows where everything is together.
        """
        match self.entries.get(identity):
            case AskAgain():
                from wizard.catalogue.accept import ValueFault

                return ValueFault(
                    "this value was not saved with your answers, because it is secret.",
                    "Enter it again.",
                )
            case Typed(text) if reveal(text) and not question(identity).is_guide:
                return _fault_of(identity, reveal(text))
            case _:
                return None

    def given(self) -> Iterator[tuple[Setting, Entry]]:
        """Yield the entries of an answers file. A password with nothing else belongs to no account, and is left out."""
        asked = [(question(identity), entry) for identity, entry in self.entries.items()]
        named = {one.part for one, _ in asked if not one.secret or one.is_variable}
        yield from ((one, entry) for one, entry in asked if not one.is_guide and one.part in named)

    def answers(self, folder: Path) -> Answers:
        """Return the answers; relative file names count from ``folder``. ``InvalidInput`` carries every fault at once."""
        problems = [
            Problem(field=identity, message=fault.message, remedy=fault.remedy)
            for identity in self.entries
            if (fault := self.fault(identity)) is not None
        ]
        if problems:
            raise InvalidInput(*problems)
        from wizard.answers.reader import read
        from wizard.yamlfile.nodes import node_of

        parts = nested({asked.id: _plain(asked, entry) for asked, entry in self.given()})
        return read(node_of({"version": 1, **parts}), base=folder, source=Source.TYPED).answers


def _fault_of(identity: str, text: str) -> "ValueFault | None":
    from wizard.catalogue.accept import ValueFault, accept

    asked, own = question(identity), own_question(identity)
    if own is None:
        verdicts = [accept(asked, text)]
    else:
        verdicts = [own.value(item) for item in (items(text) if asked.kind is Kind.LIST else (text,))]
    return next((verdict for verdict in verdicts if isinstance(verdict, ValueFault)), None)


def _plain(asked: Setting, entry: Entry) -> object:
    match entry:
        case Typed(text) if asked.secret and reveal(text):
            return reveal(text)
        case Typed(text):
            return plain_value(asked, reveal(text))
        case Generate():
            return entry.flags
        case AskAgain():
            return None
