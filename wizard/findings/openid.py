"""Findings: OpenID Connect settings."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="rules")
HALF = _of(
    "openid.half",
    "Only some of the OpenID settings are set:",
    "Set the missing settings, or remove all OPENID_ lines.",
    consequence="the OpenID button is missing.",
)
PKCE_SECRET = _of(
    "openid.pkce-secret",
    "This release requires a client secret; v0.8.6 and later work without one.",
    "Set the secret, or update LibreChat.",
    settings=("OPENID_CLIENT_SECRET",),
)
ISSUER_FORM = _of(
    "openid.issuer-form",
    "OPENID_ISSUER is not a URL:",
    "Set OPENID_ISSUER=https://HOST",
    consequence="LibreChat cannot set up OpenID at startup.",
    settings=("OPENID_ISSUER",),
)
HTTP_ISSUER = _of(
    "openid.http-issuer",
    "OPENID_ISSUER begins with http://, which LibreChat refuses.",
    "Serve the provider over HTTPS.",
    settings=("OPENID_ISSUER",),
)
LOCAL_ISSUER = _of(
    "openid.local-issuer",
    "OPENID_ISSUER contains a local name or address, which LibreChat's container or browsers may be unable to reach.",
    "Use a name that both the container and browsers can reach.",
    settings=("OPENID_ISSUER",),
)
ENTRA_ISSUER = _of(
    "openid.entra-issuer",
    "OPENID_ISSUER is a shared Entra URL, not your tenant's:",
    "Set OPENID_ISSUER=https://login.microsoftonline.com/TENANT-ID/v2.0",
    consequence="tokens contain a different issuer, and LibreChat rejects them.",
    settings=("OPENID_ISSUER",),
)
ENTRA_VERSION = _of(
    "openid.entra-version",
    "OPENID_ISSUER is Entra's old URL, without /v2.0:",
    "Set OPENID_ISSUER=https://login.microsoftonline.com/TENANT-ID/v2.0",
    consequence="Entra's tokens contain a different issuer, and LibreChat rejects them.",
    settings=("OPENID_ISSUER",),
)
COGNITO_ISSUER = _of(
    "openid.cognito-issuer",
    "OPENID_ISSUER is Cognito's sign-in domain, not its issuer.",
    "Set OPENID_ISSUER=https://cognito-idp.REGION.amazonaws.com/POOL-ID",
    settings=("OPENID_ISSUER",),
)
NO_SCOPE = _of(
    "openid.no-scope",
    "OPENID_SCOPE is empty:",
    "Set OPENID_SCOPE='openid profile email'",
    consequence="the OpenID button appears, but clicking it causes an error.",
    settings=("OPENID_SCOPE",),
)
SCOPE = _of(
    "openid.scope",
    "OPENID_SCOPE does not contain a scope that LibreChat needs.",
    "Set OPENID_SCOPE='openid profile email'",
    settings=("OPENID_SCOPE",),
)
SECRET_ID = _of(
    "openid.secret-id",
    "OPENID_CLIENT_SECRET looks like the secret's ID. The secret itself is in the 'Value' column in Entra.",
    "Create a new secret and copy its Value into OPENID_CLIENT_SECRET.",
    settings=("OPENID_CLIENT_SECRET",),
)
SECRET_DIGEST = _of(
    "openid.secret-digest",
    "OPENID_CLIENT_SECRET is a hash; LibreChat needs the secret in plain text.",
    "Set OPENID_CLIENT_SECRET to the plain secret; the hash belongs in the provider's configuration.",
    settings=("OPENID_CLIENT_SECRET",),
)
REQUIRED_ROLE = _of(
    "openid.required-role",
    "OPENID_REQUIRED_ROLE is set, but its token kind is invalid or its path is missing:",
    "Set OPENID_REQUIRED_ROLE_TOKEN_KIND to access, id or userinfo, and OPENID_REQUIRED_ROLE_PARAMETER_PATH to the claim's path, such as realm_access.roles.",
    consequence="nobody can sign in through OpenID.",
)
ADMIN_ROLE = _of(
    "openid.admin-role",
    "Only some of the three OPENID_ADMIN_ROLE settings are set:",
    "Set all three settings, or none of them.",
    consequence="nobody becomes an administrator.",
)
ADMIN_ROLE_KIND = _of(
    "openid.admin-role-kind",
    "OPENID_ADMIN_ROLE_TOKEN_KIND has an unknown value:",
    "Set OPENID_ADMIN_ROLE_TOKEN_KIND to access, id or userinfo.",
    consequence="every OpenID sign-in fails.",
)
ROLE_SYNC = _of(
    "openid.role-sync",
    "Role sync is on, but no claim is set:",
    "Set OPENID_ROLE_SYNC_CLAIM, or switch role sync off.",
    consequence="only administrators can sign in.",
    settings=("OPENID_ROLE_SYNC_CLAIM",),
)
ROLE_SYNC_API = _of(
    "openid.role-sync-api",
    "OPENID_ROLE_SYNC_API_ENABLED is on, but OPENID_ROLE_SYNC_ENABLED is not:",
    "Set both to true, or remove OPENID_ROLE_SYNC_API_ENABLED.",
    consequence="sign-ins fail.",
    settings=("OPENID_ROLE_SYNC_API_ENABLED", "OPENID_ROLE_SYNC_ENABLED"),
)
NO_ADMIN = _of(
    "openid.no-admin",
    "OpenID is the only way to sign in, but no role grants administrator rights:",
    "Set the three OPENID_ADMIN_ROLE settings.",
    consequence="LibreChat may have no administrator.",
)
REUSE_RELEASE = _of(
    "openid.reuse-release",
    "OPENID_REUSE_TOKENS does not work in this LibreChat release.",
    "Set OPENID_REUSE_TOKENS=false, or update LibreChat to v0.8.8-rc4 or later.",
    settings=("OPENID_REUSE_TOKENS",),
)
REUSE_OFFLINE = _of(
    "openid.reuse-offline",
    "OPENID_REUSE_TOKENS is on, but OPENID_SCOPE does not contain offline_access:",
    "Add offline_access to OPENID_SCOPE, or set OPENID_REUSE_TOKENS=false.",
    consequence="without a refresh token, nobody can sign in.",
    settings=("OPENID_SCOPE", "OPENID_REUSE_TOKENS"),
)
REUSE_ENTRA = _of(
    "openid.reuse-entra",
    "OPENID_REUSE_TOKENS is on with Entra ID, but OPENID_SCOPE contains no scope of your own API:",
    "Set OPENID_SCOPE='api://CLIENT-ID/.default openid profile email offline_access'",
    consequence="every request fails with status 401.",
    settings=("OPENID_SCOPE",),
)
REUSE_AUTH0 = _of(
    "openid.reuse-auth0",
    "OPENID_REUSE_TOKENS is on with Auth0, but OPENID_AUDIENCE is missing:",
    "Set OPENID_AUDIENCE to the identifier of your API.",
    consequence="LibreChat cannot verify the tokens.",
    settings=("OPENID_AUDIENCE",),
)
COGNITO_NONCE = _of(
    "openid.cognito-nonce",
    "Cognito pools with a federated provider require a nonce.",
    "Set OPENID_GENERATE_NONCE=true",
    settings=("OPENID_GENERATE_NONCE",),
)
AUTO_REDIRECT = _of(
    "openid.auto-redirect",
    "OPENID_AUTO_REDIRECT sends all users to OpenID, but sign-in through providers is off:",
    "Set ALLOW_SOCIAL_LOGIN=true. Until then, open the sign-in form at /login?redirect=false.",
    consequence="nobody sees the sign-in form.",
    settings=("OPENID_AUTO_REDIRECT", "ALLOW_SOCIAL_LOGIN"),
)
NO_PROXY = _of(
    "openid.no-proxy",
    "This release ignores NO_PROXY for OpenID:",
    "Update LibreChat to v0.8.7 or later.",
    consequence="LibreChat connects to the provider through the proxy set in PROXY.",
    settings=("PROXY", "NO_PROXY"),
)
DISCOVERY = FindingFamily(
    _of(
        "openid.discovery.{}",
        "{} is out of range: LibreChat ignores it.",
        "Use a whole number within the permitted range. Expressions such as 60 * 1000 are not supported.",
    ),
    ("OPENID_DISCOVERY_RETRY_ATTEMPTS", "OPENID_DISCOVERY_RETRY_DELAY_MS"),
)
