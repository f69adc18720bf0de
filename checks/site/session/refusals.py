"""What to tell an operator whose probe account was rejected: one table entry per way that LibreChat refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from checks.site.session.replies import LoginEnd
from wizard.basics.finding import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefusal:
    """One way. ``{logs}`` and ``{base}`` in the texts are filled in."""

    status: Status
    summary: str
    remedy: str
    settings: tuple[str, ...] = ()


def _account(summary: str, remedy: str, *settings: str) -> SignInRefusal:
    """Make a refusal of this account: whether people stay signed in could not be checked."""
    return SignInRefusal(status=Status.UNKNOWN, summary=summary, remedy=remedy, settings=settings)


def _broken(summary: str, remedy: str, *settings: str) -> SignInRefusal:
    """Make a refusal that meets everybody."""
    return SignInRefusal(status=Status.FAIL, summary=summary, remedy=remedy, settings=settings)


_OTHER_PASSWORD: Final = (
    "Use the correct password. This run does not try again, because LibreChat counts failed attempts."
)

REFUSALS: Final = {
    LoginEnd.TWO_FACTOR: _account(
        "The password is correct, but the account uses two-factor sign-in: the check cannot continue without the code.",
        "Use a test account without two-factor sign-in.",
    ),
    LoginEnd.UNKNOWN_EMAIL: _account(
        "LibreChat has no account with this email address, or the account has no password (accounts from a provider have none).",
        "Create a test account with create-user, or use another email address.",
    ),
    LoginEnd.WRONG_PASSWORD: _account("The account exists, but LibreChat rejects the password.", _OTHER_PASSWORD),
    LoginEnd.INCOMPLETE: _account(
        "LibreChat received the sign-in without an email address or password.",
        "The password file is empty, or a proxy removes the request body.",
    ),
    LoginEnd.INVALID_EMAIL: _account(
        "LibreChat rejects the email address as invalid.",
        "Use the address as it was registered, without spaces.",
    ),
    LoginEnd.INVALID_PASSWORD: _account(
        "LibreChat rejects this password without checking it, because its length is not allowed. "
        "MIN_PASSWORD_LENGTH also applies at sign-in, so users with an older, shorter password are locked out.",
        "Lower MIN_PASSWORD_LENGTH, or have these users choose a new password.",
        "MIN_PASSWORD_LENGTH",
    ),
    LoginEnd.DIRECTORY_REFUSED: _account(
        "Sign-ins go to the LDAP server, which rejects the user name or password.",
        "Use an account from the directory: with LDAP configured, LibreChat's own accounts cannot sign in.",
        "LDAP_URL",
    ),
    LoginEnd.DIRECTORY_SEARCH: _broken(
        "The search base does not exist on the LDAP server: nobody can sign in.",
        "Correct LDAP_USER_SEARCH_BASE.",
        "LDAP_USER_SEARCH_BASE",
    ),
    LoginEnd.DIRECTORY_ACCOUNT: _account(
        "The LDAP server refuses the sign-in: the account exists but is disabled, locked or expired.",
        "Use another account from the directory.",
    ),
    LoginEnd.REFUSED: _account(
        "LibreChat refuses the sign-in.", "See LibreChat's message below. For more, run: {logs}"
    ),
    LoginEnd.NO_ROUTE: _broken(
        "LibreChat has no sign-in route at this path: a proxy rewrites the path.",
        "Have the proxy forward /api/auth/login unchanged.",
    ),
    LoginEnd.UNVERIFIED: _account(
        "The account's email address is not verified, and LibreChat accepts only verified addresses.",
        "Follow the link in the email, or create the account with create-user and --email-verified=true. If no email "
        "arrived, the smtp check shows why.",
        "ALLOW_UNVERIFIED_EMAIL_LOGIN",
    ),
    LoginEnd.SWITCHED_OFF: _account(
        "Sign-in with email and password is turned off; only provider sign-in remains, which the check cannot test.",
        "This may be intended. To test email sign-in, set ALLOW_EMAIL_LOGIN=true and recreate the container.",
        "ALLOW_EMAIL_LOGIN",
    ),
    LoginEnd.BANNED: _account(
        "LibreChat has temporarily banned the account or this machine's IP address.",
        "Wait for BAN_DURATION to pass, or delete the entry from the database's 'logs' collection. If LibreChat sees "
        "the same IP address for all users, TRUST_PROXY is wrong, and one ban locks everyone out.",
        "BAN_DURATION",
        "TRUST_PROXY",
    ),
    LoginEnd.CROSS_ORIGIN: _broken(
        "LibreChat treats the sign-in as cross-origin (403 auth_cross_origin): nobody can sign in at {base}.",
        "Set DOMAIN_CLIENT and DOMAIN_SERVER to exactly what the address bar shows: scheme, host and port. A proxy must forward Host and X-Forwarded-Proto. SECURITY_HEADERS and CROSS_ORIGIN_* do not affect this.",
        "DOMAIN_CLIENT",
        "DOMAIN_SERVER",
        "TRUST_PROXY",
    ),
    LoginEnd.FORBIDDEN: _broken(
        "Something in front of LibreChat blocks the sign-in (403): a web application firewall, or a proxy rule.",
        "Allow POST /api/auth/login there.",
    ),
    LoginEnd.LIMITED: _account(
        "Too many sign-in attempts from this IP address: LibreChat rejects further attempts for now. No more requests were sent.",
        "Wait for LOGIN_WINDOW to pass. If LibreChat sees the same IP address for all users, TRUST_PROXY is wrong.",
        "LOGIN_MAX",
        "LOGIN_WINDOW",
        "TRUST_PROXY",
    ),
    LoginEnd.PROXY_LIMITED: _account(
        "The proxy in front of LibreChat reports too many requests (429) and rejects further ones for now; no more "
        "requests were sent.",
        "Check the proxy's own rate limit.",
    ),
    LoginEnd.MALFORMED: _broken(
        "LibreChat received a corrupted request body: something in front of LibreChat modifies requests.",
        "Look for a proxy or firewall that rewrites requests.",
    ),
    LoginEnd.TOKENS: _broken(
        "The password is correct, but LibreChat cannot create the tokens: nobody can sign in. SESSION_EXPIRY is not "
        "a whole number of seconds, or a JWT secret is blank. The attempt may have left behind a session, which will "
        "expire.",
        "SESSION_EXPIRY must be a multiple of 1000 (milliseconds); JWT_SECRET and JWT_REFRESH_SECRET must not be "
        "blank.",
        "SESSION_EXPIRY",
        "REFRESH_TOKEN_EXPIRY",
        "JWT_SECRET",
        "JWT_REFRESH_SECRET",
    ),
    LoginEnd.UNFORESEEN: _broken(
        "LibreChat returned a server error at sign-in. Usually the LDAP server or the database does not respond.",
        "To see the error, run: {logs}",
        "LDAP_URL",
        "MONGO_URI",
    ),
    LoginEnd.GATEWAY: _broken(
        "The proxy responds, but LibreChat behind it does not.",
        "Check that the container is running, and that the proxy uses the container's name and port. Run: {logs}",
    ),
    LoginEnd.REDIRECTED: _broken(
        "The sign-in is redirected to a different URL; LibreChat's page does not follow the redirect.",
        "Set DOMAIN_CLIENT to the final URL, with exactly that scheme and host (with or without www).",
        "DOMAIN_CLIENT",
    ),
    LoginEnd.NEEDS_OTHER_LOGIN: _broken(
        "Something in front of LibreChat requires its own sign-in.",
        "Exempt /api and /oauth from forward authentication, or have users complete that sign-in first, in every browser.",
    ),
    LoginEnd.PAGE: _broken(
        "The response to the sign-in is a web page: another program or a proxy handles /api/auth/login.",
        "Make the proxy forward everything under {base} to LibreChat, including /api.",
        "DOMAIN_CLIENT",
    ),
    LoginEnd.NOT_LIBRECHAT: _broken(
        "The server that responds to the sign-in is not LibreChat.",
        "Check that {base} points to LibreChat's port.",
        "DOMAIN_CLIENT",
    ),
}
