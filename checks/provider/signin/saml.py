"""A sign-in through SAML: LibreChat's request for a browser, and its decision on the pasted response."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace

from checks.provider.saml.own_settings import settings_findings
from checks.provider.saml.pasted import judged_response, response_findings
from checks.provider.saml.response_field import response_field
from checks.provider.saml.task import SamlTask
from checks.provider.signin.claims import ShownClaim, shown_claims
from checks.provider.signin.words import attribute_text, by_account, directory_in_words, would_be
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.basics.secret import Secret
from wizard.findings import saml as ids
from wizard.librechat.saml_profile import SamlAccount
from wizard.librechat.saml_request import authn_request, request_url
from wizard.librechat.saml_verdict import SamlCause, SamlOutcome, SamlVerdict
from wizard.librechat.user_record import UserRecord

_SHOWN = 120
_AFTERWARDS = {SamlCause.COOKIES: ids.COOKIES, SamlCause.CLIENT_ADDRESS: ids.NO_CLIENT}
"""Findings for people who are refused although the response is valid."""
_ROLE = "USER"
"""What api/strategies/samlStrategy.js gives everybody (v0.8.8-rc1): not even the first account becomes ADMIN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlSignInResult:
    """The result of a sign-in."""

    findings: tuple[Finding, ...]
    verdict: SamlVerdict | None = field(default=None, repr=False)
    claims: tuple[ShownClaim, ...] = ()
    comes_by_https: bool = False
    """Whether the provider posts to an https address, whatever SAML_CALLBACK_URL says: cookies are then kept."""

    @property
    def account(self) -> SamlAccount | None:
        """The account that would be signed in; ``None``: nobody."""
        if self.verdict is None:
            return None
        kept = self.verdict.outcome is SamlOutcome.COOKIES_LOST and self.comes_by_https
        return self.verdict.account if kept or self.verdict.outcome is SamlOutcome.SIGNED_IN else None


def saml_begin(task: SamlTask) -> tuple[tuple[Finding, ...], str]:
    """Return what the settings already say, and the address for the browser; none if nobody could sign in."""
    own = tuple(settings_findings(task))
    if any(finding.status is Status.FAIL for finding in own):
        return own, ""
    request = authn_request(task.settings, f"_{secrets.token_hex(20)}", task.clock())
    try:
        return own, request_url(task.settings, request)
    except ValueError:
        return (*own, ids.ENTRY_POINT.fail()), ""


def saml_finish(task: SamlTask, response: Secret) -> SamlSignInResult:
    """Evaluate a pasted response as LibreChat does. It is valid for minutes and as secret as a password, so it is not stored."""
    given = replace(task, response=response)
    found, judged = list(response_findings(given)), judged_response(given)
    if judged is None:
        return SamlSignInResult(findings=tuple(found))
    result = SamlSignInResult(
        findings=tuple(found),
        verdict=judged.verdict,
        claims=_claims(judged.verdict),
        comes_by_https=response_field(response).destination.startswith("https://"),
    )
    account = result.account
    if account is None:
        also = _AFTERWARDS.get(judged.verdict.cause)
        return result if also is None else replace(result, findings=(*found, also.fail()))
    found = [finding for finding in found if finding.id != ids.ACCOUNT_OK.id]
    name, email = (plain(attribute_text(value), limit=_SHOWN) for value in (account.name, account.email))
    closing = ids.WOULD_BE.passed(would_be(name, email, _ROLE), evidence=_by_account(given, account))
    return replace(result, findings=(*found, closing))


def _claims(verdict: SamlVerdict) -> tuple[ShownClaim, ...]:
    profile = verdict.answer.profile if verdict.answer is not None else None
    claims = {} if profile is None else {name: value for name, value in profile.claims.items() if value is not None}
    return tuple(shown_claims({"assertion": claims}, lambda text: plain(text, limit=200)))


def _by_account(task: SamlTask, account: SamlAccount) -> tuple[str, ...]:
    email = attribute_text(account.email)
    cases = (
        (UserRecord(email="somebody-else@librechat-wizard.invalid", identity="librechat-wizard-somebody-else"),),
        (UserRecord(email=email, provider="saml", identity=account.identity),),
        (UserRecord(email=email, identity="librechat-wizard-local"),),
        (UserRecord(email=email, provider="saml", identity="librechat-wizard-other"),),
    )
    return by_account("SAML", "NameID", cases, lambda records: _with(task, records))


def _with(task: SamlTask, records: tuple[UserRecord, ...]) -> str:
    judged = judged_response(task, records)
    account = judged.verdict.account if judged is not None else None
    if account is None:
        return directory_in_words(_ROLE, is_new=True, refuses=False)
    refuses = None if account.fault is None else account.fault.refuses
    return directory_in_words(_ROLE, is_new=account.existing is None, refuses=refuses)
