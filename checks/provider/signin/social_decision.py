"""LibreChat's decision about a person of a social provider, in words: who they would be, or what keeps them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from checks.provider.oauth.task import SocialTask
from checks.provider.signin.claims import ShownClaim, shown_claims
from checks.provider.signin.decision import ENDS
from checks.provider.signin.words import CASES, created, refused, used, would_be
from wizard.basics.finding import Finding, Status
from wizard.findings import social_sign_in as ids
from wizard.findings.model import FindingEntry
from wizard.findings.oauth import APPLE_FAULTS, APPLE_IDS, COMMON, FACEBOOK_BROKEN, TITLES
from wizard.librechat.openid_situation import KnownAccount, Outcome, SignInVerdict
from wizard.librechat.social_situation import SocialSituation
from wizard.librechat.social_verdict import social_sign_in

_OPEN: Final = frozenset({"token.code", "token.busy"})
"""Causes that this sign-in may have and LibreChat's not: the code became too old while it was pasted, the provider is busy."""
_SAME: Final[Mapping[str, str]] = {"apple.refused": "secret"}
"""Causes that the check of the provider names in another way."""
_OTHER: Final = "librechat-wizard-other-id"
_LOCAL: Final = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialDecision:
    """The verdict, and what it was made from."""

    situation: SocialSituation = field(repr=False)
    verdict: SignInVerdict
    cause: str = ""
    """The verdict's cause, or what the provider's error says more exactly."""
    said: str = field(default="", repr=False)
    """The provider's own words: foreign text."""
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What the provider said about the person."""

    @property
    def is_signed_in(self) -> bool:
        """Whether this person would get in."""
        return self.verdict.outcome is Outcome.SIGNED_IN

    def claims(self, task: SocialTask) -> tuple[ShownClaim, ...]:
        """Return what the provider said about the person, fit to be shown."""
        return tuple(shown_claims({"profile": self.fields}, task.shown))

    def by_account(self) -> tuple[str, ...]:
        """Return LibreChat's decision for each kind of existing account; only its database knows which one exists."""
        provider, profile = self.situation.provider, self.situation.profile
        if not (self.is_signed_in or self.cause == "registration.off") or self.situation.accounts:
            return ()
        cases: tuple[tuple[KnownAccount, ...], ...] = (
            (),
            (KnownAccount(provider=provider, email=profile.address, subject=profile.subject),),
            (KnownAccount(provider=_LOCAL, email=profile.address),),
            (KnownAccount(provider=provider, email=profile.address, subject=_OTHER),),
        )
        named = (case.format(provider=TITLES[provider], identity="id") for case in CASES)
        return tuple(f"{case}: {self._with(accounts)}" for case, accounts in zip(named, cases, strict=True))

    def _with(self, accounts: tuple[KnownAccount, ...]) -> str:
        verdict = social_sign_in(replace(self.situation, accounts=accounts))
        if verdict.person is None:
            return refused(ENDS.get(verdict.outcome, str(verdict.outcome)))
        return created(verdict.person.role) if verdict.person.is_new else used()


def social_findings(task: SocialTask, decision: SocialDecision) -> Iterator[Finding]:
    """Yield LibreChat's decision, what is probably unintended, and the provider's claims."""
    verdict, person = decision.verdict, decision.verdict.person
    if person is not None:
        # GitHub's strategy never says that an address is verified; what the others say is LibreChat's to believe.
        email = f"{task.shown(person.email, limit=120)}{'' if person.email_verified else ', not verified'}"
        summary = would_be(task.shown(person.name, limit=80), email, person.role)
        yield ids.WOULD_BE.passed(summary, evidence=decision.by_account())
        yield from _not_meant(task, decision)
    else:
        entry = _entry(task.provider, decision.cause)
        end = ENDS.get(verdict.outcome, str(verdict.outcome))
        said = (decision.said, verdict.detail)
        evidence = (f"LibreChat's answer: {end}", *(task.shown(text) for text in said if text), *decision.by_account())
        yield entry.finding(Status.UNKNOWN if decision.cause in _OPEN else Status.FAIL, evidence=evidence)
    if claims := decision.claims(task):
        yield ids.CLAIMS.passed(evidence=[claim.line() for claim in claims])


def _not_meant(task: SocialTask, decision: SocialDecision) -> Iterator[Finding]:
    person, profile = decision.verdict.person, decision.situation.profile
    if person is not None and person.email_verified and not profile.email_verified:
        yield ids.UNVERIFIED.warn()
    if task.provider == "apple":
        yield ids.NAMELESS.passed()


def _entry(provider: str, cause: str) -> FindingEntry:
    own = {**APPLE_FAULTS, APPLE_IDS.name: APPLE_IDS, FACEBOOK_BROKEN.name: FACEBOOK_BROKEN, **ids.CAUSES}
    return own.get(cause) or COMMON[provider, _SAME.get(cause, cause)]
