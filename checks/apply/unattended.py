"""``--answers FILE --apply``: puts a proposal into effect without a person, and goes back by itself where that fails."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checks import UNASKED, model
from checks.apply.back import rollback
from checks.apply.events import Outcome
from checks.apply.firstadmin import Admin, admin
from checks.apply.ready import Patience
from checks.apply.run import Job, Limits, apply, demand, keep
from checks.apply.telling import Teller
from checks.loop import run as carry_out
from checks.reach import Reach
from checks.runner import run
from wizard.exitstatus import ExitStatus
from wizard.finding import Status
from wizard.problem import InvalidInput, Problem, WizardError, WriteRefused
from wizard.secret import Secret
from wizard.snapshot import deployment, take
from wizard.unattended import Effected, Judged, Options

if TYPE_CHECKING:
    from wizard.proposal import Proposal
    from wizard.workplace import Workplace

_LARGEST_PASSWORD_FILE: Final = 4096
_LIMIT_VARIABLE: Final = "LIBRECHAT_WIZARD_READY_SECONDS"
"""For slow machines: how long LibreChat may take until it answers."""


def effect(
    proposal: Proposal,
    judged: Judged,
    options: Options,
    workplace: Workplace,
    tell: Callable[[str], None],
    reach: Reach,
) -> Effected:
    """Write, apply, check; put the old files back where something failed, and end with status 1 then.

    ``WriteRefused`` where nothing was changed at all.
    """
    account = _account(proposal, options)
    accepted = frozenset(one.id for one in judged.findings if one.status is Status.FAIL)
    with workplace.lock():
        workplace.clean_up()
        job = Job(
            proposal=proposal,
            workplace=workplace,
            checks=lambda: _checks(proposal, reach, offline=options.offline),
            admin=account,
            accepted=accepted,
            limits=_limits(),
        )
        demand(job)
        teller = Teller(tell)
        try:
            return carry_out(_carry_out(job, teller, judged))
        except KeyboardInterrupt:
            if (pending := workplace.pending()) is not None:
                tell(pending.told())
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


async def _checks(proposal: Proposal, reach: Reach, *, offline: bool) -> AsyncIterator[model.Event]:
    """Run the checks on the folder as it stands now."""
    from checks.unattended import announce

    snapshot = take(proposal.snapshot.folder, proposal.answers)
    subject = model.Subject(
        deployment=deployment(snapshot, {}, proposal.answers.access),
        answers=proposal.answers,
        offline=offline,
        reach=reach,
        expected_up=True,
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
        password = Secret(_first_line(options.password_file))
    return admin(options.first_admin, password, proposal.deployment.settings)


def _first_line(name: str) -> str:
    """Return the first line of a file or of standard input."""
    try:
        if name == "-":
            data = sys.stdin.buffer.readline(_LARGEST_PASSWORD_FILE)
        else:
            with Path(name).open("rb") as stream:
                data = stream.readline(_LARGEST_PASSWORD_FILE)
        return data.decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        problem = Problem(field="--admin-password-file", message=f"it cannot be read: {why}.")
        raise InvalidInput(problem) from None
