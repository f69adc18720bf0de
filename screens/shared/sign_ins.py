"""One real sign-in from a terminal: what is asked, shown and decided, the same for every front."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from checks.model import Report
from screens.shared.sign_in_words import known_before, opening_words, running_note
from wizard.basics.finding import Status
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import Secret
from wizard.findings import ldap, saml
from wizard.findings import openid_sign_in as openid
from wizard.findings import social_sign_in as social
from wizard.librechat.providers import SOCIAL

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from checks.model import Check, Subject
    from checks.provider.signin.claims import ShownClaim
    from checks.provider.signin.decision import OpenIdDecision
    from checks.provider.signin.ldap import LdapSignInResult
    from checks.provider.signin.openid import OpenIdSignIn, OpenIdSignInResult
    from checks.provider.signin.renewing import Renewal
    from checks.provider.signin.saml import SamlSignInResult
    from checks.provider.signin.social import SocialSignInResult
    from checks.provider.signin.social_decision import SocialDecision
    from wizard.basics.finding import Finding

_CLOSING: Final = {Status.FAIL: "This person could not sign in.", Status.UNKNOWN: "Inconclusive."}
_NOBODY: Final = "Nobody can sign in this way."
_WOULD_BE: Final = frozenset(entry.id for entry in (openid.WOULD_BE, social.WOULD_BE, ldap.WOULD_BE, saml.WOULD_BE))
PROVIDERS: Final = ("openid", "ldap", "saml", *SOCIAL)
"""The sign-ins that can be tried."""
TRIES: Final = 3
"""How often something else than the callback may be pasted."""
_STILL: Final = "The browser is still signed in to the provider. To sign out there too, use the provider's own page or open this address:"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInOutcome:
    """What a sign-in came to, for a report and for ``--json``."""

    report: Report
    person: dict[str, Any] | None = None
    """Who would be signed in; ``None``: nobody, or it is not known."""
    decision: dict[str, Any] | None = None
    claims: tuple[dict[str, str], ...] = field(default=(), repr=False)
    sign_out: str = field(default="", repr=False)
    """The address that ends the browser's session at the provider; empty if none is known."""
    refused: tuple[Finding, ...] = ()
    """Why what was pasted cannot be used, where something else may be pasted."""
    is_for_all: bool = False
    """Whether it holds for every person, so that nobody needs to sign in."""

    @property
    def may_try_again(self) -> bool:
        """Whether something else may be pasted."""
        return bool(self.refused)

    @property
    def closing(self) -> str:
        """The sentence that says it all; it comes last, where a small terminal shows it."""
        for status, words in _CLOSING.items():
            if found := self.report.having(status):
                is_nobody = self.is_for_all and status is Status.FAIL
                return f"{_NOBODY if is_nobody else words} {found[0].summary}"
        would_be = (finding.summary for finding in self.report.findings if finding.id in _WOULD_BE)
        return next(would_be, "Could not determine what LibreChat would do.")

    @property
    def parts(self) -> dict[str, Any]:
        """The members of the JSON object."""
        given = {"person": self.person, "decision": self.decision, "claims": list(self.claims)}
        return {**given, "sign_out": self.sign_out} if self.sign_out else given

    @property
    def afterwards(self) -> str:
        """What a person may do after all; the last line is the address, empty if there is nothing to do."""
        return f"{_STILL}\n\n{self.sign_out}" if self.sign_out else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a person opens, or why there is nothing to open."""

    report: Report
    provider: str = ""
    url: str = field(default="", repr=False)
    """Empty: nobody could sign in, and the report says why."""
    redirect: str = ""
    """Where the browser ends; empty if nothing can wait for it there, as for a form."""
    decision: dict[str, Any] | None = None
    """LibreChat's decision, where it is known without a sign-in."""
    note: str = ""
    """What to do about a LibreChat that runs and takes the callback itself; empty if none does."""

    def words(self, *, is_listening: bool = False) -> str:
        """Return what a person reads before the sign-in; the address is on its own line."""
        opening = opening_words(self.provider, self.url, self.redirect, is_listening=is_listening)
        return "\n\n".join(filter(None, (known_before(self.report), self.note, opening)))

    def unopened(self) -> SignInOutcome:
        """Return what it came to if there is no address to open."""
        return SignInOutcome(report=self.report, decision=self.decision, is_for_all=True)

    def nothing_pasted(self) -> SignInOutcome:
        """Return the outcome if nobody pasted anything; what was known before stays."""
        entry = {"openid": openid.UNREDEEMED, "saml": saml.RESPONSE_UNREAD}.get(self.provider, social.UNREDEEMED)
        return SignInOutcome(report=Report.of([*self.report.findings, entry.unknown("Nothing was pasted.")]))


def openid_sign_in(subject: Subject, *, redirect: str = "", renewal: Renewal | None = None) -> OpenIdSignIn:
    """Return a sign-in through the deployment's OpenID; ``InvalidInput`` if none is configured."""
    from checks.provider.allowed_domains import allowed_domains
    from checks.provider.conversation import WebTransport
    from checks.provider.openid import OPENID, task_of
    from checks.provider.signin.openid import OpenIdSignIn

    _demand(OPENID, subject)
    task = task_of(subject)
    transport = WebTransport.of(subject, task.settings, task.release)
    return OpenIdSignIn(task, transport, allowed_domains=allowed_domains(subject), redirect=redirect, renewal=renewal)


def browser_outcome(result: OpenIdSignInResult | SocialSignInResult) -> SignInOutcome:
    """Return what a sign-in through OpenID or a social provider came to."""
    decision, report = result.decision, Report.of(result.findings)
    if decision is None:
        return SignInOutcome(report=report, refused=() if result.is_final else result.findings)
    return SignInOutcome(
        report=report,
        person=_person(decision),
        decision=_decision(decision),
        claims=_claims(result.claims),
        sign_out=result.sign_out,
    )


def _person(decision: OpenIdDecision | SocialDecision) -> dict[str, Any] | None:
    person = decision.verdict.person if decision.is_signed_in else None
    if person is None:
        return None
    return {
        "name": person.name,
        "email": person.email,
        "email_verified": person.email_verified,
        "username": person.username,
        "role": person.role,
        "role_by": person.role_by or None,
    }


def _decision(decision: OpenIdDecision | SocialDecision) -> dict[str, Any]:
    return {
        "outcome": str(decision.verdict.outcome),
        "cause": decision.cause or None,
        "by_account": list(decision.by_account()),
    }


def ldap_outcome(result: LdapSignInResult) -> SignInOutcome:
    """Return what a sign-in through LDAP came to."""
    person = result.person
    identity = None
    if person is not None:
        account = person.account
        identity = {"name": account.name, "email": account.email, "username": account.user_name, "role": person.role}
    return SignInOutcome(report=Report.of(result.findings), person=identity)


def saml_outcome(result: SamlSignInResult) -> SignInOutcome:
    """Return what a sign-in through SAML came to."""
    account, verdict = result.account, result.verdict
    identity = None
    if account is not None:
        identity = {"name": account.name, "email": account.email, "username": account.user_name, "role": "USER"}
    decision = (
        None if verdict is None else {"outcome": verdict.outcome and str(verdict.outcome), "cause": str(verdict.cause)}
    )
    return SignInOutcome(
        report=Report.of(result.findings), person=identity, decision=decision, claims=_claims(result.claims)
    )


def _claims(claims: tuple[ShownClaim, ...]) -> tuple[dict[str, str], ...]:
    return tuple(claim._asdict() for claim in claims)


async def ldap_sign_in_of(subject: Subject, user: str, password: Secret) -> SignInOutcome:
    """Sign in through LDAP once; ``InvalidInput`` if none is configured."""
    from checks.provider.ldap.task import task_of
    from checks.provider.signin.ldap import ldap_sign_in

    demand_ldap(subject)
    return ldap_outcome(await ldap_sign_in(replace(task_of(subject), user=user, password=password)))


def demand_ldap(subject: Subject) -> None:
    """Raise ``InvalidInput`` if LDAP is not configured, before anybody is asked who signs in."""
    from checks.provider.ldap import LDAP

    _demand(LDAP, subject)


class BrowserSignIn(Protocol):
    """A sign-in that a person makes with a browser."""

    async def begin(self) -> Opened:
        """Return what the person opens and reads."""
        ...

    async def finish(self, pasted: Secret) -> SignInOutcome:
        """Return the outcome of what was pasted."""
        ...


def browser_sign_in(
    provider: str, subject: Subject, *, redirect: str = "", renewal: Renewal | None = None
) -> BrowserSignIn:
    """Return a sign-in through any provider but LDAP; ``InvalidInput`` if that is not configured.

    ``redirect``: another redirect URI than LibreChat's, for OpenID. ``renewal``: how long its tokens are renewed.
    """
    if provider in SOCIAL:
        return _Social(subject, provider)
    return _Saml(subject) if provider == "saml" else _OpenId(subject, redirect, renewal)


def pasted_outcome(
    sign_in: BrowserSignIn,
    read: Callable[[], Secret | None],
    run: Callable[[Coroutine[Any, Any, SignInOutcome]], SignInOutcome],
    tell: Callable[[str], None],
) -> SignInOutcome | None:
    """Return the outcome of a paste; if it does not belong to this sign-in, another paste may follow.

    ``read`` gives one paste, ``None`` if nobody is there any more. ``tell`` gets why a paste cannot be used.
    """
    outcome = None
    for left in reversed(range(TRIES)):
        if (given := read()) is None:
            break
        outcome = run(sign_in.finish(given))
        if not outcome.may_try_again:
            break
        if left:
            tell("\n".join(f"{finding.summary} {finding.remedy}" for finding in outcome.refused))
    return outcome


class _OpenId:
    def __init__(self, subject: Subject, redirect: str, renewal: Renewal | None) -> None:
        self._subject = subject
        self._has_own_redirect = bool(redirect)
        self._sign_in = openid_sign_in(subject, redirect=redirect, renewal=renewal)
        self._before: tuple[Finding, ...] = ()

    async def begin(self) -> Opened:
        begun = await self._sign_in.begin()
        self._before = begun.findings
        # LibreChat never sees a callback that goes to a listener's own address.
        note = await running_note(self._subject, "openid") if begun.url and not self._has_own_redirect else ""
        report = Report.of(begun.findings)
        return Opened(report=report, provider="openid", url=begun.url, redirect=begun.redirect, note=note)

    async def finish(self, pasted: Secret) -> SignInOutcome:
        return _after(self._before, browser_outcome(await self._sign_in.finish(pasted)))


class _Saml:
    def __init__(self, subject: Subject) -> None:
        from checks.provider.saml import SAML
        from checks.provider.saml.task import task_of

        _demand(SAML, subject)
        self._task = task_of(subject)
        self._before: tuple[Finding, ...] = ()

    async def begin(self) -> Opened:
        from checks.provider.signin.saml import saml_begin

        self._before, url = saml_begin(self._task)
        return Opened(report=Report.of(self._before), provider="saml", url=url)

    async def finish(self, pasted: Secret) -> SignInOutcome:
        from checks.provider.signin.saml import saml_finish

        # Base64 is copied in lines, and a line may end within an escape of the form as it was sent.
        joined = Secret("".join(pasted.reveal().split()))
        return _after(self._before, saml_outcome(saml_finish(self._task, joined)))


class _Social:
    def __init__(self, subject: Subject, provider: str) -> None:
        from checks.provider.allowed_domains import allowed_domains
        from checks.provider.conversation import WebTransport
        from checks.provider.oauth import OAUTH, only
        from checks.provider.oauth.task import task_of
        from checks.provider.signin.social import SocialSignIn

        _demand(only(OAUTH, provider), subject, provider)
        transport = WebTransport.of(subject)
        self._subject = subject
        self._provider = provider
        self._sign_in = SocialSignIn(task_of(subject, provider), transport, allowed_domains=allowed_domains(subject))
        self._before: tuple[Finding, ...] = ()

    async def begin(self) -> Opened:
        begun = self._sign_in.begin()
        self._before = begun.findings
        return Opened(
            report=Report.of(begun.findings),
            decision=None if begun.decision is None else _decision(begun.decision),
            provider=self._provider,
            url=begun.url,
            redirect="" if self._provider == "apple" else begun.redirect,
            note=await running_note(self._subject, self._provider) if begun.url else "",
        )

    async def finish(self, pasted: Secret) -> SignInOutcome:
        outcome = browser_outcome(await self._sign_in.finish(pasted))
        # What was a doubt before the sign-in is certain now.
        certain = {finding.id for finding in outcome.report.findings}
        return _after(tuple(each for each in self._before if each.id not in certain), outcome)


def _after(before: tuple[Finding, ...], outcome: SignInOutcome) -> SignInOutcome:
    return replace(outcome, report=Report.of((*before, *outcome.report.findings)))


class NotConfigured(InvalidInput):
    """Sign-in with a provider that is not configured yet."""


def _demand(check: Check, subject: Subject, provider: str = "") -> None:
    if (skip := check.applies(subject)) is not None:
        raise NotConfigured(
            Problem(field=f"signin {provider or check.id}", message=f"cannot be tested ({skip.because}).")
        )
