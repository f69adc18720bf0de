"""Comments that mark an entry as written by the wizard, as long as its value is unchanged."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from wizard.basics.digests import sha256_hex
from wizard.basics.patterns import late_pattern
from wizard.yamlfile.parsed import ParsedYaml, Path

_WORD: Final = "librechat-wizard"
_AT_END: Final = late_pattern(rf"#\s*{_WORD}(?:\s+(?P<part>[a-z]+))?\s+(?P<digest>[0-9a-f]{{8}})[ \t\r]*$")


class Mark(NamedTuple):
    """What the comment says: what the entry is for, and eight hex digits that change when its value does."""

    part: str
    digest: str

    @classmethod
    def of(cls, part: str, value: object) -> "Mark":
        """Return the mark of a value."""
        # A value with a tag of its own counts as the pair of both.
        return cls(part, sha256_hex(json.dumps(value, sort_keys=True).encode())[:8])

    def __str__(self) -> str:
        return " ".join(filter(None, ("#", _WORD, self.part, self.digest)))


Place = tuple[Path, int | None]
"""A key of a mapping, or one item of the list at a path (counted from 0)."""
Marks = Mapping[Place, Mark]


def marks_of(document: ParsedYaml) -> dict[Place, Mark]:
    """Return the mark of every entry whose line ends with one, in the order of the text."""
    has_any = _WORD in document.text and document.root is not None
    return dict(_below(document.text, document.root, ())) if has_any else {}


def _below(text: str, node: Any, path: Path) -> Iterator[tuple[Place, Mark]]:
    for key, value in node.value:
        # An alias is before its key: an anchor always comes first.
        if node.flow_style or not isinstance(key.value, str) or value.start_mark.index < key.start_mark.index:
            continue
        here = (*path, key.value)
        if mark := _on_line(text, key.end_mark.index):
            yield (here, None), mark
        elif value.id == "mapping":
            yield from _below(text, value, here)
        elif value.id == "sequence" and not value.flow_style:
            for index, item in enumerate(value.value):
                is_own = item.start_mark.index > key.end_mark.index
                if is_own and (mark := _on_line(text, item.start_mark.index)):
                    yield (here, index), mark


def _on_line(text: str, offset: int) -> Mark | None:
    end = text.find("\n", offset)
    match = _AT_END.search(text, offset, end if end >= 0 else len(text))
    return Mark(match["part"] or "", match["digest"]) if match else None
