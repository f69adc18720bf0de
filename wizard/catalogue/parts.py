"""Typed parts of the answers file: each field declares the question that is asked for it.

From one declaration follow the field, how it is read and judged, its JSON schema, its place in an exported file and its help.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, TypeVar, dataclass_transform

from wizard.basics.secret import Secret
from wizard.catalogue.model import Kind, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from wizard.catalogue.accept import ValueFault

_T = TypeVar("_T")


def _whole_number(text: str) -> int:
    return int(float(text))


def _is_true(text: str) -> bool:
    return text == "true"


_PARSERS: Final[Mapping[Kind, Callable[[str], Any]]] = {
    Kind.BOOL: _is_true,
    Kind.INT: _whole_number,
    Kind.PORT: _whole_number,
    Kind.SECRET: Secret,
}


class Question(NamedTuple):
    """A question of the wizard's own, and what its answer means."""

    asked: Setting
    default: Any
    """The value of the field if nothing is answered."""
    parse: Callable[[str], Any] | None = None
    """From a text that the kind allows to the value (of a list: to one item); ``ValueError`` if it has none."""
    noun: str = ""
    """What an answer is, for a fault: ``'x' is not a NOUN.`` Empty: in the words of its kind."""
    remedy: str = ""
    """The way out of that fault."""
    known: tuple[str, ...] = ()
    """The only texts that there are (of a list: the only items)."""
    needs: Mapping[str, tuple[str, ...]] = {}
    """Text to the entries beside this one that it cannot do without."""
    excludes: str = ""
    """The entry beside this one that makes no sense together with it."""
    variable: str = ""
    """The environment variable from which an exported file takes a secret."""
    is_asked: bool = True
    """Whether a person is asked; else it is in an answers file alone."""
    goes_to_config: bool = False
    """Whether its answer is written to librechat.yaml, at the place that its id names."""

    def value(self, text: str) -> "Any | ValueFault":
        """Return what a text means (of a list: one item), or why it is refused. An empty text is not an answer and not asked about."""
        from wizard.catalogue.accept import ValueFault, quoted

        fault = self._fault(text)
        if fault is None:
            try:
                return (self.parse or _PARSERS.get(self.asked.kind, str))(text)
            except ValueError:
                pass
        elif fault.message:
            return fault
        return ValueFault(f"{quoted(self.asked, text)} is not a valid {self.noun or 'choice'}.", self._way_out(text))

    def _fault(self, text: str) -> "ValueFault | None":
        """Return why the kind refuses a text; without a message where the question has words of its own for it."""
        from wizard.catalogue.accept import ValueFault, accept

        kind = self.asked.kind
        if kind is Kind.SECRET:
            return None
        if any(char < " " for char in text):
            return ValueFault("it contains a control character.", "Enter it again.")
        if kind is Kind.BOOL:
            return None if text in ("true", "false") else ValueFault("must be true or false.")
        if self.known:
            return None if text in self.known else ValueFault("")
        verdict = accept(self.asked, text)
        if not isinstance(verdict, ValueFault):
            return None
        return ValueFault("") if self.noun else verdict

    def _way_out(self, text: str) -> str:
        from wizard.basics.nearest import nearest_of

        near = nearest_of(text, self.known)
        hints = (f"Did you mean {near}?" if near else "", f"One of: {', '.join(self.known)}." if self.known else "")
        return " ".join(hint for hint in (*hints, self.remedy) if hint)


def ask(asked: Setting, *, default: _T, **rules: Any) -> _T:
    """Declare a field of a :class:`Part`; ``rules`` are further fields of its :class:`Question`."""
    if asked.kind is Kind.CHOICE:
        rules.setdefault("known", tuple(choice.value for choice in asked.choices))
    # Part.__init_subclass__ puts the default in its place.
    return Question(asked, default, **rules)  # type: ignore[return-value]


class _Nothing(NamedTuple):
    """A part that is ``None`` unless something of it is given."""

    part: "type[Part]"


def optional(part: "type[_P]") -> "_P | None":
    """Declare a part that is ``None`` unless something of it is given."""
    return _Nothing(part)  # type: ignore[return-value]


class PartEntry(NamedTuple):
    """One name in a part: a question, or a nested part."""

    field: str
    """The attribute that holds its value."""
    declared: "Question | type[Part]"


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Part:
    """A mapping in the answers file as an immutable value. What is not given has the value of its class: the default."""

    place: ClassVar[str]
    """Where the answers file has it: ``checks.imap``; empty for the whole file."""
    needs: ClassVar[tuple[str, ...]]
    """Names without which the others mean nothing."""
    entries: ClassVar[Mapping[str, PartEntry]]
    """By the names in the answers file, in the order in which it has them."""
    fields: ClassVar[tuple[str, ...]] = ()
    """The attributes, in the same order."""
    names: ClassVar[tuple[str, ...]] = ()
    """What the answers file calls them."""

    def __init_subclass__(
        cls, *, place: str = "", section: str = "", needs: tuple[str, ...] = (), goes_to_config: bool = False
    ) -> None:
        """Collect what the class declares, and put the defaults in place; ``section`` is that of its questions.

        ``goes_to_config`` holds for all of them.
        """
        cls.place, cls.needs = place, needs
        entries = dict(getattr(cls, "entries", {}))
        declared = vars(cls).get("__annotations__", {})
        for name in declared:
            match vars(cls)[name]:
                case Question(asked=asked, default=default) as question:
                    text = None if default in (None, "", False) else str(default)
                    asked = asked._replace(part=place, section=asked.section or section, default=text)
                    goes = question.goes_to_config or goes_to_config
                    entries[asked.key] = PartEntry(name, question._replace(asked=asked, goes_to_config=goes))
                    setattr(cls, name, default)
                case _Nothing(part=part):
                    entries[part.place.rpartition(".")[2]] = PartEntry(name, part)
                    setattr(cls, name, None)
                case Part() as part:
                    entries[part.place.rpartition(".")[2]] = PartEntry(name, type(part))
                case _:
                    pass
        cls.entries = entries
        cls.fields = tuple(dict.fromkeys((*cls.fields, *declared)))
        called = {entry.field: name for name, entry in entries.items()}
        cls.names = tuple(called.get(field, field) for field in cls.fields)

    def __init__(self, **values: Any) -> None:
        if unknown := values.keys() - set(self.fields):
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        vars(self).update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def _replace(self, **changes: Any) -> "Self":
        """Return the same with other values."""
        return type(self)(**{**vars(self), **changes})

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.fields)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        inner = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.fields)
        return f"{type(self).__name__}({inner})"


_P = TypeVar("_P", bound=Part)


def config_answers(part: Part) -> "Iterator[tuple[Question, Any]]":
    """Yield what is answered of the questions whose answers go to librechat.yaml; what is not answered is ``None`` or an empty text."""
    for entry in part.entries.values():
        value = getattr(part, entry.field)
        if isinstance(value, Part):
            yield from config_answers(value)
        elif isinstance(entry.declared, Question) and entry.declared.goes_to_config and value not in (None, ""):
            yield entry.declared, value


def questions_of(part: type[Part]) -> "Iterator[Question]":
    """Yield every question of a part and of the parts in it, in the order of the answers file."""
    for entry in part.entries.values():
        if isinstance(entry.declared, Question):
            yield entry.declared
        else:
            yield from questions_of(entry.declared)
