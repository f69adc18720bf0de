"""Turns a mapping of answers, from a file or a draft, into :class:`Answers`; reports every fault at once with its line."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from wizard import catalogue
from wizard.answers.model import Answers, Given, Source
from wizard.basics.filesystem import with_home
from wizard.basics.nearest import nearest_of
from wizard.basics.own_command import own_command
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import Secret
from wizard.catalogue.accept import ValueFault, accept
from wizard.catalogue.answers_form import AnswersForm
from wizard.catalogue.model import Kind, Setting, holds_secret
from wizard.catalogue.parts import Part, Question
from wizard.catalogue.questions import QUESTIONS, variable_id
from wizard.yamlfile.nodes import Node

PARTS: Final = ("version", *AnswersForm.names)
SOURCES: Final = ("file", "env", "command")
_FLAGS: Final = ("generate", "replace", "accept_loss")
_ACCESS: Final = frozenset({"access", "proxy.certificate"})
"""What the file itself has to say if it is to be in force; the stack, in contrast, is found out from the folder."""


class AnswersRead(NamedTuple):
    """What an answers file says, and what is worth a remark although it is accepted."""

    answers: Answers
    warnings: tuple[str, ...] = ()
    """Secrets in plain text."""
    notes: tuple[str, ...] = ()
    """Answers that have no effect beside the others."""


def read(root: Node | None, *, base: Path, name: str = "", source: Source = Source.FILE) -> AnswersRead:
    """Read answers from a mapping, from any source: the answers file, or a draft on the screen.

    ``name`` is that of the file, for its faults; relative file names count from ``base``; ``source`` is said about every
    setting. ``InvalidInput`` carries all problems at once, so that they can be fixed in one go.
    """
    reader = _Reader(name, base, source)
    answers = reader.read(root)
    if reader.problems:
        raise InvalidInput(*sorted(reader.problems, key=lambda problem: problem.line))
    return AnswersRead(answers=answers, warnings=tuple(reader.warnings), notes=tuple(reader.notes))


class _Reader:
    """Walks the nodes, collects problems and reads on."""

    def __init__(self, name: str, base: Path, source: Source) -> None:
        self._name = name
        self._base = base
        self._source = source
        self._secret_variables: frozenset[str] = frozenset()
        self._own: dict[str, tuple[Question, Node]] = {}
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.notes: list[str] = []

    def read(self, root: Node | None) -> Answers:
        """Read the whole file."""
        if root is None or root.kind != "map":
            line = root.line if root else 0
            self._fault("", line, "the answers file is not a mapping.", "Begin the file with the line 'version: 1'.")
            return Answers()
        self._secret_variables = _named_variables(root)
        parts = self._known(root, "", PARTS)
        self._version(parts.pop("version", None))
        answers = self._settings(parts.pop("settings", None))._replace(**self._values(Answers, parts))
        self._note_without_effect()
        return answers

    def _fault(self, name: str, line: int, message: str, remedy: str = "") -> None:
        self.problems.append(Problem(field=name, file=self._name, line=line, message=message, remedy=remedy))

    def _known(self, node: Node | None, prefix: str, names: Iterable[str]) -> dict[str, Node]:
        """Return the entries of a mapping whose names are known; report the others."""
        if node is None or node.kind == "null":
            return {}
        if node.kind != "map":
            self._fault(prefix.rstrip("."), node.line, "must be a mapping (NAME: value, indented).")
            return {}
        found = {}
        for key, value in node.pairs:
            if key.text in names:
                found[key.text] = value
                continue
            near = nearest_of(key.text, names)
            remedy = f"Did you mean {near}?" if near else f"Valid names here: {', '.join(names)}."
            setting = catalogue.by_key().get(key.text)
            below = [one.part for one in QUESTIONS if one.key == key.text and one.part]
            if below and not near:
                remedy = f"Indent it under '{below[0]}:'."
            if setting is not None and not prefix:
                remedy = "This name is a setting: indent it under 'settings:'."
            self._fault(f"{prefix}{key.text}", key.line, "unknown name.", remedy)
        return found

    def _version(self, node: Node | None) -> None:
        if node is None:
            self._fault("version", 0, "missing.", "Write 'version: 1' as the first line.")
        elif node.text != "1" or node.kind not in ("number", "text"):
            self._fault(
                "version",
                node.line,
                f"{node.text or 'this value'} is not supported.",
                "Only version 1 is supported.",
            )

    def _note_without_effect(self) -> None:
        """Note what is answered for another way to reach LibreChat: it would be left out without a word."""
        given = {identity: node.text for identity, (_, node) in self._own.items()}
        for identity, (question, node) in self._own.items():
            when = question.asked.applies
            # Over plain HTTP, the plan has a note of its own about HSTS.
            if when is None or not _ACCESS.issuperset(when.names) or (identity == "proxy.hsts" and "access" in given):
                continue
            if not when.holds(given):
                self.notes.append(
                    f"{self._name}:{node.line}: {identity} has no effect: it applies only if {when.words}."
                )

    def _values(self, part: type[Part], nodes: Mapping[str, Node]) -> dict[str, Any]:
        """Return what is in a part, by field."""
        values: dict[str, Any] = {}
        for name, node in nodes.items():
            field, declared = part.entries[name]
            if not isinstance(declared, Question):
                inner = self._known(node, f"{declared.place}.", declared.entries)
                if inner:
                    self._require(declared.needs, declared, inner, node.line, declared.place)
                    values[field] = declared(**self._values(declared, inner))
                continue
            values[field] = self._answer(declared, node)
            needed = declared.needs.get(node.text, ())
            chosen = next((one.label for one in declared.asked.choices if one.value == node.text), "")
            what = f"'{chosen}'" if self._source is Source.TYPED and chosen else f"{name}: {node.text}"
            self._require(needed, part, nodes, node.line, what)
            if values[field] and declared.excludes in nodes:
                message = f"{name} and {declared.excludes} cannot be combined: use only one of them."
                self._fault(part.place, node.line, message)
        return values

    def _require(
        self, names: tuple[str, ...], part: type[Part], nodes: Mapping[str, Node], line: int, what: str
    ) -> None:
        """Report the names that something in a part cannot do without; a person at a screen reads what the fields are called."""
        labels = names
        if self._source is Source.TYPED:
            asked = (part.entries[name].declared for name in names)
            labels = tuple(f"'{one.asked.title}'" for one in asked if isinstance(one, Question))
        for name in names:
            if name not in nodes or nodes[name].kind == "null" or not nodes[name].text:
                where = nodes[name].line if name in nodes else line
                self._fault(f"{part.place}.{name}", where, "missing.", f"{what} needs {' and '.join(labels)}.")

    def _answer(self, question: Question, node: Node) -> Any:
        """Return the value of a question of the wizard's own; its default if there is none, or after a reported fault."""
        asked = question.asked
        if node.kind == "null" or (node.kind == "text" and not node.text):
            return question.default
        self._own[asked.id] = question, node
        if asked.kind is Kind.LIST:
            names = self._names(node, asked.id)
            return question.default if names is None else tuple(self._value(question, item) for item in names)
        if asked.kind is Kind.SECRET and node.kind != "list":
            return self._password(node, asked.id)
        if node.kind in ("list", "map"):
            self._fault(asked.id, node.line, "must be a single value.")
            return question.default
        return self._value(question, node)

    def _value(self, question: Question, node: Node) -> Any:
        asked = question.asked
        is_bool = node.kind == "bool"
        # A switch takes YAML's true and false, and no text that looks like them.
        text = node.text.lower() if is_bool else "" if asked.kind is Kind.BOOL else node.text
        value = question.value(text)
        if isinstance(value, ValueFault):
            self._fault(asked.id, node.line, *value)
            return question.default
        return str(self._base / with_home(value)) if asked.kind is Kind.PATH else value

    def _names(self, node: Node, name: str) -> tuple[Node, ...] | None:
        if node.kind != "list" or any(item.kind in ("list", "map", "null") for item in node.items):
            self._fault(name, node.line, "must be a list.", "Write [one, two].")
            return None
        return node.items

    def _password(self, node: Node, name: str) -> Secret | None:
        clear = self._fetched(node, name)
        if node.kind != "map":
            self.warnings.append(f"{self._name}:{node.line}: {name} is in plain text.")
        return Secret(clear) if isinstance(clear, str) and clear else None

    def _settings(self, node: Node | None) -> Answers:
        given: dict[str, Given] = {}
        flagged: dict[str, set[str]] = {flag: set() for flag in _FLAGS}
        if node is not None and node.kind not in ("map", "null"):
            self._fault("settings", node.line, "must be a mapping (NAME: value, indented).")
            return Answers()
        for key, value in node.pairs if node else ():
            setting = catalogue.by_key().get(key.text)
            if setting is None or not setting.is_settable:
                self._fault(variable_id(key.text), key.line, *_useless(key.text, setting))
            elif value.kind == "map" and any(flag.text in _FLAGS for flag, _ in value.pairs):
                for flag in self._flags(setting, value):
                    flagged[flag].add(setting.key)
            elif (one := self._setting(setting, value)) is not None:
                given[setting.key] = one
        generate, replaced, accept_loss = (frozenset(flagged[flag]) for flag in _FLAGS)
        return Answers(settings=MappingProxyType(given), generate=generate, replace=replaced, accept_loss=accept_loss)

    def _setting(self, setting: Setting, value: Node) -> Given | None:
        if value.kind == "null":
            return Given(None, self._source)
        fetched = self._fetched(value, setting.id)
        if fetched is None:
            return None
        if value.kind != "map" and value.text and holds_secret(setting, value.text):
            self.warnings.append(
                f"{self._name}:{value.line}: {setting.key} is in plain text. Use {{file: PATH}} or {{env: NAME}} instead."
            )
        verdict = accept(setting, fetched)
        if isinstance(verdict, ValueFault):
            self._fault(setting.id, value.line, *verdict)
            return None
        return Given(Secret(verdict.text) if holds_secret(setting, verdict.text) else verdict.text, self._source)

    def _flags(self, setting: Setting, value: Node) -> list[str]:
        """Return which of the flags are on that say how a value is made."""
        flags = self._known(value, f"{setting.id}.", _FLAGS)
        for flag, node in flags.items():
            if node.kind != "bool":
                self._fault(f"{setting.id}.{flag}", node.line, "must be true or false.")
        on = [flag for flag, node in flags.items() if node.is_true]
        if setting.generate is None:
            self._fault(setting.id, value.line, "this value cannot be generated.", "Write the value itself.")
        elif "generate" not in on:
            message = "replace and accept_loss are valid only with generate: true."
            self._fault(setting.id, value.line, message, "Add generate: true.")
        return on

    def _fetched(self, node: Node, name: str) -> str | bool | list[str] | None:
        """Return the value as it was written or read from its source.

        ``None`` after a reported fault, and where ``keep: true`` says to leave alone what stands.
        """
        if node.kind == "bool":
            return node.is_true
        if node.kind == "list":
            return [item.text for item in self._names(node, name) or ()]
        if node.kind != "map":
            return node.text
        source = self._reference(node, name)
        if source is None:
            return None
        from wizard.answers.sources import fetch

        fetched = fetch(source, self._base, self._secret_variables)
        if isinstance(fetched, Problem):
            self._fault(name, node.line, fetched.message, fetched.remedy)
            return None
        return fetched

    def _reference(self, node: Node, name: str) -> Node | None:
        """Return the one pair that says where a value comes from; ``{env: NAME, keep: true}`` may keep what stands."""
        pairs = tuple(pair for pair in node.pairs if pair[0].text != "keep")
        if len(pairs) != 1 or pairs[0][0].text not in SOURCES:
            forms = "{file: PATH}, {env: NAME}, {command: [PROGRAM, ARGUMENT]} or {generate: true}"
            self._fault(name, node.line, "a mapping here must specify the source of the value.", f"Write {forms}.")
            return None
        if len(pairs) == len(node.pairs):
            return node
        key, value = pairs[0]
        flag = next(flag for other, flag in node.pairs if other.text == "keep")
        if key.text != "env" or not flag.is_true:
            self._fault(name, node.line, "keep: true is valid only with env.", "Write {env: NAME, keep: true}.")
            return None
        return Node(node.line, "map", pairs=pairs) if value.text in os.environ else None


def _useless(name: str, setting: Setting | None) -> tuple[str, str]:
    """Return what is wrong with a name that LibreChat does not read, and the way out."""
    if setting is None:
        near = catalogue.nearest(name)
        remedy = f"Did you mean {near}?" if near else f"To list the valid names, run: {own_command('settings')}"
        return "unknown name: it is not one of LibreChat's sign-in settings.", remedy
    if setting.renamed_to:
        since = f" in {setting.until}" if setting.until else ""
        return f"LibreChat no longer reads this setting: it was renamed{since}.", f"Write {setting.renamed_to}."
    return "this setting is documented, but no LibreChat release reads it.", "Remove the line."


def _named_variables(root: Node) -> frozenset[str]:
    """Return the variables that a child process must not inherit: those read by ``{env}`` and all secret settings."""
    named = {
        value.text
        for node in root.walk()
        for key, value in node.pairs
        if key.text == "env" and value.kind == "text" and all(name.text in ("env", "keep") for name, _ in node.pairs)
    }
    secret = {key for key in os.environ if (setting := catalogue.by_key().get(key)) is not None and setting.secret}
    return frozenset(named | secret)
