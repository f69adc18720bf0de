"""``--answers FILE --apply``: applies a proposal unattended, and rolls back by itself on failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks import passwords
from checks.net.aio import run_until_signal
from screens.cli.check_runs import announce
from screens.cli.streams import tell
from screens.shared.apply_job import ApplyRequest, job_of, undo_apply
from screens.shared.apply_limits import timeouts
from screens.shared.apply_progress import ApplyLog, ApplyProgress
from screens.shared.lines import Line
from wizard.apply.events import ApplyOutcome
from wizard.apply.first_admin import Admin, admin
from wizard.apply.job import Job
from wizard.apply.run import apply, keep
from wizard.basics.docker_engine import docker_engine
from wizard.basics.exit_status import ExitStatus
from wizard.basics.problem import InvalidInput, Problem

if TYPE_CHECKING:
    from checks.model import Report
    from screens.cli.answers_options import AnswersOptions
    from wizard.plan.proposal import Proposal
    from wizard.store.folder_store import FolderStore


def apply_proposal(
    proposal: Proposal, report: Report, options: AnswersOptions, store: FolderStore
) -> tuple[ExitStatus, ApplyProgress]:
    """Write, apply, check; put the old files back where something failed, and end with ``FAILED`` then.

    ``report`` is what the checks said about the proposal; ``WriteRefused`` if nothing was changed at all.
    """
    account = _account(proposal, options)
    with store.lock():
        store.clean_up()
        request = ApplyRequest(
            proposal=proposal,
            store=store,
            report=report,
            admin=account,
            site_options=options.site_options,
            offline=options.offline,
            tell=tell,
            announce=announce,
            timeouts=timeouts(),
        )
        job, log = job_of(request), ApplyLog(tell, known=frozenset({docker_engine().line}))
        log.progress.known = report.findings
        try:
            status = run_until_signal(_carry_out(job, log, report))
        except KeyboardInterrupt:
            if (pending := store.pending()) is not None:
                tell(pending.notice(proposal.deployment.compose_command))
            raise
    return status, log.progress


async def _carry_out(job: Job, log: ApplyLog, report: Report) -> ExitStatus:
    progress = log.progress
    await log.follow(apply(job))
    if progress.outcome is ApplyOutcome.DONE:
        return progress.report.exit_status
    if progress.outcome is ApplyOutcome.BY_HAND:
        return report.exit_status
    if not progress.can_go_back:
        keep(job.store)
        log.show([Line("Nothing was written, so there is nothing to roll back.")])
        return ExitStatus.FAILED
    log.show([Line("Rolling back to the old settings.")])
    if not await log.follow(undo_apply(job)):
        return ExitStatus.NOT_WRITTEN
    progress.written = ()
    return ExitStatus.FAILED


def _account(proposal: Proposal, options: AnswersOptions) -> Admin | None:
    if not options.first_admin:
        return None
    password = None
    if options.password_file:
        if options.password_file == "-" and str(options.answers) == "-":
            message = "standard input is already used for the answers."
            remedy = "Read the answers or the password from a file."
            raise InvalidInput(Problem(field="--admin-password-file", message=message, remedy=remedy))
        password = passwords.read(options.password_file, "--admin-password-file")
    return admin(options.first_admin, password, proposal.deployment.settings)
