"""Rules: addresses, cookies and proxies: do browsers keep the sign-in cookie, do links lead to LibreChat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil
from urllib.parse import SplitResult

from wizard.answers.model import Access, Stack
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import domains as ids
from wizard.librechat.config_file import secures_images
from wizard.librechat.cookies import SESSION_SECURE_BEFORE, SESSION_SECURE_SINCE, secure_sign_in, secure_switch
from wizard.librechat.hosts import is_impossible
from wizard.librechat.proxy_hops import trusted_hops
from wizard.librechat.startup_refusals import refuses_client
from wizard.librechat.values import js_number
from wizard.rules.view import Rule, View

_DOMAINS = ("DOMAIN_CLIENT", "DOMAIN_SERVER")


def form(view: View) -> Iterator[Finding]:
    """P08, P09, P10: missing, without a scheme, or with a slash at the end."""
    for name in _DOMAINS:
        value = view.value(name)
        if not value:
            effect = (
                "links in emails begin with 'undefined'"
                if name == "DOMAIN_CLIENT"
                else "providers cannot send users back"
            )
            yield ids.MISSING.of(name).fail(f"{name} is not set: {effect}.")
        elif re.search(r"[\s,;|]", value):
            summary = f"{name} contains more than one address, but LibreChat accepts only one."
            yield ids.FORM.of(name).fail(summary, remedy=f"Keep the address that users type: {name}=https://HOST")
        elif value.lower().startswith(("http://", "https://")) and view.url(name) is None:
            yield ids.FORM.of(name).fail()
        elif not value.lower().startswith(("http://", "https://")):
            stops = name == "DOMAIN_CLIENT" and refuses_client(value, view.release)
            effect = "LibreChat stops at startup" if stops else "URLs built from it do not work"
            yield ids.NO_SCHEME.of(name).fail(f"{name} does not begin with http:// or https://: {effect}.")
        elif (parts := view.url(name)) and (parts.query or parts.fragment or parts.username is not None):
            summary = (
                f"{name} contains more than an address (a user name, a '?' or a '#'), so URLs that LibreChat "
                "builds from it do not work."
            )
            yield ids.FORM.of(name).fail(summary, remedy="Write only the scheme, host and port: https://HOST")
        elif value.endswith("/"):
            yield ids.SLASH.of(name).fail()


def different(view: View) -> Iterator[Finding]:
    """P12: two hosts, between which the cookie gets lost."""
    client, server = view.url("DOMAIN_CLIENT"), view.url("DOMAIN_SERVER")
    if any(parts and is_impossible(parts.hostname or "") for parts in (client, server)):
        # That is said about the address itself.
        return
    if client and server and _origin(client) != _origin(server):
        yield ids.DIFFERENT.fail()


def sub_path(view: View) -> Iterator[Finding]:
    """H30: LibreChat below a path, and addresses for providers outside of it.

    Redirect addresses are DOMAIN_SERVER and the callback path (api/strategies/openidStrategy.js, v0.8.7); what browsers load
    begins with the path of DOMAIN_CLIENT.
    """
    client, server = view.url("DOMAIN_CLIENT"), view.url("DOMAIN_SERVER")
    if client is None or server is None or _origin(client) != _origin(server):
        return
    below, beside = client.path.rstrip("/"), server.path.rstrip("/")
    if below == beside or not view.providers:
        return
    address = f"{view.value('DOMAIN_SERVER').rstrip('/')}/oauth/{view.providers[0]}/callback"
    summary = (
        f"Users open LibreChat at {plain(view.value('DOMAIN_CLIENT'), limit=120)}, but providers send them back to "
        f"{plain(address, limit=160)}, which is not under that address."
    )
    yield ids.SUB_PATH.fail(
        summary, remedy=f"Set DOMAIN_SERVER={plain(view.value('DOMAIN_CLIENT').rstrip('/'), limit=120)}"
    )


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    """Return what browsers compare; ``:443`` is nothing for https (RFC 6454, section 4)."""
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def plain_http(view: View) -> Iterator[Finding]:
    """P01, P02: Secure cookies over plain HTTP are thrown away by the browser."""
    server = view.url("DOMAIN_SERVER")
    switch = secure_switch(view.deployment.settings, view.release)
    if server is None or server.scheme != "http":
        if server is not None and switch is False:
            yield ids.COOKIES_INSECURE.warn()
        return
    mode = "development" if _runs_without_production(view) else "production"
    is_candidate = SESSION_SECURE_BEFORE <= view.release < SESSION_SECURE_SINCE
    if is_candidate and mode == "production" and view.is_local and (view.has_openid or view.has_saml):
        name = "OpenID" if view.has_openid else "SAML"
        summary = (
            f"LibreChat {view.release} sets Secure on the {name} sign-in cookie even on localhost, and does not send "
            "it over plain HTTP: every sign-in fails with 'Unknown error'."
        )
        yield ids.COOKIES_CANDIDATE.fail(summary)
    if not secure_sign_in({**view.deployment.settings, "NODE_ENV": mode}, view.release):
        return
    if not view.is_local:
        if switch:
            yield _lost(
                view,
                "Users connect over plain HTTP, but SESSION_COOKIE_SECURE is true",
                "SESSION_COOKIE_SECURE",
                "DOMAIN_SERVER",
            )
        else:
            yield _lost(view, "Users connect over plain HTTP, but cookies are Secure", *_DOMAINS)
    elif switch is None:
        summary = f"LibreChat {view.release} sets Secure cookies even on localhost. Safari drops them, and its users are signed out on every reload. Chrome and Firefox keep them."
        yield ids.COOKIES_LOCALHOST.warn(summary)


def _lost(view: View, why: str, *settings: str) -> Finding:
    has_secured = secures_images(view.config.get("secureImageLinks"), view.release)
    pictures = "Images in chats also need the sign-in cookie (secureImageLinks), so browsers do not show the images."
    return ids.COOKIES_LOST.fail(
        f"{why}: the browser drops the sign-in cookie, and users have to sign in again on every reload.",
        settings=settings,
        evidence=[pictures] if has_secured else [],
    )


def _runs_without_production(view: View) -> bool:
    """Return whether the compose files start LibreChat so that its cookies are not Secure."""
    if view.deployment.stack is Stack.DEPLOY or (view.command and "npm" not in view.command):
        return view.value("NODE_ENV") != "production"
    return "backend:dev" in view.command


def localhost(view: View) -> Iterator[Finding]:
    """P07: addresses that only this machine understands, on a server for others."""
    meant_for_others = view.deployment.access in (Access.HTTPS_PROXY, Access.HTTPS_EXISTING, Access.HTTP_LAN)
    ports = view.url("ADMIN_PANEL_URL")
    is_public_panel = ports is not None and ports.scheme == "https"
    if view.is_local and (meant_for_others or is_public_panel):
        yield ids.LOCALHOST.fail()


def plain_http_client(view: View) -> Iterator[Finding]:
    """P11: one address http, the other https is reported by ``different``; here the answer and the address disagree."""
    server = view.url("DOMAIN_SERVER")
    if server and server.scheme == "http" and view.deployment.access in (Access.HTTPS_PROXY, Access.HTTPS_EXISTING):
        yield ids.HTTP.fail()


def trust_proxy(view: View) -> Iterator[Finding]:
    """P05: forms of TRUST_PROXY that silently count as 1."""
    text = view.value("TRUST_PROXY")
    if not text:
        return
    number = js_number(text)
    if number == float("inf") or number > 100:  # noqa: PLR2004 - nobody has so many
        yield ids.PROXY_TRUST_ALL.fail()
    elif number == 0 or not number.is_integer():
        # Express trusts the hops i < number, so that 1.5 is 2 (proxy-addr through lib/utils.js, compileTrust, v4.21).
        counts = ceil(max(0, trusted_hops(view.deployment.settings, view.release)))
        summary = f"LibreChat reads TRUST_PROXY as {counts}, because its value is {'0' if number == 0 else 'not a whole number'}."
        yield ids.PROXY_TRUST_PROXY.warn(summary)


def port(view: View) -> Iterator[Finding]:
    """S21, P18: the port that compose needs, and the one that the deploy stack fixes."""
    effective = view.deployment.effective
    where = f"services.{view.deployment.service}.ports"
    is_refused = effective is None or any(problem.field == where for problem in effective.project.refusals)
    is_set = view.deployment.variables.get("PORT", "").strip()
    if view.deployment.stack is Stack.COMPOSE and is_refused and not is_set:
        yield ids.PORT_MISSING.fail()
    if view.deployment.stack is Stack.DEPLOY and view.value("PORT") not in ("", "3080"):
        yield ids.PORT_DEPLOY.fail()


RULES: tuple[Rule, ...] = (form, different, sub_path, plain_http, localhost, plain_http_client, trust_proxy, port)
