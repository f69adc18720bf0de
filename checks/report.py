"""Renders reports as plain text and as JSON. Evidence is untrusted text and is neutralised here."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from typing import IO, Any, Final, assert_never

from checks.model import Report
from wizard.basics.check_outcomes import CheckOutcome, Crashed, Ran, Skipped, TimedOut
from wizard.basics.command_lines import wrapped as lines_of
from wizard.basics.finding import SIGNS, Finding, Status
from wizard.basics.plain_text import plain
from wizard.findings.model import LONGEST

_INDENT = "      "
_INSET = "  "


_COLUMNS: Final = 80
_NARROWEST: Final = 40


def columns_of(stream: IO[str]) -> int:
    """Return how wide a report may be there: as the terminal is, 80 at most; 80 where it is none."""
    try:
        # 0: the terminal does not know it.
        return max(_NARROWEST, min(_COLUMNS, os.get_terminal_size(stream.fileno()).columns or _COLUMNS))
    except (OSError, ValueError):
        return _COLUMNS


def report_text(
    report: Report, columns: int = _COLUMNS, *, is_brief: bool = False, shown: Collection[Finding] = ()
) -> str:
    """Return the report for a terminal, the worst first, a cause before what follows from it; no color carries a meaning.

    ``is_brief``: what is well and what did not have to run is counted and not shown, and what cannot be known here is one paragraph.
    ``shown``: findings that were shown before; what is the same is counted, and shown again only if it failed.
    """
    lines: list[str] = []
    before = {_as_read(finding) for finding in shown}
    is_repeated = False
    for finding in report.leading:
        if finding.acknowledged is not None or (is_brief and finding.status is Status.PASS):
            continue
        if finding.status is not Status.FAIL and _as_read(finding) in before:
            is_repeated = is_repeated or finding.status is not Status.PASS
            continue
        if is_brief and finding.by_nature:
            lines.extend(_brief_lines(finding, columns - 2))
        else:
            lines.extend(_finding_lines(finding, report.caused_by(finding), columns - 2))
    for finding in report.acknowledged:
        lines.extend(wrapped(_known(finding), "ackn  ", columns - 2))
    outcomes = [one for one in report.outcomes if not (is_brief and isinstance(one[1], Skipped))]
    for text, checks in unfinished(outcomes).items():
        lines.extend(wrapped(f"{', '.join(checks)}: {text}", "----  ", columns - 2))
    sentence = f"{len(report.having(Status.PASS))} ok, {report.sentence}" if is_brief else report.sentence
    lines.append(f"{sentence} Findings shown above are not repeated." if is_repeated else sentence)
    return "\n".join(lines) + "\n"


def _as_read(finding: Finding) -> tuple[str, Status, str, tuple[str, ...]]:
    """Return what makes two findings the same to a reader."""
    return finding.id, finding.status, finding.summary, finding.evidence


def _known(finding: Finding) -> str:
    """Return the one line of a finding that the operator knows of."""
    reason, until = finding.acknowledged or ("", "")
    words = f"{finding.status.value} {finding.id}" + (f", until {until}" if until else "")
    return plain(f"{words}: {reason}" if reason else words, limit=300)


def caused_text(findings: Collection[Finding]) -> str:
    """Return in one line what else failed with the same cause: the settings, or the ids where no setting is concerned."""
    if not findings:
        return ""
    settings = dict.fromkeys(name for one in findings for name in one.settings)
    names = (*settings, *(one.id for one in findings if not one.settings))
    return f"Also failed because of this: {', '.join(names)}."


def _finding_lines(finding: Finding, caused: Collection[Finding], width: int) -> list[str]:
    lines = wrapped(plain(finding.summary, limit=1000), f"{SIGNS[finding.status].tag}  ", width)
    for evidence in finding.evidence:
        # As long as findings keep it: it can be advice, of which nothing may be missing.
        lines.extend(wrapped(plain(evidence, limit=LONGEST), f"{_INDENT}| ", width))
    if caused:
        lines.extend(wrapped(caused_text(caused), f"{_INDENT}| ", width))
    if finding.remedy:
        lines.extend(wrapped(plain(finding.remedy, limit=1000), f"{_INDENT}-> ", width))
    if finding.status is not Status.PASS:
        lines.append(f"{_INDENT}[{finding.id}]")
    return lines


def _brief_lines(finding: Finding, width: int) -> list[str]:
    """Return what no run on this machine can tell, in one paragraph."""
    text = plain(f"{finding.summary} {finding.remedy}".rstrip(), limit=1000)
    return wrapped(f"{text} [{finding.id}]", f"{SIGNS[finding.status].tag}  ", width)


def wrapped(text: str, head: str, width: int) -> list[str]:
    """Return a text in lines of that width, ``head`` before the first one and as much blank before the others; commands stay whole."""
    return lines_of(text, width, head=head, indent=" " * len(head), inset=_INSET if head else _INDENT)


def unfinished(outcomes: Iterable[tuple[str, CheckOutcome]]) -> dict[str, list[str]]:
    """Return how checks ended that did not simply run, in words, and which ones: each reason once."""
    found: dict[str, list[str]] = {}
    for check, outcome in outcomes:
        if (text := outcome_text(outcome)) is not None:
            found.setdefault(text, []).append(check)
    return found


def outcome_text(outcome: CheckOutcome) -> str | None:
    """Return how a check ended, in words; ``None`` if it simply ran."""
    match outcome:
        case Ran():
            return None
        case Skipped(because=because):
            return f"not run ({because})"
        case TimedOut(seconds=seconds):
            return f"no response in {seconds:g} s: inconclusive"
        case Crashed(error=error):
            return f"this check crashed ({error}): inconclusive. Please report it"
        case _:
            assert_never(outcome)


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding in the form of ``--json``."""
    return {
        "id": finding.id,
        "status": finding.status.value,
        "summary": finding.summary,
        "evidence": list(finding.evidence),
        "settings": list(finding.settings),
        "remedy": finding.remedy,
        "docs": finding.docs,
        "consequence": finding.consequence,
        "causes": list(finding.causes),
        "transient": finding.transient,
        "origins": list(finding.origins),
        "acknowledged": None if finding.acknowledged is None else finding.acknowledged._asdict(),
    }


def outcomes_json(report: Report) -> tuple[dict[str, Any], ...]:
    """Return the outcomes as they are in ``--json``."""
    return tuple({"check": check, **_outcome_json(outcome)} for check, outcome in report.outcomes)


def _outcome_json(outcome: CheckOutcome) -> dict[str, Any]:
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
