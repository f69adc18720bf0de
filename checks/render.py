"""Reports as plain text and as JSON. Evidence is foreign text and is made inert here."""

from __future__ import annotations

import textwrap
from typing import Any, assert_never

from checks.model import Crashed, Outcome, Ran, Report, Skipped, TimedOut
from wizard.finding import Finding, Status
from wizard.plaintext import plain

_GLYPHS = {Status.PASS: "ok  ", Status.WARN: "WARN", Status.FAIL: "FAIL", Status.UNKNOWN: "????"}
_ORDER = (Status.FAIL, Status.UNKNOWN, Status.WARN, Status.PASS)
_INDENT = "      "


def report_text(report: Report) -> str:
    """Return the report for a terminal of 80 columns, the worst first; no colour carries a meaning."""
    lines: list[str] = []
    for status in _ORDER:
        for finding in report.findings:
            if finding.status is status:
                lines.extend(_finding_lines(finding))
    for check, outcome in report.outcomes:
        if (text := outcome_text(outcome)) is not None:
            lines.append(f"----  {check}: {text}")
    counts = {status: sum(finding.status is status for finding in report.findings) for status in _ORDER}
    lines.append(
        f"{counts[Status.FAIL]} failed, {counts[Status.WARN]} warnings, {counts[Status.UNKNOWN]} could not be told."
    )
    return "\n".join(lines) + "\n"


def _finding_lines(finding: Finding) -> list[str]:
    lines = _wrapped(plain(finding.summary, limit=1000), f"{_GLYPHS[finding.status]}  ")
    for evidence in finding.evidence:
        lines.extend(_wrapped(plain(evidence, limit=200), f"{_INDENT}| "))
    if finding.remedy:
        lines.extend(_wrapped(plain(finding.remedy, limit=1000), f"{_INDENT}-> "))
    if finding.status is not Status.PASS:
        lines.append(f"{_INDENT}[{finding.id}]")
    return lines


def _wrapped(text: str, head: str) -> list[str]:
    indent = " " * len(head)
    return textwrap.wrap(
        text, 78, initial_indent=head, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def outcome_text(outcome: Outcome) -> str | None:
    """Return how a check ended, in words; ``None`` where it simply ran."""
    match outcome:
        case Ran():
            return None
        case Skipped(because=because):
            return f"not run ({because})"
        case TimedOut(seconds=seconds):
            return f"no answer in {seconds:g} s: could not be told"
        case Crashed(error=error):
            return f"this check is broken ({error}); please report it. Could not be told"
        case _:
            assert_never(outcome)


def outcomes_json(report: Report) -> tuple[dict[str, Any], ...]:
    """Return the outcomes as they stand in ``--json``."""
    return tuple({"check": check, **_outcome_json(outcome)} for check, outcome in report.outcomes)


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Ran(seconds=seconds):
            return {"outcome": "ran", "seconds": round(seconds, 3)}
        case Skipped(because=because):
            return {"outcome": "skipped", "because": because}
        case TimedOut(seconds=seconds):
            return {"outcome": "timed-out", "seconds": seconds}
        case Crashed(error=error):
            return {"outcome": "crashed", "error": error}
        case _:
            assert_never(outcome)
