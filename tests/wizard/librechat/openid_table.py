"""The table of recorded sign-ins and the verdict on each: python -m tests.wizard.librechat.openid_table [FILE of rows]."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.records import openid_releases, openid_verdicts
from tests.wizard.librechat import openid_rows, social_rows
from wizard.librechat.openid_situation import SignInVerdict
from wizard.librechat.openid_verdict import sign_in
from wizard.librechat.releases import RECORDED, Release
from wizard.librechat.social_verdict import social_sign_in

RIGHT, WRONG, NOT_MODELLED = "right", "wrong", "not modelled"
_COLUMNS: Final = (RIGHT, WRONG, NOT_MODELLED)


class Cell(NamedTuple):
    """One recorded sign-in and what the verdict makes of it."""

    group: str
    name: str
    recorded: str
    verdict: SignInVerdict | None
    reason: str = ""
    """Why the row is not modelled."""

    @property
    def column(self) -> str:
        """Where it counts."""
        if self.verdict is None:
            return NOT_MODELLED
        return RIGHT if self.verdict.outcome == self.recorded else WRONG


def verdict_of(row: Mapping[str, Any], release: Release = RECORDED) -> SignInVerdict:
    """Return the verdict on a recorded row."""
    if row["kind"] == "social":
        return social_sign_in(social_rows.situation_of(row, release))
    return sign_in(openid_rows.situation_of(row, release))


def cells(rows: Iterable[Mapping[str, Any]]) -> Iterator[Cell]:
    """Judge every row."""
    for row in rows:
        group = row["provider"]["name"] if row["kind"] == "social" else row["kind"]
        try:
            yield Cell(group, row["id"], row["outcome"], verdict_of(row))
        except openid_rows.NotModelledError as fault:
            yield Cell(group, row["id"], row["outcome"], None, str(fault))


def release_cells(rows: Iterable[Mapping[str, Any]]) -> Iterator[Cell]:
    """Judge the rows that were played on several releases; each is one cell, right where all of its releases are."""
    recorded = {row["id"]: row for row in rows}
    for played in openid_releases():
        for tag, outcome in played["outcomes"].items():
            verdict = verdict_of(recorded[played["id"]], Release.parse(tag))
            yield Cell(f"release {tag}", played["id"], outcome, verdict)


def drawn(judged: Iterable[Cell]) -> str:
    """Return the table by group, and every row that is not right."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    odd = []
    for cell in judged:
        counts[cell.group][cell.column] += 1
        if cell.column != RIGHT:
            reason = cell.reason or (f"{cell.verdict.outcome} ({cell.verdict.cause})" if cell.verdict else "")
            odd.append(f"{cell.column}: {cell.name}: recorded {cell.recorded}, {reason}")
    lines = [f"{'group':<18}" + "".join(f"{name:>14}" for name in _COLUMNS)]
    lines += [f"{group:<18}" + "".join(f"{counts[group][name]:>14}" for name in _COLUMNS) for group in sorted(counts)]
    total = sum(counts.values(), Counter[str]())
    lines.append(f"{'all':<18}" + "".join(f"{total[name]:>14}" for name in _COLUMNS))
    return "\n".join([*lines, *odd, ""])


def _rows(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines()]
    rows: list[dict[str, Any]] = json.loads(text)["rows"]
    return rows


if __name__ == "__main__":
    given = _rows(Path(sys.argv[1])) if len(sys.argv) > 1 else openid_verdicts()
    sys.stdout.write(drawn(cells(given)))
    if len(sys.argv) == 1:
        sys.stdout.write(drawn(release_cells(given)))
