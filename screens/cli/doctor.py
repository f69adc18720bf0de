"""The checks as ``--answers`` and ``doctor`` run them, without a person."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks import ALL, RUNNING, select
from checks.model import Check, Report, Subject, planned
from checks.options import SiteOptions
from checks.report import columns_of, outcomes_json, report_text
from checks.runner import needs_loop, run_static
from screens.cli.answers import Effect, Effected, Judge, Judged, Options, finding_json
from wizard.answers.model import Answers, CheckInputs
from wizard.basics.exit_status import ExitStatus
from wizard.basics.finding import Status
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem, WizardError
from wizard.deployment.snapshot import deployment, take
from wizard.librechat.mail_address import is_plain
from wizard.store.account_record import ProbeRecords
from wizard.store.workplace import Workplace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wizard.plan.proposal import Proposal


def judge_with(reach: SiteOptions, *, applies: bool = False) -> Judge:
    """Return what runs every check on what a proposal would lead to; ``InvalidInput`` for a useless ``--cacert``.

    With ``applies`` those that ask the running LibreChat come later, when it has read what was written.
    """
    _look_at(reach)
    checks = tuple(check for check in ALL if not applies or check.id not in RUNNING)

    def judge(proposal: Proposal, options: Options) -> Judged:
        inert = "a dry run sends nothing" if options.dry_run else ""
        if applies:
            # The container still has its old settings; it is asked once it has read the new ones.
            asked = replace(proposal.answers.checks, from_container=False)
            proposal = replace(proposal, answers=replace(proposal.answers, checks=asked))
        subject = planned(proposal, offline=options.offline, reach=reach, inert=inert)
        announce(subject)
        report = _report(checks, subject)
        if proposal.plan.edits:
            report = before_the_change(report)
        return Judged(
            findings=report.findings,
            outcomes=outcomes_json(report),
            text=report_text(report, columns_of(sys.stderr)),
            exit_status=report.exit_status,
        )

    return judge


def before_the_change(report: Report) -> Report:
    """Return a report in which what the running LibreChat does wrong today keeps nobody from changing it."""
    findings = tuple(
        replace(
            finding,
            status=Status.WARN,
            evidence=(*finding.evidence, "This is LibreChat as it runs now, before the change."),
        )
        if finding.id.partition(".")[0] in RUNNING and finding.status in {Status.FAIL, Status.UNKNOWN}
        else finding
        for finding in report.findings
    )
    return replace(report, findings=findings)


def announce(subject: Subject) -> None:
    """Say what is run in LibreChat's container before it is; whoever does not want that can still stop the wizard."""
    if subject.offline or subject.inert or not subject.answers.checks.from_container:
        return
    from checks.mail.smtp.from_container import announcement

    sys.stderr.write(f"Note: {announcement(subject)}\n")


def effect_with(reach: SiteOptions) -> Effect:
    """Return what writes a proposal and puts it into effect: the ``Effect`` of ``--answers --apply``."""

    def effect(
        proposal: Proposal, judged: Judged, options: Options, workplace: Workplace, tell: Callable[[str], None]
    ) -> Effected:
        # Loaded late: it needs an event loop, whose import takes longer than all static checks.
        from screens.cli.apply import effect as put_into_effect

        return put_into_effect(proposal, judged, options, workplace, tell, reach)

    return effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """What ``doctor`` was told."""

    folder: Path
    only: tuple[str, ...] = ()
    """Ids of checks; empty: all."""
    offline: bool = False
    as_json: bool = False
    reach: SiteOptions = field(default_factory=SiteOptions)
    mail_to: str = ""
    """Where the test mail goes; empty: none is sent, as there are no answers that would say where to."""


def doctor(options: Doctor) -> int:
    """Check a folder as it stands; writes nothing. Returns the exit status.

    ``WizardError`` where the folder cannot be checked at all; with ``as_json`` the problems stand in the object instead.
    """
    try:
        return _doctor(options)
    except WizardError as error:
        if not options.as_json:
            raise
        status = ExitStatus.INVALID if isinstance(error, InvalidInput) else ExitStatus.NOT_WRITTEN
        problems = [plain(str(problem), limit=1000) for problem in error.problems]
        _print_json({"exit": int(status), "findings": [], "outcomes": [], "problems": problems})
        return int(status)


def _look_at(reach: SiteOptions) -> None:
    """Refuse a ``--cacert`` that holds no certificate before anything is asked."""
    if reach.cacert is not None:
        from checks.net.trust import context

        context(reach.cacert, reach.cacert.parent)


def _print_json(parts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps({"version": 1, "command": "doctor", **parts}, indent=1) + "\n")


def _doctor(options: Doctor) -> int:
    checks = select(options.only)
    _look_at(options.reach)
    if options.mail_to and not is_plain(options.mail_to):
        raise InvalidInput(
            Problem(field="--mail-to", message="is no mail address.", remedy="Write somebody@example.com.")
        )
    answers = Answers(checks=CheckInputs(mail_to=options.mail_to))
    snapshot = take(options.folder, answers)
    subject = Subject(
        deployment=deployment(snapshot, {}),
        answers=answers,
        offline=options.offline,
        reach=options.reach,
        expected_up=not RUNNING.isdisjoint(options.only),
        tell=_tell,
    )
    report = _report(checks, subject)
    _tell_interrupted(snapshot.folder, subject.deployment.compose_command)
    if options.as_json:
        _print_json(
            {
                "exit": report.exit_status,
                "findings": [finding_json(finding) for finding in report.findings],
                "outcomes": list(outcomes_json(report)),
            }
        )
    else:
        sys.stdout.write(f"LibreChat {snapshot.release}, stack {snapshot.stack.value}, {plain(str(snapshot.folder))}\n")
        sys.stdout.write(report_text(report, columns_of(sys.stdout)))
    return report.exit_status


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _tell_interrupted(folder: Path, compose: str) -> None:
    if (left := ProbeRecords(folder).left()) is not None:
        _tell(left.told())
    try:
        found = Workplace(folder).interrupted()
        if (pending := Workplace(folder).pending()) is not None:
            sys.stderr.write(f"{pending.told(compose)}\n")
    except WizardError as error:
        # A run with sudo made the wizard's own folder; whoever may read the rest can still have it checked.
        sys.stderr.write(f"Note: {plain(str(error), limit=500)}\n")
        return
    if found is not None:
        states = ", ".join(f"{plain(name)}: {state}" for name, state in found.files)
        sys.stderr.write(
            f"A run was cut off while it wrote ({states}); 'librechat-wizard restore' puts everything back.\n"
        )


def _report(checks: Sequence[Check], subject: Subject) -> Report:
    if not needs_loop(checks, subject):
        return run_static(checks, subject)
    from checks.net.aio import run_until_signal
    from checks.runner import report

    return run_until_signal(report(checks, subject))
