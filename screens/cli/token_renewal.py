"""``doctor --only session --for DURATION``: does somebody stay signed in when the provider's tokens are renewed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from checks.model import Report, RunMemory, Subject
from checks.registry import select
from screens.cli.check_runs import run_checks
from screens.cli.signin import openid_sign_in
from screens.cli.streams import tell
from wizard.basics.finding import Status
from wizard.basics.problem import InvalidInput, Problem
from wizard.findings import openid_sign_in as ids
from wizard.findings import session
from wizard.librechat.openid_renewal import reuses_tokens

if TYPE_CHECKING:
    from screens.cli.options import DoctorOptions
    from screens.cli.output import Output
    from wizard.basics.exit_status import ExitStatus
    from wizard.basics.finding import Finding
    from wizard.deployment.model import Deployment

_OWN = "OPENID_REUSE_TOKENS is not true, so LibreChat manages sessions itself and no provider can end them."
_HOW = "Specify an account: doctor --only session --for 20m --login EMAIL --password-file FILE"


def stay_signed_in(deployment: Deployment, options: DoctorOptions, output: Output) -> ExitStatus:
    """Sign in once, renew the tokens as LibreChat does, and report whether people stay signed in."""
    if not reuses_tokens(deployment.settings):
        return _own_session(deployment, options, output)
    from checks.provider.signin.renewing import Renewal

    subject = Subject(
        memory=RunMemory(), deployment=deployment, site_options=options.site_options, expected_up=True, tell=tell
    )
    outcome = openid_sign_in(subject, renewal=Renewal(seconds=options.duration or 0, tell=tell))
    found = outcome.report.findings
    output.report = Report.of((*found, *_summary(found)))
    output.parts |= replace(outcome, report=output.report).parts
    output.show_report()
    output.tell_closing()
    return output.report.exit_status


def _own_session(deployment: Deployment, options: DoctorOptions, output: Output) -> ExitStatus:
    """Sign in to LibreChat with an account, let its access token run out, and renew LibreChat's own session."""
    if options.site_options.login is None:
        raise InvalidInput(Problem(field="--for", message=f"needs an account: {_OWN}", remedy=_HOW))
    seconds = options.duration or 0
    subject = Subject(
        memory=RunMemory(),
        deployment=deployment,
        site_options=options.site_options._replace(stays=seconds),
        expected_up=True,
        tell=tell,
    )
    checks = tuple(check._replace(seconds=check.seconds + seconds) for check in select(options.only))
    tell(
        "The check waits until the access token expires (SESSION_EXPIRY), at most for the time set with --for, and then renews the session."
    )
    output.report = run_checks(checks, subject)
    output.show_report()
    output.tell_closing()
    return output.report.exit_status


def _summary(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the finding that says it all; none if it is not known."""
    if any(finding.status is Status.FAIL for finding in found):
        return (session.LOST.fail(),)
    renewed = any(finding.id == ids.RENEWED.id for finding in found)
    return (session.KEPT.passed(),) if renewed else ()
