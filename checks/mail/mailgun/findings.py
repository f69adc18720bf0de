"""Turns Mailgun's replies into findings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

from checks.mail.mailgun.api import REGIONS, Api, EndlessAnswerError
from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.findings import mailgun as ids
from wizard.librechat.mail_transport import Sender

_DOMAIN: Final = ("MAILGUN_DOMAIN",)
_KINDS: Final = {
    Failure.NAME: "name",
    Failure.UNRESOLVED: "dns",
    Failure.SILENT: "silent",
    Failure.CERTIFICATE: "certificate",
    Failure.REFUSED: "connect",
    Failure.UNREACHABLE: "connect",
    Failure.HANDSHAKE: "connect",
    Failure.CLOSED: "garbled",
    Failure.GARBLED: "garbled",
}
"""The last part of the id of the finding."""
_LONGEST: Final = 600
"""Letters of a sentence with two paths in it."""
_OK, _BAD_REQUEST, _NO_KEY, _FORBIDDEN, _UNKNOWN, _MANY = 200, 400, 401, 403, 404, 429


def unreached(check: str, api: Api, error: HttpError | EndlessAnswerError) -> Finding:
    """Report why there was no reply; only a certificate, a refusal or nonsense is certain to stop LibreChat, too."""
    host = plain(api.mailgun.host, limit=100)
    is_there = api.mailgun.host.rstrip("/").lower() in REGIONS.values()
    kind = "too-much" if isinstance(error, EndlessAnswerError) else _KINDS[error.failure]
    kind = "dns" if kind == "name" and is_there else kind
    summary, status, remedy = {
        "dns": (
            f"Could not look up {host} in DNS.",
            Status.UNKNOWN,
            "Check that this machine is online, then try again.",
        ),
        "name": (
            f"{host} does not resolve.",
            Status.FAIL,
            f"Set MAILGUN_HOST to {REGIONS['US']} or {REGIONS['EU']}.",
        ),
        "silent": (
            f"{host} did not respond in time.",
            Status.UNKNOWN,
            "Try again, and check that no firewall blocks the connection.",
        ),
        "certificate": (
            f"LibreChat does not trust the certificate for {host}: no mail is sent.",
            Status.FAIL,
            "Something on the network (such as a corporate proxy) is intercepting TLS: add its CA to NODE_EXTRA_CA_CERTS.",
        ),
        "connect": (
            f"Could not connect to {host} from this machine.",
            Status.FAIL,
            "Check MAILGUN_HOST, and check that LibreChat is allowed to connect to that host.",
        ),
        "garbled": (f"{host} did not return a valid HTTP response.", Status.FAIL, "Check MAILGUN_HOST."),
        "too-much": (f"{host} returned a response too large to come from Mailgun.", Status.FAIL, "Check MAILGUN_HOST."),
    }[kind]
    evidence = (api.shown(error.detail),) if isinstance(error, HttpError) and error.detail else ()
    if kind == "certificate" and api.trust.problem:
        evidence = (api.shown(api.trust.problem, limit=_LONGEST), *evidence)
    if kind == "certificate" and api.trust.is_doubtful:
        summary, status = (
            f"This check does not trust the certificate for {host}; LibreChat may trust it.",
            Status.UNKNOWN,
        )
        remedy = "Change the owner of the NODE_EXTRA_CA_CERTS file to root or the LibreChat folder's owner, and its mode to 0644."
    return ids.UNREACHED.of(kind).at(check).finding(status, summary, remedy=remedy, evidence=evidence)


async def judge(api: Api, sender: Sender) -> AsyncIterator[Finding]:
    """Find out from Mailgun whether it would accept LibreChat's emails. Nothing is sent."""
    if (fault := api.fault) is not None:
        yield fault
        return
    try:
        answer = await api.empty_mail()
    except (HttpError, EndlessAnswerError) as error:
        yield unreached("mailgun", api, error)
        return
    if answer.status != _BAD_REQUEST:
        yield await _refused(api, answer)
        return
    region = next((name for name, host in REGIONS.items() if host == api.mailgun.host.rstrip("/").lower()), "")
    where = f" (region {region})" if region else ""
    domain = plain(api.mailgun.domain)
    added = f" {api.shown(api.trust.named, limit=_LONGEST)}" if api.trust.named else ""
    yield ids.KEY.passed(f"Mailgun accepts the API key for the domain {domain}{where}.{added}")
    for found in (*await _state(api), *_about_sender(api, sender)):
        yield found


async def _refused(api: Api, answer: HttpResponse) -> Finding:
    evidence, domain = api.message(answer), plain(api.mailgun.domain)
    if answer.status in (_NO_KEY, _FORBIDDEN, _UNKNOWN):
        elsewhere = await _elsewhere(api)
        if elsewhere is not None:
            return elsewhere
    if answer.status in (_NO_KEY, _FORBIDDEN):
        summary = f"Mailgun rejects the API key for the domain {domain}: LibreChat cannot send mail."
        return ids.KEY_REFUSED.fail(summary, evidence=(evidence,))
    if answer.status == _UNKNOWN:
        summary = f"Mailgun has no domain {domain} at {plain(api.mailgun.host, limit=100)}: LibreChat cannot send mail."
        return ids.DOMAIN_UNKNOWN.fail(summary, evidence=(evidence,))
    if answer.status == _MANY or answer.status // 100 == 5:  # noqa: PLR2004 - a fault of the server's
        summary = f"Mailgun could not handle the request (HTTP {answer.status})."
        return ids.UNAVAILABLE.unknown(summary, evidence=(evidence,))
    summary = f"{plain(api.mailgun.host, limit=100)} does not respond like Mailgun's API (HTTP {answer.status})."
    location = answer.header("location")
    target = (api.shown(f"redirects to {location}"),) if location else ()
    remedy = f"Set MAILGUN_HOST to exactly {REGIONS['US']} or {REGIONS['EU']}."
    return ids.ANSWER.unknown(summary, remedy=remedy, evidence=(evidence, *target))


async def _elsewhere(api: Api) -> Finding | None:
    """Look whether the other region knows the domain."""
    other = api.other_region
    if other is None:
        return None
    name, host = other
    try:
        answer = await api.empty_mail(host)
    except (HttpError, EndlessAnswerError):
        return None
    if answer.status != _BAD_REQUEST:
        return None
    summary = f"The domain {plain(api.mailgun.domain)} is in Mailgun's {name} region, but LibreChat uses the other region: no mail is sent."
    return ids.REGION.fail(summary, remedy=f"MAILGUN_HOST={host}")


async def _state(api: Api) -> list[Finding]:
    domain = plain(api.mailgun.domain)
    try:
        answer: HttpResponse | None = await api.domain()
    except (HttpError, EndlessAnswerError):
        answer = None
    body = {} if answer is None or answer.status != _OK else answer.object
    about: Any = body.get("domain", body)
    if not isinstance(about, dict) or "state" not in about:
        summary = f"Mailgun did not report the status of the domain {domain}: the API key may be for sending only."
        return [ids.DOMAIN_STATE.unknown(summary)]
    state, reason = plain(str(about["state"]), limit=30), about.get("disabled")
    found = []
    if about.get("is_disabled") is True or state == "disabled":
        why = (api.shown(str(reason.get("reason", ""))),) if isinstance(reason, dict) and reason.get("reason") else ()
        summary = f"Mailgun has disabled the domain {domain}: LibreChat cannot send mail."
        found.append(ids.DOMAIN_DISABLED.fail(summary, evidence=why))
    elif state != "active":
        summary = (
            f"The domain {domain} is not verified with Mailgun ({state}): Mailgun sends nothing, or receivers reject "
            "the mail."
        )
        found.append(ids.DOMAIN_UNVERIFIED.fail(summary))
    if about.get("type") == "sandbox":
        summary = f"{domain} is a Mailgun sandbox domain: it sends only to authorized recipients."
        found.append(ids.DOMAIN_SANDBOX.warn(summary))
    return found or [ids.DOMAIN_ACTIVE.passed(f"Mailgun reports that the domain {domain} is active.")]


def _about_sender(api: Api, sender: Sender) -> list[Finding]:
    """Compare the sender's domain with the one that signs, as DMARC does (RFC 7489 section 3.1.1, relaxed)."""
    names = ("EMAIL_FROM", *_DOMAIN)
    if not sender.envelope:
        return [ids.SENDER_NONE.fail(settings=names)]
    own, signing = sender.envelope.rpartition("@")[2].lower(), api.mailgun.domain.lower().rstrip(".")
    if own == signing or signing.endswith(f".{own}") or own.endswith(f".{signing}"):
        return [ids.SENDER_OK.passed(f"EMAIL_FROM matches the domain {plain(signing)}.")]
    summary = (
        f"EMAIL_FROM is an address at {plain(own)}, but Mailgun signs for {plain(signing)}: receivers that check "
        "DMARC reject the mail or treat it as spam."
    )
    remedy = f"Use an address at {plain(signing)}, or a Mailgun domain under {plain(own)}."
    return [ids.SENDER_DOMAIN.warn(summary, remedy=remedy)]
