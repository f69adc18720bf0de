"""Log causes: accounts and password sign-in: refusals, registration, reset, bans, sessions."""

from __future__ import annotations

from functools import partial

from wizard.basics.finding import Status
from wizard.findings.log_model import RECREATE, LogCause, thread

_of = partial(LogCause, check="log")

CROSS_ORIGIN = _of(
    "sign-in.cross-origin",
    "LibreChat refused a sign-in because the address in the browser is neither DOMAIN_CLIENT nor DOMAIN_SERVER.",
    "Set DOMAIN_CLIENT and DOMAIN_SERVER to the exact address in the address bar (scheme, name, port), and configure "
    "the proxy to send Host and X-Forwarded-Proto. CROSS_ORIGIN_* and SECURITY_HEADERS do not affect this. Then run: "
    f"{RECREATE}",
    consequence="Nobody can sign in at that address (v0.8.8-rc4 and later).",
    settings=("DOMAIN_CLIENT", "DOMAIN_SERVER"),
    docs=thread(15918),
    lines=("[requireSameOrigin] Rejected cross-site request", "auth_cross_origin", "Cross-site request rejected"),
)
EMAIL_LOGIN_OFF = _of(
    "sign-in.email-login-off",
    "ALLOW_EMAIL_LOGIN is off, so LibreChat refuses sign-ins with an email address and password.",
    f"Set ALLOW_EMAIL_LOGIN=true (an empty value means off), or use the provider's button. Then run: {RECREATE}",
    consequence="LibreChat rejects every password, including LDAP passwords.",
    settings=("ALLOW_EMAIL_LOGIN",),
    lines=("[validateEmailLogin] Login attempt while email login is disabled", "Email login is not allowed"),
    supersedes=("log.sign-in.failed",),
)
PASSWORD_WRONG = _of(
    "sign-in.password-wrong",
    "A user typed a wrong password. This is not a problem with the installation.",
    "To set a new password, run: docker compose exec api npm run reset-password",
    lines=("Passport Local Strategy - Password does not match",),
    supersedes=("log.sign-in.failed",),
    weight=Status.PASS,
)
UNKNOWN_ADDRESS = _of(
    "sign-in.address-unknown",
    "Someone tried to sign in with an email address that has no account. This is not a problem with the installation.",
    "To list the accounts, run: docker compose exec api npm run list-users. To create one, run: docker compose exec api npm run create-user",
    lines=("Passport Local Strategy - User Not Found",),
    supersedes=("log.sign-in.failed",),
    weight=Status.PASS,
)
UNVERIFIED = _of(
    "sign-in.unverified",
    "A user cannot sign in because their email address is not verified.",
    "Configure mail, so that verification emails arrive. Or set ALLOW_UNVERIFIED_EMAIL_LOGIN=true, which lets all "
    f"users sign in without a verified address. Then run: {RECREATE}",
    consequence="Without a working mail server, nobody with a new account can sign in.",
    settings=("ALLOW_UNVERIFIED_EMAIL_LOGIN",),
    docs=thread(3007),
    lines=("Passport Local Strategy - Email not verified", "Email not verified"),
    supersedes=("log.sign-in.failed",),
    weight=Status.WARN,
)
INPUT_INVALID = _of(
    "sign-in.input",
    "LibreChat rejected a user's input. Required: a full email address, a password of 8 to 128 characters, and a "
    "name of at least 3 characters.",
    "Enter valid values. MIN_PASSWORD_LENGTH sets the minimum length for both registration and sign-in.",
    settings=("MIN_PASSWORD_LENGTH",),
    lines=(
        "Passport Local Strategy - Validation Error",
        "Route: register - Validation Error",
        "[registerUser] Validation Error",
    ),
    supersedes=("log.sign-in.failed",),
    weight=Status.PASS,
)
FAILED = _of(
    "sign-in.failed",
    "A sign-in failed; this log line does not show the cause.",
    "The previous log line shows the cause: a wrong password, an unknown or unverified address, or a database or LDAP "
    "error.",
    lines=("[Login] [Login failed]",),
    certain=False,
    weight=Status.PASS,
)
RESET_OFF = _of(
    "reset.off",
    "A user requested a password reset, but ALLOW_PASSWORD_RESET is not true.",
    f"Once mail works, set ALLOW_PASSWORD_RESET=true and run: {RECREATE}. Until mail works, reset passwords with: docker compose exec api npm run reset-password",
    consequence="Nobody can reset a forgotten password.",
    settings=("ALLOW_PASSWORD_RESET",),
    docs=thread(3616),
    lines=("Password reset attempt while not allowed", "Password reset is not allowed"),
    weight=Status.WARN,
)
RESET_OPEN = _of(
    "reset.open",
    "Password reset is on, but mail is not configured: LibreChat shows the reset link to anyone who asks.",
    f"Set ALLOW_PASSWORD_RESET=false, or configure mail. Then run: {RECREATE}",
    consequence="Anyone can take over any account whose address they know.",
    settings=("ALLOW_PASSWORD_RESET", "EMAIL_HOST", "EMAIL_FROM"),
    docs=thread(2326),
    lines=("Password reset is enabled with", "but email service is not configured"),
)
RESET_TOKEN = _of(
    "reset.token",
    "A reset link has expired or was already used. Links are valid for 15 minutes.",
    "Request a new link and use it at once. Mail scanners that open links invalidate them: exclude LibreChat's sender "
    "address in the scanner.",
    lines=("Invalid or expired password reset token",),
    weight=Status.PASS,
)
VERIFY_TOKEN = _of(
    "verify.token",
    "A verification link has expired or was already used. Links are valid for 15 minutes.",
    "Request a new link on the sign-in page and use it at once. Mail scanners that open links invalidate them.",
    lines=("Invalid or expired email verification token", "No email verification data found"),
    weight=Status.PASS,
)
IN_USE = _of(
    "register.in-use",
    "Someone tried to register an email address that already has an account. LibreChat deliberately reports success.",
    "The user can reset their password. To set it yourself, run: docker compose exec api npm run reset-password",
    docs=thread(5522),
    lines=("Register User - Email in use", "[registerUser] [Email in use]"),
    weight=Status.PASS,
)
REGISTER_OFF = _of(
    "register.off",
    "Registration is closed: ALLOW_REGISTRATION is not true.",
    f"Set ALLOW_REGISTRATION=true and run: {RECREATE}. Or create the account: docker compose exec api npm run "
    "create-user",
    settings=("ALLOW_REGISTRATION",),
    lines=("Registration is not allowed",),
    weight=Status.WARN,
)
REGISTER_DOMAIN = _of(
    "register.domain",
    "registration.allowedDomains in librechat.yaml does not list the domain of the email address.",
    "Add the exact domain, without @ or wildcards: registration: {allowedDomains: ['example.com']}. Then run: "
    + RECREATE,
    consequence="Users with addresses in that domain cannot register or sign in.",
    docs=thread(7545),
    lines=("[registerUser] [Registration not allowed]", "The email address provided cannot be used"),
)
REGISTER_MAIL = _of(
    "register.mail",
    "LibreChat deleted a new account because it could not send the verification email.",
    "The previous log line shows why sending failed. Until mail works, create accounts with: docker compose exec api "
    "npm run create-user",
    consequence="Nobody can register.",
    docs=thread(4404),
    lines=("Temporary User deleted",),
    certain=False,
)
BANNED = _of(
    "bans.banned",
    "LibreChat banned an account and its IP address because of repeated violations.",
    "Wait until the ban ends (BAN_DURATION, 2 hours by default), or remove the ban from the database. To make bans less "
    "frequent, raise BAN_INTERVAL. Scripts must send a browser's User-Agent.",
    consequence="LibreChat blocks all users at that IP address until the ban ends.",
    settings=("BAN_VIOLATIONS", "BAN_DURATION", "BAN_INTERVAL"),
    docs="https://www.librechat.ai/docs/configuration/mod_system",
    lines=("[BAN] Banning user",),
    at_info=("[BAN] Banning user",),
    weight=Status.WARN,
)
REFRESH_NONE = _of(
    "session.no-cookie",
    "The browser sent no session cookie.",
    "This is normal after signing out. If users are signed out on every reload, they are using LibreChat over plain HTTP: "
    f"use HTTPS, or set SESSION_COOKIE_SECURE=false (v0.8.6 and later). Then run: {RECREATE}",
    consequence="If this happens right after sign-in, people do not stay signed in.",
    settings=("SESSION_COOKIE_SECURE", "DOMAIN_SERVER"),
    docs=thread(13188),
    lines=("Refresh token not provided",),
    certain=False,
)
REFRESH_INVALID = _of(
    "session.invalid",
    "LibreChat rejected a session cookie: it has expired, or JWT_REFRESH_SECRET has changed since the cookie was signed.",
    "This happens once to every user after JWT_REFRESH_SECRET changes. If it continues, several instances have "
    "different secrets, or LibreChat generates new secrets at each start.",
    consequence="Affected users have to sign in again.",
    settings=("JWT_REFRESH_SECRET", "JWT_SECRET"),
    lines=("[refreshController] Invalid refresh token", "[refreshController] Refresh token: *invalid signature"),
    unless=("ECONNREFUSED", "ENOTFOUND"),
    certain=False,
)
MEMORY_STORE = _of(
    "session.memory-store",
    "LibreChat keeps OpenID and SAML sessions in the memory of one process. For a single instance this is harmless.",
    "If you run more than one instance, set USE_REDIS=true and REDIS_URI.",
    settings=("USE_REDIS", "REDIS_URI"),
    docs=thread(1839),
    lines=("connect.session() MemoryStore is not designed for a production environment",),
    weight=Status.PASS,
)
