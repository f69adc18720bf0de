"""``librechat-wizard doctor``: checks a folder as it stands."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks.model import Subject
from checks.registry import RUNNING, select
from checks.report import columns_of, finding_json, outcomes_json, report_text
from screens.cli.check_runs import refuse_useless_cacert, run_checks
from screens.shared.summaries import states_of
from wizard.answers.model import Answers, CheckInputs
from wizard.basics.docker_engine import demand_confirmation, docker_engine
from wizard.basics.exit_status import of_error
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem, WizardError
from wizard.deployment.snapshot import deployment, take
from wizard.librechat.mail_address import is_plain
from wizard.store.account_record import ProbeRecords
from wizard.store.workplace import Workplace

if TYPE_CHECKING:
    from screens.cli.options import DoctorOptions


def doctor(options: DoctorOptions) -> int:
    """Check a folder as it stands; writes nothing. Returns the exit status.

    ``WizardError`` where the folder cannot be checked at all; with ``as_json`` the problems stand in the object instead.
    """
    try:
        return _doctor(options)
    except WizardError as error:
        if not options.as_json:
            raise
        status = of_error(error)
        problems = [plain(str(problem), limit=1000) for problem in error.problems]
        _print_json({"exit": int(status), "findings": [], "outcomes": [], "problems": problems})
        return status


def _print_json(parts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps({"version": 1, "command": "doctor", **parts}, indent=1) + "\n")


def _doctor(options: DoctorOptions) -> int:
    checks = select(options.only)
    refuse_useless_cacert(options.reach)
    if options.mail_to and not is_plain(options.mail_to):
        raise InvalidInput(
            Problem(field="--mail-to", message="is no mail address.", remedy="Write somebody@example.com.")
        )
    engine = docker_engine()
    if engine.line:
        _tell(engine.line)
    if options.reach.make_login and not options.offline:
        demand_confirmation()
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
    report = run_checks(checks, subject)
    _tell_interrupted(snapshot.folder, subject.deployment.compose_command)
    if options.as_json:
        _print_json(
            {
                "exit": int(report.exit_status),
                "docker_engine": engine.facts,
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
        sys.stderr.write(
            f"A run was cut off while it wrote ({states_of(found)}); 'librechat-wizard restore' puts everything back.\n"
        )
