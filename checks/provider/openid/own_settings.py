"""Findings about OpenID from the settings alone: registration, redirect URI, cookies, scope."""

from __future__ import annotations

from collections.abc import Iterator

from checks.provider.openid.task import OpenIdTask
from wizard.basics.finding import Finding
from wizard.findings.openid_check import FINDINGS
from wizard.librechat.browser_url import href, split_address
from wizard.librechat.openid_request import CALLBACK_PATH, is_callback, redirect_uri, start_kind, unfit_scope
from wizard.librechat.openid_session import place, session_fault, tokens_fault
from wizard.librechat.openid_start import settings_fault
from wizard.librechat.openid_verdict import NEEDS_CLIENT_SINCE
from wizard.librechat.providers import NEEDED

_NAMES = (*NEEDED["openid"], "OPENID_SCOPE")


def settings_findings(task: OpenIdTask) -> Iterator[Finding]:
    """Yield what keeps a sign-in from working whatever the provider answers. Where OpenID is not registered, that alone."""
    if (fault := settings_fault(task.settings, task.release)) is not None:
        if fault.cause == "settings.missing":
            yield _missing(task)
        else:
            yield FINDINGS[fault.cause].fail(evidence=(task.shown(fault.detail),) if fault.detail else ())
        return
    yield from _redirects(task)
    yield from _cookies(task)
    if name := tokens_fault(task.settings):
        yield FINDINGS["session.lifetime"].fail(settings=(name,), evidence=(f"{name}={task.shown(task.value(name))}",))
    scope = task.value("OPENID_SCOPE")
    if unfit_scope(scope):
        yield FINDINGS["scope.separator"].fail(evidence=(f"OPENID_SCOPE={task.shown(scope)}",))
    elif "openid" not in scope.split():
        yield FINDINGS["scope.no-openid"].warn(evidence=(f"OPENID_SCOPE={task.shown(scope)}",))
    if task.value("NODE_TLS_REJECT_UNAUTHORIZED") == "0":
        yield FINDINGS["tls.unverified"].fail()


def _missing(task: OpenIdTask) -> Finding:
    lacking = [name for name in _NAMES if not task.value(name)]
    if not lacking:
        lacking = ["OPENID_CLIENT_SECRET"]
    shown = ", ".join(lacking)
    remedy = f"Set {shown}, then restart LibreChat."
    return FINDINGS["settings.missing"].fail(
        f"LibreChat does not register OpenID, because these settings are missing or empty: {shown}.",
        settings=lacking,
        remedy=remedy,
    )


def _redirects(task: OpenIdTask) -> Iterator[Finding]:
    server, path = task.settings.get("DOMAIN_SERVER"), task.settings.get("OPENID_CALLBACK_URL")
    uri = redirect_uri(task.settings)
    if server is None or href(f"{server}/oauth/openid") is None or not server.startswith(("http://", "https://")):
        yield FINDINGS["redirect.unset"].fail(evidence=(f"redirect_uri={task.shown(uri)}",))
    elif server.endswith("/"):
        remedy = f"Set DOMAIN_SERVER={task.shown(server.rstrip('/'))}"
        yield FINDINGS["redirect.slash"].fail(remedy=remedy, evidence=(f"redirect_uri={task.shown(uri)}",))
    elif path is None or not is_callback(split_address(f"http://host{path}").path) or not path.startswith("/"):
        remedy = f"Set OPENID_CALLBACK_URL={CALLBACK_PATH}"
        yield FINDINGS["redirect.path"].fail(remedy=remedy, evidence=(f"redirect_uri={task.shown(uri)}",))
    if task.settings.get("DOMAIN_CLIENT") is None and task.release >= NEEDS_CLIENT_SINCE:
        yield FINDINGS["redirect.no-client"].fail()
    if task.start and start_kind(task.start) == "callback":
        yield FINDINGS["start.query"].fail(evidence=(task.shown(task.start),))


def _cookies(task: OpenIdTask) -> Iterator[Finding]:
    """Yield what keeps cookies from coming back. Behind https, the proxy counts as one that says so (the check ``proxy`` tests it)."""
    has_path = (task.settings.get("OPENID_CALLBACK_URL") or "").startswith("/")
    # Without its slash the path runs into the host; that is said by itself.
    end = place(redirect_uri(task.settings) if has_path else task.value("DOMAIN_SERVER"))
    client = place(task.value("DOMAIN_CLIENT"))
    begin = place(task.start) if task.start else client
    if not begin.host or not end.host:
        return
    if client.host and client.host != end.host:
        hosts = (f"DOMAIN_CLIENT: {task.shown(client.host)}", f"DOMAIN_SERVER: {task.shown(end.host)}")
        yield FINDINGS["session.two-hosts"].fail(evidence=hosts)
        return
    forwarded = "https" if begin.scheme == "https" else ""
    cause = session_fault(task.settings, task.release, begin, end, forwarded_proto=forwarded, seconds=0)
    if cause and cause != "session.too-short":
        evidence = (
            f"sign-in begins at {task.shown(begin.scheme)}://{task.shown(begin.host)}",
            f"redirect_uri={task.shown(redirect_uri(task.settings))}",
        )
        yield FINDINGS[cause].fail(evidence=evidence)
