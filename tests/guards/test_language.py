"""Words that people do not read here: constructions that no English program uses.

They come from writing English in another language's order. What to write instead: "fix" for mend, "is missing" for bears no,
"refused" for is not taken, "could not connect" for no connection came about, "inconclusive" for could not be told, "if" for where.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.guards.checkout import CHECKOUT, python_files
from tests.guards.layers import SOURCE
from tests.guards.test_docs import DOCUMENTS as FOR_CONTRIBUTORS

WORDS: Final = (
    *("mend", "mends", "mended", "bear", "bears", "came about", "whom", "whoever", "taken for", "is told"),
    *("could not be told", "Only looks", "sitting", "as proposed", "such that", "wherefore", "thereof"),
    *("Whom", "Whoever", "as it stands", "stands nowhere", "there is none of", "There is none of", "errand"),
    *("is not taken", "are not taken", "does not let in", "Give it"),
)
DOCUMENTS: Final = (CHECKOUT / "README.md", CHECKOUT / "SECURITY.md", *FOR_CONTRIBUTORS)
_SEARCHED: Final = re.compile(rf"\b(?:{'|'.join(map(re.escape, WORDS))})\b")


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Give line and text of every string of a file: what is shown, docstrings, and the fixed parts of f-strings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def odd_texts(*paths: Path) -> list[str]:
    """Return place and word of every string that holds one of the words."""
    return [
        f"{path.relative_to(CHECKOUT) if path.is_relative_to(CHECKOUT) else path}:{line}: {found[0]}"
        for path in paths
        for line, text in texts(path)
        if (found := _SEARCHED.search(text))
    ]


def test_no_odd_words() -> None:
    found = odd_texts(*python_files(*SOURCE))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_odd_words_in_documents(document: Path) -> None:
    lines = document.read_text(encoding="utf-8").splitlines()
    assert [f"{number}: {line}" for number, line in enumerate(lines, 1) if _SEARCHED.search(line)] == []


def test_the_search_finds_words_in_all_kinds_of_strings(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        '"""Whom it may concern: whom."""\nA = f"{1} is mended"\nB = "commend, amends, bearing"\nC = "ok"\n'
    )
    assert [row.rpartition("/")[2] for row in odd_texts(path)] == ["module.py:1: Whom", "module.py:2: mended"]
