"""Tables that hold many releases of one file: each line once, with a mark for each release that has it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

PRESENT, ABSENT = "x", "."


def read_table(text: str) -> dict[str, list[str]]:
    """Return the lines of each release. The last comment line in front of the rows names the columns."""
    releases: list[str] = []
    result: dict[str, list[str]] = {}
    for row in text.removesuffix("\n").split("\n"):
        if row.startswith("# "):
            releases = row[2:].split()
            continue
        result = result or {release: [] for release in releases}
        marks, _, line = row.partition(" ")
        for release, mark in zip(releases, marks, strict=True):
            if mark == PRESENT:
                result[release].append(line)
    return result


def table(heading: str, columns: Mapping[str, Sequence[str]]) -> str:
    """Return the table of these releases, oldest first. ``read_table`` gives the same lines back, in the same order."""
    rows: list[tuple[str, str]] = []
    for number, lines in enumerate(columns.values()):
        rows = _with_column(rows, lines, number)
    return "".join(
        [f"# {heading}\n", f"# {' '.join(columns)}\n", *(f"{marks} {line}".rstrip() + "\n" for line, marks in rows)]
    )


def _with_column(rows: list[tuple[str, str]], lines: Sequence[str], number: int) -> list[tuple[str, str]]:
    """Return the rows with one more release. A row that the release has at another place is there twice."""
    result: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, [line for line, _ in rows], lines, autojunk=False)
    for what, begin, end, first, last in matcher.get_opcodes():
        mark = PRESENT if what == "equal" else ABSENT
        result += [(line, marks + mark) for line, marks in rows[begin:end]]
        if what != "equal":
            result += [(line, ABSENT * number + PRESENT) for line in lines[first:last]]
    return result
