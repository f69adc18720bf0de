"""Secrets: their form, their strength, and those that everybody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.basics.finding import Finding
from wizard.dotenv.compose import interpolate
from wizard.librechat.published_secrets import published_name
from wizard.librechat.startup_refusals import OWN_SECRETS_SINCE
from wizard.rules.view import Rule, View, fail, warn

REQUIRED = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET")
_SIGNING = (
    "JWT_SECRET",
    "JWT_REFRESH_SECRET",
    "OPENID_SESSION_SECRET",
    "SAML_SESSION_SECRET",
    "ADMIN_PANEL_SESSION_SECRET",
)
_PLACEHOLDER = re.compile(r"(?i)any.?random|justgenerate|^your[_-]|change.?me|placeholder|^secret$|^example$")


def missing(view: View) -> Iterator[Finding]:
    """S04, S05, S06: a secret that LibreChat cannot do without."""
    for name in REQUIRED:
        if view.value(name):
            continue
        identity = f"rules.secrets.missing.{_slug(name)}"
        if view.release >= OWN_SECRETS_SINCE:
            summary = (
                f"{name} is blank: LibreChat makes up a value of its own, which rag_api and a second copy do not know."
            )
            yield warn(identity, summary, name, remedy=f"Let the wizard set it: {name}: {{generate: true}}.")
        else:
            summary = f"{name} is blank: LibreChat does not start, or nobody can sign in."
            yield fail(identity, summary, name, remedy=f"Let the wizard set it: {name}: {{generate: true}}.")


def published(view: View) -> Iterator[Finding]:
    """S07: values that LibreChat's own samples ship."""
    for name in (*REQUIRED, "MEILI_MASTER_KEY", *_SIGNING[2:]):
        value = view.value(name)
        if value and published_name(value):
            loss = ", accept_loss: true" if name.startswith("CREDS_") and view.deployment.has_run else ""
            danger = "read what it encrypts" if name.startswith("CREDS_") else "forge what it protects"
            yield fail(
                f"rules.secrets.published.{_slug(name)}",
                f"{name} is the value that LibreChat's sample files publish: anybody can {danger}.",
                name,
                remedy=f"Replace it: {name}: {{generate: true, replace: true{loss}}}.",
            )


def form(view: View) -> Iterator[Finding]:
    """S02, S03: the exact length of the encryption key and its initialisation vector."""
    key, vector = view.value("CREDS_KEY"), view.value("CREDS_IV")
    if key and not re.fullmatch(r"[0-9a-fA-F]{64}", key):
        weak = re.fullmatch(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{48}", key)
        effect = (
            "stored keys are encrypted more weakly than meant and two-factor sign-in cannot be switched on"
            if weak
            else "nobody can store a key, and two-factor sign-in cannot be switched on"
        )
        report = warn if weak else fail
        summary = f"CREDS_KEY is not 64 hexadecimal digits: {effect}."
        remedy = "A new key makes what the old one encrypted unreadable; plan the change."
        yield report("rules.secrets.creds-key-form", summary, "CREDS_KEY", remedy=remedy)
    if vector and not re.fullmatch(r"[0-9a-fA-F]{32}", vector):
        also = " It looks like a second CREDS_KEY." if len(vector) == 64 else ""  # noqa: PLR2004
        summary = f"CREDS_IV is not 32 hexadecimal digits: storing a key ends with an error.{also}"
        yield fail(
            "rules.secrets.creds-iv-form", summary, "CREDS_IV", remedy="Generate one: CREDS_IV: {generate: true}."
        )


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
            why = "a refresh token then works as an access token for days" if pair else "who learns one knows the other"
            report = fail if pair else warn
            identity = "rules.jwt.equal" if pair else f"rules.secrets.equal.{_slug(name)}"
            remedy = f"Give {name} a value of its own: {{generate: true, replace: true}}."
            yield report(identity, f"{other} and {name} are the same: {why}.", other, name, remedy=remedy)
        seen.setdefault(value, name)


def weak(view: View) -> Iterator[Finding]:
    """S10: short values and placeholders."""
    for name in _SIGNING:
        value = view.value(name)
        if not value or published_name(value):
            continue
        if _PLACEHOLDER.search(value):
            remedy = f"Generate one: {name}: {{generate: true, replace: true}}."
            yield fail(
                f"rules.secrets.placeholder.{_slug(name)}",
                f"{name} is a placeholder, not a secret.",
                name,
                remedy=remedy,
            )
        elif len(value) < 32 and name != "ADMIN_PANEL_SESSION_SECRET":  # noqa: PLR2004
            summary = f"{name} has only {len(value)} characters and can be found by trying."
            remedy = f"Generate one: {name}: {{generate: true, replace: true}}."
            yield warn(f"rules.secrets.short.{_slug(name)}", summary, name, remedy=remedy)


def admin_panel(view: View) -> Iterator[Finding]:
    """A01: the admin panel's own secret, wherever the compose file starts the panel."""
    services = view.deployment.compose.get("services") or {}
    if "admin-panel" not in services:
        return
    length = len(view.deployment.dotenv.compose_values().get("ADMIN_PANEL_SESSION_SECRET", ""))
    if length < 32:  # noqa: PLR2004
        what = "missing" if not length else f"{length} characters long"
        summary = (
            f"ADMIN_PANEL_SESSION_SECRET is {what}; under 32 characters the admin panel stops and restarts for ever."
        )
        remedy = "Generate one: ADMIN_PANEL_SESSION_SECRET: {generate: true}."
        yield fail("rules.admin-panel.secret", summary, "ADMIN_PANEL_SESSION_SECRET", remedy=remedy)


def panel_cookie(view: View) -> Iterator[Finding]:
    """A02: a panel reached over plain HTTP with a cookie for HTTPS only."""
    services = view.deployment.compose.get("services") or {}
    values = view.deployment.dotenv.compose_values()
    is_secure = values.get("ADMIN_PANEL_SESSION_COOKIE_SECURE", "").strip() == "true"
    address = values.get("ADMIN_PANEL_URL", "").strip() or "http://localhost:3000"
    if "admin-panel" in services and is_secure and address.startswith("http://") and "localhost" not in address:
        summary = (
            "The admin panel is reached over plain HTTP, but its cookie is for HTTPS only: it asks to sign in for ever."
        )
        names = ("ADMIN_PANEL_SESSION_COOKIE_SECURE", "ADMIN_PANEL_URL")
        yield fail(
            "rules.admin-panel.cookie", summary, *names, remedy="ADMIN_PANEL_SESSION_COOKIE_SECURE=false, or HTTPS."
        )


def panel_address(view: View) -> Iterator[Finding]:
    """A05: the address that browsers shall use, named as only containers know it."""
    services = view.deployment.compose.get("services") or {}
    environment = (services.get("admin-panel") or {}).get("environment") or {}
    values = view.deployment.dotenv.compose_values()
    address = interpolate(str(environment.get("VITE_API_BASE_URL") or ""), values)
    host = re.sub(r"\A[A-Za-z]+://|[:/?#].*", "", address).lower()
    if host == "host.docker.internal" or host in services:
        summary = (
            f"VITE_API_BASE_URL of the admin panel names {host}, which only containers know; browsers do not reach it."
        )
        remedy = "VITE_API_BASE_URL is LibreChat's public address (DOMAIN_CLIENT); API_SERVER_URL is the one between containers."
        yield fail("rules.admin-panel.address", summary, "DOMAIN_CLIENT", remedy=remedy)


def search_key(view: View) -> Iterator[Finding]:
    """C15: a key that Meilisearch refuses."""
    length = len(view.value("MEILI_MASTER_KEY"))
    if 0 < length < 16:  # noqa: PLR2004
        summary = f"MEILI_MASTER_KEY has {length} characters; Meilisearch wants 16 at least."
        yield warn(
            "rules.secrets.search-key",
            summary,
            "MEILI_MASTER_KEY",
            remedy="Generate one: {generate: true, replace: true}.",
        )


def _slug(name: str) -> str:
    return name.lower().replace("_", "-")


RULES: tuple[Rule, ...] = (missing, published, form, equal, weak, admin_panel, panel_cookie, panel_address, search_key)
