"""The check ``openid`` from its first request to its verdict: what is wrong, or that only a real sign-in can tell more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Final

from checks.provider.conversation import PROBE, ProviderConversation, RequestLimitError, Transport
from checks.provider.openid.authorization import ask_authorization, refuses_admin_panel
from checks.provider.openid.discovery import Discovered, discover, issuer_inside, keys
from checks.provider.openid.own_settings import settings_findings
from checks.provider.openid.secret import ask_token, may_have_secret
from checks.provider.openid.task import AuthorizationSeen, ClientStanding, OpenIdTask, SecretEnd, SecretSeen
from checks.provider.verdict import undecided
from wizard.basics.finding import Finding, Status
from wizard.basics.own_command import own_command
from wizard.findings import openid_check as ids
from wizard.findings.openid_check import FINDINGS
from wizard.librechat.browser_url import split_address
from wizard.librechat.openid_request import redirect_uri
from wizard.librechat.openid_start import endpoint_fault

_INCONCLUSIVE: Final = frozenset({"client.unchecked", "secret.unchecked", "secret.elsewhere", "token.busy"})
"""Causes that leave a question open; the others of an open end are warnings: something is odd, and a sign-in may work."""
_CLIENT: Final = frozenset({"client.unknown", "client.refused", "redirect.refused"})


def examine_settings(task: OpenIdTask) -> Iterator[Finding]:
    """Yield what the settings alone say."""
    yield from settings_findings(task)


async def examine(
    task: OpenIdTask, transport: Transport, inside: AsyncIterator[Finding] | None = None
) -> AsyncIterator[Finding]:
    """Query the provider and report what LibreChat's sign-in would meet; at most eight requests.

    ``inside`` gives what was found from inside LibreChat's container, which counts for the last sentence.
    """
    own = list(settings_findings(task))
    conversation = ProviderConversation(transport)
    found: list[Finding] = []
    async for finding in _asked(task, conversation):
        found.append(finding)
        yield finding
    if inside is not None:
        async for finding in inside:
            found.append(finding)
            yield finding
    note = f"The client secret was not tested: {task.unsent}." if task.unsent else ""
    evidence = (note or f"Sign in once yourself: {own_command('signin', 'openid')}",)
    # From inside of the container it may be reached all the same.
    is_reached = any(finding.status is Status.PASS for finding in found)
    unreached = () if is_reached else (FINDINGS["discovery.unknown"], FINDINGS["tls.unknown"])
    for finding in undecided(ids.UNDECIDED, (*own, *found), unreached=unreached, evidence=evidence):
        yield finding


async def _asked(task: OpenIdTask, conversation: ProviderConversation) -> AsyncIterator[Finding]:
    discovered = await discover(task, conversation)
    for finding in discovered.findings:
        yield finding
    if not discovered.is_usable:
        return
    try:
        async for finding in _endpoints(task, discovered, conversation):
            yield finding
    except RequestLimitError:
        yield ids.UNASKED.unknown()


async def _endpoints(
    task: OpenIdTask, discovered: Discovered, conversation: ProviderConversation
) -> AsyncIterator[Finding]:
    metadata, reported_ids = discovered.metadata, {finding.id for finding in settings_findings(task)}
    for finding in await keys(task, metadata, conversation):
        yield finding
    asked = token = None
    if not endpoint_fault(metadata, "authorization_endpoint"):
        asked = await ask_authorization(task, metadata, conversation)
        inside = issuer_inside(task, metadata, asked.issuer)
        if inside is not None:
            yield inside
    if not endpoint_fault(metadata, "token_endpoint") and not task.unsent:
        if may_have_secret(task, metadata):
            yield _announced(task, str(metadata["token_endpoint"]))
        token = await ask_token(task, metadata, conversation)
    for finding in judged(task, asked, token):
        if finding.id not in reported_ids:
            yield finding
    is_accepted = asked is not None and asked.registration is ClientStanding.ACCEPTED and not asked.any_redirect
    if task.has_admin_panel and is_accepted and conversation.left:
        redirect = task.shown(await refuses_admin_panel(task, metadata, conversation))
        remedy = f"Register this redirect URI with the provider as well: {redirect}"
        evidence = (f"redirect_uri={redirect}",)
        if redirect:
            yield FINDINGS["redirect.admin-panel"].warn(remedy=remedy, evidence=evidence)


def announcement(host: str) -> str:
    """Return what the token requests leave behind, for a person to read."""
    return (
        f"The check sends up to five token requests with code={PROBE} to {host}. One has a wrong secret: the provider "
        "logs it as a failed client authentication."
    )


def _announced(task: OpenIdTask, endpoint: str) -> Finding:
    return ids.ANNOUNCED.passed(announcement(task.shown(split_address(endpoint).hostname)))


def judged(task: OpenIdTask, asked: AuthorizationSeen | None, token: SecretSeen | None) -> Iterator[Finding]:
    """Yield the findings of both conversations: a refused request is the redirect URI's where the client is known otherwise."""
    cause = "" if asked is None else asked.cause
    if asked is not None and asked.registration is ClientStanding.REFUSED and token is not None:
        if token.end is SecretEnd.RIGHT or token.cause in {"secret.method", "secret.public", "secret.expired"}:
            cause = "redirect.refused"
        elif token.cause in {"secret.wrong", "secret.missing", "client.unknown"}:
            cause = "client.unknown"
    if asked is not None:
        yield from _authorization(task, asked, cause)
    if token is None or (cause == "client.unknown" and token.end is SecretEnd.WRONG):
        return
    if token.end is SecretEnd.RIGHT:
        yield ids.SECRET_ACCEPTED.passed(evidence=map(task.shown, token.evidence))
        return
    status = Status.FAIL if token.end is SecretEnd.WRONG else _open(token.cause)
    yield FINDINGS[token.cause].finding(status, evidence=map(task.shown, token.evidence))


def _authorization(task: OpenIdTask, asked: AuthorizationSeen, cause: str) -> Iterator[Finding]:
    uri = redirect_uri(task.settings)
    evidence = [task.shown(text) for text in asked.evidence]
    if asked.registration is ClientStanding.ACCEPTED:
        yield ids.CLIENT_ACCEPTED.passed(evidence=(f"redirect_uri={task.shown(uri)}",))
        if asked.any_redirect:
            yield FINDINGS["redirect.wildcard"].warn(evidence=evidence)
        return
    if cause in _CLIENT:
        evidence = [
            f"client_id={task.shown(task.value('OPENID_CLIENT_ID'))}",
            f"redirect_uri={task.shown(uri)}",
            *evidence,
        ]
    status = _open(cause) if asked.registration is ClientStanding.UNKNOWN else Status.FAIL
    remedy = f"Register this redirect URI with the provider: {task.shown(uri)}" if cause == "redirect.refused" else ""
    entry = FINDINGS[cause]
    yield entry.finding(status, evidence=evidence, remedy=remedy or entry.fix)


def _open(cause: str) -> Status:
    return Status.UNKNOWN if cause in _INCONCLUSIVE else Status.WARN
