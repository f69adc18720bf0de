"""The checks as ``--answers`` and ``doctor`` run them, without a person."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from checks import ALL, render, select
from checks.model import Check, Report, Subject
from checks.runner import run_static
from wizard.answers import Answers
from wizard.plaintext import plain
from wizard.snapshot import deployment, take
from wizard.unattended import Judged, finding_json
from wizard.workplace import Workplace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wizard.proposal import Proposal


def judge(proposal: Proposal, offline: bool) -> Judged:  # noqa: FBT001 - the signature of wizard.unattended.Judge
    """Run every check on what a proposal would lead to."""
    subject = Subject(
        deployment=proposal.deployment, answers=proposal.answers, offline=offline, decided=proposal.findings
    )
    report = _report(ALL, subject)
    return Judged(
        findings=report.findings,
        outcomes=render.outcomes_json(report),
        text=render.report_text(report),
        exit_status=report.exit_status,
    )


def doctor(folder: Path, *, only: tuple[str, ...], offline: bool, as_json: bool) -> int:
    """Check a folder as it stands; writes nothing. Returns the exit status."""
    checks = select(only)
    snapshot = take(folder, Answers())
    report = _report(checks, Subject(deployment=deployment(snapshot, {}), offline=offline))
    found = Workplace(snapshot.folder).interrupted()
    if found is not None:
        states = ", ".join(f"{plain(name)}: {state}" for name, state in found.files)
        sys.stderr.write(
            f"A run was cut off while it wrote ({states}); 'librechat-wizard restore' puts everything back.\n"
        )
    if as_json:
        document = {
            "version": 1,
            "command": "doctor",
            "exit": report.exit_status,
            "findings": [finding_json(finding) for finding in report.findings],
            "outcomes": list(render.outcomes_json(report)),
        }
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
    else:
        sys.stdout.write(f"LibreChat {snapshot.release}, stack {snapshot.stack.value}, {plain(str(snapshot.folder))}\n")
        sys.stdout.write(render.report_text(report))
    return report.exit_status


def _report(checks: Sequence[Check], subject: Subject) -> Report:
    if all(check.run is None for check in checks):
        return run_static(checks, subject)
    import asyncio

    from checks.runner import report

    return asyncio.run(report(checks, subject))
