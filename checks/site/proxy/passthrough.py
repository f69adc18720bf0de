"""What passes the proxy: requests at all, large uploads, and streams. None of these is rate-limited."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from checks.net.errors import INCONCLUSIVE, Failure, HttpError
from checks.net.http import HttpResponse, Web
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import proxy as ids

REFRESH: Final = "/api/auth/refresh"
"""Without a cookie it answers 200 and changes nothing (api/server/controllers/AuthController.js:258-262, v0.8.7)."""
MEGABYTES: Final = 2.5
"""Below the 3 MB that LibreChat takes as JSON (api/server/index.js:178), above the usual limits of proxies."""

_SAYS: Final = b"Refresh token not provided"
_NGINX_UPLOAD: Final = "'client_max_body_size 520m;' in nginx, or 'request_body { max_size 520MB }' in Caddy"
_HEEDS: Final = {"nginx": "nginx", "openresty": "nginx", "caddy": "Caddy"}
_UNAUTHORIZED, _TOO_LARGE, _OK = 401, 413, 200
_GATEWAY: Final = range(502, 505)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiReach:
    """How far requests get to LibreChat."""

    findings: tuple[Finding, ...]
    reply: HttpResponse | None = None
    """LibreChat's answer; None if the way ends before it."""


async def reach_librechat(web: Web, base: str) -> ApiReach:
    """Ask what LibreChat answers to everybody: a free proof that its API is reached."""
    try:
        reply = await web.ask("POST", f"{base}{REFRESH}", body=b"{}")
    except HttpError as error:
        return ApiReach(findings=(_unanswered(base, error),))
    if reply.status == _OK and _SAYS in reply.body:
        summary = f"Requests to {base}/api reach LibreChat."
        return ApiReach(findings=(ids.PASSAGE_OK.passed(summary),), reply=reply)
    return ApiReach(findings=(_other(base, reply),))


def _unanswered(base: str, error: HttpError) -> Finding:
    if error.failure in INCONCLUSIVE:
        why = (
            "did not send a complete response in time"
            if error.failure is Failure.SILENT
            else "could not be reached from this machine"
        )
        summary = f"{base} {why}: the proxy in front of LibreChat could not be checked."
        remedy = "Check that LibreChat is running behind the proxy and that this machine is online, then try again."
        return ids.UNANSWERED.of(error.failure).unknown(summary, remedy=remedy, evidence=(error.detail,))
    summary = f"{base} did not return a valid HTTP response ({error.failure.value}): nobody can reach LibreChat."
    return ids.UNANSWERED.of(error.failure).fail(summary, evidence=(error.detail,))


def _other(base: str, reply: HttpResponse) -> Finding:
    evidence = (f"status {reply.status}", f"content-type: {reply.header('content-type')}", reply.text[:100])
    challenge = reply.header("www-authenticate")
    if reply.status == _UNAUTHORIZED and challenge:
        return ids.PASSAGE_LOGIN.fail(evidence=(f"www-authenticate: {challenge}", *evidence))
    if reply.status in _GATEWAY:
        summary = f"The proxy responds, but cannot reach LibreChat (status {reply.status})."
        return ids.PASSAGE_GATEWAY.fail(summary, evidence=evidence)
    if 300 <= reply.status < 400:  # noqa: PLR2004 - redirects (RFC 9110, section 15.4)
        summary = f"Requests to LibreChat's API are redirected to {plain(reply.header('location')) or 'another address'} and do not reach LibreChat."
        return ids.PASSAGE_REDIRECT.fail(summary, evidence=evidence)
    summary = (
        f"Something other than LibreChat responds at {base}/api (status {reply.status}): a firewall in the proxy, "
        "another program, or the proxy itself (it may not forward this path)."
    )
    return ids.PASSAGE_OTHER.fail(summary, evidence=evidence)


async def upload(web: Web, base: str) -> Finding:
    """Send as much as proxies that were left at their default refuse; LibreChat throws it away."""
    body = b'{"x":"' + b"x" * int(MEGABYTES * 1024 * 1024) + b'"}'
    try:
        reply = await web.ask("POST", f"{base}{REFRESH}", body=body)
    except HttpError as error:
        if error.failure is Failure.SILENT:
            summary = (
                f"A request of {MEGABYTES:g} MB got no response in time: the connection is slow, or a proxy delays it."
            )
            remedy = f"Try again over a faster connection. To raise the proxy's size limit, use {_NGINX_UPLOAD}."
            return ids.UPLOAD_SILENT.unknown(summary, remedy=remedy, evidence=(error.detail,))
        summary = f"A request of {MEGABYTES:g} MB was aborted, although small ones work. Users cannot upload files of this size, most likely because of a size limit in the proxy."
        remedy = f"Raise the limit: {_NGINX_UPLOAD}. Then try again."
        return ids.UPLOAD_BROKEN.warn(summary, remedy=remedy, evidence=(error.detail,))
    if reply.status == _TOO_LARGE:
        summary = (
            f"The proxy refuses requests of {MEGABYTES:g} MB (status 413; nginx's default is 1 MB). Users cannot "
            "upload files or images that are larger than its limit; LibreChat shows only a generic error."
        )
        remedy = f"Raise the limit: {_NGINX_UPLOAD}."
        return ids.UPLOAD_LIMIT.fail(summary, remedy=remedy, evidence=(f"server: {reply.header('server')}",))
    if reply.status == _OK and _SAYS in reply.body:
        summary = (
            f"Requests of {MEGABYTES:g} MB work. Larger requests were not tested; LibreChat accepts files up to 512 MB."
        )
        return ids.UPLOAD_OK.passed(summary)
    summary = f"A request of {MEGABYTES:g} MB got status {reply.status}, although a small request succeeded."
    remedy = f"A firewall in the proxy may inspect requests. To raise the proxy's size limit, use {_NGINX_UPLOAD}."
    return ids.UPLOAD_OTHER.unknown(summary, remedy=remedy, evidence=(reply.text[:100],))


def streaming(reply: HttpResponse) -> Finding:
    """Report what is known about streams without using a model, the only thing here that streams.

    Every release tells nginx not to hold a stream back (api/server/middleware/setHeaders.js, v0.6.0 to v0.8.7).
    """
    name = next((name for word, name in _HEEDS.items() if word in _servers(reply)), "")
    if name:
        how = (
            "LibreChat tells nginx not to buffer streams (X-Accel-Buffering: no), which works unless proxy_ignore_headers "
            "prevents it"
            if name == "nginx"
            else "Caddy does not buffer event streams"
        )
        summary = (
            f"Streaming was not measured, because only a model's response is streamed. It is expected to work: {how}."
        )
        return ids.STREAMING_EXPECTED.passed(summary)
    return ids.STREAMING_UNTOLD.unknown()


def _servers(reply: HttpResponse) -> list[str]:
    """Return the programs that name themselves in an answer; LibreChat names none (``x-powered-by`` is off)."""
    words = [_product(text) for text in reply.all("server")]
    words += [_product(entry.split()[-1]) for text in reply.all("via") for entry in text.split(",") if entry.split()]
    return [word for word in dict.fromkeys(words) if word]


def _product(text: str) -> str:
    found = re.match(r"[a-z0-9._-]{1,40}", text.strip().lower())
    return found[0] if found else ""


_SIGNS: Final = {
    "cf-ray": "cloudflare",
    "x-amz-cf-id": "cloudfront",
    "x-azure-ref": "azure",
    "x-served-by": "fastly",
}


def visible(reply: HttpResponse) -> list[str]:
    """Return the proxies that left a trace in an answer, each once: there may be more, and not fewer."""
    found = _servers(reply)
    found += [name for header, name in _SIGNS.items() if reply.header(header) and name not in found]
    return found


def hops(seen: Iterable[str], trusted: float, *, is_direct: bool) -> Finding | None:
    """Compare the proxies that can be seen with TRUST_PROXY as LibreChat reads it (``Number(TRUST_PROXY) || 1``)."""
    names = [] if is_direct else list(seen)
    count = len(names)
    shown = ", ".join(names)
    if count > max(trusted, 0):
        summary = (
            f"At least {count} {'proxies are' if count > 1 else 'proxy is'} in front of LibreChat ({shown}), but "
            f"LibreChat reads TRUST_PROXY as {trusted:g}. LibreChat sees one IP address for all users behind the same proxy, so they share one sign-in limit."
        )
        remedy = (
            f"Set TRUST_PROXY={count} (count every proxy between the browser and LibreChat), then recreate the "
            "container."
        )
        return ids.HOPS_TOO_FEW.warn(summary, remedy=remedy)
    return None
