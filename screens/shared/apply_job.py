"""What putting into effect is made of: the job, its two ways, and the checks that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from checks.model import Event, Report
    from checks.options import Allowance
    from screens.full.app import WizardApp
    from screens.full.apply_screen import Effect
    from wizard.apply.events import Event as Happening
    from wizard.apply.run import Job
    from wizard.interview.interview import Interview
    from wizard.plan.proposal import Proposal


def job_of(interview: Interview, proposal: Proposal, report: Report, admin_email: str) -> Job:
    """Return the job; ``InvalidInput`` where the administrator's address is none, or where it makes no sense here."""
    from checks.options import Allowance, SiteOptions
    from screens.cli.apply import way_of
    from wizard.apply.first_admin import admin
    from wizard.apply.run import Job, demand
    from wizard.basics.finding import Status

    settings, allowance = proposal.deployment.settings, Allowance()
    job = Job(
        proposal=proposal,
        workplace=interview.workplace,
        checks=lambda: _after(proposal, allowance),
        admin=admin(admin_email, None, settings) if admin_email else None,
        accepted=frozenset(one.id for one in report.findings if one.status is Status.FAIL),
        way=way_of(proposal, SiteOptions(), offline=False),
        allowance=allowance,
    )
    demand(job)
    return job


def forward(job: Job) -> AsyncGenerator[Happening, None]:
    """Begin the way forward."""
    from wizard.apply.run import apply

    job.workplace.clean_up()
    return apply(job)


def back(job: Job) -> AsyncGenerator[Happening, None]:
    """Begin the way back."""
    from wizard.apply.roll_back import rollback

    return rollback(job.proposal.snapshot.folder, job.workplace, job.limits)


def show_done(wizard: WizardApp, proposal: Proposal, effect: Effect, *, is_in_use: bool) -> None:
    """Go to the last step after the files were written and, with ``is_in_use``, LibreChat runs with them."""
    from screens.shared import texts
    from wizard.interview.next_steps import next_steps

    wizard.guarded(wizard.interview.finish)
    wizard.written, wizard.backup, wizard.notes = effect.written, effect.backup, effect.notes
    wizard.next_steps = next_steps(
        wizard.interview.snapshot,
        proposal.plan,
        proposal.deployment.settings,
        is_in_use=is_in_use,
        has_administrator=effect.has_administrator,
    )
    wizard.farewell = texts.farewell(wizard.written, wizard.backup, wizard.next_steps)
    wizard.show_done()


async def _after(proposal: Proposal, allowance: Allowance) -> AsyncIterator[Event]:
    """Run the checks on the folder as it stands then; nothing that others would notice is done."""
    from checks import UNASKED
    from checks.model import Subject
    from checks.runner import run
    from wizard.deployment.snapshot import deployment, take

    snapshot = take(proposal.snapshot.folder, proposal.answers)
    made = deployment(snapshot, {}, proposal.answers.access)
    subject = Subject(deployment=made, answers=proposal.answers, expected_up=True, allowance=allowance)
    async for event in run(UNASKED, subject):
        yield event
