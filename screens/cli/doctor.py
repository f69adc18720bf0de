"""``librechat-wizard doctor``: checks a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from checks.advisory import report_for_release
from checks.model import Report, RunMemory, Subject
from checks.registry import RUNNING, select
from checks.settings import COMPOSE, FILES
from checks.untested import untested
from screens.cli.acknowledging import acknowledge, held_back_mail, with_acknowledged
from screens.cli.bundling import refuse_existing, write_bundle
from screens.cli.check_runs import refuse_useless_cacert, run_checks, tell_judgement
from screens.cli.doctor_without_compose import check_without_compose, without_compose
from screens.cli.fixing import fix_folder
from screens.cli.output import Output
from screens.cli.remedies import fixable_ids, hint, with_commands
from screens.cli.streams import tell
from screens.cli.token_renewal import stay_signed_in
from screens.cli.watching import watch_sign_in
from screens.shared.summaries import cut_off
from wizard.answers.model import Answers, CheckInputs
from wizard.basics.docker_engine import demand_confirmation, docker_engine
from wizard.basics.exit_status import ExitStatus
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem, WizardError
from wizard.deployment.assembled import deployment
from wizard.deployment.snapshot import take
from wizard.dotenv.document import WrongEncoding
from wizard.findings.whole_file import ENCODING
from wizard.librechat.mail_address import is_plain
from wizard.plan.compose_verdict import Judgement, judged
from wizard.rules import check
from wizard.store.account_record import ProbeRecords
from wizard.store.folder_store import FolderStore
from wizard.store.rotation_record import RotationRecords

if TYPE_CHECKING:
    from screens.cli.options import DoctorOptions
    from wizard.deployment.model import Deployment
    from wizard.deployment.snapshot import Snapshot
    from wizard.librechat.releases import Release


def doctor(options: DoctorOptions) -> int:
    """Check a folder; writes nothing of LibreChat's but with ``--fix``. Returns the exit status.

    ``WizardError`` if the folder cannot be checked at all; with ``as_json`` the problems are in the object instead.
    """
    output = Output("doctor", as_json=options.as_json)
    return output.finish(lambda: _doctor(options, output))


def _doctor(options: DoctorOptions, output: Output) -> ExitStatus:
    checks = select(options.only)
    _refuse(options)
    if (found := without_compose(options)) is not None:
        return check_without_compose(checks, found, options, output)
    _begin(options, output)
    answers = Answers(checks=CheckInputs(mail_to=options.mail_to))
    snapshot = take(options.folder, answers)
    try:
        current = deployment(snapshot, {})
    except WrongEncoding as error:
        return _unreadable(error, output)
    if options.ack is not None:
        acknowledge(snapshot.folder, options.ack)
    if options.watch_sign_in or options.duration is not None:
        return (watch_sign_in if options.watch_sign_in else stay_signed_in)(current, options, output)
    if options.for_release is not None:
        return _compare(current, snapshot, options.for_release, output)
    rules = check(current)
    verdict = judged(current, rules) if FILES in checks or COMPOSE in checks else Judgement()
    if verdict.seconds:
        # Where there is no Docker, the files were read by the wizard's own reader; that needs no note.
        tell_judgement(verdict, output)
    subject = Subject(
        memory=RunMemory(),
        deployment=current,
        judged=rules,
        decided=verdict.findings,
        answers=answers,
        offline=options.offline,
        site_options=options.site_options,
        expected_up=not RUNNING.isdisjoint(options.only),
        tell=tell,
    )
    with held_back_mail(checks, subject, again=options.again) as reports:
        reports.append(run_checks(checks, subject))
    report = reports[0]
    if not options.only:
        more = untested(current, sends_mail=bool(options.mail_to))
        report = report._replace(outcomes=(*report.outcomes, *more))
    output.report = with_acknowledged(report, snapshot.folder)
    _tell_interrupted(snapshot.folder, subject.deployment.compose_command)
    output.parts["release"] = {"tag": str(snapshot.release), "assumed": not snapshot.release_source}
    release = f"{snapshot.release}{'' if snapshot.release_source else ' (assumed)'}"
    if options.bundle:
        write_bundle(options.bundle, output.report, current, snapshot.release_source)
    if options.bundle == "-":
        return output.report.exit_status
    output.show(f"LibreChat {release}, {snapshot.stack.value} stack, {plain(str(snapshot.folder))}\n")
    # What is left after --fix, it could not fix, or was not to.
    fixable = fixable_ids(current, rules) if not options.fix else frozenset()
    output.show_report(with_commands(output.report, fixable))
    tell(hint(output.report, fixable, current, rules))
    output.tell_closing()
    return output.report.exit_status


def _refuse(options: DoctorOptions) -> None:
    """Refuse what cannot be meant."""
    refuse_useless_cacert(options.site_options)
    if options.mail_to and not is_plain(options.mail_to):
        raise InvalidInput(
            Problem(
                field="--mail-to",
                message="is not an email address.",
                remedy="Use an address such as somebody@example.com.",
            )
        )


def _begin(options: DoctorOptions, output: Output) -> None:
    """Ask for confirmations, and fix what is to be fixed, before the folder is checked."""
    tell(docker_engine().line)
    if options.site_options.make_login and not options.offline:
        demand_confirmation()
    if options.bundle:
        refuse_existing(options.bundle)
    if options.fix:
        fix_folder(options.folder, output, yes=options.yes)


def _compare(current: Deployment, snapshot: Snapshot, target: Release, output: Output) -> ExitStatus:
    """Show what another release of LibreChat would change in a folder."""
    output.report = report_for_release(current, target)
    assumed = "" if snapshot.release_source else " (assumed)"
    change = "Update" if target >= snapshot.release else "Downgrade"
    output.show(f"{change} from LibreChat {snapshot.release}{assumed} to {target}: {plain(str(snapshot.folder))}\n")
    output.show_report(with_commands(output.report, frozenset()))
    return output.report.exit_status


def _unreadable(error: WrongEncoding, output: Output) -> ExitStatus:
    """Report an environment file in another encoding as the one cause that it is."""
    found = [
        ENCODING.fail(f"{problem.file}:{problem.line}: {problem.message}", remedy=problem.remedy)
        for problem in error.problems
    ]
    output.report = Report.of(found)
    output.show_report()
    output.tell_closing()
    return output.report.exit_status


def _tell_interrupted(folder: Path, compose: str) -> None:
    if (left := ProbeRecords(folder).left()) is not None:
        tell(left.notice())
    try:
        found = FolderStore(folder).interrupted()
        if (pending := FolderStore(folder).pending()) is not None:
            tell(pending.notice(compose))
        if (rotation := RotationRecords(folder).read()) is not None:
            tell(rotation.notice())
    except WizardError as error:
        # A run with sudo made the wizard's own folder; whoever may read the rest can still have it checked.
        tell(f"Note: {plain(str(error), limit=500)}")
        return
    if found is not None:
        tell(cut_off(found, f"To restore the previous files, run: {own_command('restore')}"))
