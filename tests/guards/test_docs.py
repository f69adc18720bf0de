"""The documents for contributors name only what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.guards.checkout import CHECKOUT

DOCUMENTS: Final = (CHECKOUT / "CONTRIBUTING.md", *sorted((CHECKOUT / "docs").glob("*.md")))
_CODE: Final = re.compile(r"`([^`\n]+)`")
_PATH: Final = re.compile(r"(?<![\w./-])(?:\./)?((?:wizard|checks|screens|tests|tools|docs|examples|\.ci)/[\w./-]*)")
_FILE: Final = re.compile(r"[\w-]+\.(?:md|py|toml|txt)")
_TYPE: Final = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+)*")


def named_paths(text: str) -> Iterator[str]:
    """Give every path below a folder of the checkout, and every file that is named alone as code."""
    for match in _PATH.finditer(text):
        yield match[1].rstrip(".")
    for code in _CODE.findall(text):
        if _FILE.fullmatch(code):
            yield code


def stale(text: str) -> list[str]:
    """Return the paths of a text that do not exist."""
    return [path for path in named_paths(text) if not (CHECKOUT / path).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert stale(text) == []


def test_central_types_are_classes_or_names_of_the_source() -> None:
    text = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    types = {name for row in rows for name in _CODE.findall(row) if _TYPE.fullmatch(name)}
    assert len(types) >= 8
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for package in ("wizard", "checks")
        for path in (CHECKOUT / package).rglob("*.py")
    )
    assert [
        name for name in sorted(types) if not re.search(rf"^(?:class {name}\b|{name}\b.*=)", source, re.MULTILINE)
    ] == []


def test_words_are_in_order_and_once() -> None:
    text = (CHECKOUT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")][1:]
    assert words == sorted(set(words))


def test_what_is_gone_is_found() -> None:
    assert stale("see `wizard/gone/` and ./tools/lock, `gone.py`; wizard/plan/.") == ["wizard/gone/", "gone.py"]
