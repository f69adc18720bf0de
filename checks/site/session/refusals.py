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


_OTHER_PASSWORD: Final = "Use the right password. This run does not try another one, because LibreChat counts failures."

REFUSALS: Final = {
    LoginEnd.TWO_FACTOR: _account(
        "The password is right, and the account has two-factor sign-in: the check cannot go on without the code.",
        "Use an account without two-factor sign-in, created for this purpose.",
    ),
    LoginEnd.UNKNOWN_EMAIL: _account(
        "LibreChat has no account with this email address and a password (accounts from a provider have none).",
        "Create one for this purpose with create-user, or use another address.",
    ),
    LoginEnd.WRONG_PASSWORD: _account("LibreChat knows the account but refuses the password.", _OTHER_PASSWORD),
    LoginEnd.INCOMPLETE: _account(
        "LibreChat received the sign-in without an address or password.",
        "The password file is empty, or a proxy removes the request body.",
    ),
    LoginEnd.INVALID_EMAIL: _account(
        "LibreChat does not accept the email address as valid.",
        "Use the address as it was registered, without spaces.",
    ),
    LoginEnd.INVALID_PASSWORD: _account(
        "LibreChat does not even compare this password, because its length is not allowed. MIN_PASSWORD_LENGTH also "
        "applies at sign-in, so people with an older, shorter password are locked out.",
        "Lower MIN_PASSWORD_LENGTH, or let these people choose a new password.",
        "MIN_PASSWORD_LENGTH",
    ),
    LoginEnd.DIRECTORY_REFUSED: _account(
        "Sign-in goes to the LDAP server, which refuses the name or password.",
        "Use an account from the directory: with LDAP configured, LibreChat's own accounts cannot sign in.",
        "LDAP_URL",
    ),
    LoginEnd.DIRECTORY_SEARCH: _broken(
        "The LDAP server does not have the search base: nobody can sign in.",
        "Correct LDAP_USER_SEARCH_BASE.",
        "LDAP_USER_SEARCH_BASE",
    ),
    LoginEnd.DIRECTORY_ACCOUNT: _account(
        "The LDAP server knows the account but refuses the sign-in: it is disabled, locked or expired.",
        "Use another account from the directory.",
    ),
    LoginEnd.REFUSED: _account("LibreChat refuses the sign-in.", "See its message below; {logs} may show more."),
    LoginEnd.NO_ROUTE: _broken(
        "LibreChat has no sign-in at this address: a proxy rewrites the path.",
        "A proxy has to pass on /api/auth/login unchanged.",
    ),
    LoginEnd.UNVERIFIED: _account(
        "The account's email address is not verified, and LibreChat accepts only verified ones.",
        "Follow the link in the mail, or create the account with create-user and --email-verified=true. If the mail "
        "never came, the check smtp shows why.",
        "ALLOW_UNVERIFIED_EMAIL_LOGIN",
    ),
    LoginEnd.SWITCHED_OFF: _account(
        "Sign-in with email and password is switched off; only providers are left, which the check cannot try.",
        "This may be intended. To try it anyway: ALLOW_EMAIL_LOGIN=true, and recreate the container.",
        "ALLOW_EMAIL_LOGIN",
    ),
    LoginEnd.BANNED: _account(
        "LibreChat has banned the account or this machine's address for a time.",
        "Wait for BAN_DURATION to pass, or delete the entry from the collection 'logs' of the database. If all people come "
        "through one address, TRUST_PROXY is wrong and one ban locks everybody out.",
        "BAN_DURATION",
        "TRUST_PROXY",
    ),
    LoginEnd.CROSS_ORIGIN: _broken(
        "LibreChat treats the sign-in as cross-origin (403 auth_cross_origin): nobody can sign in at {base}.",
        "Set DOMAIN_CLIENT and DOMAIN_SERVER to exactly what the address bar shows: scheme, host and port. A proxy has to pass on Host "
        "and X-Forwarded-Proto. SECURITY_HEADERS and CROSS_ORIGIN_* change nothing here.",
        "DOMAIN_CLIENT",
        "DOMAIN_SERVER",
        "TRUST_PROXY",
    ),
    LoginEnd.FORBIDDEN: _broken(
        "Something in front of LibreChat forbids the sign-in (403): a firewall for web applications, or a rule of the proxy.",
        "Allow POST /api/auth/login there.",
    ),
    LoginEnd.LIMITED: _account(
        "LibreChat counts too many sign-ins from this address and accepts no more for now; no further request was sent.",
        "Wait for LOGIN_WINDOW to pass. If all people share one IP address, TRUST_PROXY is wrong.",
        "LOGIN_MAX",
        "LOGIN_WINDOW",
        "TRUST_PROXY",
    ),
    LoginEnd.PROXY_LIMITED: _account(
        "The proxy in front of LibreChat counts too many requests (429) and accepts no more for now; no further request was sent.",
        "Look at the proxy's own limit.",
    ),
    LoginEnd.MALFORMED: _broken(
        "LibreChat received a damaged request body: something in between changes what browsers send.",
        "Look for a proxy or firewall that rewrites requests.",
    ),
    LoginEnd.TOKENS: _broken(
        "The password is right, but LibreChat cannot create the tokens: nobody can sign in. SESSION_EXPIRY is not a "
        "whole number of seconds, or a JWT secret is blank. The attempt may have left a session behind, which "
        "expires.",
        "SESSION_EXPIRY has to be a multiple of 1000 (milliseconds); JWT_SECRET and JWT_REFRESH_SECRET must not be blank.",
        "SESSION_EXPIRY",
        "REFRESH_TOKEN_EXPIRY",
        "JWT_SECRET",
        "JWT_REFRESH_SECRET",
    ),
    LoginEnd.UNFORESEEN: _broken(
        "LibreChat fails at the sign-in (a server error). Usually the LDAP server or the database does not answer.",
        "{logs} shows the error.",
        "LDAP_URL",
        "MONGO_URI",
    ),
    LoginEnd.GATEWAY: _broken(
        "The proxy answers, but LibreChat behind it does not.",
        "Check that the container is running, and that the proxy uses its name and port. {logs}",
    ),
    LoginEnd.REDIRECTED: _broken(
        "The sign-in is redirected to a different address, which a browser's page does not follow.",
        "DOMAIN_CLIENT has to be the final address: its scheme, its host, with or without www.",
        "DOMAIN_CLIENT",
    ),
    LoginEnd.NEEDS_OTHER_LOGIN: _broken(
        "Something in front of LibreChat asks for its own sign-in.",
        "Forward authentication has to exempt /api and /oauth, or people need to pass it first in every browser.",
    ),
    LoginEnd.PAGE: _broken(
        "A web page came instead of LibreChat's answer: another program or a proxy answers /api/auth/login.",
        "The proxy has to pass on everything below {base} to LibreChat, including /api.",
        "DOMAIN_CLIENT",
    ),
    LoginEnd.NOT_LIBRECHAT: _broken(
        "The server that answers the sign-in is not LibreChat.",
        "Check that {base} leads to LibreChat's port.",
        "DOMAIN_CLIENT",
    ),
}
