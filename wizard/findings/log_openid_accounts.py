"""Log causes: after the OpenID provider signed somebody in: claims, roles, accounts, reused tokens."""

from __future__ import annotations

from functools import partial

from wizard.basics.finding import Status
from wizard.findings.log_model import NO_ADDRESS, RECREATE, LogCause, thread

_of = partial(LogCause, check="log")
_CALLBACK = ("log.openid.token-refused", "log.openid.callback")
_REUSE_OFF = f"Unless SharePoint, Graph or MCP needs token reuse, set OPENID_REUSE_TOKENS=false. Then run: {RECREATE}"

EMAIL_MISSING = _of(
    "openid.email-missing",
    "The provider sent no email address for a user.",
    "Add email to OPENID_SCOPE, and map the email claim in the provider's console. If the address is only in a "
    f"different claim, specify that claim: OPENID_EMAIL_CLAIM=upn (v0.8.3 and later). Then run: {RECREATE}",
    consequence="Affected users cannot sign in.",
    settings=("OPENID_SCOPE", "OPENID_EMAIL_CLAIM"),
    docs=thread(3098),
    lines=(
        "[openidStrategy] login failed User validation failed: email: can't be blank",
        "[OpenID OAuth] Callback authentication error User validation failed: email: can't be blank",
        *(f"[OpenID Strategy] Authentication blocked - email domain not allowed {empty}" for empty in NO_ADDRESS),
    ),
    supersedes=(*_CALLBACK, "log.openid.no-user", "log.openid.email-missing-below"),
    older=(
        "v0.8.3",
        (
            f"Add email to OPENID_SCOPE, and map the email claim to an email address (setting OPENID_EMAIL_CLAIM instead requires "
            f"v0.8.3 or later). Then run: {RECREATE}"
        ),
    ),
)
EMAIL_MISSING_BELOW = _of(
    "openid.email-missing-below",
    "The provider sent no email address for a user.",
    EMAIL_MISSING.fix,
    consequence=EMAIL_MISSING.consequence,
    settings=EMAIL_MISSING.settings,
    docs=EMAIL_MISSING.docs,
    lines=("User validation failed: email: can't be blank",),
    near=("[openidStrategy] login failed",),
    supersedes=(*_CALLBACK, "log.openid.no-user"),
    older=EMAIL_MISSING.older,
)
EMAIL_INVALID = _of(
    "openid.email-invalid",
    "The provider does not send a valid email address.",
    "Map the email claim to an email address in the provider's console, or set OPENID_EMAIL_CLAIM to the claim that contains the address. Then "
    f"run: {RECREATE}",
    consequence="Affected users cannot sign in.",
    settings=("OPENID_EMAIL_CLAIM",),
    lines=(
        "[openidStrategy] login failed User validation failed: email: is invalid",
        "[openidStrategy] login failed User validation failed: email",
    ),
    unless=("can't be blank",),
    supersedes=_CALLBACK,
)
NO_USER = _of(
    "openid.no-user",
    "A user without an account signed in with OpenID. LibreChat then creates an account, so this log line alone is not an "
    "error.",
    "If the sign-in still fails, the next line with [openidStrategy] or an error shows why.",
    docs=thread(3162),
    lines=("[openidStrategy] user not found with",),
    certain=False,
    weight=Status.PASS,
)
ROLE = _of(
    "openid.role",
    "A user does not have the role in OPENID_REQUIRED_ROLE.",
    f"Give the user that role in the provider's console, or change OPENID_REQUIRED_ROLE. The role name must match exactly, and the token that OPENID_REQUIRED_ROLE_TOKEN_KIND specifies must contain the role. Then run: {RECREATE}",
    consequence="Users without that role cannot sign in.",
    settings=("OPENID_REQUIRED_ROLE",),
    docs=thread(3162),
    lines=("You must have*role to log in", "You must have the*role to log in"),
    supersedes=_CALLBACK,
    weight=Status.WARN,
)
ROLE_PATH = _of(
    "openid.role-path",
    "The token has no claim at OPENID_REQUIRED_ROLE_PARAMETER_PATH.",
    "Configure the provider to put the roles into the token that OPENID_REQUIRED_ROLE_TOKEN_KIND specifies (id, access, or "
    "userinfo in v0.8.6 and later). Then set "
    f"OPENID_REQUIRED_ROLE_PARAMETER_PATH to the path of the roles in that token (Keycloak: realm_access.roles). Then run: {RECREATE}",
    consequence="Nobody can sign in with OpenID.",
    settings=("OPENID_REQUIRED_ROLE_PARAMETER_PATH", "OPENID_REQUIRED_ROLE_TOKEN_KIND"),
    lines=("[openidStrategy] Key '*' not found",),
    unless=("not found in undefined token",),
    supersedes=(*_CALLBACK, "log.openid.role"),
)
ROLE_KIND = _of(
    "openid.role-kind",
    "OPENID_REQUIRED_ROLE_TOKEN_KIND is missing or invalid.",
    f"Set OPENID_REQUIRED_ROLE_TOKEN_KIND to id or access (or, in v0.8.6 and later, userinfo), in lower case. Then "
    f"run: {RECREATE}",
    consequence="Nobody can sign in with OpenID.",
    settings=("OPENID_REQUIRED_ROLE_TOKEN_KIND",),
    lines=("Invalid required role token kind", "Invalid admin role token kind", "not found in undefined token"),
    supersedes=(*_CALLBACK, "log.openid.role"),
)
ROLE_OLD = _of(
    "openid.role-operator",
    "OPENID_REQUIRED_ROLE_TOKEN_KIND is missing, or the token is not a JWT.",
    f"If the ID token contains the roles, set OPENID_REQUIRED_ROLE_TOKEN_KIND=id. Then run: {RECREATE}",
    consequence="Nobody can sign in with OpenID.",
    settings=("OPENID_REQUIRED_ROLE_TOKEN_KIND", "OPENID_REQUIRED_ROLE_PARAMETER_PATH"),
    lines=("Cannot use 'in' operator to search for",),
    near=("[openidStrategy]", "OpenID", "openid"),
    supersedes=_CALLBACK,
)
OTHER_PROVIDER = _of(
    "openid.other-provider",
    "An account with the same email address already exists with a different sign-in method. LibreChat does not link accounts.",
    "The user can use the existing account's sign-in method. Or change the account's sign-in method: docker compose exec mongodb mongosh "
    "LibreChat --eval "
    '\'db.users.updateOne({email: "ADDRESS"}, {$set: {provider: "openid"}})\'',
    consequence="That user cannot sign in with OpenID.",
    docs=thread(10571),
    lines=("[openidStrategy] Attempted OpenID login by user",),
    supersedes=_CALLBACK,
    weight=Status.WARN,
)
ISSUER_CHANGED = _of(
    "openid.issuer-changed",
    "The existing accounts belong to a different issuer than the current one.",
    "If the provider was replaced intentionally and the email addresses belong to the same users, back up the database. Then remove openidIssuer and openidId from those accounts (db.users.updateMany in mongosh). Otherwise restore the old OPENID_ISSUER.",
    consequence="Users who already have an account cannot sign in (v0.8.6 and later).",
    settings=("OPENID_ISSUER",),
    docs=thread(9803),
    lines=("stored openidIssuer does not match",),
    supersedes=_CALLBACK,
)
GROUPS = _of(
    "openid.groups",
    "A user is in more groups than Entra includes in a token, and LibreChat could not query Entra for the groups.",
    "Use app roles instead of groups, or configure Entra to include only groups assigned to the application in "
    "the token.",
    consequence="Users with many groups cannot sign in.",
    settings=("OPENID_REQUIRED_ROLE",),
    lines=("Failed to resolve groups via Microsoft Graph",),
    supersedes=("log.openid.role", *_CALLBACK),
)
REFRESH_FAILED = _of(
    "openid.refresh-failed",
    "The provider refused to renew a user's token, usually because the user's session with the provider has ended.",
    f"{_REUSE_OFF}. If you need token reuse, raise the idle timeout in the provider's console (Keycloak: SSO Session Idle) and add "
    "offline_access to OPENID_SCOPE.",
    consequence="Affected users see an error and have to sign in again.",
    settings=("OPENID_REUSE_TOKENS", "OPENID_SCOPE"),
    docs=thread(9655),
    lines=("OpenID token refresh error", "Invalid OpenID refresh token"),
    certain=False,
)
SESSION_MISSING = _of(
    "openid.session-missing",
    "OPENID_REUSE_TOKENS is on, and LibreChat's session ended before the provider's token expired.",
    "Set OPENID_REUSE_TOKENS=false. If SharePoint, Graph or MCP needs token reuse, instead set SESSION_EXPIRY and "
    f"OPENID_REUSE_MAX_SESSION_AGE_MS to more than the lifetime of the provider's token. Then run: {RECREATE}",
    consequence="Users have to sign in again after a while.",
    settings=("OPENID_REUSE_TOKENS", "SESSION_EXPIRY", "OPENID_REUSE_MAX_SESSION_AGE_MS"),
    docs=thread(15972),
    lines=("OpenID session missing; sign-in required",),
)
PUBLICATION = _of(
    "openid.publication",
    "LibreChat's development images and v0.8.8-rc2 have a bug with OPENID_REUSE_TOKENS=true.",
    "Set OPENID_REUSE_TOKENS=false, or update LibreChat to v0.8.8 or later. Then run: docker compose pull && "
    f"{RECREATE}",
    consequence="Nobody can sign in with OpenID.",
    settings=("OPENID_REUSE_TOKENS",),
    docs=thread(15648),
    lines=("OpenID refresh result is no longer available for publication",),
    supersedes=_CALLBACK,
)
REJECTED = _of(
    "openid.token-rejected",
    "LibreChat rejected the provider's tokens, which LibreChat uses because OPENID_REUSE_TOKENS is on.",
    f"{_REUSE_OFF}. If you need token reuse, the access token must be a JWT for your own API: set OPENID_AUDIENCE, and add "
    "offline_access and a scope of that API to OPENID_SCOPE.",
    consequence="Users are signed in, but every request after that fails.",
    settings=("OPENID_REUSE_TOKENS", "OPENID_AUDIENCE", "OPENID_SCOPE"),
    docs=thread(8986),
    lines=("jwt_auth_rejected*openidJwt", "openidJwt*jwt_auth_rejected"),
    certain=False,
)
NO_REFRESH = _of(
    "openid.no-refresh-token",
    "OPENID_REUSE_TOKENS needs a refresh token, but the provider sent none.",
    "Add offline_access to OPENID_SCOPE and allow that scope for the client in the provider's console. Or set "
    "OPENID_REUSE_TOKENS=false. Then run: " + RECREATE,
    consequence="Users are signed in to the provider, but not to LibreChat.",
    settings=("OPENID_REUSE_TOKENS", "OPENID_SCOPE"),
    lines=("No refresh token available",),
)
USERINFO = _of(
    "openid.userinfo",
    "LibreChat could not read the provider's userinfo response. It continues with the ID token.",
    "If email addresses or roles are missing, configure the provider to put them into the ID token, or fix the provider's "
    "userinfo endpoint.",
    lines=("getUserInfo: Error fetching user info",),
    weight=Status.WARN,
    consequence="Claims that exist only in the userinfo response are missing.",
    settings=("OPENID_SCOPE",),
)
SIGNED_IN = _of(
    "openid.signed-in",
    "A user signed in through OpenID.",
    "No action is needed.",
    lines=("[openidStrategy] login success openidId:",),
    weight=Status.PASS,
)
