"""Assembles an apply: the job, how it runs and rolls back, and the checks that decide on it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checks.model import Check, Report, RunMemory, Subject, ignore_line
from checks.options import Allowance, SiteOptions
from checks.provider.openid import from_inside
from checks.registry import AUTOMATIC, PROVIDERS
from checks.runner import run
from checks.site import DNS, TLS
from checks.site.session.registered import INSTANCE
from checks.site.target import address
from screens.shared.apply_limits import timeouts
from screens.shared.librechat_probes import live_probes
from wizard.apply.first_admin import Admin, admin
from wizard.apply.job import Job
from wizard.apply.proof import SiteAccess
from wizard.apply.roll_back import rollback
from wizard.apply.run import apply, demand
from wizard.apply.timeouts import ApplyTimeouts
from wizard.basics.check_outcomes import Ran, TimedOut
from wizard.basics.finding import Finding, Status
from wizard.deployment.assembled import deployment
from wizard.deployment.snapshot import take
from wizard.findings.openid_check import UNDECIDED

if TYPE_CHECKING:
    from wizard.apply.events import ApplyEvent
    from wizard.basics.check_events import CheckEvent
    from wizard.interview.interview import Interview
    from wizard.plan.proposal import Proposal
    from wizard.store.folder_store import FolderStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRequest:
    """What has to be put into effect, and the operator's options for it."""

    proposal: Proposal
    store: FolderStore
    report: Report
    """What the checks said before; the operator chose to live with its failures."""
    admin: Admin | None = None
    site_options: SiteOptions = field(default_factory=SiteOptions)
    offline: bool = False
    tell: Callable[[str], None] = ignore_line
    """Shows one line while the checks run that follow."""
    announce: Callable[[Subject], None] | None = None
    """Says what these checks are about to do, if the front has not asked the operator."""
    timeouts: ApplyTimeouts = field(default_factory=ApplyTimeouts)


def job_of(request: ApplyRequest) -> Job:
    """Return the job; ``InvalidInput`` if it makes no sense here."""
    allowance = Allowance()
    job = Job(
        proposal=request.proposal,
        store=request.store,
        checks=lambda: _checks_after(request, allowance),
        probes=live_probes(
            allowance,
            allows_insecure_login=request.site_options.allow_insecure_login
            or request.proposal.answers.checks.allow_insecure_login,
        ),
        admin=request.admin,
        accepted=frozenset(one.id for one in request.report.findings if one.status is Status.FAIL),
        access=_site_access(request.proposal, request.site_options, offline=request.offline),
        timeouts=request.timeouts,
    )
    demand(job)
    return job


def interview_job(interview: Interview, proposal: Proposal, report: Report, admin_email: str) -> Job:
    """Return the job of a person at a terminal; ``InvalidInput`` also if the administrator's address is none."""
    account = admin(admin_email, None, proposal.deployment.settings) if admin_email else None
    return job_of(
        ApplyRequest(proposal=proposal, store=interview.store, report=report, admin=account, timeouts=timeouts())
    )


def run_apply(job: Job) -> AsyncGenerator[ApplyEvent, None]:
    """Begin to put it into effect."""
    job.store.clean_up()
    return apply(job)


def undo_apply(job: Job) -> AsyncGenerator[ApplyEvent, None]:
    """Begin to put the old files back."""
    return rollback(job.proposal.snapshot.folder, job.store, job.probes.http_get, job.timeouts)


def _site_access(proposal: Proposal, site_options: SiteOptions, *, offline: bool) -> SiteAccess:
    """Return how people come to LibreChat after the change, and before it if the address stays the same."""
    former = Subject(
        memory=RunMemory(), deployment=deployment(proposal.snapshot, {}), site_options=site_options, expected_up=True
    )
    site = address(former._replace(deployment=proposal.deployment))
    if offline or site is None or address(former) != site:
        return SiteAccess(site=site)
    return SiteAccess(site=site, before=lambda: run((DNS, TLS, INSTANCE), former))


async def _checks_after(request: ApplyRequest, allowance: Allowance) -> AsyncIterator[CheckEvent]:
    """Run the checks on the folder in its state then; nothing that others would notice is done.

    The test mail went out before anything was written; nobody wants a second one. Providers that were asked then are not asked
    again either: they count wrong secrets, and may lock the client.
    """
    answers = request.proposal.answers
    snapshot = take(request.proposal.snapshot.folder, answers)
    subject = Subject(
        deployment=deployment(snapshot, {}, answers.access),
        answers=answers,
        offline=request.offline,
        site_options=request.site_options,
        expected_up=True,
        just_started=True,
        tell=request.tell,
        memory=RunMemory(allowance),
    )
    if request.announce is not None:
        request.announce(subject)
    async for event in run(tuple(with_earlier_findings(check, request.report) for check in AUTOMATIC), subject):
        yield event


def with_earlier_findings(check: Check, before: Report) -> Check:
    """Return the check; a provider's check that ran before the change repeats its findings, and contacts only LibreChat."""
    outcome = dict(before.outcomes).get(check.id)
    if check.id not in PROVIDERS or not isinstance(outcome, Ran | TimedOut):
        return check

    async def remembered(subject: Subject) -> AsyncIterator[Finding]:
        seen = set() if check.static is None else {finding.id for finding in check.static(subject)}
        inside = from_inside(subject) if check.id == UNDECIDED.check else None
        if inside is not None:
            async for finding in inside:
                if finding.status is Status.FAIL:
                    seen.add(UNDECIDED.id)
                yield finding
        for finding in before.findings:
            if finding.check == check.id and finding.id not in seen:
                yield finding
        if isinstance(outcome, TimedOut):
            raise TimeoutError

    return check._replace(run=remembered)
