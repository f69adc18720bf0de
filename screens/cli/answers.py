"""``--answers FILE``: the whole way from an answers file to validated files, without a person."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from checks.model import Report, planned
from checks.registry import ALL, RUNNING
from checks.report import columns_of, finding_json, outcomes_json, report_text
from screens.cli.check_runs import announce, before_the_change, refuse_useless_cacert, run_checks
from screens.cli.options import AnswersOptions
from screens.shared.summaries import states_of
from wizard.answers import file
from wizard.basics.docker_engine import demand_confirmation, docker_engine
from wizard.basics.exit_status import ExitStatus, of_error
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError
from wizard.catalogue.secret_names import shown_value
from wizard.plan.diff import of_plan
from wizard.plan.proposal import Proposal, propose
from wizard.store.workplace import Workplace

if TYPE_CHECKING:
    from screens.cli.apply import ApplyEnd


def run(options: AnswersOptions) -> int:
    """Carry out ``--answers`` and return the exit status."""
    refuse_useless_cacert(options.reach)
    output = _Output(options)
    try:
        return output.finish(_run(options, output))
    except WizardError as error:
        if not options.as_json:
            raise
        output.problems = [plain(str(problem), limit=1000) for problem in error.problems]
        return output.finish(of_error(error))


def _run(options: AnswersOptions, output: _Output) -> ExitStatus:
    read = file.load(options.answers)
    for warning in read.warnings:
        output.progress(f"Note: {warning}")
    output.progress(docker_engine().line)
    if options.apply or (read.answers.checks.from_container and not (options.offline or options.dry_run)):
        demand_confirmation()
    proposal = propose(options.folder, read.answers)
    output.proposal = proposal
    workplace = Workplace(proposal.snapshot.folder)
    _report_interrupted(workplace, output)
    output.proposal = proposal = _with_compose_verdict(proposal, options, output)
    report = _checked(proposal, options)
    output.report = report
    for note in proposal.plan.notes:
        output.progress(f"* {note}")
    output.show_plan()
    output.progress(report_text(report, columns_of(sys.stderr)))
    if report.exit_status is ExitStatus.FAILED and not options.force:
        output.progress("Nothing is written, because a check failed. Mend it, or go on with --force.")
        return report.exit_status
    if options.dry_run:
        output.progress("Dry run: nothing is written.")
        return report.exit_status
    if options.apply:
        # Loaded late: it needs an event loop, whose import takes longer than all static checks.
        from screens.cli.apply import apply_proposal

        output.applied = apply_proposal(proposal, report, options, workplace, output.progress)
        return output.applied.status
    _write(proposal, workplace, output)
    return report.exit_status


def _checked(proposal: Proposal, options: AnswersOptions) -> Report:
    """Run the checks on what a proposal leads to; with ``--apply`` those of the running LibreChat come after it."""
    checks = tuple(check for check in ALL if not options.apply or check.id not in RUNNING)
    inert = "a dry run sends nothing" if options.dry_run else ""
    judged = proposal
    if options.apply:
        # The container still has its old settings; it is asked once it has read the new ones.
        asked = proposal.answers.checks._replace(from_container=False)
        judged = proposal._replace(answers=replace(proposal.answers, checks=asked))
    subject = planned(judged, offline=options.offline, reach=options.reach, inert=inert)
    announce(subject)
    report = run_checks(checks, subject)
    return before_the_change(report) if proposal.plan.edits else report


def _with_compose_verdict(proposal: Proposal, options: AnswersOptions, output: _Output) -> Proposal:
    """Have a real Docker Compose judge the merged result, where there is one, before anything is replaced."""
    if (options.dry_run and options.offline) or not proposal.plan.edits:
        return proposal
    from wizard.plan.compose_verdict import with_compose_verdict

    judged, remark = with_compose_verdict(proposal)
    output.progress(f"Note: {remark}" if remark else "")
    return judged


def _report_interrupted(workplace: Workplace, output: _Output) -> None:
    if (pending := workplace.pending()) is not None:
        output.progress(pending.told(output.compose_command))
    if (found := workplace.interrupted()) is None:
        return
    output.progress(
        f"An earlier run was cut off while it wrote ({states_of(found)}). Each file is whole. This run finishes the work; "
        "'librechat-wizard restore' puts everything back as it was."
    )


def _write(proposal: Proposal, workplace: Workplace, output: _Output) -> None:
    if not proposal.plan.edits:
        if workplace.interrupted() is not None:
            with workplace.lock():
                workplace.clean_up()
        output.progress("Nothing to write: every file is already as asked.")
        return
    from wizard.store.plan_writes import file_writes

    with workplace.lock():
        workplace.clean_up()
        applied = workplace.apply(file_writes(proposal), when=datetime.now(UTC))
    internal = {edit.path for edit in proposal.plan.edits if edit.internal}
    output.written = tuple(name for name in applied.written if name not in internal)
    output.backup = applied.backup
    for name in output.written:
        output.progress(f"written: {name}")
    for note in applied.notes:
        output.progress(f"* {plain(note, limit=500)}")
    output.progress(f"What stood there before is kept in {applied.backup} ('librechat-wizard restore' puts it back).")
    if proposal.plan.apply_steps:
        output.progress("Now let LibreChat use it:")
        for step in proposal.plan.apply_steps:
            output.progress(f"    {step}")


class _Output:
    """Progress goes to standard error, data to standard output."""

    def __init__(self, options: AnswersOptions) -> None:
        self._options = options
        self.proposal: Proposal | None = None
        self.report: Report | None = None
        self.problems: list[str] = []
        self.written: tuple[str, ...] = ()
        self.backup = ""
        self.applied: ApplyEnd | None = None

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
        report = self.report or Report()
        written, backup = self.written, self.backup
        if self.applied is not None:
            written, backup = self.applied.progress.written, self.applied.progress.backup
        document: dict[str, Any] = {
            "version": 1,
            "command": "answers",
            "exit": int(status),
            "docker_engine": docker_engine().facts,
            "plan": {"files": self._files(), "notes": list(self.proposal.plan.notes) if self.proposal else []},
            "findings": [finding_json(finding) for finding in report.findings],
            "outcomes": list(outcomes_json(report)),
            "written": list(written),
            "backup": backup or None,
        }
        if self.applied is not None:
            from screens.cli.apply_json import apply_json

            document["apply"] = apply_json(self.applied.progress)
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
            files.append({"path": edit.path, "action": edit.action, "changes": changes, **self._target(edit.path)})
        return files

    def _target(self, name: str) -> dict[str, str]:
        """Return where a link leads: that file is written."""
        state = self.proposal.snapshot.state(name) if self.proposal else None
        return {"target": str(state.target)} if state is not None and state.is_link else {}


def _shown(value: str | None) -> str | None:
    return None if value is None else shown_value(value)
