"""OpenID: what the settings alone tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.basics.finding import Finding
from wizard.librechat.providers import NEEDED, openid_client_authenticates
from wizard.librechat.releases import Release
from wizard.rules.view import Rule, View, fail, warn

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
        summary = f"{', '.join(lacking)} missing: OpenID has no button."
        yield fail("rules.openid.half", summary, *lacking, remedy="Set what is missing, or take all OPENID_ lines out.")
    if not has_secret and is_public:
        summary = f"LibreChat {view.release} wants a client secret; v0.8.6 and later work without."
        yield fail(
            "rules.openid.pkce-secret", summary, "OPENID_CLIENT_SECRET", remedy="Set the secret, or update LibreChat."
        )


def issuer(view: View) -> Iterator[Finding]:
    """I05, I07, I08, I15, I25: issuers that cannot work."""
    value = view.value("OPENID_ISSUER")
    if not value:
        return
    parts = view.url("OPENID_ISSUER")
    if parts is None:
        yield fail(
            "rules.openid.issuer-form",
            "OPENID_ISSUER is no address: OpenID is not found at start.",
            "OPENID_ISSUER",
            remedy=f"https://{value if re.fullmatch('[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9./_-]*)?', value) else '...'}",
        )
        return
    host = parts.hostname or ""
    if parts.scheme == "http" and view.release >= Release(0, 7, 9, 1):
        yield fail(
            "rules.openid.http-issuer",
            "OPENID_ISSUER begins with http://, which LibreChat refuses.",
            "OPENID_ISSUER",
            remedy="Put the provider behind HTTPS.",
        )
    if host == "localhost" or host.startswith("127.") or "." not in host:
        summary = f"OPENID_ISSUER names {host}: inside the container that is the container itself, and browsers cannot reach it."
        yield warn(
            "rules.openid.local-issuer",
            summary,
            "OPENID_ISSUER",
            remedy="A name that both the container and browsers can reach.",
        )
    if host == "login.microsoftonline.com" and re.search(r"/(common|organizations|consumers)(/|$)", parts.path):
        yield fail(
            "rules.openid.entra-issuer",
            "OPENID_ISSUER is Entra's address for all tenants: tokens name another issuer and are refused.",
            "OPENID_ISSUER",
            remedy="https://login.microsoftonline.com/TENANT-ID/v2.0",
        )
    elif host == "sts.windows.net" or (
        host == "login.microsoftonline.com" and not re.match(r"/[^/]+/v2\.0(/|$)", parts.path)
    ):
        yield warn(
            "rules.openid.entra-version",
            "OPENID_ISSUER is Entra's old address, without /v2.0: its tokens name another issuer.",
            "OPENID_ISSUER",
            remedy="https://login.microsoftonline.com/TENANT-ID/v2.0",
        )
    if host.endswith(".amazoncognito.com"):
        yield fail(
            "rules.openid.cognito-issuer",
            "OPENID_ISSUER is Cognito's sign-in domain, not its issuer.",
            "OPENID_ISSUER",
            remedy="https://cognito-idp.REGION.amazonaws.com/POOL-ID",
        )


def scope(view: View) -> Iterator[Finding]:
    """I10, I33: what is asked of the provider."""
    if not view.has_openid:
        return
    words = view.value("OPENID_SCOPE").strip("'\"").split()
    if not words:
        yield fail(
            "rules.openid.no-scope",
            "OPENID_SCOPE is empty: the button shows and answers with an error.",
            "OPENID_SCOPE",
            remedy="OPENID_SCOPE='openid profile email'",
        )
        return
    lacking = [
        word
        for word in ("openid", "profile", *(() if view.value("OPENID_EMAIL_CLAIM") else ("email",)))
        if word not in words and not any(item.endswith("/.default") for item in words)
    ]
    if lacking:
        report = fail if "openid" in lacking else warn
        yield report(
            "rules.openid.scope",
            f"OPENID_SCOPE lacks {', '.join(lacking)}.",
            "OPENID_SCOPE",
            remedy="OPENID_SCOPE='openid profile email'",
        )


def secret_form(view: View) -> Iterator[Finding]:
    """I12, I27: something else pasted in place of the secret."""
    secret, address = view.value("OPENID_CLIENT_SECRET"), view.value("OPENID_ISSUER")
    if "microsoftonline" in address and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", secret):
        yield fail(
            "rules.openid.secret-id",
            "OPENID_CLIENT_SECRET looks like the secret's ID; Entra's column 'Value' holds the secret.",
            "OPENID_CLIENT_SECRET",
            remedy="Make a new secret and copy its Value.",
        )
    if secret.startswith(("$pbkdf2", "$argon2", "$2a$", "$2b$")):
        yield fail(
            "rules.openid.secret-digest",
            "OPENID_CLIENT_SECRET is a digest; LibreChat needs the secret in clear.",
            "OPENID_CLIENT_SECRET",
            remedy="The digest belongs into the provider's configuration.",
        )


def roles(view: View) -> Iterator[Finding]:
    """Role settings that lock people out, or do nothing."""
    required, kind, path = (
        view.value(f"OPENID_REQUIRED_ROLE{part}") for part in ("", "_TOKEN_KIND", "_PARAMETER_PATH")
    )
    names = ("OPENID_REQUIRED_ROLE", "OPENID_REQUIRED_ROLE_TOKEN_KIND", "OPENID_REQUIRED_ROLE_PARAMETER_PATH")
    if required and (kind not in _KINDS or not path):
        summary = "A role is required, but token kind or path is missing or unknown: nobody gets in through OpenID."
        yield fail(
            "rules.openid.required-role",
            summary,
            *names,
            remedy="TOKEN_KIND is access, id or userinfo; the path is such as realm_access.roles.",
        )
    admin = [f"OPENID_ADMIN_ROLE{part}" for part in ("", "_PARAMETER_PATH", "_TOKEN_KIND")]
    present = [name for name in admin if view.value(name)]
    if 0 < len(present) < len(admin):
        yield warn(
            "rules.openid.admin-role",
            "Only some of the three OPENID_ADMIN_ROLE settings are set: nobody becomes administrator.",
            *admin,
            remedy="Set all three, or none.",
        )
    elif present and view.value(admin[2]) not in _KINDS:
        yield fail(
            "rules.openid.admin-role-kind",
            "OPENID_ADMIN_ROLE_TOKEN_KIND is unknown: every OpenID sign-in fails.",
            admin[2],
            remedy="access, id or userinfo",
        )
    if view.is_on("OPENID_ROLE_SYNC_ENABLED") and not view.value("OPENID_ROLE_SYNC_CLAIM"):
        yield fail(
            "rules.openid.role-sync",
            "Roles are taken over, but no claim is named: nobody but administrators gets in.",
            "OPENID_ROLE_SYNC_CLAIM",
            remedy="Name the claim, or switch it off.",
        )
    if view.is_on("OPENID_ROLE_SYNC_API_ENABLED") and not view.is_on("OPENID_ROLE_SYNC_ENABLED"):
        yield fail(
            "rules.openid.role-sync-api",
            "OPENID_ROLE_SYNC_API_ENABLED is on without OPENID_ROLE_SYNC_ENABLED: sign-ins fail.",
            "OPENID_ROLE_SYNC_API_ENABLED",
            "OPENID_ROLE_SYNC_ENABLED",
            remedy="Switch both on, or this one off.",
        )
    if view.has_openid and not present and view.has_ldap is False and not view.is_on("ALLOW_EMAIL_LOGIN"):
        yield warn(
            "rules.openid.no-admin",
            "Only OpenID is left to sign in and no role makes an administrator: there may be none.",
            *admin,
            remedy="Set the three OPENID_ADMIN_ROLE settings.",
        )


def reuse(view: View) -> Iterator[Finding]:
    """I17, I18, I19: token reuse without what it needs."""
    if not view.is_on("OPENID_REUSE_TOKENS") or not view.has_openid:
        return
    words, address = view.value("OPENID_SCOPE").split(), view.value("OPENID_ISSUER")
    if "offline_access" not in words:
        yield warn(
            "rules.openid.reuse-offline",
            "Tokens are reused, but OPENID_SCOPE does not ask for offline_access: without a refresh token nobody is signed in.",
            "OPENID_SCOPE",
            "OPENID_REUSE_TOKENS",
            remedy="Add offline_access, or OPENID_REUSE_TOKENS=false.",
        )
    if "microsoftonline" in address and not any(word.startswith("api://") for word in words):
        yield warn(
            "rules.openid.reuse-entra",
            "Tokens are reused with Entra ID, but no scope of an own API is asked for: every call ends with 401.",
            "OPENID_SCOPE",
            remedy="api://CLIENT-ID/.default openid profile email offline_access",
        )
    if "auth0.com" in address and not view.value("OPENID_AUDIENCE"):
        yield warn(
            "rules.openid.reuse-auth0",
            "Tokens are reused with Auth0, but OPENID_AUDIENCE is missing: tokens cannot be checked.",
            "OPENID_AUDIENCE",
            remedy="OPENID_AUDIENCE=the identifier of your API",
        )


def presets(view: View) -> Iterator[Finding]:
    """I24, I31, I04: single settings that providers need or that get in the way."""
    address = view.value("OPENID_ISSUER")
    if "cognito-idp" in address and not view.is_on("OPENID_GENERATE_NONCE"):
        yield warn(
            "rules.openid.cognito-nonce",
            "Cognito pools with a federated provider want a nonce.",
            "OPENID_GENERATE_NONCE",
            remedy="OPENID_GENERATE_NONCE=true",
        )
    if view.is_on("OPENID_AUTO_REDIRECT") and view.has_openid and not view.is_on("ALLOW_SOCIAL_LOGIN"):
        yield fail(
            "rules.openid.auto-redirect",
            "OPENID_AUTO_REDIRECT sends everybody to a sign-in that is switched off: nobody sees the form.",
            "OPENID_AUTO_REDIRECT",
            "ALLOW_SOCIAL_LOGIN",
            remedy="ALLOW_SOCIAL_LOGIN=true; the form is at /login?redirect=false.",
        )
    if view.value("PROXY") and view.value("NO_PROXY") and view.has_openid and view.release < Release(0, 8, 7):
        yield warn(
            "rules.openid.no-proxy",
            f"LibreChat {view.release} ignores NO_PROXY for OpenID: the provider is asked through PROXY.",
            "PROXY",
            "NO_PROXY",
            remedy="Update to v0.8.7 or later.",
        )


RULES: tuple[Rule, ...] = (half_configured, issuer, scope, secret_form, roles, reuse, presets)
