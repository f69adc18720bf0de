"""LibreChat's decision about a person who signs in through OpenID: who they would be, why, and what existing accounts change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from checks.provider.openid.task import OpenIdTask
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
from wizard.findings import openid_sign_in as ids
from wizard.findings.model import FindingEntry
from wizard.findings.openid_check import FINDINGS
from wizard.librechat.openid_account import looked_up
from wizard.librechat.openid_situation import KnownAccount, OpenIdSituation, Person
from wizard.librechat.openid_verdict import sign_in

_CAUSES: Final = {
    "invalid_client": "secret.wrong",
    "unauthorized_client": "secret.wrong",
    "invalid_grant": "token.code",
}
"""What the token endpoint's error codes mean (RFC 6749 section 5.2), if the client's registration is not known."""
_OPEN: Final = frozenset({"token.code", "token.hangs", "provider.unreachable"})
"""Causes that may affect only this test, not LibreChat: the code expired before it was pasted, the network is slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdDecision(SignInDecision):
    """LibreChat's decision about a person who signs in through OpenID."""

    situation: OpenIdSituation = field(repr=False)

    def claims(self, task: OpenIdTask) -> tuple[ShownClaim, ...]:
        """Return the provider's claims about the person, for display."""
        token = self.situation.token
        sources: dict[str, Mapping[str, Any] | None] = {
            "id": token.id_token.claims if token.id_token is not None else None,
            "userinfo": self.situation.userinfo.fields,
            "access": token.access_claims,
        }
        return tuple(shown_claims(sources, task.shown))

    def by_account(self) -> tuple[str, ...]:
        """Return LibreChat's decision for each account that may already exist; only its database knows which one does."""
        person, token = self.verdict.person, self.situation.token
        if not self.is_signed_in or person is None or token.id_token is None or self.situation.accounts:
            return ()
        accounts = known_accounts("openid", looked_up(person.email), str(token.id_token.claims.get("sub", "")))
        return by_account("OpenID", "sub", accounts, self._with)

    def _with(self, accounts: tuple[KnownAccount, ...]) -> str:
        return verdict_in_words(sign_in(replace(self.situation, accounts=accounts)))


def decision_findings(task: OpenIdTask, decision: OpenIdDecision) -> Iterator[Finding]:
    """Yield LibreChat's decision, what is probably unintended, and the provider's claims."""
    verdict = decision.verdict
    if decision.is_signed_in and verdict.person is not None:
        yield ids.WOULD_BE.passed(_summary(task, verdict.person), evidence=decision.by_account())
    else:
        cause = _CAUSES.get(verdict.detail, decision.cause) if decision.cause == "token.error" else decision.cause
        entry = _entry(cause)
        detail = task.shown(verdict.detail) if verdict.detail else ""
        evidence = (
            f"result of the sign-in: {end_of(verdict)}",
            detail,
            task.shown(decision.error_message) if decision.error_message else "",
        )
        yield entry.finding(Status.UNKNOWN if cause in _OPEN else Status.FAIL, evidence=evidence)
    for name in verdict.notes:
        yield _entry(name).warn()
    if claims := decision.claims(task):
        yield ids.CLAIMS.passed(evidence=[claim.line() for claim in claims])


def _entry(cause: str) -> FindingEntry:
    return ids.SIGN_IN.get(cause) or FINDINGS[cause]


def _summary(task: OpenIdTask, person: Person) -> str:
    because = ""
    if person.role_by == "OPENID_ADMIN_ROLE":
        because = f"OPENID_ADMIN_ROLE={task.shown(task.value('OPENID_ADMIN_ROLE'), limit=60)}"
    elif person.role_by:
        because = f"{task.shown(task.value('OPENID_ROLE_SYNC_CLAIM'), limit=60)} (role sync)"
    verified = "" if person.email_verified else ", not verified"
    return would_be(
        task.shown(person.name, limit=80), f"{task.shown(person.email, limit=120)}{verified}", person.role, because
    )
