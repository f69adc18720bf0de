"""``--answers FILE``: an unattended run, from an answers file to validated files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checks.model import Report, planned
from checks.registry import ALL, RUNNING
from screens.cli import color
from screens.cli.check_runs import announce, before_the_change, refuse_useless_cacert, run_checks, tell_judgement
from screens.cli.json_parts import apply_json, plan_json
from screens.cli.output import Output
from screens.cli.streams import tell
from screens.shared.summaries import cut_off, joined_notes
from wizard.answers import file
from wizard.answers.model import Stack
from wizard.basics.docker_engine import demand_confirmation, docker_engine
from wizard.basics.exit_status import ExitStatus
from wizard.basics.own_command import in_folder, own_command
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem, WriteRefused
from wizard.plan.diff import folded, of_plan
from wizard.plan.proposal import Proposal, propose
from wizard.store.folder_store import FolderStore

if TYPE_CHECKING:
    from screens.cli.answers_options import AnswersOptions


def run(options: AnswersOptions) -> int:
    """Carry out ``--answers`` and return the exit status."""
    refuse_useless_cacert(options.site_options)
    output = Output("answers", as_json=options.as_json)
    output.parts |= {"plan": {"files": [], "notes": []}, "written": [], "backup": None}
    return output.finish(lambda: _run(options, output))


def _run(options: AnswersOptions, output: Output) -> ExitStatus:
    read = file.load(options.answers)
    for note in (*read.warnings, *read.notes):
        tell(f"Note: {note}")
    tell(docker_engine().line)
    if options.apply or (read.answers.checks.from_container and not (options.offline or options.dry_run)):
        demand_confirmation()
    proposal = propose(options.folder, read.answers)
    output.parts["plan"] = plan_json(proposal)
    if options.apply and proposal.snapshot.stack is Stack.LOCAL:
        message = "LibreChat runs without Docker here, so the wizard does not restart it."
        steps = " && ".join(proposal.plan.apply_steps)
        remedy = f"Run the wizard without --apply, then restart LibreChat{f': {in_folder(steps)}' if steps else '.'}"
        raise InvalidInput(Problem(field="--apply", message=message, remedy=remedy))
    release = proposal.snapshot.release
    output.parts["release"] = {"tag": str(release), "assumed": not proposal.snapshot.release_source}
    store = FolderStore(proposal.snapshot.folder)
    _report_interrupted(store, proposal.deployment.compose_command)
    _refuse_beside_rotation(store, is_dry=options.dry_run)
    proposal = _with_compose_verdict(proposal, output)
    output.report = report = _checked(proposal, options)
    # A run that continues by itself is read afterwards: what matters then is which files, and what the answers set in them.
    difference = folded if options.apply and not options.dry_run else of_plan
    output.show(color.difference(difference(proposal.plan), sys.stdout))
    for note in joined_notes(proposal.plan.notes):
        tell(f"* {note}")
    output.tell_report(is_brief=options.apply)
    output.tell_closing()
    if report.exit_status is ExitStatus.FAILED and not options.force:
        tell("Nothing was written because a check failed. Fix the problem, or use --force to write anyway.")
        return report.exit_status
    if options.dry_run:
        tell("Dry run: nothing was written.")
        return report.exit_status
    if options.apply:
        return _apply(proposal, options, store, output)
    _write(proposal, store, output)
    return report.exit_status


def _checked(proposal: Proposal, options: AnswersOptions) -> Report:
    """Run the checks on what a proposal leads to; with ``--apply`` those of the running LibreChat come after it."""
    checks = tuple(check for check in ALL if not options.apply or check.id not in RUNNING)
    read_only_reason = "a dry run sends nothing" if options.dry_run else ""
    judged = proposal
    if options.apply:
        # The container still has its old settings; it is asked once it has read the new ones.
        asked = proposal.answers.checks._replace(from_container=False)
        judged = proposal._replace(answers=proposal.answers._replace(checks=asked))
    subject = planned(
        judged, offline=options.offline, site_options=options.site_options, read_only_reason=read_only_reason
    )
    announce(subject)
    report = run_checks(checks, subject)
    return before_the_change(report) if proposal.plan.edits else report


def _with_compose_verdict(proposal: Proposal, output: Output) -> Proposal:
    """Have a real Docker Compose judge the merged result, if there is one, before anything is replaced."""
    from wizard.plan.compose_verdict import judged_proposal
    from wizard.rules.local import findings_of

    rules = findings_of(proposal.deployment)
    judgement = judged_proposal(proposal, (*proposal.findings, *rules))
    tell_judgement(judgement, output)
    return proposal._replace(findings=(*proposal.findings, *judgement.findings), rules=rules)


def _report_interrupted(store: FolderStore, compose: str) -> None:
    if (pending := store.pending()) is not None:
        tell(pending.notice(compose))
    if (found := store.interrupted()) is not None:
        tell(
            cut_off(
                found,
                f"This run will finish the earlier run. To restore the previous files instead, run: {own_command('restore')}",
            )
        )


def _refuse_beside_rotation(store: FolderStore, *, is_dry: bool) -> None:
    """Raise ``WriteRefused`` while what is stored and the files may have different keys."""
    rotation = store.rotation()
    if rotation is not None and is_dry:
        tell(rotation.notice())
    elif rotation is not None:
        raise WriteRefused(Problem(field="", message=f"{rotation.notice()} Nothing changed."))


def _apply(proposal: Proposal, options: AnswersOptions, store: FolderStore, output: Output) -> ExitStatus:
    # Loaded late: it needs an event loop, whose import takes longer than all static checks.
    from screens.cli.apply import apply_proposal

    status, progress = apply_proposal(proposal, output.report, options, store)
    written, backup = list(progress.written), progress.backup or None
    output.parts |= {"written": written, "backup": backup, "apply": apply_json(progress)}
    return status


def _write(proposal: Proposal, store: FolderStore, output: Output) -> None:
    if not proposal.plan.edits:
        if store.interrupted() is not None:
            with store.lock():
                store.clean_up()
        tell("Nothing to write: all files are up to date.")
        return
    from wizard.store.plan_writes import write

    with store.lock():
        applied = write(proposal, store)
    output.parts |= {"written": list(applied.written), "backup": applied.backup or None}
    for name in applied.written:
        tell(f"written: {name}")
    for note in applied.notes:
        tell(f"* {plain(note, limit=500)}")
    if all(edit.before is None for edit in proposal.plan.shown_edits):
        new, them = ("This file is", "it") if len(applied.written) == 1 else ("These files are", "them")
        tell(f"{new} new. To remove {them}, run: {own_command('restore')}")
    else:
        tell(f"The previous files were saved in {applied.backup}. To restore them, run: {own_command('restore')}")
    if proposal.plan.apply_steps:
        tell("To apply the changes, run:")
        for step in proposal.plan.apply_steps:
            tell(f"    {in_folder(step)}")
