"""A YAML file that a person maintains: changed by inserting text at the right place, never rewritten.

First it is said what the file shall hold; then all that differs is put into the text at once, at the places that
ruamel.yaml's parser names, and every other byte stays as it was. The new text is parsed again and must hold exactly the
data that was wanted, so a place that was computed wrongly is a refusal and never a damaged file.

ruamel's own round trip is not used for this: it has one indentation for a whole file and takes line breaks within values
away. With the indentation that a file mostly has it still rewrote lines that nobody asked for in LibreChat's own
librechat.example.yaml of nearly every release (v0.7.2 to v0.8.8: ``default:`` with its list on the next line, a list
over several lines) and in each deploy-compose.yml (``extra_hosts`` is indented less than the other lists).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from wizard.basics.problem import InvalidInput, Problem
from wizard.yamlfile import edit, render
from wizard.yamlfile.edit import Edited, Splice
from wizard.yamlfile.marks import Mark, Marks, Place, marks_of
from wizard.yamlfile.parsed import ParsedYaml, Path, tag_of, untagged, value_at, with_value, without_key
from wizard.yamlfile.render import Tagged


class YamlText(NamedTuple):
    """A file that can be changed: ``data`` is what it shall hold, every edit returns a new one.

    The text, and with it the lines and offsets of ``root``, follows with :meth:`settled`.
    """

    source: ParsedYaml
    """What the present text says."""
    data: Any
    marks: Marks
    edited: Edited = MappingProxyType({})

    @classmethod
    def parse(cls, data: bytes | None, name: str) -> "YamlText":
        """Read a file; raises as :meth:`ParsedYaml.parse`."""
        return cls._of(ParsedYaml.parse(data, name))

    @classmethod
    def _of(cls, source: ParsedYaml) -> "YamlText":
        return cls(source, source.data, marks_of(source))

    def at(self, path: Path) -> Any:
        """Return the value that ``path`` shall have, without its tag; ``None`` if there is none."""
        return untagged(value_at(self.data, path))

    def tag(self, path: Path) -> str:
        """Return the tag that the value at ``path`` shall have (``!override``), or nothing."""
        return tag_of(value_at(self.data, path))

    def has(self, path: Path) -> bool:
        """Tell whether the key shall be there, with or without a value."""
        return self.source._replace(data=self.data).has(path)

    def to_bytes(self) -> bytes:
        """Return the file's bytes; raises as :meth:`settled`."""
        return (("\ufeff" if self.source.bom else "") + self.settled().source.text).encode()

    def set(self, path: Path, value: object, *, part: str | None = None, each: bool = False) -> "YamlText":
        """Put ``value`` at ``path``, with the keys above it where they are missing.

        ``part`` marks it as the wizard's where there is room for a comment; with ``each`` the items of a list one by one.
        """
        for depth in range(1, len(path)):
            above = self.at(path[:depth])
            if above is not None and not isinstance(above, Mapping):
                raise self.source.refuse(path[:depth], "must be a mapping (key: value).")
        values = dict(enumerate(value)) if each and isinstance(value, list) else {None: value}
        marks = {} if part is None else {(path, item): Mark.of(part, one) for item, one in values.items()}
        return self._with(path, with_value(self.data, path, value), marks, None)

    def append(self, path: Path, item: object, *, part: str | None = None) -> "YamlText":
        """Put ``item`` at the end of the list at ``path``."""
        items = self.at(path)
        mark = None if part is None else Mark.of(part, item)
        return self._with_items(path, [*items, item], (*range(len(items)), None), mark)

    def set_item(self, path: Path, item: int, value: str) -> "YamlText":
        """Replace one scalar item of the list at ``path``."""
        items = [*self.at(path)]
        items[item] = value
        return self._with_items(path, items, range(len(items)))

    def set_list(self, path: Path, values: Sequence[str]) -> "YamlText":
        """Make the list at ``path`` hold these texts; items that stay keep their lines and comments."""
        present = self.at(path)
        if present == list(values):
            return self
        kept = [item for item in present if item in values] if isinstance(present, list) else []
        if not kept or kept != list(values[: len(kept)]):
            return self.set(path, list(values))
        return self._with_items(path, values, [present.index(item) if item in kept else None for item in values])

    def set_tag(self, path: Path, tag: str) -> "YamlText":
        """Put a tag before the value at ``path``, or, with an empty one, take it off."""
        value = self.at(path)
        return self._replace(data=with_value(self.data, path, Tagged(tag, value) if tag else value))

    def remove(self, path: Path, item: int | None) -> "YamlText":
        """Take an entry out, and what becomes empty above it."""
        present = self.at(path)
        if item is not None and len(present) > 1:
            stay = [place for place in range(len(present)) if place != item]
            return self._with_items(path, [present[place] for place in stay], stay)
        while len(path) > 1 and len(self.at(path[:-1])) == 1:
            path = path[:-1]
        return self._with(path, without_key(self.data, path), {}, ())

    def line_of(self, path: Path, item: int | None = None) -> int:
        """Return the line of a key, or of an item of its list, in the present text.

        0 for what is new, and if it is not written there itself (an alias, a merge key).
        """
        node, line = self.source.root, 0
        for depth, key in enumerate(path, 1):
            pairs = node.value if node is not None and node.id == "mapping" else ()
            found = next(((name, value) for name, value in pairs if name.value == key), None)
            if found is None or self.edited.get(path[:depth], ()) is None:
                return 0
            line, node = found[0].start_mark.line + 1, found[1]
        if item is not None and node is not None and node.id == "sequence":
            origins = self.edited.get(path) or range(len(node.value))
            origin = origins[item] if item < len(origins) else None
            line = 0 if origin is None else node.value[origin].start_mark.line + 1
        return int(line)

    def own(self, part: str) -> list[Place]:
        """Return what the wizard wrote for ``part`` and nobody changed since."""
        return [place for place, mark in self.marks.items() if mark == Mark.of(part, self._value(*place))]

    def settled(self) -> "YamlText":
        """Return the file with its text changed.

        ``InvalidInput`` if that cannot be done without touching something else, with what to write by hand.
        """
        if self.data == self.source.data:
            return self
        notes = {place: str(mark) for place, mark in self.marks.items()}
        splices = edit.splices(self.source, self.data, self.edited, notes)
        changed = self._spliced(splices, self.data)
        if changed is None:
            paths = list(dict.fromkeys(splice.path for splice in splices))
            path = next((path for path in paths if not self._is_possible(path, splices)), (*paths, ())[0])
            message = "cannot be changed without changing something else (because of an anchor or unusual syntax)."
            manual = f"Edit it yourself: {'.'.join(path)}: {render.flow(value_at(self.data, path))[:300]}"
            raise InvalidInput(Problem(field=".".join(path), file=self.source.name, message=message, remedy=manual))
        return changed

    def _is_possible(self, path: Path, splices: Sequence[Splice]) -> bool:
        """Return whether one of several changes can be made by itself."""
        written, value = self.source.data, value_at(self.data, path)
        alone = with_value(written, path, value) if self.has(path) else without_key(written, path)
        return self._spliced([splice for splice in splices if splice.path == path], alone) is not None

    def _spliced(self, splices: Sequence[Splice], wanted: object) -> "YamlText | None":
        """Return the file with these changes made, if it then says what it should."""
        try:
            changed = self._of(self.source.with_text(edit.spliced(self.source.text, splices)))
        except InvalidInput:
            return None
        return changed if (changed.data or {}) == (wanted or {}) else None

    def _value(self, path: Path, item: int | None) -> Any:
        return value_at(self.data, path) if item is None else self.at(path)[item]

    def _with_items(
        self, path: Path, items: Sequence[Any], former: Sequence[int | None], mark: Mark | None = None
    ) -> "YamlText":
        """Return the file with another list at ``path``, made of these former items; ``mark`` is for the last one."""
        known = self.edited.get(path, tuple(range(len(self.at(path)))))
        origins = known and tuple(None if item is None else known[item] for item in former)
        marks: Marks = {
            (path, new): self.marks[path, old] for new, old in enumerate(former) if (path, old) in self.marks
        }
        tag = self.tag(path)
        value = Tagged(tag, list(items)) if tag else list(items)
        last: Marks = {(path, len(items) - 1): mark} if mark is not None else {}
        return self._with(path, with_value(self.data, path, value), {**marks, **last}, origins)

    def _with(self, path: Path, data: Any, marks: Marks, origins: tuple[int | None, ...] | None) -> "YamlText":
        """Return the file with other data at ``path``, where these marks and origins take the place of former ones."""
        depth = len(path)
        kept = {place: mark for place, mark in self.marks.items() if place[0][:depth] != path}
        edited = {other: known for other, known in self.edited.items() if other[:depth] != path}
        edited |= {} if origins == () else {path: origins}
        return self._replace(data=data, marks=kept | dict(marks), edited=edited)
