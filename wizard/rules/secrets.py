"""Rules: secrets: form, strength, and published ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wizard.answers.model import Stack
from wizard.basics.finding import Finding, Status
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import counted, plain
from wizard.composefile.container_environment import OriginMechanism
from wizard.dotenv.compose import interpolate
from wizard.findings import secrets as ids
from wizard.findings.model import FindingEntry
from wizard.librechat.published_secrets import is_retired, published_name
from wizard.librechat.secret_uses import SECRET_USES
from wizard.librechat.startup_refusals import (
    OWN_SECRETS_SINCE,
    REFUSES_MALFORMED_SINCE,
    REFUSES_PUBLISHED_SINCE,
    is_malformed,
)
from wizard.rules.view import Rule, View

REQUIRED = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET")
_SIGNING = (
    "JWT_SECRET",
    "JWT_REFRESH_SECRET",
    "OPENID_SESSION_SECRET",
    "SAML_SESSION_SECRET",
    "ADMIN_PANEL_SESSION_SECRET",
)
_JWT = ("JWT_SECRET", "JWT_REFRESH_SECRET")
_GROUPS = {use.name: use.group for use in SECRET_USES}


_NEW = "To generate a new value, set {}: {{generate: true, replace: true, accept_loss: true}}."
_STOPS_LATER = f"From {REFUSES_MALFORMED_SINCE} on, LibreChat does not start with the current value."


def missing(view: View) -> Iterator[Finding]:
    """S04, S05, S06: a secret that LibreChat cannot do without."""
    for name in REQUIRED:
        effective = view.deployment.effective
        found = effective.values.get(name) if effective is not None else None
        if found is not None and found.origin.mechanism is OriginMechanism.GENERATED:
            summary = (
                f"{name} is blank: LibreChat uses a value that it generated itself ({plain(str(found.origin))}), which "
                "rag_api and other instances do not share."
            )
            remedy = (
                f"To let the wizard copy the value to .env, set {name}: {{generate: true}}. The value does not change."
            )
            yield ids.MISSING.of(name).warn(summary, remedy=remedy)
            continue
        if view.value(name):
            continue
        if view.release >= OWN_SECRETS_SINCE:
            summary = (
                f"{name} is blank: LibreChat generates its own value, which rag_api and other instances do not share."
            )
            yield ids.MISSING.of(name).warn(summary)
        else:
            yield ids.MISSING.of(name).fail(f"{name} is blank: LibreChat does not start, or nobody can sign in.")


def published(view: View) -> Iterator[Finding]:
    """S07: values that LibreChat's own samples ship."""
    for name in (*REQUIRED, "MEILI_MASTER_KEY", *_SIGNING[2:]):
        value = view.value(name)
        digits = {"CREDS_KEY": 64, "CREDS_IV": 32}.get(name, 0)
        if value and published_name(value[:digits] if digits and _is_decoded(value, digits) else value):
            loss = ", accept_loss: true" if name.startswith("CREDS_") and view.deployment.may_hold_data else ""
            command = own_command("keys rotate", _GROUPS[name])
            danger = (
                "read the data that it encrypts" if name.startswith("CREDS_") else "forge the data that it protects"
            )
            remedy = f"To replace it, set {name}: {{generate: true, replace: true{loss}}}. Or run: {command}"
            if loss and view.deployment.stack in (Stack.COMPOSE, Stack.DEPLOY):
                remedy = f"Run: {command} (the command encrypts all stored data with new keys; nobody has to enter a key again)."
            evidence = ""
            if name in _JWT and is_retired(name, value):
                remedy += " (users have to sign in again; nothing else is lost)."
                stops = view.release >= REFUSES_PUBLISHED_SINCE
                effect = f"LibreChat {view.release} does not start with this value."
                evidence = (
                    effect if stops else f"From {REFUSES_PUBLISHED_SINCE} on, LibreChat does not start with this value."
                )
            yield ids.PUBLISHED.of(name).fail(
                f"{name} is the value published in LibreChat's sample files: anyone can {danger}.",
                remedy=remedy,
                evidence=[evidence],
            )


def form(view: View) -> Iterator[Finding]:
    """S02, S03: the exact length of the encryption key and its initialization vector."""
    key, vector = view.value("CREDS_KEY"), view.value("CREDS_IV")
    stops = "LibreChat does not start" if view.release >= REFUSES_MALFORMED_SINCE else ""
    if _is_decoded(key, 64):
        rest = key[64:]
        summary = (
            f"CREDS_KEY has {len(rest)} character{'' if len(rest) == 1 else 's'} after its 64 hexadecimal "
            f"digits ({_place(view, 'CREDS_KEY')})"
        )
        yield _tail(view, ids.CREDS_KEY_TAIL, summary)
    elif is_malformed("CREDS_KEY", key):
        weak = re.fullmatch(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{48}", key)
        effect = (
            "LibreChat encrypts stored API keys more weakly than intended, and users cannot enable two-factor sign-in"
            if weak
            else "nobody can store an API key or enable two-factor sign-in"
        )
        status = Status.WARN if weak and not stops else Status.FAIL
        summary = f"CREDS_KEY is not 64 hexadecimal digits: {stops or effect}."
        # A key that cannot be decoded never encrypted anything; one that is only short did.
        remedy = (
            f"{ids.CREDS_KEY_FORM.fix} Run: {own_command('keys rotate creds')}"
            if weak
            else f"{_NEW.format('CREDS_KEY')} No stored data is lost: nothing could be encrypted with the current value."
        )
        yield ids.CREDS_KEY_FORM.finding(status, summary, remedy=remedy, evidence=[] if stops else [_STOPS_LATER])
    if _is_decoded(vector, 32) and not re.fullmatch(r"[0-9a-fA-F]{64}", vector):
        yield _tail(view, ids.CREDS_IV_TAIL, "CREDS_IV has characters after its 32 hexadecimal digits")
    elif is_malformed("CREDS_IV", vector):
        also = " The value looks like a second CREDS_KEY." if len(vector) == 64 else ""  # noqa: PLR2004
        summary = f"CREDS_IV is not 32 hexadecimal digits: {stops or 'LibreChat returns an error when users store an API key'}.{also}"
        remedy = f"{_NEW.format('CREDS_IV')} No stored data is lost: nothing could be encrypted with the current value."
        yield ids.CREDS_IV_FORM.fail(summary, remedy=remedy, evidence=[] if stops else [_STOPS_LATER])


def _tail(view: View, entry: FindingEntry, what: str) -> Finding:
    """Say what is behind the digits: harmless before the release that refuses it at start."""
    if view.release >= REFUSES_MALFORMED_SINCE and view.deployment.release_known:
        return entry.fail(f"{what}: LibreChat {view.release} does not start.")
    return entry.warn(
        f"{what}. Releases before {REFUSES_MALFORMED_SINCE} ignore the extra characters; {REFUSES_MALFORMED_SINCE} and later do not start."
    )


def _is_decoded(value: str, digits: int) -> bool:
    """Whether something is behind the digits that LibreChat decodes; it reads them alone.

    Node's ``Buffer.from(text, 'hex')`` stops at the first pair that is none (nodejs.org/api/buffer.html;
    packages/api/src/crypto/encryption.ts, v0.8.7).
    """
    match = re.match(rf"[0-9a-fA-F]{{{digits}}}", value)
    rest = value[digits:]
    return match is not None and bool(rest) and re.match(r"[0-9a-fA-F]{2}", rest) is None


def _place(view: View, name: str) -> str:
    effective = view.deployment.effective
    return plain(str(effective.values[name].origin)) if effective is not None and name in effective.values else ".env"


def equal(view: View) -> Iterator[Finding]:
    """S10: one value for two purposes."""
    seen: dict[str, str] = {}
    for name in (*_SIGNING, "CREDS_KEY", "MEILI_MASTER_KEY"):
        value = view.value(name)
        if not value:
            continue
        if value in seen:
            other = seen[value]
            pair = {name, other} == {"JWT_SECRET", "JWT_REFRESH_SECRET"}
            why = (
                "a refresh token also works as an access token for days" if pair else "anyone who learns one knows both"
            )
            entry, status = (ids.JWT_EQUAL, Status.FAIL) if pair else (ids.EQUAL.of(name), Status.WARN)
            remedy = ids.EQUAL.of(name).fix
            summary = f"{other} and {name} are the same: {why}."
            yield entry.finding(status, summary, settings=(other, name), remedy=remedy)
        seen.setdefault(value, name)


def weak(view: View) -> Iterator[Finding]:
    """S10: short values; placeholders are :mod:`wizard.rules.placeholders`'s."""
    for name in _SIGNING:
        value = view.value(name)
        if not value or published_name(value):
            continue
        if len(value) < 32 and name != "ADMIN_PANEL_SESSION_SECRET":  # noqa: PLR2004
            yield ids.SHORT.of(name).warn(f"{name} has only {counted(len(value), 'character')} and can be guessed.")


def admin_panel(view: View) -> Iterator[Finding]:
    """A01: the admin panel's own secret, wherever the compose file starts the panel."""
    services = view.deployment.compose.get("services") or {}
    if "admin-panel" not in services:
        return
    length = len(_panel(view, "SESSION_SECRET") or view.deployment.variables.get("ADMIN_PANEL_SESSION_SECRET", ""))
    if length < 32:  # noqa: PLR2004
        what = "missing" if not length else f"{length} characters long"
        summary = (
            f"ADMIN_PANEL_SESSION_SECRET is {what}. Unless it has at least 32 characters, the admin panel stops "
            "and restarts repeatedly."
        )
        yield ids.ADMIN_PANEL_SECRET.fail(summary)


def _panel(view: View, name: str) -> str:
    """Return what the panel's service is given."""
    environment = ((view.deployment.compose.get("services") or {}).get("admin-panel") or {}).get("environment") or {}
    return str(environment.get(name) or "")


def panel_cookie(view: View) -> Iterator[Finding]:
    """A02: a panel reached over plain HTTP with a cookie for HTTPS only."""
    services = view.deployment.compose.get("services") or {}
    values = view.deployment.variables
    is_secure = values.get("ADMIN_PANEL_SESSION_COOKIE_SECURE", "").strip() == "true"
    address = values.get("ADMIN_PANEL_URL", "").strip() or _published_panel(view, services.get("admin-panel") or {})
    if "admin-panel" in services and is_secure and address.startswith("http://") and "localhost" not in address:
        names = ("ADMIN_PANEL_SESSION_COOKIE_SECURE", "ADMIN_PANEL_URL")
        summary = (
            f"Administrators open the admin panel at {plain(address, limit=120)}, but its cookie requires HTTPS: the "
            "panel keeps asking them to sign in."
        )
        yield ids.ADMIN_PANEL_COOKIE.fail(summary, settings=names)


def _published_panel(view: View, panel: Mapping[str, Any]) -> str:
    """Return the address of the panel if none is set: the port that it publishes, under the name that people use for LibreChat."""
    site = view.url("DOMAIN_CLIENT")
    for entry in panel.get("ports") or ():
        is_local = str(entry.get("host_ip") or "").startswith(("127.", "::1")) or not entry.get("published")
        if site is not None and site.scheme == "http" and site.hostname and not is_local:
            return f"http://{site.hostname}:{entry['published']}"
    return "http://localhost:3000"


def panel_address(view: View) -> Iterator[Finding]:
    """A05: the address that browsers shall use, named as only containers know it."""
    services = view.deployment.compose.get("services") or {}
    environment = (services.get("admin-panel") or {}).get("environment") or {}
    address = interpolate(str(environment.get("VITE_API_BASE_URL") or ""), view.deployment.variables)
    host = re.sub(r"\A[A-Za-z]+://|[:/?#].*", "", address).lower()
    if host == "host.docker.internal" or host in services:
        summary = (
            f"The admin panel's VITE_API_BASE_URL contains {host}, which only containers can resolve, so browsers "
            "cannot reach it."
        )
        yield ids.ADMIN_PANEL_ADDRESS.fail(summary)


def search_key(view: View) -> Iterator[Finding]:
    """C15: a key that Meilisearch refuses."""
    length = len(view.value("MEILI_MASTER_KEY"))
    if 0 < length < 16:  # noqa: PLR2004
        summary = f"MEILI_MASTER_KEY has {counted(length, 'character')}; Meilisearch requires at least 16."
        yield ids.SEARCH_KEY.warn(summary)


RULES: tuple[Rule, ...] = (missing, published, form, equal, weak, admin_panel, panel_cookie, panel_address, search_key)
