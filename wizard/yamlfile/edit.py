"""Where a change goes in the text of a YAML file, told from the marks of ruamel.yaml's parser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from wizard.yamlfile import render
from wizard.yamlfile.parsed import Own, ParsedYaml, Path, digest, with_value

Comment = str | Sequence[str]
_NULL_WORD: Final = re.compile(r"[ \t]*(?:~|null|Null|NULL)(?=[ \t]*(?:#|\r?$))", re.MULTILINE)
_DASH: Final = re.compile(r"^([ \t]*)-(?=[ \t\r\n]|$)", re.MULTILINE)


def put(document: ParsedYaml, path: Path, value: object, comment: Comment) -> str:
    """Return the text with ``value`` at ``path``."""
    node = document.root
    if node is None or (node.id == "scalar" and document.data is None):
        return _at_end(document, path, value, comment)
    for depth, key in enumerate(path):
        rest = path[depth:]
        entry = _entry(node, key)
        if entry is None:
            return _insert(document, node, rest, _inherited(document, path, depth, value), comment)
        key_node, value_node = entry
        if len(rest) == 1:
            return _replace(document, node, key_node, value_node, value, comment)
        if _is_alias(key_node, value_node):
            return _over_alias(document, node, key_node, rest, value, comment)
        if value_node.id == "scalar" and document.at(path[: depth + 1]) is None:
            return _fill(document, node, key_node, rest, value, comment)
        if value_node.id != "mapping":
            raise document.refuse(path[: depth + 1], "stands where Docker Compose wants a mapping (key: value).")
        node = value_node
    return document.text


def append(document: ParsedYaml, path: Path, item: object, comment: str) -> str:
    """Return the text with ``item`` at the end of the list at ``path``."""
    parent, key_node, node = _find(document, path)
    if _is_alias(key_node, node):
        wanted = [*document.at(path), item]
        return _replace(document, parent, key_node, node, wanted, "")
    text = document.text
    if node.flow_style:
        return _into_flow(document, node, item)
    first = node.value[0].start_mark.index
    is_alias = first < node.start_mark.index
    dash = _DASH.search(text, node.start_mark.index if is_alias else text.rfind("\n", 0, first) + 1)
    if dash is None:
        raise document.refuse(path, "the way this list is written cannot be extended.")
    column = len(dash[1])
    lines = render.listed(item, column=column, step=_step(document), comment=comment)
    return _insert_lines(document, _block_end(text, node.end_mark.index, column), lines)


def replace_item(document: ParsedYaml, path: Path, item: int, value: str) -> str:
    """Return the text with another scalar as one item of a list."""
    _, key_node, node = _find(document, path)
    old = node.value[item]
    if _is_alias(key_node, node) or old.start_mark.index < node.start_mark.index or old.id != "scalar":
        raise document.refuse(path, "the item comes from somewhere else (an alias).")
    start, end = old.start_mark.index, old.end_mark.index
    return document.text[:start] + render.scalar(value) + document.text[end:]


def cut_tag(document: ParsedYaml, path: Path) -> str:
    """Return the text without the tag before the value at ``path``."""
    _, key_node, _ = _find(document, path)
    tag = re.compile(rf":[ \t]*{re.escape(document.tag(path))}").match(document.text, key_node.end_mark.index)
    if tag is None:
        raise document.refuse(path, "its tag stands in an unusual place.")
    return f"{document.text[: tag.start()]}:{document.text[tag.end() :]}"


def put_tag(document: ParsedYaml, path: Path, tag: str) -> str:
    """Return the text with a tag before the value at ``path``."""
    _, key_node, node = _find(document, path)
    if _is_alias(key_node, node):
        raise document.refuse(path, "an alias cannot bear a tag.")
    colon = document.text.index(":", key_node.end_mark.index)
    return f"{document.text[: colon + 1]} {tag}{document.text[colon + 1 :]}"


def cut(document: ParsedYaml, path: Path, item: int | None) -> str:
    """Return the text without the key at ``path``, or without one item of the list there."""
    parent, key_node, node = _find(document, path)
    text = document.text
    if item is None:
        if parent.flow_style:
            raise document.refuse(path, "stands in braces.")
        start, end = _extent(document, key_node, node)
        return text[:start] + text[end:]
    if node.flow_style:
        raise document.refuse(path, "stands in brackets.")
    old = node.value[item]
    start = text.rfind("\n", 0, old.start_mark.index) + 1
    column = len(text[start:]) - len(text[start:].lstrip(" "))
    return text[:start] + text[_end_of(text, old.end_mark.index, start, column + 1) :]


def marked(document: ParsedYaml, pattern: re.Pattern[str]) -> Iterator[Own]:
    """Give every entry whose line ends with the mark."""
    if document.root is not None and document.root.id == "mapping":
        yield from _marked_in(document, document.root, (), pattern)


def _marked_in(document: ParsedYaml, node: Any, path: Path, pattern: re.Pattern[str]) -> Iterator[Own]:
    for key_node, value_node in node.value:
        if node.flow_style or not isinstance(key_node.value, str) or _is_alias(key_node, value_node):
            continue
        here = (*path, key_node.value)
        if match := _mark_on_line(document, key_node.end_mark.index, pattern):
            parent = document.at(path)
            same = digest(parent.get(here[-1])) == match["digest"]
            yield Own(here, None, match["part"] or "", same)
        elif value_node.id == "mapping":
            yield from _marked_in(document, value_node, here, pattern)
        elif value_node.id == "sequence" and not value_node.flow_style:
            values = document.at(here)
            for index, item in enumerate(value_node.value):
                is_own = item.start_mark.index > key_node.end_mark.index
                if is_own and (match := _mark_on_line(document, item.start_mark.index, pattern)):
                    yield Own(here, index, match["part"] or "", digest(values[index]) == match["digest"])


def _mark_on_line(document: ParsedYaml, offset: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
    end = document.text.find("\n", offset)
    return pattern.search(document.text, offset, end if end >= 0 else len(document.text))


def _entry(node: Any, key: str) -> tuple[Any, Any] | None:
    return next(((name, value) for name, value in node.value if name.value == key), None)


def _find(document: ParsedYaml, path: Path) -> tuple[Any, Any, Any]:
    """Return the mapping node, key node and value node of ``path``."""
    parent = key_node = node = document.root
    for depth, key in enumerate(path):
        entry = _entry(node, key) if node.id == "mapping" else None
        if entry is None:
            raise document.refuse(path[: depth + 1], "comes from a merge key (<<) and is not written here.")
        parent, (key_node, node) = node, entry
    return parent, key_node, node


def _is_alias(key_node: Any, value_node: Any) -> bool:
    """Tell an alias by its node standing before its key: an anchor always comes first."""
    return bool(value_node.start_mark.index < key_node.start_mark.index)


def _inherited(document: ParsedYaml, path: Path, depth: int, value: object) -> object:
    """Return what a key that hides a merged one must hold: the merged content with the change."""
    present = document.at(path[: depth + 1])
    rest = path[depth + 1 :]
    if present is None or not rest:
        return render.nested(rest, value) if rest else value
    return with_value(present, rest, value)


def _step(document: ParsedYaml) -> int:
    """Return by how many columns this file indents."""
    for key_node, value_node in document.root.value if document.root is not None else ():
        if value_node.id == "mapping" and value_node.value and not value_node.flow_style:
            first = value_node.value[0][0].start_mark.column
            if first > key_node.start_mark.column:
                return int(first - key_node.start_mark.column)
    return 2


def _insert(document: ParsedYaml, node: Any, rest: Path, value: object, comment: Comment) -> str:
    """Put a new key at the end of the mapping ``node``; ``value`` is already nested below ``rest[0]``."""
    if node.flow_style:
        return _into_flow(document, node, {rest[0]: value})
    column = node.value[0][0].start_mark.column
    leaf = value
    keys = [rest[0]]
    for key in rest[1:]:
        if not (isinstance(leaf, dict) and len(leaf) == 1 and key in leaf):
            break
        keys.append(key)
        leaf = leaf[key]
    whole = len(keys) == len(rest)
    lines = _lines_of(leaf, keys, column=column, step=_step(document), comment=comment if whole else "")
    return _insert_lines(document, _block_end(document.text, node.end_mark.index, column), lines)


def _at_end(document: ParsedYaml, path: Path, value: object, comment: Comment) -> str:
    lines = _lines_of(value, path, column=0, step=2, comment=comment)
    return _insert_lines(document, len(document.text), lines)


def _replace(document: ParsedYaml, parent: Any, key_node: Any, node: Any, value: object, comment: Comment) -> str:
    """Put another value at a key that is there."""
    text = document.text
    if parent.flow_style:
        if _is_alias(key_node, node):
            raise document.refuse((key_node.value,), "is an alias within braces.")
        return text[: node.start_mark.index] + render.flow(value) + text[node.end_mark.index :]
    is_alias = _is_alias(key_node, node)
    if not comment and not is_alias and isinstance(value, list) and node.id == "sequence" and node.flow_style:
        return text[: node.start_mark.index] + render.flow(value) + text[node.end_mark.index :]
    start, end = _extent(document, key_node, node)
    step = _step(document)
    lines = render.entry(key_node.value, value, column=key_node.start_mark.column, step=step, comment=comment)
    return _insert_lines(document, start, lines, until=end)


def _over_alias(document: ParsedYaml, node: Any, key_node: Any, rest: Path, value: object, comment: Comment) -> str:
    """Turn ``key: *alias`` into a mapping that merges the alias and bears the change; the anchor stays as it is."""
    text = document.text
    colon = text.index(":", key_node.end_mark.index)
    alias = document.alias_at(colon + 1)
    if alias is None or node.flow_style:
        raise document.refuse((key_node.value,), "is an alias that cannot be extended.")
    column = key_node.start_mark.column + _step(document)
    merge = f"{' ' * column}<<: *{alias['name']}"
    lines = [merge, *_lines_of(value, rest[1:], column=column, step=_step(document), comment=comment)]
    head = text[: colon + 1] + text[alias.end() :]
    return _insert_lines(document, _line_end(head, colon), lines, base=head)


def _fill(document: ParsedYaml, node: Any, key_node: Any, rest: Path, value: object, comment: Comment) -> str:
    """Put keys below a key that has nothing as its value."""
    text = document.text
    if node.flow_style:
        raise document.refuse(rest, "stands in braces without a value.")
    colon = text.index(":", key_node.end_mark.index)
    if word := _NULL_WORD.match(text, colon + 1):
        text = text[: colon + 1] + text[word.end() :]
    column = key_node.start_mark.column + _step(document)
    lines = _lines_of(value, rest[1:], column=column, step=_step(document), comment=comment)
    return _insert_lines(document, _line_end(text, colon), lines, base=text)


def _into_flow(document: ParsedYaml, node: Any, item: object) -> str:
    """Put one more entry into ``{...}`` or ``[...]``, right behind the last one."""
    text = document.text
    addition = render.flow(item, quoted=text.lstrip().startswith("{"))
    addition = addition[1:-1] if node.id == "mapping" else addition
    if not node.value:
        inside = text.index("{" if node.id == "mapping" else "[", node.start_mark.index) + 1
        return f"{text[:inside]}{addition}{text[inside:]}"
    last = node.value[-1]
    key_node, value_node = last if isinstance(last, tuple) else (None, last)
    place = value_node.end_mark.index
    if key_node is not None and _is_alias(key_node, value_node):
        alias = document.alias_at(text.index(":", key_node.end_mark.index) + 1)
        place = alias.end() if alias else key_node.end_mark.index
    return f"{text[:place]}, {addition}{text[place:]}"


def _line_end(text: str, offset: int) -> int:
    """Return where the line of ``offset`` ends, its line break included."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1


def _block_end(text: str, offset: int, column: int) -> int:
    """Return where a block at ``column`` ends that the parser ends at ``offset``.

    The parser goes on to the next token; blank lines and comments further left than the block belong to what follows.
    """
    start = text.rfind("\n", 0, offset) + 1
    if text[start:offset].strip():
        return _line_end(text, offset)
    end = start
    while end > 0:
        line_start = text.rfind("\n", 0, end - 1) + 1
        line = text[line_start:end]
        content = line.strip()
        if content and not (content.startswith("#") and len(line) - len(line.lstrip()) < column):
            break
        end = line_start
    # Without a last line break the block's own last line begins where this one does.
    return end if text[start:offset].strip() or start == offset or end < start else start


def _end_of(text: str, offset: int, line_start: int, column: int) -> int:
    end = _block_end(text, offset, column)
    return max(end, _line_end(text, line_start))


def _extent(document: ParsedYaml, key_node: Any, node: Any) -> tuple[int, int]:
    """Return where the lines of an entry of a block mapping begin and end."""
    text = document.text
    start = text.rfind("\n", 0, key_node.start_mark.index) + 1
    if text[start : key_node.start_mark.index].strip():
        raise document.refuse((str(key_node.value),), "stands on a line with something else.")
    if _is_alias(key_node, node):
        return start, _line_end(text, key_node.end_mark.index)
    return start, _end_of(text, node.end_mark.index, start, key_node.start_mark.column + 1)


def _insert_lines(
    document: ParsedYaml, place: int, lines: Sequence[str], *, until: int | None = None, base: str | None = None
) -> str:
    """Put whole lines at ``place`` (over the text up to ``until``), with the line break of the file."""
    text = document.text if base is None else base
    newline = "\r\n" if "\r\n" in text else "\n"
    before, after = text[:place], text[place if until is None else until :]
    block = newline.join(lines)
    if before and not before.endswith("\n"):
        # The file has no last line break; it has none afterwards either.
        return before + newline + block + (newline + after if after else "")
    if not after and until is not None and not text.endswith("\n"):
        return before + block
    return before + block + newline + after


def _lines_of(value: object, path: Sequence[str], *, column: int, step: int, comment: str | Sequence[str]) -> list[str]:
    """Return the lines of the keys of ``path`` below each other, ``value`` and the comment at the last one."""
    lines = [f"{' ' * (column + step * depth)}{render.scalar(key)}:" for depth, key in enumerate(path[:-1])]
    last = column + step * (len(path) - 1)
    return lines + render.entry(path[-1], value, column=last, step=step, comment=comment)
