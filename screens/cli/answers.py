"""``--answers FILE``: the whole way from an answers file to validated files, without a person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wizard.answers import file
from wizard.basics.exit_status import ExitStatus
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, WizardError
from wizard.basics.redaction import without_credentials
from wizard.plan.diff import of_plan
from wizard.plan.proposal import Proposal, propose
from wizard.store.workplace import Workplace

if TYPE_CHECKING:
    from wizard.basics.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line said."""

    folder: Path
    answers: Path
    dry_run: bool = False
    offline: bool = False
    force: bool = False
    as_json: bool = False
    apply: bool = False
    """Have LibreChat read what was written, and prove it."""
    first_admin: str = ""
    """The address of the first administrator; empty: none is made."""
    password_file: str = ""
    """Holds their password; ``-`` is standard input; empty: one is generated and shown once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the checks say of a proposal."""

    findings: tuple[Finding, ...]
    outcomes: tuple[Mapping[str, Any], ...]
    text: str
    """The report for a person."""
    exit_status: int


Judge = Callable[[Proposal, Options], Judged]
"""Runs the checks on a proposal; the options say how far they may go: offline, a dry run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effected:
    """What came of writing a proposal and putting it into effect."""

    status: ExitStatus
    written: tuple[str, ...] = ()
    """The files that are different now; none where the old ones are back."""
    backup: str = ""
    document: Mapping[str, Any]
    """The ``apply`` object of ``--json``."""


Effect = Callable[[Proposal, Judged, Options, Workplace, Callable[[str], None]], Effected]
"""Writes a proposal and puts it into effect (``--apply``); the last argument tells the operator."""


def run(options: Options, judge: Judge, effect: Effect) -> int:
    """Carry out ``--answers`` and return the exit status; ``judge`` runs the checks, ``effect`` does ``--apply``."""
    report = _Report(options)
    try:
        return report.finish(_run(options, judge, effect, report))
    except WizardError as error:
        if not options.as_json:
            raise
        report.problems = [plain(str(problem), limit=1000) for problem in error.problems]
        status = ExitStatus.INVALID if isinstance(error, InvalidInput) else ExitStatus.NOT_WRITTEN
        return report.finish(status)


def _run(options: Options, judge: Judge, effect: Effect, report: _Report) -> ExitStatus:
    read = file.load(options.answers)
    for warning in read.warnings:
        report.progress(f"Note: {warning}")
    proposal = propose(options.folder, read.answers)
    report.proposal = proposal
    workplace = Workplace(proposal.snapshot.folder)
    _report_interrupted(workplace, report)
    report.proposal = proposal = _with_compose_verdict(proposal, options, report)
    judged = judge(proposal, options)
    report.judged = judged
    for note in proposal.plan.notes:
        report.progress(f"* {note}")
    status = ExitStatus(judged.exit_status)
    if status is ExitStatus.FAILED and not options.force:
        report.show_plan()
        report.progress(judged.text)
        report.progress("Nothing is written, because a check failed. Mend it, or go on with --force.")
        return status
    report.show_plan()
    report.progress(judged.text)
    if options.dry_run:
        report.progress("Dry run: nothing is written.")
        return status
    if options.apply:
        done = effect(proposal, judged, options, workplace, report.progress)
        report.written, report.backup, report.effect = list(done.written), done.backup, done.document
        return done.status
    _write(proposal, workplace, report)
    return status


def _with_compose_verdict(proposal: Proposal, options: Options, report: _Report) -> Proposal:
    """Have a real Docker Compose judge the merged result, where there is one, before anything is replaced."""
    if (options.dry_run and options.offline) or not proposal.plan.edits:
        return proposal
    from wizard.plan.compose_verdict import with_compose_verdict

    judged, remark = with_compose_verdict(proposal)
    report.progress(f"Note: {remark}" if remark else "")
    return judged


def _report_interrupted(workplace: Workplace, report: _Report) -> None:
    if (pending := workplace.pending()) is not None:
        report.progress(pending.told(report.compose_command))
    if (found := workplace.interrupted()) is None:
        return
    states = ", ".join(f"{name}: {state}" for name, state in found.files) or "its record cannot be read"
    report.progress(
        f"An earlier run was cut off while it wrote ({states}). Each file is whole. This run finishes the work; "
        "'librechat-wizard restore' puts everything back as it was."
    )


def _write(proposal: Proposal, workplace: Workplace, report: _Report) -> None:
    if not proposal.plan.edits:
        if workplace.interrupted() is not None:
            with workplace.lock():
                workplace.clean_up()
        report.progress("Nothing to write: every file is already as asked.")
        return
    with workplace.lock():
        workplace.clean_up()
        applied = workplace.apply(proposal.writes(), when=datetime.now(UTC))
    internal = {edit.path for edit in proposal.plan.edits if edit.internal}
    report.written = [name for name in applied.written if name not in internal]
    report.backup = applied.backup
    for name in report.written:
        report.progress(f"written: {name}")
    for note in applied.notes:
        report.progress(f"* {plain(note, limit=500)}")
    report.progress(f"What stood there before is kept in {applied.backup} ('librechat-wizard restore' puts it back).")
    if proposal.plan.apply_steps:
        report.progress("Now let LibreChat use it:")
        for step in proposal.plan.apply_steps:
            report.progress(f"    {step}")


class _Report:
    """Progress goes to standard error, data to standard output."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.proposal: Proposal | None = None
        self.judged: Judged | None = None
        self.problems: list[str] = []
        self.written: list[str] = []
        self.backup = ""
        self.effect: Mapping[str, Any] | None = None

    @property
    def compose_command(self) -> str:
        """How Docker Compose is called for the folder."""
        return self.proposal.deployment.compose_command if self.proposal else "docker compose"

    def progress(self, text: str) -> None:
        """Tell the operator."""
        if text:
            sys.stderr.write(f"{text.rstrip()}\n")

    def show_plan(self) -> None:
        """Print the difference that the plan makes."""
        if self.proposal is not None and not self._options.as_json:
            sys.stdout.write(of_plan(self.proposal.plan))
            sys.stdout.flush()

    def finish(self, status: ExitStatus) -> int:
        """Print the JSON object where it is asked for; return the status."""
        if self._options.as_json:
            import json

            sys.stdout.write(json.dumps(self._document(status), indent=1) + "\n")
            sys.stdout.flush()
        return int(status)

    def _document(self, status: ExitStatus) -> dict[str, Any]:
        judged = self.judged
        document: dict[str, Any] = {
            "version": 1,
            "command": "answers",
            "exit": int(status),
            "plan": {"files": self._files(), "notes": list(self.proposal.plan.notes) if self.proposal else []},
            "findings": [finding_json(finding) for finding in judged.findings] if judged else [],
            "outcomes": list(judged.outcomes) if judged else [],
            "written": self.written,
            "backup": self.backup or None,
        }
        if self.effect is not None:
            document["apply"] = dict(self.effect)
        if self.problems:
            document["problems"] = self.problems
        return document

    def _files(self) -> list[dict[str, Any]]:
        files: list[dict[str, Any]] = []
        for edit in self.proposal.plan.edits if self.proposal else ():
            if edit.internal:
                continue
            changes = []
            for change in edit.changes:
                entry: dict[str, Any] = {"name": change.name, "change": change.change, "secret": change.secret}
                if not change.secret:
                    entry |= {"before": _shown(change.before), "after": _shown(change.after)}
                changes.append(entry)
            files.append({"path": edit.path, "action": edit.action, "changes": changes})
        return files


def _shown(value: str | None) -> str | None:
    return None if value is None else without_credentials(value)


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as it stands in ``--json``."""
    return {
        "id": finding.id,
        "status": finding.status.value,
        "summary": finding.summary,
        "evidence": list(finding.evidence),
        "settings": list(finding.settings),
        "remedy": finding.remedy,
        "docs": finding.docs,
    }
