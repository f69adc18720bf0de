"""Computes the text changes that edit a YAML file, from the marks of ruamel.yaml's parser."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.yamlfile import render
from wizard.yamlfile.parsed import ParsedYaml, Path, tag_of, untagged
from wizard.yamlfile.reading import STANDARD
from wizard.yamlfile.render import Notes

Edited = Mapping[Path, tuple[int | None, ...] | None]
"""Where a value was given as a whole (``None``), and of which former items a list consists now (``None``: a new one)."""

_ROOM: Final = late_pattern(
    r"\s*\*(?P<alias>[^\s,\[\]{}]+)|[ \t]*(?:~|null|Null|NULL)(?=[ \t]*(?:#|\r?$))", re.MULTILINE
)
"""What makes room for keys of a mapping: an alias, or a word for nothing."""
_DASH: Final = late_pattern(r"^([ \t]*)-(?=[ \t\r\n]|$)", re.MULTILINE)


class Splice(NamedTuple):
    """A text, or whole lines, that take the place of what is between two offsets."""

    path: Path
    """Of what is changed by it."""
    start: int
    end: int
    text: str = ""
    lines: Sequence[str] = ()


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Return the text with the changes made; its kind of line break stays, and so does a missing last one."""
    newline = "\r\n" if "\r\n" in text else "\n"
    result, position = "", 0
    for splice in sorted(splices, key=lambda splice: splice.start):
        result += text[position : splice.start] + splice.text
        if splice.lines:
            result += newline if result and not result.endswith("\n") else ""
            result += newline.join(splice.lines) + newline
        position = splice.end
    result += text[position:]
    return result if not text or text.endswith("\n") else result.removesuffix(newline)


def splices(document: ParsedYaml, wanted: Any, edited: Edited, notes: Notes) -> list[Splice]:
    """Return the changes with which the document says ``wanted``; ``notes`` are comments next to what is new.

    ``InvalidInput`` if the way in which it is written leaves no room for the change.
    """
    edits = _Edits(document, edited, notes)
    if document.root is None or document.root.id == "scalar":
        edits.add(wanted or {}, (), len(document.text), 0)
    else:
        edits.mapping(document.root, document.data, wanted or {}, ())
    return edits.found


class _Edits:
    """Walks through nodes, what they say and what they shall say; the innermost change is found first."""

    def __init__(self, document: ParsedYaml, edited: Edited, notes: Notes) -> None:
        self._document, self._text = document, document.text
        self._edited, self._notes = edited, notes
        self._step = _step(document.root)
        self.found: list[Splice] = []

    def mapping(self, node: Any, old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> None:
        written = {
            key.value: (key, value)
            for key, value in node.value
            if isinstance(key.value, str) and key.tag != f"{STANDARD}merge"
        }
        for name in old:
            if name not in new:
                self._cut(node, written.get(name), (*path, name))
            elif name in written and old[name] != new[name]:
                self._entry(node, *written[name], old[name], new[name], (*path, name))
        added = {name: value for name, value in _changed(old, new).items() if name not in written}
        if added and node.flow_style:
            self._into_flow(node, added, path)
        elif added:
            column = node.value[0][0].start_mark.column
            self.add(added, path, self._block_end(node.end_mark.index, column), column)

    def add(self, pairs: Mapping[str, Any], path: Path, place: int, column: int) -> None:
        """Put new keys of a mapping at a place."""
        for name, value in pairs.items():
            self._put((*path, name), place, place, lines=self._lines_of((*path, name), value, column))

    def _entry(self, parent: Any, key: Any, node: Any, old: Any, new: Any, path: Path) -> None:
        both = (untagged(old), untagged(new))
        are_mappings = all(isinstance(value, Mapping) for value in both)
        is_alias = _is_alias(key, node)
        if self._edited.get(path, ()) is None or (is_alias and (parent.flow_style or not are_mappings)):
            self._replace(parent, key, node, new, path)
        elif is_alias:
            self._below(key, _changed(*both), path)
        else:
            self._tag(key, tag_of(old), tag_of(new), path)
            if are_mappings and node.id == "mapping":
                self.mapping(node, *both, path)
            elif node.id == "sequence":
                self._items(parent, key, node, *both, path)
            elif parent.flow_style:
                raise self._document.refuse(path, "is in braces and has no value.")
            else:
                self._below(key, both[1], path)

    def _tag(self, key: Any, old: str, new: str, path: Path) -> None:
        """Put a tag before a value, or take one off."""
        if old != new:
            written = re.compile(rf"[ \t]*{re.escape(old)}" if old else "").match(self._text, self._behind(key))
            if written is None:
                raise self._document.refuse(path, "its tag is in an unusual place.")
            self._put(path, *written.span(), f" {new}" if new else "")

    def _items(self, parent: Any, key: Any, node: Any, old: list[Any], new: list[Any], path: Path) -> None:
        """Change the items of a list; those that stay keep their lines and comments."""
        origins = self._edited.get(path) or tuple(range(len(old)))
        places = {origin: place for place, origin in enumerate(origins) if origin is not None}
        if node.flow_style and len(places) < len(old):
            self._replace(parent, key, node, new, path)
            return
        for origin, item in enumerate(node.value):
            if origin in places and old[origin] == new[places[origin]]:
                continue
            start, end = item.start_mark.index, item.end_mark.index
            if start < node.start_mark.index or (origin in places and item.id != "scalar"):
                raise self._document.refuse(path, "the item is defined elsewhere (a YAML alias).")
            if origin in places:
                self._put(path, start, end, render.scalar(new[places[origin]]))
            else:
                line = self._line_start(start)
                column = len(self._text[line:]) - len(self._text[line:].lstrip(" "))
                self._put(path, line, self._end_of(end, line, column))
        added = [place for place, origin in enumerate(origins) if origin is None]
        if added and node.flow_style:
            self._into_flow(node, [new[place] for place in added], path)
        elif added:
            self._append(node, added, new, path)

    def _append(self, node: Any, added: Iterable[int], new: list[Any], path: Path) -> None:
        first = node.value[0].start_mark.index
        is_alias = first < node.start_mark.index
        dash = _DASH.search(self._text, node.start_mark.index if is_alias else self._line_start(first))
        if dash is None:
            raise self._document.refuse(path, "the wizard cannot extend a list written this way.")
        column = len(dash[1])
        end = self._block_end(node.end_mark.index, column)
        for place in added:
            note = self._notes.get((path, place), "")
            self._put(path, end, end, lines=render.listed(new[place], column=column, step=self._step, note=note))

    def _cut(self, parent: Any, entry: tuple[Any, Any] | None, path: Path) -> None:
        if entry is None:
            raise self._document.refuse(path, "comes from a merge key (<<) and is not written here.")
        if parent.flow_style:
            raise self._document.refuse(path, "is in braces.")
        self._put(path, *self._extent(*entry, path))

    def _replace(self, parent: Any, key: Any, node: Any, value: object, path: Path) -> None:
        """Put another value at a key that is there."""
        is_alias = _is_alias(key, node)
        if parent.flow_style and is_alias:
            raise self._document.refuse(path, "is a YAML alias in braces, which the wizard cannot edit.")
        is_flow_list = isinstance(value, list) and node.id == "sequence" and node.flow_style and not is_alias
        if parent.flow_style or (is_flow_list and not any(place[0] == path for place in self._notes)):
            self._put(path, node.start_mark.index, node.end_mark.index, render.flow(value))
        else:
            lines = self._lines_of(path, value, key.start_mark.column)
            self._put(path, *self._extent(key, node, path), lines=lines)

    def _below(self, key: Any, pairs: Mapping[str, Any], path: Path) -> None:
        """Put keys below a key with an alias or nothing as its value; an alias is merged, its anchor stays as it is."""
        colon = self._behind(key)
        place, column = self._line_end(colon), key.start_mark.column + self._step
        if room := _ROOM.match(self._text, colon):
            self._put(path, *room.span())
            if room["alias"]:
                self._put(path, place, place, lines=[f"{' ' * column}<<: *{room['alias']}"])
        self.add(pairs, path, place, column)

    def _into_flow(self, node: Any, added: Mapping[str, Any] | list[Any], path: Path) -> None:
        """Put more entries into ``{...}`` or ``[...]``, right behind the last one."""
        addition = render.flow(added, quoted=self._text.lstrip().startswith("{"))[1:-1]
        if not node.value:
            place = self._text.index("{" if node.id == "mapping" else "[", node.start_mark.index) + 1
        elif node.id == "sequence":
            place = node.value[-1].end_mark.index
        else:
            key, value = node.value[-1]
            alias = _ROOM.match(self._text, self._behind(key)) if _is_alias(key, value) else None
            place = alias.end() if alias else value.end_mark.index
        self._put(path, place, place, f", {addition}" if node.value else addition)

    def _put(self, path: Path, start: int, end: int, text: str = "", *, lines: Sequence[str] = ()) -> None:
        self.found.append(Splice(path, start, end, text, lines))

    def _lines_of(self, path: Path, value: object, column: int) -> list[str]:
        return render.entry(path, value, column=column, step=self._step, notes=self._notes)

    def _behind(self, key: Any) -> int:
        """Return the offset behind the colon of a key."""
        colon = self._text.find(":", key.end_mark.index)
        if colon < 0:
            raise self._document.refuse(
                (str(key.value),), "is an explicit YAML key (? key) without a value. Write the key with a colon."
            )
        return colon + 1

    def _line_start(self, offset: int) -> int:
        return self._text.rfind("\n", 0, offset) + 1

    def _line_end(self, offset: int) -> int:
        """Return where the line of ``offset`` ends, its line break included."""
        end = self._text.find("\n", offset)
        return len(self._text) if end < 0 else end + 1

    def _block_end(self, offset: int, column: int) -> int:
        """Return where a block at ``column`` ends that the parser ends at ``offset``.

        The parser continues to the next token; blank lines and comments further left than the block belong to what follows.
        """
        end = self._line_start(offset)
        if self._text[end:offset].strip():
            return self._line_end(offset)
        while end > 0:
            start = self._line_start(end - 1)
            line = self._text[start:end]
            content = line.strip()
            if content and not (content.startswith("#") and len(line) - len(line.lstrip()) < column):
                break
            end = start
        return end

    def _end_of(self, offset: int, line: int, column: int) -> int:
        """Return where an entry ends whose first line begins at ``line``; comments at its own column are not its own."""
        return max(self._block_end(offset, column + 1), self._line_end(line))

    def _extent(self, key: Any, node: Any, path: Path) -> tuple[int, int]:
        """Return where the lines of an entry of a block mapping begin and end."""
        start = self._line_start(key.start_mark.index)
        if self._text[start : key.start_mark.index].strip():
            raise self._document.refuse(path, "shares its line with other YAML, so the wizard cannot edit it.")
        if _is_alias(key, node):
            return start, self._line_end(key.end_mark.index)
        return start, self._end_of(node.end_mark.index, start, key.start_mark.column)


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in new.items() if name not in old or old[name] != value}


def _is_alias(key: Any, value: Any) -> bool:
    """Tell an alias by its node standing before its key: an anchor always comes first."""
    return bool(value.start_mark.index < key.start_mark.index)


def _step(root: Any) -> int:
    """Return by how many columns a file indents."""
    for key, value in root.value if root is not None and root.id == "mapping" else ():
        if value.id == "mapping" and value.value and not value.flow_style:
            first = value.value[0][0].start_mark.column
            if first > key.start_mark.column:
                return int(first - key.start_mark.column)
    return 2
