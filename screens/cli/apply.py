"""``--answers FILE --apply``: puts a proposal into effect without a person, and goes back by itself where that fails."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from checks import UNASKED, model, passwords
from checks.net.aio import run_until_signal
from checks.options import Allowance, SiteOptions
from checks.runner import run
from checks.site import DNS, TLS
from checks.site.session.registered import INSTANCE
from checks.site.target import address
from screens.cli.answers import Effected, Judged, Options
from screens.cli.apply_lines import Teller
from wizard.apply.events import Outcome
from wizard.apply.first_admin import Admin, admin
from wizard.apply.proof import Way
from wizard.apply.readiness import Patience
from wizard.apply.roll_back import rollback
from wizard.apply.run import Job, Limits, apply, demand, keep
from wizard.basics.exit_status import ExitStatus
from wizard.basics.finding import Status
from wizard.basics.problem import InvalidInput, Problem, WizardError, WriteRefused
from wizard.deployment.snapshot import deployment, take

if TYPE_CHECKING:
    from wizard.plan.proposal import Proposal
    from wizard.store.workplace import Workplace

_LIMIT_VARIABLE: Final = "LIBRECHAT_WIZARD_READY_SECONDS"
"""For slow machines: how long LibreChat may take until it answers."""


def effect(
    proposal: Proposal,
    judged: Judged,
    options: Options,
    workplace: Workplace,
    tell: Callable[[str], None],
    reach: SiteOptions,
) -> Effected:
    """Write, apply, check; put the old files back where something failed, and end with status 1 then.

    ``WriteRefused`` where nothing was changed at all.
    """
    account, allowance = _account(proposal, options), Allowance()
    accepted = frozenset(one.id for one in judged.findings if one.status is Status.FAIL)
    with workplace.lock():
        workplace.clean_up()
        job = Job(
            proposal=proposal,
            workplace=workplace,
            checks=lambda: _checks(proposal, reach, allowance, tell, offline=options.offline),
            admin=account,
            accepted=accepted,
            way=way_of(proposal, reach, offline=options.offline),
            allowance=allowance,
            limits=_limits(),
        )
        demand(job)
        teller = Teller(tell)
        try:
            return run_until_signal(_carry_out(job, teller, judged))
        except KeyboardInterrupt:
            if (pending := workplace.pending()) is not None:
                tell(pending.told(proposal.deployment.compose_command))
            raise


async def _carry_out(job: Job, teller: Teller, judged: Judged) -> Effected:
    try:
        await teller.listen(apply(job))
    except WriteRefused as refusal:
        if not teller.written:
            raise
        # It failed on the way: registration could not be opened, or how far it came could not be noted.
        teller.refused(refusal)
    if teller.outcome is Outcome.DONE:
        return teller.done(ExitStatus(teller.report.exit_status))
    if teller.outcome is Outcome.BY_HAND:
        return teller.done(ExitStatus(judged.exit_status))
    if not teller.can_go_back:
        keep(job.workplace)
        teller.tell("Nothing was written, so there is nothing to put back.")
        return teller.done(ExitStatus.FAILED)
    teller.tell("Going back to the old settings.")
    try:
        await teller.listen(rollback(job.proposal.snapshot.folder, job.workplace, job.limits))
    except WizardError as error:
        teller.refused(error)
        return teller.done(ExitStatus.NOT_WRITTEN)
    teller.written = ()
    return teller.done(ExitStatus.FAILED)


def way_of(proposal: Proposal, reach: SiteOptions, *, offline: bool) -> Way:
    """Return how people come to LibreChat after the change, and before it where the address stays the same."""
    former = model.Subject(deployment=deployment(proposal.snapshot, {}), reach=reach, expected_up=True)
    site = address(replace(former, deployment=proposal.deployment))
    if offline or site is None or address(former) != site:
        return Way(site=site)
    return Way(site=site, before=lambda: run((DNS, TLS, INSTANCE), former))


async def _checks(
    proposal: Proposal, reach: SiteOptions, allowance: Allowance, tell: Callable[[str], None], *, offline: bool
) -> AsyncIterator[model.Event]:
    """Run the checks on the folder as it stands now; the mail for proof went out before the files were written."""
    from screens.cli.doctor import announce

    snapshot = take(proposal.snapshot.folder, proposal.answers)
    subject = model.Subject(
        deployment=deployment(snapshot, {}, proposal.answers.access),
        answers=proposal.answers,
        offline=offline,
        reach=reach,
        expected_up=True,
        tell=tell,
        allowance=allowance,
    )
    announce(subject)
    # The test mail went out before anything was written; nobody wants a second one.
    async for event in run(UNASKED, subject):
        yield event


def _limits() -> Limits:
    text = os.environ.get(_LIMIT_VARIABLE, "")
    if not text:
        return Limits()
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86400:  # noqa: PLR2004 - a day
        raise InvalidInput(
            Problem(field=_LIMIT_VARIABLE, message="it is no number of seconds.", remedy="Write it as 600.")
        )
    return Limits(
        patience=Patience(ready=seconds, first=seconds, restarting=min(20.0, seconds), between=min(1.0, seconds / 60))
    )


def _account(proposal: Proposal, options: Options) -> Admin | None:
    if not options.first_admin:
        return None
    password = None
    if options.password_file:
        if options.password_file == "-" and str(options.answers) == "-":
            message = "standard input holds the answers already."
            remedy = "Give one of the two as a file."
            raise InvalidInput(Problem(field="--admin-password-file", message=message, remedy=remedy))
        password = passwords.read(options.password_file, "--admin-password-file")
    return admin(options.first_admin, password, proposal.deployment.settings)
