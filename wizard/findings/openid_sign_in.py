"""Findings of the check ``openid`` after a real sign-in: the provider's claims, and LibreChat's decision."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType

from wizard.findings.model import FindingEntry

_of = partial(
    FindingEntry,
    check="openid",
    consequence="This user is not signed in.",
    docs="https://www.librechat.ai/docs/configuration/authentication/OAuth2-OIDC",
)
_ROLE = ("OPENID_REQUIRED_ROLE", "OPENID_REQUIRED_ROLE_PARAMETER_PATH", "OPENID_REQUIRED_ROLE_TOKEN_KIND")
_SYNC = "OPENID_ROLE_SYNC_"
_FOR_ROLE = "Compare the claims below with the three settings that begin with OPENID_REQUIRED_ROLE."

WOULD_BE = _of("signin.would-be", "This user would be signed in.", consequence="")
CLAIMS = _of("signin.claims", "The provider sent claims about this user.", consequence="")
REVOKED = _of(
    "signin.revoked",
    "The provider revoked the tokens from this sign-in; the wizard did not store them.",
    consequence="",
)
NOT_REVOKED = _of(
    "signin.not-revoked",
    "The tokens from this sign-in could not be revoked. The wizard did not store them; they stay valid until they "
    "expire.",
    "End this session in the provider's console, or wait until the tokens expire.",
    consequence="A refresh token may stay valid until it expires.",
)
FOREIGN = _of(
    "signin.foreign",
    "The pasted URL is not LibreChat's callback URL, so nothing was sent.",
    "After you sign in, copy the complete URL from the address bar, starting with http.",
)
STATE = _of(
    "signin.state",
    "The pasted URL belongs to a different sign-in (the state differs), so its code was not used.",
    "Open the URL that was printed last, and sign in. Then paste the URL from the address bar.",
)
NO_CODE = _of(
    "signin.no-code",
    "The pasted URL contains no code, so there is nothing to redeem.",
    "Complete the sign-in with the provider, then copy the complete URL from the address bar.",
)
USED = _of(
    "signin.used",
    "This code has already been redeemed; a code can be used only once.",
    "Run the command again for a new sign-in.",
)
TAKEN = _of(
    "signin.taken",
    "The running LibreChat instance handled the callback itself, so the code is no longer in the address bar.",
    "Use LibreChat's log instead: doctor --watch-signin",
)
UNREDEEMED = _of(
    "signin.unredeemed",
    "The code was not redeemed, so it is unknown what LibreChat would decide.",
    "Run the command again to get a new code. A code expires after about a minute.",
    transient=True,
)

_TOKEN = (
    _of("token.error", "The provider refused to redeem the code.", "Check the provider's log for this client."),
    _of(
        "token.code",
        "The provider says that the code is invalid or expired.",
        "Run the command again, and paste the URL immediately. If LibreChat gets this error, configure a longer code lifetime in the provider's console.",
    ),
    _of("token.status", "The token endpoint returned an error.", "Check the provider's log."),
    _of(
        "token.not-json",
        "The token endpoint's response is not JSON.",
        "Check token_endpoint and any proxy in front of it.",
    ),
    _of(
        "token.no-access-token", "The token endpoint returned no access token.", "Allow access tokens for this client."
    ),
    _of("token.type", "The token endpoint's token_type is not Bearer.", "Have the provider issue Bearer tokens."),
    _of(
        "token.field",
        "A field in the token endpoint's response has a format that LibreChat refuses.",
        "Update the provider.",
    ),
    _of(
        "token.hangs",
        "The token endpoint does not respond; LibreChat would wait for several minutes.",
        "Make the token endpoint reachable from LibreChat.",
    ),
    _of(
        "token.no-id-token",
        "The provider sent no ID token.",
        "Set OPENID_SCOPE='openid profile email', and allow ID tokens for this client.",
        settings=("OPENID_SCOPE",),
    ),
    _of(
        "token.alg",
        "The ID token is signed with an algorithm that LibreChat refuses.",
        "Have the provider sign ID tokens with RS256.",
    ),
    _of(
        "token.claim-missing",
        "The ID token does not contain a claim that LibreChat needs.",
        "Add the claim in the provider's console.",
    ),
    _of(
        "token.claim-type",
        "A claim in the ID token has the wrong type.",
        "Fix the claim mapping in the provider's console.",
    ),
    _of(
        "token.audience",
        "The ID token was issued for a different client.",
        "Add OPENID_CLIENT_ID to the ID token's audience (aud) in the provider's console.",
        settings=("OPENID_CLIENT_ID",),
    ),
    _of(
        "token.azp",
        "The ID token has several audiences, and its authorized party (azp) is a different client.",
        "Remove the other audiences in the provider's console.",
        settings=("OPENID_CLIENT_ID",),
    ),
    _of(
        "nonce.unasked",
        "The ID token has a nonce although LibreChat sent none.",
        "Set OPENID_GENERATE_NONCE=true",
        settings=("OPENID_GENERATE_NONCE",),
    ),
    _of(
        "nonce.other",
        "The ID token's nonce is not the one that LibreChat sent.",
        "Check for a cache in front of the provider.",
    ),
)
_CALLBACK = (
    _of("callback.denied", "The user or the provider denied access.", "Allow this user to use the application."),
    _of("callback.error", "The provider returned an error instead of a code.", "Check the provider's log."),
    _of("callback.state", "The state in the provider's response is not the one that LibreChat sent.", "Sign in again."),
    _of(
        "callback.no-issuer",
        "The provider advertises an iss parameter, but does not send it.",
        "Update the provider, or switch off authorization_response_iss_parameter_supported.",
    ),
    _of(
        "session.other-browser",
        "The sign-in was started in one browser and finished in another.",
        "Use the same browser for the whole sign-in.",
    ),
    _of(
        "session.too-short",
        "The sign-in took longer than SESSION_EXPIRY.",
        "Set SESSION_EXPIRY=1000 * 60 * 15",
        settings=("SESSION_EXPIRY",),
    ),
)
_PERSON = (
    _of(
        "claims.no-email",
        "The provider sends no email address.",
        "Add the email scope, or set OPENID_EMAIL_CLAIM to the claim that contains the address.",
        settings=("OPENID_SCOPE", "OPENID_EMAIL_CLAIM"),
    ),
    _of(
        "claims.bad-email",
        "The claim that LibreChat uses as the email address does not contain an email address.",
        "Set OPENID_EMAIL_CLAIM to the claim that contains the address.",
        settings=("OPENID_EMAIL_CLAIM",),
    ),
    _of(
        "claims.type",
        "A claim has a type that LibreChat's database refuses.",
        "Fix the claim mapping in the provider's console.",
    ),
    _of(
        "claims.userinfo-only",
        "The email address comes only from the userinfo endpoint.",
        "Have the provider include the email address in the ID token too.",
        consequence="If the userinfo endpoint fails, sign-ins fail with status 400.",
    ),
    _of(
        "claims.name",
        "LibreChat shows the email address as the user's name.",
        "Set OPENID_NAME_CLAIM=name, or have the provider send given_name and family_name.",
        consequence="Users see the email address, not a name.",
        settings=("OPENID_NAME_CLAIM",),
    ),
    _of(
        "domain.refused",
        "This user's email domain is not in registration.allowedDomains.",
        "Add the domain to registration.allowedDomains in librechat.yaml, without @.",
    ),
    _of(
        "account.other-provider",
        "An account from another provider has this email address, and LibreChat does not link accounts.",
        "Sign in with the method that the account uses, or remove the account.",
    ),
    _of(
        "account.other-sub",
        "An OpenID account with this email address is bound to a different subject (sub).",
        "Configure the provider to send the same subject identifiers (sub) as before, or remove the existing account.",
    ),
)
_ROLES = (
    _of("role.kind", "OPENID_REQUIRED_ROLE_TOKEN_KIND is not a valid token kind.", "Use access, id or userinfo.", settings=_ROLE),
    _of("role.blank", "OPENID_REQUIRED_ROLE or its parameter path is blank.", "Set OPENID_REQUIRED_ROLE and "
    "OPENID_REQUIRED_ROLE_PARAMETER_PATH.", settings=_ROLE),
    _of(
        "role.opaque",
        "LibreChat looks for roles in the access token, which is opaque.",
        "Set OPENID_REQUIRED_ROLE_TOKEN_KIND=id, or have the provider issue a JWT as the access token.",
        settings=_ROLE,
    ),
    _of("role.path", "The claim that should contain the roles is missing or empty.", _FOR_ROLE, settings=_ROLE),
    _of("role.split", "The roles claim is a single string, which LibreChat splits at spaces and commas.", _FOR_ROLE, settings=_ROLE),
    _of("role.slash", "One of this user's groups differs from OPENID_REQUIRED_ROLE only by a slash.", _FOR_ROLE, settings=_ROLE),
    _of("role.case", "The role differs from OPENID_REQUIRED_ROLE only in letter case.", _FOR_ROLE, settings=_ROLE),
    _of("role.absent", "This user does not have the role in OPENID_REQUIRED_ROLE.", _FOR_ROLE, settings=_ROLE),
    _of(
        "admin.kind",
        "OPENID_ADMIN_ROLE_TOKEN_KIND is not a valid token kind.",
        "Use access, id or userinfo.",
        settings=("OPENID_ADMIN_ROLE_TOKEN_KIND",),
    ),
    _of(
        "admin.list",
        "OPENID_ADMIN_ROLE is a list, but LibreChat treats it as a single role.",
        "Set OPENID_ADMIN_ROLE to a single role.",
        consequence="OPENID_ADMIN_ROLE does not give anyone the ADMIN role.",
        settings=("OPENID_ADMIN_ROLE",),
    ),
    _of(
        "rolesync.unknown-role",
        "Role sync would assign a role that does not exist in LibreChat.",
        "Create the role in LibreChat, or correct the name.",
        settings=(f"{_SYNC}ROLE_PRIORITY", f"{_SYNC}FALLBACK_ROLE"),
    ),
    _of(
        "rolesync.api",
        "OPENID_ROLE_SYNC_API_ENABLED needs OPENID_ROLE_SYNC_ENABLED.",
        "Set OPENID_ROLE_SYNC_ENABLED=true",
        settings=(f"{_SYNC}ENABLED",),
    ),
    _of("rolesync.source", "OPENID_ROLE_SYNC_SOURCE is not a valid token kind.", "Use access, id or userinfo.", settings=(f"{_SYNC}SOURCE",)),
    _of("rolesync.no-claim", "OPENID_ROLE_SYNC_CLAIM is not set.", "Specify the claim that contains the roles.", settings=(f"{_SYNC}CLAIM",)),
    _of("rolesync.admin", "Role sync would assign ADMIN, which is not allowed.", "Remove ADMIN, and use "
    "OPENID_ADMIN_ROLE "
    "instead.", settings=(f"{_SYNC}ROLE_PRIORITY",)),
)  # fmt: skip
_REUSE = (
    _of(
        "reuse.no-refresh",
        "OPENID_REUSE_TOKENS is on, but the provider sent no refresh token.",
        "Add offline_access to OPENID_SCOPE and allow refresh tokens for this client, or set OPENID_REUSE_TOKENS=false.",
        consequence="Users return from the provider but are not signed in.",
        settings=("OPENID_SCOPE", "OPENID_REUSE_TOKENS"),
    ),
)
RENEWED = _of("renewal.ok", "The provider renewed the tokens, so this user stays signed in.", consequence="")
NOT_RENEWED = _of(
    "renewal.unknown",
    "It is unknown whether the tokens can be renewed.",
    "Run a longer check: doctor --only session --for 1h",
    consequence="",
    transient=True,
)
OPAQUE = _of(
    "renewal.access-token",
    "The access token is opaque. From v0.8.8-rc2 on, LibreChat forwards the token only if it is a JWT.",
    "Have the provider issue a JWT as the access token: set OPENID_AUDIENCE to an API, or add an API's scope to OPENID_SCOPE.",
    consequence="Tools that need the user's token (MCP, SharePoint, Graph) do not work.",
    settings=("OPENID_AUDIENCE", "OPENID_SCOPE"),
)
_GONE = "Users are signed out when the tokens from the sign-in expire."
_RENEWAL = (
    _of(
        "renewal.refused",
        "The provider refused to renew the tokens.",
        "Allow refresh tokens for this client, and add offline_access to OPENID_SCOPE. Or set "
        "OPENID_REUSE_TOKENS=false.",
        consequence=_GONE,
        settings=("OPENID_SCOPE", "OPENID_REUSE_TOKENS"),
    ),
    _of(
        "renewal.not-rotated",
        "The provider renewed the tokens once without returning a new refresh token, and then rejected the old one.",
        "Have the provider either return a new refresh token on each renewal or keep the old one valid. Or set "
        "OPENID_REUSE_TOKENS=false.",
        consequence="Users are signed out at the second renewal.",
        settings=("OPENID_REUSE_TOKENS",),
    ),
    _of(
        "renewal.opaque",
        "The provider returns no ID token on renewal, and the access token is opaque.",
        "Have the provider return an ID token on each renewal, or set OPENID_AUDIENCE to get a JWT as the access token. Or set "
        "OPENID_REUSE_TOKENS=false.",
        consequence=_GONE,
        settings=("OPENID_AUDIENCE", "OPENID_REUSE_TOKENS"),
    ),
    _of(
        "renewal.no-id-token",
        "The provider returns no ID token on renewal, and LibreChat may reject the response.",
        "Have the provider return an ID token on each renewal (openid scope), or set OPENID_REUSE_TOKENS=false.",
        consequence=_GONE,
        settings=("OPENID_SCOPE", "OPENID_REUSE_TOKENS"),
    ),
)
SIGN_IN = MappingProxyType(
    {entry.name: entry for entry in (*_TOKEN, *_CALLBACK, *_PERSON, *_ROLES, *_REUSE, *_RENEWAL)}
)
"""What keeps a person out after the provider's page, by the cause that :mod:`wizard.librechat.openid_verdict` gives."""
