"""The outcome of a SAML sign-in, from the settings and the identity provider's response.

``validatePostResponseAsync`` (node-saml 5.1.0, lib/saml.js) under api/strategies/samlStrategy.js (v0.8.8-rc1). Not checked there, and
so not here: who issued the assertion, Recipient, Destination, InResponseTo, SubjectConfirmation, and whether it was used before.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from wizard.basics.patterns import late_pattern
from wizard.librechat.saml_certificate import CertificateFault
from wizard.librechat.saml_profile import SamlAccount, SamlProfile, account_of, profile_of
from wizard.librechat.saml_settings import SamlSettings
from wizard.librechat.saml_signature import ElementSignature, SignatureState, signature_of
from wizard.librechat.saml_xml import Element, XmlFault, children, local_name, parse_xml, text_of
from wizard.librechat.user_record import UserRecord

_TIME: Final = late_pattern(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)


class SamlOutcome(StrEnum):
    """How a sign-in ends for a person."""

    SIGNED_IN = "signed_in"
    COOKIES_LOST = "signed_in_cookies_lost"
    """Signed in, and the browser drops the cookies: signed out at once, without an error."""
    REFUSED = "refused"
    """Sent to /oauth/error."""
    ERROR = "error"
    """A page with status 500 or 400."""
    NOT_REGISTERED = "not_registered"
    """LibreChat has no SAML: GET /oauth/saml answers 500."""
    START_FAILED = "start_failed"
    """GET /oauth/saml answers 500."""


class SamlCause(StrEnum):
    """The one fact that decides."""

    NONE = "none"
    INCOMPLETE = "incomplete"
    CERTIFICATE = "certificate"
    ENTRY_POINT = "entry-point"
    NOT_XML = "not-xml"
    STATUS = "status"
    """The provider answers with an error in place of an assertion."""
    NO_ASSERTION = "no-assertion"
    ENCRYPTED = "encrypted"
    RESPONSE_SIGNATURE = "response-signature"
    ASSERTION_SIGNATURE = "assertion-signature"
    SEVERAL_ASSERTIONS = "several-assertions"
    TOO_EARLY = "too-early"
    EXPIRED = "expired"
    DATE = "date"
    CONDITIONS = "conditions"
    AUDIENCE = "audience"
    ACCOUNT = "account"
    CLIENT_ADDRESS = "client-address"
    """DOMAIN_CLIENT is not set: the account is made, then the answer is 500."""
    COOKIES = "cookies"
    UNSURE = "unsure"
    """It cannot be told: :attr:`SignatureState.UNSURE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlAnswer:
    """What reading one response gave, up to the fault if there is one."""

    cause: SamlCause = SamlCause.NONE
    detail: str = ""
    """More about it: foreign text."""
    response_signature: ElementSignature = ElementSignature(SignatureState.NONE)  # noqa: RUF009 - immutable
    assertion_signature: ElementSignature = ElementSignature(SignatureState.NONE)  # noqa: RUF009 - immutable
    audiences: tuple[str, ...] = ()
    not_before: datetime | None = None
    not_on_or_after: datetime | None = None
    profile: SamlProfile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlVerdict:
    """How a sign-in ends, and why. ``outcome`` is ``None`` if unknown."""

    outcome: SamlOutcome | None
    cause: SamlCause
    answer: SamlAnswer | None = None
    account: SamlAccount | None = None


def settings_verdict(settings: SamlSettings) -> SamlVerdict | None:
    """Return how every sign-in ends by the settings alone; ``None`` if they let people go to the provider."""
    if not settings.is_registered:
        fault = settings.certificate.fault
        is_certificate = fault is not None and fault.at_start and bool(settings.variables.get("SAML_CERT"))
        cause = SamlCause.CERTIFICATE if is_certificate else SamlCause.INCOMPLETE
        return SamlVerdict(outcome=SamlOutcome.NOT_REGISTERED, cause=cause)
    if not settings.can_start:
        return SamlVerdict(outcome=SamlOutcome.START_FAILED, cause=SamlCause.ENTRY_POINT)
    return None


def saml_verdict(
    settings: SamlSettings,
    response: str,
    now: datetime,
    records: Sequence[UserRecord] = (),
    allowed_domains: Sequence[str] = (),
    *,
    is_admin: bool = False,
) -> SamlVerdict:
    """Return the outcome of a response posted to the callback, whether or not people get that far.

    ``response``: the field SAMLResponse, base64. ``now``: LibreChat's clock; it allows for no skew.
    """
    answer = read_answer(settings, response, now)
    if answer.cause is not SamlCause.NONE or answer.profile is None:
        outcome = None if answer.cause is SamlCause.UNSURE else SamlOutcome.ERROR
        return SamlVerdict(outcome=outcome, cause=answer.cause, answer=answer)
    account = account_of(answer.profile, settings, records, allowed_domains, is_admin=is_admin)
    if account.fault is not None:
        outcome = SamlOutcome.REFUSED if account.fault.refuses else SamlOutcome.ERROR
        cause = SamlCause.ACCOUNT
    elif not settings.variables.get("DOMAIN_CLIENT"):
        outcome, cause = SamlOutcome.ERROR, SamlCause.CLIENT_ADDRESS
    elif settings.loses_cookies:
        outcome, cause = SamlOutcome.COOKIES_LOST, SamlCause.COOKIES
    else:
        outcome, cause = SamlOutcome.SIGNED_IN, SamlCause.NONE
    return SamlVerdict(outcome=outcome, cause=cause, answer=answer, account=account)


def decoded(response: str) -> bytes:
    """Decode as Node's ``Buffer.from(text, 'base64')`` does: other characters are skipped, padding is optional."""
    text = re.sub(r"[^A-Za-z0-9+/]", "", response.replace("-", "+").replace("_", "/").partition("=")[0])
    if len(text) % 4 == 1:
        text = text[:-1]
    return base64.b64decode(text + "=" * (-len(text) % 4))


def read_answer(settings: SamlSettings, response: str, now: datetime) -> SamlAnswer:
    """Read a response as node-saml does, up to the first fault."""
    try:
        root = parse_xml(decoded(response))
    except XmlFault as fault:
        return SamlAnswer(cause=SamlCause.NOT_XML, detail=str(fault))
    if settings.certificate.fault is CertificateFault.FORM:
        return SamlAnswer(cause=SamlCause.CERTIFICATE)
    key = settings.certificate.key
    whole = signature_of(root, key)
    is_response = local_name(root) == "Response"
    assertions = children(root, "Assertion") if is_response else []
    encrypted = children(root, "EncryptedAssertion") if is_response else []
    inner = signature_of(assertions[0], key) if len(assertions) == 1 else ElementSignature(SignatureState.NONE)
    wants_whole = settings.wants_response_signed
    faults = (
        (whole.throws or (wants_whole and not _holds(whole)), _signature_cause(whole, SamlCause.RESPONSE_SIGNATURE)),
        (len(assertions) + len(encrypted) > 1, SamlCause.SEVERAL_ASSERTIONS),
        (bool(encrypted), SamlCause.ENCRYPTED),
        (not assertions, SamlCause.NO_ASSERTION),
        (not wants_whole and not _holds(inner), _signature_cause(inner, SamlCause.ASSERTION_SIGNATURE)),
    )
    cause = next((cause for is_at_fault, cause in faults if is_at_fault), None)
    if cause is not None:
        cause, detail = _status(root) if cause is SamlCause.NO_ASSERTION else (cause, "")
        return SamlAnswer(cause=cause, detail=detail, response_signature=whole, assertion_signature=inner)
    signed = parse_xml((whole if _holds(whole) else inner).signed)
    found = children(signed, "Assertion") if local_name(signed) == "Response" else [signed]
    return _read_assertion(found[0], settings, now, whole, inner)


def _holds(signature: ElementSignature) -> bool:
    return signature.state is SignatureState.VALID


def _signature_cause(signature: ElementSignature, otherwise: SamlCause) -> SamlCause:
    return SamlCause.UNSURE if signature.state is SignatureState.UNSURE else otherwise


def _status(root: Element) -> tuple[SamlCause, str]:
    """Return why there is no assertion, in the provider's words."""
    for status in children(root, "Status")[:1]:
        codes = children(status, "StatusCode")
        name = codes[0].get("Value", "").rpartition(":")[2] if codes else ""
        if name and name != "Success":
            messages = [text_of(each) or "" for each in children(status, "StatusMessage")[:1]]
            messages = messages or [
                each.get("Value", "").rpartition(":")[2] for each in children(codes[0], "StatusCode")[:1]
            ]
            return SamlCause.STATUS, f"{name}: {messages[0]}" if messages and messages[0] else name
    return SamlCause.NO_ASSERTION, ""


def _read_assertion(
    assertion: Element, settings: SamlSettings, now: datetime, whole: ElementSignature, inner: ElementSignature
) -> SamlAnswer:
    conditions = children(assertion, "Conditions")
    bounds = [conditions[0].get(name) for name in ("NotBefore", "NotOnOrAfter")] if conditions else [None, None]
    times = [js_time(bound) if bound else None for bound in bounds]
    restrictions = children(conditions[0], "AudienceRestriction") if conditions else []
    named = [[text_of(each) for each in children(one, "Audience")] for one in restrictions]
    cause, detail = SamlCause.NONE, ""
    unreadable = [bound for bound, time in zip(bounds, times, strict=True) if bound and time is None]
    if len(conditions) != 1:
        cause = SamlCause.CONDITIONS
    elif unreadable:
        cause, detail = SamlCause.DATE, unreadable[0] or ""
    elif times[0] is not None and now < times[0]:
        cause = SamlCause.TOO_EARLY
    elif times[1] is not None and now >= times[1]:
        cause = SamlCause.EXPIRED
    elif not named or any(not one or not one[0] or settings.issuer not in one for one in named):
        cause = SamlCause.AUDIENCE
    return SamlAnswer(
        cause=cause,
        detail=detail,
        response_signature=whole,
        assertion_signature=inner,
        audiences=tuple(audience for one in named for audience in one if audience),
        not_before=times[0],
        not_on_or_after=times[1],
        profile=profile_of(assertion),
    )


def js_time(text: str) -> datetime | None:
    """Parse a time as ``Date.parse`` does (ECMA-262, date time string format); ``None`` if it cannot be parsed.

    Without an offset it is the container's own time, which is UTC in LibreChat's image; fractions below a millisecond are cut.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        time = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
        ) + timedelta(milliseconds=int(f"{fraction or ''}000"[:3]))
    except ValueError:
        return None
    if offset and offset != "Z":
        hours, minutes = int(offset[1:3]), int(offset[-2:])
        shift = timedelta(hours=hours, minutes=minutes)
        try:
            time = time - shift if offset[0] == "+" else time + shift
        except OverflowError:
            # Before year 1 or after 9999: JavaScript has such times, and nothing that is valid has.
            return None
    return time
