"""Evaluates a pasted response as LibreChat would. It is valid for minutes, so it is neither shown nor stored."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from checks.provider.saml.response_field import response_field
from checks.provider.saml.task import SamlTask
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import saml as ids
from wizard.librechat.saml_profile import SamlAccount, SamlAccountFault
from wizard.librechat.saml_signature import SignatureState
from wizard.librechat.saml_verdict import SamlAnswer, SamlCause, SamlVerdict, saml_verdict
from wizard.librechat.user_record import UserRecord

_SHOWN: Final = 160
_ENTRIES: Final = {
    SamlCause.STATUS: ids.STATUS,
    SamlCause.NO_ASSERTION: ids.NO_ASSERTION,
    SamlCause.ENCRYPTED: ids.ENCRYPTED,
    SamlCause.SEVERAL_ASSERTIONS: ids.SEVERAL,
    SamlCause.TOO_EARLY: ids.TOO_EARLY,
    SamlCause.EXPIRED: ids.EXPIRED,
    SamlCause.DATE: ids.DATE,
    SamlCause.CONDITIONS: ids.CONDITIONS,
    SamlCause.AUDIENCE: ids.AUDIENCE,
    SamlCause.RESPONSE_SIGNATURE: ids.RESPONSE_SIGNATURE,
    SamlCause.ASSERTION_SIGNATURE: ids.ASSERTION_SIGNATURE,
}
_STATES: Final = {
    SignatureState.NONE: "missing",
    SignatureState.ALGORITHM: "its algorithm is not one that LibreChat verifies (RSA with SHA-1, SHA-256 or SHA-512)",
    SignatureState.CHANGED: "the content was changed after signing",
    SignatureState.OTHER_KEY: "it was made with a different key than the one in SAML_CERT",
    SignatureState.FORM: "LibreChat does not accept its format",
}
_ADDRESS: Final = "Set SAML_EMAIL_CLAIM to the exact name of the attribute that contains the email address."


class _Refusal(NamedTuple):
    summary: str
    remedy: str
    settings: tuple[str, ...] = ()


_ACCOUNTS: Final = {
    SamlAccountFault.NO_MAIL: _Refusal(
        "The response has no email address where LibreChat looks for one.", _ADDRESS, ("SAML_EMAIL_CLAIM",)
    ),
    SamlAccountFault.INVALID_MAIL: _Refusal(
        "The value that LibreChat uses as the email address is not a valid email address.",
        _ADDRESS,
        ("SAML_EMAIL_CLAIM",),
    ),
    SamlAccountFault.MANY_VALUES: _Refusal(
        "The email address, user name or name has several values, so LibreChat returns 400.",
        "Configure the provider to send one value per attribute, or set SAML_EMAIL_CLAIM, SAML_USERNAME_CLAIM or "
        "SAML_NAME_CLAIM to another attribute.",
        ("SAML_EMAIL_CLAIM", "SAML_USERNAME_CLAIM", "SAML_NAME_CLAIM"),
    ),
    SamlAccountFault.DOMAIN: _Refusal(
        "The email domain is not in registration.allowedDomains.",
        "Add the domain to registration.allowedDomains in librechat.yaml.",
    ),
    SamlAccountFault.NAME_ID: _Refusal(
        "LibreChat rejects the NameID, because it is missing, blank or transient.",
        "Set SAML_NAME_ID_FORMAT=urn:oasis:names:tc:SAML:2.0:nameid-format:persistent, and set the same format at the identity provider.",
        ("SAML_NAME_ID_FORMAT",),
    ),
    SamlAccountFault.IDP_ISSUER: _Refusal(
        "The assertion's Issuer is not the one in SAML_IDP_ISSUER.",
        "If the assertion's Issuer identifies your provider, copy it into SAML_IDP_ISSUER.",
        ("SAML_IDP_ISSUER",),
    ),
}
"""What a response can show without LibreChat's accounts."""


class JudgedResponse(NamedTuple):
    """The verdict on a response."""

    verdict: SamlVerdict
    now: datetime
    made: datetime | None = None
    """When it was made, if it was judged by that time because it had become too old since; else ``None``."""


def judged_response(task: SamlTask, records: Sequence[UserRecord] = ()) -> JudgedResponse | None:
    """Return the verdict on the task's response; ``None``: there is none, or not the certificate to judge it with."""
    if task.response is None or task.unseen:
        return None
    given, now = response_field(task.response), task.clock()
    verdict = saml_verdict(task.settings, given.text, now, records, task.allowed_domains)
    if verdict.cause is SamlCause.EXPIRED and given.made is not None:
        then = saml_verdict(task.settings, given.text, given.made, records, task.allowed_domains)
        if then.cause is not SamlCause.EXPIRED:
            return JudgedResponse(then, now, given.made)
    return JudgedResponse(verdict, now)


def response_findings(task: SamlTask) -> Iterator[Finding]:
    """Yield LibreChat's decision on the response, without existing accounts."""
    if task.response is None:
        return
    judged = judged_response(task)
    if judged is None:
        yield ids.UNSURE.unknown("The response cannot be checked without the certificate in SAML_CERT.")
        return
    if judged.made is not None:
        yield ids.AGED.unknown(evidence=(f"made: {_shown(judged.made)}", f"now: {_shown(judged.now)}"))
    yield _finding(task, judged.verdict, judged.now)


def _shown(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _finding(task: SamlTask, verdict: SamlVerdict, now: datetime) -> Finding:
    answer = verdict.answer
    if verdict.cause is SamlCause.UNSURE:
        return ids.UNSURE.unknown()
    if verdict.cause is SamlCause.NOT_XML:
        why = plain(answer.detail if answer is not None else "", limit=_SHOWN)
        return ids.RESPONSE_UNREAD.fail(f"The pasted text is not a SAML response that LibreChat can read: {why}.")
    if (entry := _ENTRIES.get(verdict.cause)) is not None and answer is not None:
        return entry.fail(evidence=_evidence(task, verdict.cause, answer, now))
    account = verdict.account
    if account is not None and account.fault is not None:
        return _refused(task, account, account.fault, answer)
    if account is None:
        return ids.UNSURE.unknown()
    return ids.ACCOUNT_OK.passed(_summary(account))


def _evidence(task: SamlTask, cause: SamlCause, answer: SamlAnswer, now: datetime) -> tuple[str, ...]:
    match cause:
        case SamlCause.AUDIENCE:
            named = ", ".join(repr(one) for one in answer.audiences) or "(none)"
            return (f"audience of the assertion: {named}", f"SAML_ISSUER: {task.settings.issuer!r}")
        case SamlCause.RESPONSE_SIGNATURE | SamlCause.ASSERTION_SIGNATURE:
            is_whole = cause is SamlCause.RESPONSE_SIGNATURE
            whole = _STATES.get(answer.response_signature.state, "valid")
            inner = _STATES.get(answer.assertion_signature.state, "valid")
            pair = (f"signature of the response: {whole}", f"signature of the assertion: {inner}")
            return pair if is_whole else (pair[1], pair[0])
        case SamlCause.TOO_EARLY | SamlCause.EXPIRED:
            bounds = (("NotBefore", answer.not_before), ("NotOnOrAfter", answer.not_on_or_after))
            told = [f"{name}: {_shown(bound)}" for name, bound in bounds if bound]
            return (*told, f"now: {_shown(now)}")
        case _:
            return (answer.detail,) if answer.detail else ()


def _refused(task: SamlTask, account: SamlAccount, fault: SamlAccountFault, answer: SamlAnswer | None) -> Finding:
    entry, profile = ids.ACCOUNT.of(fault), answer.profile if answer is not None else None
    told = _ACCOUNTS.get(fault, _Refusal(entry.meaning, entry.fix))
    names = ", ".join(profile.attribute_names) if profile is not None else ""
    evidence = [f"attributes of the response: {names or '(none)'}", f"email address: {account.email or '(none)'}"]
    if fault is SamlAccountFault.DOMAIN:
        evidence.append(f"registration.allowedDomains: {', '.join(task.allowed_domains)}")
    if fault is SamlAccountFault.IDP_ISSUER and profile is not None:
        evidence.append(f"Issuer: {profile.issuer or '(none)'}")
    return entry.fail(told.summary, settings=told.settings, remedy=told.remedy, evidence=evidence)


def _summary(account: SamlAccount) -> str:
    name, identity, mail = (
        plain(str(value or "(none)"), limit=_SHOWN) for value in (account.name, account.identity, account.email)
    )
    return f"{name}, {mail}, id {identity}, would get the role USER."
