"""Fetches the discovery document and evaluates it as LibreChat does at start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderConversation
from checks.provider.openid.task import Metadata, OpenIdTask
from wizard.basics.finding import Finding, Status
from wizard.findings import openid_check as ids
from wizard.findings.openid_check import FINDINGS
from wizard.librechat.browser_url import split_address
from wizard.librechat.openid_forward_proxy import forward_proxy
from wizard.librechat.openid_situation import ProviderAnswer
from wizard.librechat.openid_start import (
    DISCOVERY_SECONDS,
    WELL_KNOWN,
    answer_fault,
    discovery_url,
    endpoint_fault,
    metadata_fault,
)
from wizard.librechat.values import is_enabled

SKEW: Final = 60
"""Seconds by which LibreChat's clock may be ahead before it is worth a warning: Keycloak's ID tokens live 300, some 60."""
_CAUSES: Final = {
    Failure.HANDSHAKE: "tls.handshake",
    Failure.SILENT: "discovery.slow",
    **dict.fromkeys((Failure.NAME, Failure.REFUSED, Failure.CLOSED, Failure.GARBLED), "discovery.unreachable"),
}
"""What LibreChat meets as well; what else stops a request may be this machine's network alone."""
_NAME_WORDS: Final = ("hostname mismatch", "ip address mismatch", "not valid for")
_TIME_WORDS: Final = ("expired", "not yet valid")


@dataclass(kw_only=True)
class Discovered:
    """The result of discovery; ``metadata`` is empty if LibreChat accepts none."""

    metadata: Metadata
    findings: list[Finding]

    @property
    def is_usable(self) -> bool:
        """Whether LibreChat registers OpenID with it."""
        return bool(self.metadata)


async def discover(task: OpenIdTask, conversation: ProviderConversation) -> Discovered:
    """Fetch the document once and report how LibreChat interprets it."""
    url = discovery_url(task.value("OPENID_ISSUER")) or ""
    try:
        response = await conversation.get(url, seconds=DISCOVERY_SECONDS)
    except HttpError as error:
        return Discovered(metadata={}, findings=[no_answer(task, error, url)])
    if response.cut:
        return Discovered(metadata={}, findings=[FINDINGS["discovery.too-much"].fail(evidence=(task.shown(url),))])
    answer = ProviderAnswer(status=response.status, body=response.json)
    if cause := answer_fault(answer):
        return Discovered(metadata={}, findings=[_refused(task, cause, url, response)])
    if (fault := metadata_fault(task.value("OPENID_ISSUER"), answer.fields)) is not None:
        return Discovered(metadata={}, findings=[_mismatch(task, fault.cause, fault.detail)])
    findings = [*_endpoints(task, answer.fields), *_reuse(task, answer.fields), *_clock(response)]
    if all(finding.status is not Status.FAIL for finding in findings):
        findings.insert(0, ids.REGISTERED.passed(evidence=(task.shown(url),)))
    return Discovered(metadata=answer.fields, findings=findings)


def no_answer(task: OpenIdTask, error: HttpError, url: str) -> Finding:
    """Report why no discovery document came, as far as LibreChat is affected too."""
    evidence = (task.shown(url), task.shown(error.detail))
    host = discovery_host(url)
    proxy = forward_proxy(task.settings, task.release, *host)
    asked = split_address(proxy.address).hostname if proxy is not None and proxy.address else host[0]
    if error.failure is Failure.NAME and "." not in (asked or "."):
        # A name of one word is a service of the compose file: only the container knows it.
        return FINDINGS["discovery.unknown"].unknown(
            "Only LibreChat's container can resolve the name of the provider or proxy.",
            remedy="Set checks: {from_container: true} in the answers file to run the check from inside the container.",
            evidence=evidence,
        )
    if proxy is not None and error.failure not in {Failure.CERTIFICATE, Failure.HANDSHAKE}:
        cause = "proxy.invalid" if proxy.address is None else "proxy.dead"
        return FINDINGS[cause].fail(settings=(proxy.setting, "NO_PROXY"), evidence=evidence)
    if error.failure is Failure.CERTIFICATE:
        return _certificate(task, error, evidence)
    known = _CAUSES.get(error.failure)
    return (
        FINDINGS["discovery.unknown"].unknown(evidence=evidence)
        if known is None
        else FINDINGS[known].fail(evidence=evidence)
    )


def discovery_host(url: str) -> tuple[str, int]:
    """Return host and port of an address."""
    parts = split_address(url)
    return parts.hostname or "", parts.port or 443


def _certificate(task: OpenIdTask, error: HttpError, evidence: tuple[str, ...]) -> Finding:
    words = error.detail.lower()
    if any(each in words for each in _NAME_WORDS):
        return FINDINGS["tls.name"].fail(evidence=evidence)
    if any(each in words for each in _TIME_WORDS):
        return FINDINGS["tls.expired"].fail(evidence=evidence)
    if task.trust_is_doubtful or task.value("NODE_TLS_REJECT_UNAUTHORIZED") == "0":
        return FINDINGS["tls.unknown"].unknown(evidence=(*evidence, task.shown(task.trust_problem, limit=400)))
    if task.trust_problem:
        return FINDINGS["tls.ca-file"].fail(evidence=(*evidence, task.shown(task.trust_problem, limit=400)))
    return FINDINGS["tls.refused"].fail(evidence=evidence)


def _refused(task: OpenIdTask, cause: str, url: str, response: HttpResponse) -> Finding:
    target = response.header("location")
    evidence = [task.shown(f"{url} returned {response.status}")]
    if cause == "discovery.redirect" and target:
        evidence.append(task.shown(f"it redirects to {target}"))
    return FINDINGS[cause].fail(evidence=evidence)


def _mismatch(task: OpenIdTask, cause: str, named: str) -> Finding:
    if not named:
        return FINDINGS[cause].fail()
    evidence = (
        f"OPENID_ISSUER={task.shown(task.value('OPENID_ISSUER'))}",
        f"issuer in the document: {task.shown(named)}",
    )
    return FINDINGS[cause].fail(remedy=f"OPENID_ISSUER={task.shown(named)}", evidence=evidence)


def _endpoints(task: OpenIdTask, metadata: Metadata) -> Iterator[Finding]:
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint"):
        fault = endpoint_fault(metadata, name)
        if not fault or (name == "userinfo_endpoint" and fault == "missing"):
            # Without userinfo the ID token has to hold the email address: a real sign-in shows it.
            continue
        evidence = (f"{name}: {task.shown(metadata.get(name))}",)
        if fault == "http":
            yield FINDINGS["discovery.http-endpoint"].fail(evidence=evidence)
        elif name != "userinfo_endpoint":
            yield FINDINGS["discovery.no-endpoint"].fail(
                f"The discovery document has no usable {name}.", evidence=evidence
            )


def _reuse(task: OpenIdTask, metadata: Metadata) -> Iterator[Finding]:
    if is_enabled(task.value("OPENID_REUSE_TOKENS")) and not metadata.get("jwks_uri"):
        yield FINDINGS["reuse.no-jwks"].fail()


def _clock(response: HttpResponse) -> Iterator[Finding]:
    """Compare the Date header (RFC 9110 section 6.6.1) with this machine's clock; only a clock that is ahead does harm."""
    try:
        theirs = parsedate_to_datetime(response.header("date"))
    except (ValueError, TypeError, IndexError):
        return
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    ahead = (response.received - theirs).total_seconds()
    if abs(ahead) <= SKEW:
        yield ids.CLOCK.passed()
    elif ahead > SKEW:
        evidence = (f"provider: {_time(theirs)}", f"this machine: {_time(response.received)}")
        yield FINDINGS["clock.skew"].warn(
            f"This machine's clock is {ahead:.0f} seconds ahead of the provider's.", evidence=evidence
        )


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


async def keys(task: OpenIdTask, metadata: Metadata, conversation: ProviderConversation) -> list[Finding]:
    """Look at jwks_uri where tokens are reused: LibreChat verifies them with RSA and EC keys alone."""
    url = metadata.get("jwks_uri")
    if not is_enabled(task.value("OPENID_REUSE_TOKENS")) or not isinstance(url, str) or not url.startswith("https:"):
        return []
    try:
        response = await conversation.get(url)
    except HttpError as error:
        return [FINDINGS["reuse.keys"].warn(evidence=(task.shown(url), task.shown(error.detail)))]
    found = response.object.get("keys")
    kinds = {str(each.get("kty")) for each in found if isinstance(each, dict)} if isinstance(found, list) else set()
    if response.status == 200 and kinds & {"RSA", "EC"}:  # noqa: PLR2004 - OK
        return [ids.KEYS.passed()]
    evidence = (task.shown(f"{url} returned {response.status}"), f"key types: {task.shown(sorted(kinds))}")
    return [FINDINGS["reuse.keys"].warn(evidence=evidence)]


def is_well_known(task: OpenIdTask) -> bool:
    """Whether OPENID_ISSUER is the document's own address, so that LibreChat compares no issuer at its start."""
    return WELL_KNOWN in task.value("OPENID_ISSUER")


def issuer_inside(task: OpenIdTask, metadata: Metadata, answered: str) -> Finding | None:
    """Report that the provider signs people in under another issuer than its document names; ``answered`` is the ``iss`` it sent."""
    named: Any = metadata.get("issuer")
    if not answered or answered == named:
        return None
    evidence = (f"in the document: {task.shown(named)}", f"in the response: {task.shown(answered)}")
    return FINDINGS["discovery.issuer-inside"].fail(evidence=evidence)
