"""Texts whose placeholders nobody fills: an ``f`` that is missing shows a person the program's own names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.guards.checkout import python_files
from tests.guards.layers import SOURCE

_PLACEHOLDER: Final = re.compile(r"(?<![{$])\{([^{}\s][^{}]*)\}(?!\})")
_CONTROL: Final = re.compile(r"\w{2} [\w ]*[\a\b\f\v]|[\a\b\f\v][\w ]*\w{2} ")
"""Next to words; by itself it is what a rule looks for."""


def _is_code(text: str) -> bool:
    """Return whether the inside of a placeholder can only be an expression: a call, an attribute, an item, a constant."""
    try:
        inside = ast.parse(text.partition("!")[0].partition(":")[0], mode="eval").body
    except SyntaxError:
        return False
    is_constant = isinstance(inside, ast.Name) and len(inside.id) > 1 and inside.id.isupper() and inside.id != "NAME"
    return is_constant or isinstance(inside, ast.Call | ast.Attribute | ast.Subscript)


def unfilled(path: Path) -> Iterator[str]:
    """Name the texts of a module that show a placeholder, or that a backslash too few gives a control character."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in told:
            continue
        found = [inside for inside in _PLACEHOLDER.findall(node.value) if _is_code(inside)]
        if found or _CONTROL.search(node.value):
            yield f"{path.name}:{node.lineno}: {(found or ['a control character'])[0]}"


def test_every_placeholder_is_filled() -> None:
    found = [one for path in python_files(*SOURCE) for one in unfilled(path)]
    assert not found, "\n".join(found)


def test_what_is_not_filled_is_found(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    lines = (
        'A = "run: {RECREATE}"',
        'B = "it has " "{plain(name)} there"',
        'C = "\\a literal newline"',
        'D = f"run: {A}"',
    )
    path.write_text("\n".join((*lines, 'E = "{{username}} and {} and {name}"', '"""``{A.b}``"""')), encoding="utf-8")
    assert [one.split(":")[1] for one in unfilled(path)] == ["1", "2", "3"]
