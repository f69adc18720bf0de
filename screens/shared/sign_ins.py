"""One real sign-in from a terminal: what is asked, what a person reads, and what it came to, the same for every front."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from checks.model import Report
from wizard.basics.finding import Status
from wizard.basics.problem import InvalidInput, Problem
from wizard.findings import ldap, saml
from wizard.findings import openid_sign_in as openid

if TYPE_CHECKING:
    from checks.model import Subject
    from checks.provider.signin.claims import ShownClaim
    from checks.provider.signin.ldap import LdapSignInResult
    from checks.provider.signin.openid import OpenIdSignIn, OpenIdSignInResult
    from checks.provider.signin.saml import SamlSignInResult
    from wizard.basics.secret import Secret

_CLOSING: Final = {Status.FAIL: "This person would not get in.", Status.UNKNOWN: "Inconclusive."}
_WOULD_BE: Final = frozenset(entry.id for entry in (openid.WOULD_BE, ldap.WOULD_BE, saml.WOULD_BE))
TRIES: Final = 3
"""How often something else than the callback may be pasted."""
_LIVES: Final = "A code lives for a minute or so."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInOutcome:
    """What a sign-in came to, for a report and for ``--json``."""

    report: Report
    person: dict[str, Any] | None = None
    """Who would be signed in; ``None``: nobody, or it is not known."""
    decision: dict[str, Any] | None = None
    claims: tuple[dict[str, str], ...] = field(default=(), repr=False)
    may_try_again: bool = False

    @property
    def closing(self) -> str:
        """The sentence that says it all; it comes last, where a small terminal shows it."""
        for status, words in _CLOSING.items():
            if found := self.report.having(status):
                return f"{words} {found[0].summary}"
        would_be = (finding.summary for finding in self.report.findings if finding.id in _WOULD_BE)
        return next(would_be, "It is not known what LibreChat would do.")

    @property
    def parts(self) -> dict[str, Any]:
        """The members of the JSON object."""
        return {"person": self.person, "decision": self.decision, "claims": list(self.claims)}


def openid_sign_in(subject: Subject, *, redirect: str = "") -> OpenIdSignIn:
    """Return a sign-in through the deployment's OpenID; ``InvalidInput`` where none is configured."""
    from checks.net.node_trust import trust_of
    from checks.provider.allowed_domains import allowed_domains
    from checks.provider.asking import WebTransport
    from checks.provider.openid import OPENID, task_of
    from checks.provider.signin.openid import OpenIdSignIn

    if (skip := OPENID.applies(subject)) is not None:
        raise InvalidInput(Problem(field="signin openid", message=f"cannot be tried: {skip.because}."))
    task = task_of(subject)
    transport = WebTransport(
        context=trust_of(subject.deployment, os.environ).context_with_names,
        settings=task.settings,
        release=task.release,
        resolve=subject.reach.resolve,
    )
    return OpenIdSignIn(task, transport, allowed_domains=allowed_domains(subject), redirect=redirect)


def openid_words(url: str, redirect: str, *, is_listening: bool = False) -> str:
    """Return what a person does with the address."""
    after = (
        "The wizard waits for the browser; if that is on another machine, paste the address bar here (not shown)."
        if is_listening
        else f"Then copy the whole address bar and paste it here (not shown). {_LIVES}"
    )
    return (
        f"Open this address in any browser and sign in:\n\n{url}\n\n"
        f"The browser ends at {redirect} (an error page there is fine).\n{after}"
    )


def openid_outcome(result: OpenIdSignInResult) -> SignInOutcome:
    """Return what a sign-in through OpenID came to."""
    decision, report = result.decision, Report.of(result.findings)
    if decision is None:
        return SignInOutcome(report=report, may_try_again=not result.is_final)
    person = decision.verdict.person if decision.is_signed_in else None
    return SignInOutcome(
        report=report,
        person=None
        if person is None
        else {
            "name": person.name,
            "email": person.email,
            "email_verified": person.email_verified,
            "username": person.username,
            "role": person.role,
            "role_by": person.role_by or None,
        },
        decision={
            "outcome": str(decision.verdict.outcome),
            "cause": decision.cause or None,
            "by_account": list(decision.by_account()),
        },
        claims=_claims(result.claims),
    )


def ldap_outcome(result: LdapSignInResult) -> SignInOutcome:
    """Return what a sign-in through LDAP came to."""
    person = result.person
    told = None
    if person is not None:
        account = person.account
        told = {"name": account.name, "email": account.email, "username": account.user_name, "role": person.role}
    return SignInOutcome(report=Report.of(result.findings), person=told)


def saml_outcome(result: SamlSignInResult) -> SignInOutcome:
    """Return what a sign-in through SAML came to."""
    account, verdict = result.account, result.verdict
    told = None
    if account is not None:
        told = {"name": account.name, "email": account.email, "username": account.user_name, "role": "USER"}
    decision = (
        None if verdict is None else {"outcome": verdict.outcome and str(verdict.outcome), "cause": str(verdict.cause)}
    )
    return SignInOutcome(
        report=Report.of(result.findings), person=told, decision=decision, claims=_claims(result.claims)
    )


def _claims(claims: tuple[ShownClaim, ...]) -> tuple[dict[str, str], ...]:
    return tuple(claim._asdict() for claim in claims)


def ldap_run(subject: Subject, user: str, password: Secret) -> SignInOutcome:
    """Sign in through LDAP once; ``InvalidInput`` where none is configured."""
    from checks.net.aio import run_until_signal
    from checks.provider.ldap import LDAP
    from checks.provider.ldap.task import task_of
    from checks.provider.signin.ldap import ldap_sign_in

    if (skip := LDAP.applies(subject)) is not None:
        raise InvalidInput(Problem(field="signin ldap", message=f"cannot be tried: {skip.because}."))
    task = replace(task_of(subject), user=user, password=password)
    return ldap_outcome(run_until_signal(ldap_sign_in(task)))


def refuse_unconfigured_saml(subject: Subject) -> None:
    """Refuse where SAML is not configured, with ``InvalidInput``."""
    from checks.provider.saml import SAML

    if (skip := SAML.applies(subject)) is not None:
        raise InvalidInput(Problem(field="signin saml", message=f"cannot be tried: {skip.because}."))
