"""A YAML file that a person keeps: changed by inserting text at the right place, never by writing it anew.

An edit puts text at the place that ruamel.yaml's parser names and leaves every other byte as it was. After each edit the
new text is parsed again and must hold exactly the data that was wanted, so a place that was computed wrongly is a refusal
and never a damaged file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from wizard.basics.problem import InvalidInput, Problem
from wizard.yamlfile import edit, render
from wizard.yamlfile.parsed import MARK, Own, ParsedYaml, Path, mark, value_at, with_value, without_key
from wizard.yamlfile.render import Tagged

_MARK_AT_END: Final = re.compile(rf"#\s*{MARK}(?:\s+(?P<part>[a-z]+))?\s+(?P<digest>[0-9a-f]{{8}})[ \t\r]*$")


class YamlText(ParsedYaml):
    """A file that can be changed: every edit returns a new one."""

    __slots__ = ()

    def set(self, path: Path, value: object, *, part: str | None = None, each: bool = False) -> YamlText:
        """Put ``value`` at ``path``, with the keys above it where they are missing.

        ``part`` marks it as the wizard's; with ``each`` the items of a list are marked one by one.
        """
        comment: str | Sequence[str] = mark(part, value) if part is not None else ""
        if each and part is not None and isinstance(value, list):
            comment = [mark(part, item) for item in value]
        return self._checked(edit.put(self, path, value, comment), with_value(self.data, path, value), path)

    def append(self, path: Path, item: object, *, part: str | None = None) -> YamlText:
        """Put ``item`` at the end of the list at ``path``."""
        comment = mark(part, item) if part is not None else ""
        wanted = [*self.at(path), item]
        tag = self.tag(path)
        expected = with_value(self.data, path, Tagged(tag, wanted) if tag else wanted)
        return self._checked(edit.append(self, path, item, comment), expected, path)

    def set_item(self, path: Path, item: int, value: str) -> YamlText:
        """Replace one scalar item of the list at ``path``."""
        wanted = [*self.at(path)]
        wanted[item] = value
        tag = self.tag(path)
        expected = with_value(self.data, path, Tagged(tag, wanted) if tag else wanted)
        return self._checked(edit.replace_item(self, path, item, value), expected, path)

    def set_list(self, path: Path, values: Sequence[str]) -> YamlText:
        """Make the list at ``path`` hold these texts; items that stay keep their lines and comments."""
        present = self.at(path)
        if not isinstance(present, list) or not present or not values:
            return self if present == list(values) else self.set(path, list(values))
        edited = self
        for index in reversed([index for index, item in enumerate(present) if item not in values]):
            if len(edited.at(path)) == 1:
                return self.set(path, list(values))
            edited = _without_item(edited, path, index)
        for value in values:
            if value not in edited.at(path):
                edited = edited.append(path, value)
        return edited if edited.at(path) == list(values) else self.set(path, list(values))

    def set_tag(self, path: Path, tag: str) -> YamlText:
        """Put a tag before the value at ``path``, which has none."""
        return self._checked(
            edit.put_tag(self, path, tag), with_value(self.data, path, Tagged(tag, self.at(path))), path
        )

    def without_tag(self, path: Path) -> YamlText:
        """Take the tag off the value at ``path``."""
        return self._checked(edit.cut_tag(self, path), with_value(self.data, path, self.at(path)), path)

    def remove(self, own: Own) -> YamlText:
        """Take a marked entry out, and what becomes empty above it."""
        path, item, data = own.path, own.item, self.data
        if item is not None and len(self.at(path)) > 1:
            rest = [value for index, value in enumerate(self.at(path)) if index != item]
            tag = self.tag(path)
            data = with_value(data, path, Tagged(tag, rest) if tag else rest)
        else:
            item = None
            while len(path) > 1 and len(self.at(path[:-1])) == 1:
                path = path[:-1]
            data = without_key(data, path)
        return self._checked(edit.cut(self, path, item), data, path)

    def own(self, part: str) -> tuple[Own, ...]:
        """Return what the wizard wrote for ``part``, in the order of the text."""
        return tuple(own for own in edit.marked(self, _MARK_AT_END) if own.part == part)

    def _checked(self, text: str, expected: object, path: Path) -> YamlText:
        """Return the new text if it says what it should."""
        try:
            edited = self.with_text(text)
        except InvalidInput:
            edited = None
        if edited is None or (edited.data or {}) != (expected or {}):
            message = "cannot be changed without touching something else (an anchor, or an unusual way of writing)."
            by_hand = f"Make it so by hand: {'.'.join(path)}: {render.flow(value_at(expected, path))[:300]}"
            raise InvalidInput(Problem(field=".".join(path), file=self.name, message=message, remedy=by_hand))
        return edited


def _without_item(document: YamlText, path: Path, index: int) -> YamlText:
    try:
        return document.remove(Own(path, index, "", is_unchanged=True))
    except InvalidInput:
        return document.set(path, [value for place, value in enumerate(document.at(path)) if place != index])
