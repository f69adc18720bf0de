"""The check ``session``: do people stay signed in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from datetime import timedelta
from typing import Final

from checks.browser.cookies import Dropped, Kept
from checks.browser.origin import is_localhost, parse_web_address
from checks.model import Subject
from checks.net.http import Web
from checks.net.own_authority import TRUSTED, own_authority
from checks.net.trust import context
from checks.options import LimitReached
from checks.site.instance.findings import logs_command, recreate_command, response_evidence, unreachable
from checks.site.session import tokens
from checks.site.session.directory_memory import DirectoryMemory, directory_memory
from checks.site.session.refusals import REFUSALS
from checks.site.session.replies import LoginEnd, RefreshEnd, foreign_server, message_of
from checks.site.session.round_trip import RoundTrip, RoundTripStage, RoundTripStep
from checks.site.session.summary import RoundTripRecord, session_summary
from checks.site.target import address, exposes_password, login
from wizard.basics.finding import Finding, Status
from wizard.basics.insecure_login import SEND_ANYWAY
from wizard.basics.secret import Secret
from wizard.findings import session as ids
from wizard.librechat.durations import describe_duration

SOON: Final = timedelta(minutes=30)
"""A session that ends sooner is reported: people notice."""
CLOCKS: Final = timedelta(seconds=60)


async def run(subject: Subject) -> AsyncGenerator[Finding, None]:
    """Make the round trip and give a finding for each step; the last one is ``session.kept`` or ``session.lost``."""
    site, account = address(subject), login(subject)
    if site is None or account is None:
        raise RuntimeError("the check does not apply")
    if exposes_password(subject):
        yield held_back(subject)
        return
    if tokens.access_life(subject.deployment.settings) is None:
        yield not_tried(subject)
        return
    memory = directory_memory(subject, account)
    if memory is not None and memory.was_refused():
        yield ids.DIRECTORY_REMEMBERED.unknown()
        return
    trusted = context(subject.site_options.cacert, own_authority(subject.deployment))
    async with Web(trusted, resolve=subject.site_options.resolve) as web:
        trip = RoundTrip(
            web=web, base=site.url, account=account, allowance=subject.memory.allowance, pause=_pause(subject)
        )
        try:
            async for found in _findings(trip, subject, memory):
                # Whoever knows the password and the tokens can put them into any header.
                yield found._replace(evidence=tuple(trip.redacted(text) for text in found.evidence))
        finally:
            await trip.sign_out()
        if trip.signed_out is False:
            yield ids.LEFT.warn()


def _pause(subject: Subject) -> float:
    """Return the seconds after which LibreChat's page would renew: when the access token has run out."""
    life = tokens.access_life(subject.deployment.settings)
    return min(subject.site_options.stays, life.total_seconds() + 1) if life is not None else 0


def held_back(subject: Subject) -> Finding:
    """Report that no sign-in was made, because the password would be sent over plain HTTP."""
    site = address(subject)
    return ids.INSECURE_LOGIN.unknown(
        f"The sign-in was not attempted: {site.url if site else 'LibreChat'} uses plain HTTP, so anyone on the network "
        "could read the password.",
        settings=("DOMAIN_CLIENT",) if not subject.site_options.url else (),
        remedy=f"Use HTTPS (access: https-proxy). On the server itself, use the published port: --url http://localhost:PORT. {SEND_ANYWAY}",
    )


def not_tried(subject: Subject) -> Finding:
    """Report, without a sign-in, that nobody can sign in: it would leave a session behind that nobody can end."""
    return ids.LOGIN_TOKENS.fail(evidence=(f"SESSION_EXPIRY={subject.deployment.settings.get('SESSION_EXPIRY', '')}",))


async def _findings(trip: RoundTrip, subject: Subject, memory: DirectoryMemory | None) -> AsyncIterator[Finding]:
    steps: list[RoundTripStep] = []
    try:
        async for step in trip.steps():
            steps.append(step)
            if memory is not None:
                memory.note(step.login)
            for found in _of_step(step, trip, subject):
                yield found
    except LimitReached as reached:
        yield ids.LOGIN_LIMITED.unknown(f"The sign-in was not attempted: {reached.because}.")
        return
    final = session_summary(RoundTripRecord(base=trip.base, steps=tuple(steps), deployment=subject.deployment))
    if final is not None:
        yield final


def _of_step(step: RoundTripStep, trip: RoundTrip, subject: Subject) -> list[Finding]:
    match step.stage:
        case RoundTripStage.LOGIN:
            return _of_login(step, trip, subject)
        case RoundTripStage.COOKIE:
            return _of_cookie(step, trip)
        case RoundTripStage.REFRESH | RoundTripStage.ROTATION:
            return _of_refresh(step, trip)


def _of_login(step: RoundTripStep, trip: RoundTrip, subject: Subject) -> list[Finding]:
    if step.error is not None:
        return [unreachable(ids.LOGIN_FAILED, step.error, trip.base, subject.deployment)]
    reply, end = step.reply, step.login
    if reply is None or end is None:
        raise RuntimeError("a sign-in without a result")
    if end is not LoginEnd.SIGNED_IN:
        refusal = REFUSALS[end]
        other = foreign_server(reply) if refusal.status is Status.FAIL else None
        evidence = [*response_evidence(reply), f"message: {message_of(reply)}" if message_of(reply) else ""]
        evidence += [f"looks like {other.name} ({other.because})"] if other else []
        return [
            ids.LOGIN_FAILED.of(end).finding(
                refusal.status,
                _filled(refusal.summary, trip, subject),
                evidence=[trip.redacted(text) for text in evidence],
                settings=refusal.settings,
                remedy=_filled(refusal.remedy, trip, subject),
            )
        ]
    trusted = [TRUSTED] if trip.base.startswith("https:") and own_authority(subject.deployment) else []
    found = [ids.LOGIN.passed(evidence=trusted)]
    return found + _of_tokens(trip, step, subject)


def _filled(text: str, trip: RoundTrip, subject: Subject) -> str:
    return text.replace("{base}", trip.base).replace("{logs}", logs_command(subject.deployment))


def _of_tokens(trip: RoundTrip, step: RoundTripStep, subject: Subject) -> list[Finding]:
    """Compare what is in the tokens with what is in the files."""
    settings, found = subject.deployment.settings, []
    pairs = (
        (trip.access, "JWT_SECRET", "SESSION_EXPIRY", tokens.access_life(settings)),
        (trip.refresh, "JWT_REFRESH_SECRET", "REFRESH_TOKEN_EXPIRY",
         tokens.refresh_life(settings)),
    )  # fmt: skip
    for text, secret_name, life_name, life in pairs:
        token = tokens.read(text) if text is not None else None
        if not isinstance(token, tokens.Token) or token.purpose is tokens.Purpose.FOREIGN:
            continue
        signed = tokens.signature(token, Secret(settings.get(secret_name, "")))
        if signed is tokens.TokenSignature.OTHER_SECRET:
            found.append(
                ids.SECRET.of(secret_name.lower()).warn(
                    f"LibreChat is running with a different {secret_name} than the one in .env: it has not been restarted since "
                    ".env was changed, or another value overrides the one in .env. At the next restart, all users have to sign in "
                    "again.",
                    settings=(secret_name,),
                    remedy=recreate_command(subject.deployment),
                )
            )
        if tokens.has_configured_lifetime(token, life) is False:
            found.append(
                ids.LIFETIME.of(life_name.lower()).warn(
                    f"LibreChat is running with a different {life_name} than the one in .env.",
                    evidence=(f"the token is valid for {token.life}, but .env sets {life or 'an invalid value'}",),
                    settings=(life_name,),
                    remedy=recreate_command(subject.deployment),
                )
            )
        if token.purpose is tokens.Purpose.REFRESH and token.life is not None and token.life < SOON:
            found.append(
                ids.SHORT.warn(
                    f"Every session ends {describe_duration(max(token.life.total_seconds(), 0) * 1000)} after the sign-in, "
                    "even if the user is active."
                )
            )
    return found + _of_clock(trip, step)


def _of_clock(trip: RoundTrip, step: RoundTripStep) -> list[Finding]:
    token = tokens.read(trip.access) if trip.access is not None else None
    if not isinstance(token, tokens.Token) or step.reply is None:
        return []
    clock = tokens.issuer_clock(token, sent=step.reply.sent, received=step.reply.received)
    if clock is None or not clock.is_off_by(CLOCKS):
        return []
    seconds = round(clock.ahead.total_seconds())
    return [
        ids.CLOCK.warn(
            f"LibreChat's clock is {abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} this machine's: "
            "sessions, links in emails and providers' tokens expire too early or are not valid yet."
        )
    ]


def _of_cookie(step: RoundTripStep, trip: RoundTrip) -> list[Finding]:
    result = step.cookie
    if result is None:
        return [ids.COOKIE_MISSING.fail(evidence=response_evidence(step.reply) if step.reply else ())]
    if isinstance(result, Dropped):
        return [
            ids.COOKIE_DROPPED.of(result.rule).fail(
                f"Browsers drop the sign-in cookie: {result.because}.",
            )
        ]
    return [ids.COOKIE.passed(), *_limits(result, trip)]


def _limits(result: Kept, trip: RoundTrip) -> list[Finding]:
    """Tell what is kept and yet not as LibreChat sends it, or not everywhere."""
    target, cookie, found = parse_web_address(trip.base), result.cookie, []
    if target is not None and cookie.secure and not target.encrypted and is_localhost(target.host):
        found.append(ids.COOKIE_SAFARI.warn())
    if not cookie.persistent:
        found.append(ids.COOKIE_UNTIL_CLOSE.warn())
    if not cookie.http_only:
        found.append(ids.COOKIE_READABLE.warn())
    return found


def _of_refresh(step: RoundTripStep, trip: RoundTrip) -> list[Finding]:
    entry, failed, again = ids.REFRESH, ids.REFRESH_FAILED, "when the page is reloaded"
    if step.stage is RoundTripStage.ROTATION:
        entry, failed, again = (
            ids.ROTATION,
            ids.ROTATION_FAILED,
            "a second time, with the cookie from the first renewal",
        )
    if step.refresh is RefreshEnd.RENEWED:
        return [entry.passed()]
    if step.reply is None or step.refresh is None or not step.offered:
        return []  # the verdict says it all
    says = message_of(step.reply)
    status = Status.UNKNOWN if step.refresh is RefreshEnd.LIMITED else Status.FAIL
    return [
        failed.of(step.refresh).finding(
            status,
            f"LibreChat does not renew the session {again}.",
            evidence=[
                trip.redacted(text) for text in (*response_evidence(step.reply), f"message: {says}" if says else "")
            ],
        )
    ]
