"""LibreChat's decision about a person who signs in through a social provider: who they would be, or why they are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from checks.provider.oauth.task import SocialTask
from checks.provider.signin.claims import ShownClaim, shown_claims
from checks.provider.signin.words import (
    SignInDecision,
    by_account,
    end_of,
    known_accounts,
    verdict_in_words,
    would_be,
)
from wizard.basics.finding import Finding, Status
from wizard.findings import social_sign_in as ids
from wizard.findings.model import FindingEntry
from wizard.findings.oauth import APPLE_FAULTS, APPLE_IDS, COMMON, FACEBOOK_BROKEN, TITLES
from wizard.librechat.openid_situation import KnownAccount
from wizard.librechat.social_situation import SocialSituation
from wizard.librechat.social_verdict import social_sign_in

_OPEN: Final = frozenset({"token.code", "token.busy"})
"""Causes that may affect only this test, not LibreChat: the code expired before it was pasted, the provider is busy."""
_SAME: Final[Mapping[str, str]] = {"apple.refused": "secret"}
"""Causes that have another name in the provider's check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialDecision(SignInDecision):
    """LibreChat's decision about a person who signs in through a social provider."""

    situation: SocialSituation = field(repr=False)
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The provider's profile of the person."""

    def claims(self, task: SocialTask) -> tuple[ShownClaim, ...]:
        """Return the provider's claims about the person, for display."""
        return tuple(shown_claims({"profile": self.fields}, task.shown))

    def by_account(self) -> tuple[str, ...]:
        """Return LibreChat's decision for each account that may already exist; only its database knows which one does."""
        provider, profile = self.situation.provider, self.situation.profile
        if not (self.is_signed_in or self.cause == "registration.off") or self.situation.accounts:
            return ()
        accounts = known_accounts(provider, profile.address, profile.subject)
        return by_account(TITLES[provider], "id", accounts, self._with)

    def _with(self, accounts: tuple[KnownAccount, ...]) -> str:
        return verdict_in_words(social_sign_in(replace(self.situation, accounts=accounts)))


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
        messages = (decision.error_message, verdict.detail)
        evidence = (
            f"result of the sign-in: {end_of(verdict)}",
            *(task.shown(text) for text in messages if text),
            *decision.by_account(),
        )
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
