"""Nothing but the registry spells the id of a finding, whole or in parts, or reads a meaning out of one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.finding_samples import declared
from tests.guards.checkout import python_files, shown
from tests.guards.layers import SOURCE

FIELDS = frozenset({"proxy."})
"""Beginnings that ids share with the names of answers: ``proxy.hops``."""


def spelled(path: Path) -> Iterator[tuple[int, str]]:
    """Give line and text of every string that is an id, begins several, or is joined to one."""
    known = declared().keys()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    heads = {id(node.values[0]) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) and node.values}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        text = node.value
        begins = (text.endswith(".") or id(node) in heads) and re.fullmatch(r"[a-z]+\.[a-z0-9.-]*", text)
        begins_some = begins and text not in FIELDS and any(each.startswith(text) for each in known)
        is_part = re.fullmatch(r"\.[a-z-]+\.", text) and any(text in each for each in known)
        if text in known or begins_some or is_part:
            yield node.lineno, text


def test_only_the_registry_spells_ids() -> None:
    files = [path for path in python_files(*SOURCE) if path.parent.name != "findings" or path.parts[-3] != "wizard"]
    assert [f"{shown(path)}:{line}: {text}" for path in files for line, text in spelled(path)] == []


def test_ids_are_found_in_all_spellings(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        'A = "smtp.auth.rejected"\nB = f"smtp.{1}.silent"\nC = "x".startswith("rules.")\nD = ".consequence." in "x"\n'
        'E = "smtp.example.com"\nF = f"proxy.{1}"\nG = "session"\nH = "delivery.auth.rejected"\n'
    )
    assert sorted(line for line, _ in spelled(path)) == [1, 2, 3, 4, 8]
