"""Sizes at which a file or class stops being one thought. What is over them is to be cut, not excused.

Statements in a function are counted by ruff (PLR0915, 40).
"""

from __future__ import annotations

import ast
import re

from tests.guards.checkout import own_files, python_files, shown

FILE_LINES = 400
CLASS_METHODS = 20


def test_no_file_is_too_long() -> None:
    lengths = {
        shown(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files("wizard", "checks", "screens", "tests", "tools")
    }
    assert {name: length for name, length in lengths.items() if length > FILE_LINES} == {}


def test_no_class_has_too_many_methods() -> None:
    sizes = {
        f"{shown(path)}:{node.name}": sum(
            isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body
        )
        for path in python_files("wizard", "checks", "screens", "tests", "tools")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert {name: size for name, size in sizes.items() if size > CLASS_METHODS} == {}


def test_no_budget_is_excused_in_place() -> None:
    excused = re.compile(r"noqa:[A-Z0-9, ]*\b(?:PLR0915|C901|PLR0912)\b")
    found = [
        shown(path) for path in own_files() if path.suffix == ".py" and excused.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
