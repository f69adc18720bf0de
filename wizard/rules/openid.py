"""Rules: OpenID, from the settings alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.basics.finding import Finding, Status
from wizard.catalogue import by_key
from wizard.findings import openid as ids
from wizard.librechat.openid_forward_proxy import NO_PROXY_SINCE
from wizard.librechat.providers import NEEDED, openid_client_authenticates
from wizard.librechat.releases import Release
from wizard.librechat.values import js_number
from wizard.rules.view import Rule, View

_KINDS = ("access", "id", "userinfo")


def half_configured(view: View) -> Iterator[Finding]:
    """I01, I22: one variable short of a button."""
    if not view.value("OPENID_CLIENT_ID") and not view.value("OPENID_ISSUER"):
        return
    lacking = [name for name in NEEDED["openid"] if not view.value(name)]
    is_public = view.is_on("OPENID_USE_PKCE")
    has_secret = openid_client_authenticates(view.deployment.settings, view.release)
    if not has_secret and not is_public:
        lacking.append("OPENID_CLIENT_SECRET")
    if lacking:
        summary = (
            f"{', '.join(lacking)} {'are' if lacking[1:] else 'is'} missing, so the OpenID button does not appear."
        )
        yield ids.HALF.fail(summary, settings=lacking)
    if not has_secret and is_public:
        summary = f"LibreChat {view.release} requires a client secret; v0.8.6 and later work without one."
        yield ids.PKCE_SECRET.fail(summary)


def issuer(view: View) -> Iterator[Finding]:
    """I05, I07, I08, I15, I25: issuers that cannot work."""
    value = view.value("OPENID_ISSUER")
    if not value:
        return
    parts = view.url("OPENID_ISSUER")
    if parts is None:
        yield ids.ISSUER_FORM.fail(
            remedy=f"Set OPENID_ISSUER=https://{value if re.fullmatch('[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9./_-]*)?', value) else '...'}"
        )
        return
    host = parts.hostname or ""
    if parts.scheme == "http" and view.release >= Release(0, 7, 9, 1):
        yield ids.HTTP_ISSUER.fail()
    if host == "localhost" or host.startswith("127.") or "." not in host:
        summary = f"{host} in OPENID_ISSUER is a local name or address, which LibreChat's container or browsers may be unable to reach."
        yield ids.LOCAL_ISSUER.warn(summary)
    if host == "login.microsoftonline.com" and re.search(r"/(common|organizations|consumers)(/|$)", parts.path):
        yield ids.ENTRA_ISSUER.fail()
    elif host == "sts.windows.net" or (
        host == "login.microsoftonline.com" and not re.match(r"/[^/]+/v2\.0(/|$)", parts.path)
    ):
        yield ids.ENTRA_VERSION.warn()
    if host.endswith(".amazoncognito.com"):
        yield ids.COGNITO_ISSUER.fail()


def scope(view: View) -> Iterator[Finding]:
    """I10, I33: what is asked of the provider."""
    if not view.has_openid:
        return
    words = view.value("OPENID_SCOPE").strip("'\"").split()
    if not words:
        yield ids.NO_SCOPE.fail()
        return
    lacking = [
        word
        for word in ("openid", "profile", *(() if view.value("OPENID_EMAIL_CLAIM") else ("email",)))
        if word not in words and not any(item.endswith("/.default") for item in words)
    ]
    if lacking:
        status = Status.FAIL if "openid" in lacking else Status.WARN
        yield ids.SCOPE.finding(status, f"OPENID_SCOPE does not contain {', '.join(lacking)}.")


def secret_form(view: View) -> Iterator[Finding]:
    """I12, I27: something else pasted in place of the secret."""
    secret, address = view.value("OPENID_CLIENT_SECRET"), view.value("OPENID_ISSUER")
    if "microsoftonline" in address and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", secret):
        yield ids.SECRET_ID.fail()
    if secret.startswith(("$pbkdf2", "$argon2", "$2a$", "$2b$")):
        yield ids.SECRET_DIGEST.fail()


def roles(view: View) -> Iterator[Finding]:
    """Role settings that lock people out, or do nothing."""
    required, kind, path = (
        view.value(f"OPENID_REQUIRED_ROLE{part}") for part in ("", "_TOKEN_KIND", "_PARAMETER_PATH")
    )
    names = ("OPENID_REQUIRED_ROLE", "OPENID_REQUIRED_ROLE_TOKEN_KIND", "OPENID_REQUIRED_ROLE_PARAMETER_PATH")
    if required and (kind not in _KINDS or not path):
        yield ids.REQUIRED_ROLE.fail(settings=names)
    admin = [f"OPENID_ADMIN_ROLE{part}" for part in ("", "_PARAMETER_PATH", "_TOKEN_KIND")]
    present = [name for name in admin if view.value(name)]
    if 0 < len(present) < len(admin):
        yield ids.ADMIN_ROLE.warn(settings=admin)
    elif present and view.value(admin[2]) not in _KINDS:
        yield ids.ADMIN_ROLE_KIND.fail(settings=(admin[2],))
    if view.is_on("OPENID_ROLE_SYNC_ENABLED") and not view.value("OPENID_ROLE_SYNC_CLAIM"):
        yield ids.ROLE_SYNC.fail()
    if view.is_on("OPENID_ROLE_SYNC_API_ENABLED") and not view.is_on("OPENID_ROLE_SYNC_ENABLED"):
        yield ids.ROLE_SYNC_API.fail()
    if view.has_openid and not present and view.has_ldap is False and not view.is_on("ALLOW_EMAIL_LOGIN"):
        yield ids.NO_ADMIN.warn(settings=admin)


def reuse(view: View) -> Iterator[Finding]:
    """I17, I18, I19: token reuse without what it needs."""
    if not view.is_on("OPENID_REUSE_TOKENS") or not view.has_openid:
        return
    # Most folders need nothing of it, and it brings all of an OpenID sign-in along.
    from wizard.librechat.openid_renewal import KNOWN_BAD

    if (known := KNOWN_BAD.get(view.release)) is not None:
        yield ids.REUSE_RELEASE.warn(f"OPENID_REUSE_TOKENS=true fails in LibreChat {view.release}: {known}.")
    words, address = view.value("OPENID_SCOPE").split(), view.value("OPENID_ISSUER")
    if "offline_access" not in words:
        yield ids.REUSE_OFFLINE.warn()
    if "microsoftonline" in address and not any(word.startswith("api://") for word in words):
        yield ids.REUSE_ENTRA.warn()
    if "auth0.com" in address and not view.value("OPENID_AUDIENCE"):
        yield ids.REUSE_AUTH0.warn()


def presets(view: View) -> Iterator[Finding]:
    """I24, I31, I04: single settings that providers require or that cause problems."""
    address = view.value("OPENID_ISSUER")
    if "cognito-idp" in address and not view.is_on("OPENID_GENERATE_NONCE"):
        yield ids.COGNITO_NONCE.warn()
    if view.is_on("OPENID_AUTO_REDIRECT") and view.has_openid and not view.is_on("ALLOW_SOCIAL_LOGIN"):
        yield ids.AUTO_REDIRECT.fail()
    if view.value("PROXY") and view.value("NO_PROXY") and view.has_openid and view.release < NO_PROXY_SINCE:
        yield ids.NO_PROXY.warn(
            f"LibreChat {view.release} ignores NO_PROXY for OpenID and connects to the provider through PROXY."
        )


def discovery(view: View) -> Iterator[Finding]:
    """Find numbers for reaching the provider that LibreChat ignores (openIdDiscoverySchema, packages/data-provider/src/config.ts)."""
    for name in ("OPENID_DISCOVERY_RETRY_ATTEMPTS", "OPENID_DISCOVERY_RETRY_DELAY_MS"):
        setting = by_key()[name]
        text, low, high = view.value(name), setting.minimum or 0, setting.maximum or 0
        number = js_number(text)
        if text and setting.is_read(view.release) and not (low <= number <= high and number.is_integer()):
            summary = f"{name} is not a whole number from {low:g} to {high:g}, so LibreChat uses its default: {setting.empty[:1].lower()}{setting.empty[1:]}"
            yield ids.DISCOVERY.of(name).warn(summary, remedy=f"Set {name}={setting.default}")


RULES: tuple[Rule, ...] = (half_configured, issuer, scope, secret_form, roles, reuse, presets, discovery)
