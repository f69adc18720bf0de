"""Log causes: sending mail, in the words of nodemailer and of mail servers."""

from __future__ import annotations

from functools import partial

from wizard.findings.log_model import RECREATE, UNREACHED, LogCause, thread

_NO_MAIL = "Nobody can register, verify an address or reset a password."
_of = partial(LogCause, check="log", consequence=_NO_MAIL)
_SENDERS = (
    *(
        "[registerUser]",
        "[sendEmail]",
        "[sendVerificationEmail]",
        "[resendVerificationEmail]",
        "resending verification email",
    ),
    *(
        "[requestPasswordReset]",
        "[resetPasswordRequestController]",
        "[resetPassword]",
        "nodemailer",
        "smtp",
        "SMTP",
        "[inviteUser]",
    ),
)
"""What stands near a line about mail."""
_GIVEN_UP = ("log.register.mail",)

APP_PASSWORD = _of(
    "mail.app-password",
    "Gmail rejected the password: it accepts only app passwords.",
    "Turn on 2-Step Verification for the Google account, create an app password, and set EMAIL_PASSWORD to its 16 "
    "letters without spaces. Then run: "
    f"{RECREATE}",
    settings=("EMAIL_PASSWORD",),
    docs=thread(6290),
    lines=(
        "Application-specific password required",
        "InvalidSecondFactor",
        "535-5.7.8 Username and Password not accepted*",
        "gsmtp*535",
        "BadCredentials*gsmtp",
        "535-5.7.8*gsmtp",
    ),
    supersedes=(*_GIVEN_UP, "log.mail.login"),
)
BASIC_OFF = _of(
    "mail.basic-auth-off",
    "Microsoft 365 refused the sign-in because SMTP AUTH is off for the tenant or the mailbox.",
    "Turn on 'Authenticated SMTP' for that mailbox in the Microsoft 365 admin center, or use another relay: LibreChat "
    "does not support OAuth for mail.",
    settings=("EMAIL_SERVICE", "EMAIL_HOST", "EMAIL_USERNAME"),
    docs="https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission",
    lines=("SmtpClientAuthentication is disabled", "535 5.7.139", "basic authentication is disabled"),
    supersedes=(*_GIVEN_UP, "log.mail.login"),
)
LOGIN = _of(
    "mail.login",
    "The mail server rejected the user name or password.",
    "Correct EMAIL_USERNAME and EMAIL_PASSWORD. In .env, use single quotes around a value that contains #, because "
    f"LibreChat ignores # and everything after it. Then run: {RECREATE}",
    settings=("EMAIL_USERNAME", "EMAIL_PASSWORD"),
    docs=thread(791),
    lines=(
        "Invalid login: 535",
        "Invalid login: 534",
        "Invalid login: 501",
        "535 5.7.8",
        "535-5.7.8",
        "535 Authentication failed",
        "535 5.7.3",
        "535 Incorrect authentication data",
        "code: 'EAUTH'",
    ),
    supersedes=_GIVEN_UP,
)
LOGIN_UNSUPPORTED = _of(
    "mail.login-unsupported",
    "The mail server does not offer authentication on this connection. Many servers offer it only after STARTTLS, or on another "
    "port.",
    "Use EMAIL_PORT=587 with EMAIL_ENCRYPTION=starttls, or 465 with tls. If the relay does not require authentication, leave "
    f"EMAIL_USERNAME and EMAIL_PASSWORD empty. Then run: {RECREATE}",
    settings=("EMAIL_PORT", "EMAIL_ENCRYPTION", "EMAIL_USERNAME", "EMAIL_PASSWORD"),
    lines=(
        "Invalid login: 503",
        "Invalid login: 504",
        "Invalid login: 502",
        "Must issue a STARTTLS command first",
        "530 5.7.0",
    ),
    supersedes=(*_GIVEN_UP, "log.mail.sender-refused"),
)
LOGIN_LATER = _of(
    "mail.login-later",
    "The mail server is temporarily refusing sign-ins.",
    "Wait: there were too many failed attempts, or the server is overloaded. If this continues, check the provider's "
    "status page.",
    lines=(
        "Invalid login: 454",
        "Invalid login: 421",
        "Invalid greeting. response=421",
        "Server terminates connection",
    ),
    supersedes=_GIVEN_UP,
)
LOGIN_MISSING = _of(
    "mail.login-missing",
    "LibreChat has no user name or password for the mail server.",
    f"Set EMAIL_USERNAME and EMAIL_PASSWORD. In v0.8.4 and later, a relay without authentication also works. Then run: "
    f"{RECREATE}",
    settings=("EMAIL_USERNAME", "EMAIL_PASSWORD"),
    docs="https://github.com/danny-avila/LibreChat/pull/12321",
    lines=('Missing credentials for "PLAIN"',),
    supersedes=(*_GIVEN_UP, "log.mail.login"),
)
HALF_LOGIN = _of(
    "mail.half-login",
    "Only one of EMAIL_USERNAME and EMAIL_PASSWORD is set.",
    f"Set both, or leave both empty. Then run: {RECREATE}",
    settings=("EMAIL_USERNAME", "EMAIL_PASSWORD"),
    docs="https://github.com/danny-avila/LibreChat/pull/12321",
    lines=("EMAIL_USERNAME and EMAIL_PASSWORD must both be set",),
    consequence="LibreChat sends mail without signing in, which most servers reject.",
)
LOCAL_HOST = _of(
    "mail.local-host",
    "LibreChat tries to connect to a mail server in its own container: EMAIL_HOST is localhost, or EMAIL_SERVICE is "
    "not a service that LibreChat supports.",
    "Set EMAIL_HOST to a name that the container can reach: the server's host name (EMAIL_HOST=smtp.example.com), its "
    f"Compose service name, or host.docker.internal for this machine. Then run: {RECREATE}",
    settings=("EMAIL_HOST", "EMAIL_SERVICE"),
    docs=thread(7545),
    lines=tuple(f"ECONNREFUSED {host}:{port}#" for host in ("127.0.0.1", "::1") for port in (25, 465, 587, 2525, 1025)),
    supersedes=(*UNREACHED, "log.network.name", *_GIVEN_UP, "log.mail.refused"),
)
REFUSED = _of(
    "mail.refused",
    "Nothing is listening on the mail server's address and port, or a firewall is rejecting the connection.",
    "Compare EMAIL_HOST and EMAIL_PORT with the provider's documentation (587 with starttls, 465 with tls). Many "
    f"hosting providers block these ports: try port 2525, or Mailgun's API. Then run: {RECREATE}",
    settings=("EMAIL_HOST", "EMAIL_PORT"),
    docs=thread(4404),
    lines=tuple(f"ECONNREFUSED*:{port}#" for port in (25, 465, 587, 2525)),
    supersedes=(*_GIVEN_UP, *UNREACHED, "log.network.name"),
)
TIMEOUT = _of(
    "mail.timeout",
    "The mail server did not respond in time.",
    "A firewall may be dropping the connection. Many hosting providers block ports 25, 465 and 587: try port 2525, or "
    f"Mailgun's API. If EMAIL_PORT is 465, set EMAIL_ENCRYPTION=tls. Then run: {RECREATE}",
    settings=("EMAIL_HOST", "EMAIL_PORT", "EMAIL_ENCRYPTION"),
    docs=thread(3007),
    lines=(
        *(f"ETIMEDOUT*:{port}#" for port in (25, 465, 587, 2525)),
        *(f"ENETUNREACH*:{port}#" for port in (25, 465, 587)),
        *(f"EHOSTUNREACH*:{port}#" for port in (25, 465, 587)),
        "Connection timeout",
    ),
    unless=("mongo", "Mongo", "redis", "Redis", "openid"),
    supersedes=(*_GIVEN_UP, *UNREACHED, "log.network.name"),
)
GREETING = _of(
    "mail.greeting",
    "The mail server sent no greeting. The usual cause: on port 465 the server expects TLS, but "
    "EMAIL_ENCRYPTION is not tls.",
    "If EMAIL_PORT is 465, set EMAIL_ENCRYPTION=tls. If EMAIL_PORT is 587, the server is not responding, or a firewall is dropping "
    f"the connection. Then run: {RECREATE}",
    settings=("EMAIL_ENCRYPTION", "EMAIL_PORT"),
    docs=thread(3007),
    lines=("Greeting never received",),
    supersedes=(*_GIVEN_UP, "log.mail.timeout"),
    certain=False,
)
WRONG_VERSION = _of(
    "mail.plain-port",
    "LibreChat uses TLS from the start, but the mail server does not support that on this port: EMAIL_ENCRYPTION is tls with "
    "port 587 or 25.",
    f"Set EMAIL_ENCRYPTION=starttls with EMAIL_PORT=587, or EMAIL_PORT=465 with tls. Then run: {RECREATE}",
    settings=("EMAIL_ENCRYPTION", "EMAIL_PORT"),
    lines=("wrong version number",),
    near=_SENDERS,
    supersedes=_GIVEN_UP,
)
NO_MAIL_SERVER = _of(
    "mail.no-mail-server",
    "The server at EMAIL_HOST and EMAIL_PORT is not a mail server, or immediately rejects connections from this machine.",
    f"Compare EMAIL_HOST and EMAIL_PORT with the provider's documentation. Then run: {RECREATE}",
    settings=("EMAIL_HOST", "EMAIL_PORT"),
    lines=("Invalid greeting. response=", "Unexpected Response:", "Invalid HELO. response="),
    supersedes=_GIVEN_UP,
    unless=("response=421",),
)
STARTTLS = _of(
    "mail.starttls",
    "The mail server cannot switch to TLS at the moment.",
    "The server has no usable certificate, or TLS is disabled on it. Try EMAIL_PORT=465 with EMAIL_ENCRYPTION=tls.",
    settings=("EMAIL_PORT", "EMAIL_ENCRYPTION"),
    lines=("Error upgrading connection with STARTTLS",),
    supersedes=_GIVEN_UP,
)
CERTIFICATE = _of(
    "mail.certificate",
    "LibreChat does not trust the mail server's certificate: it is self-signed, or issued by a private CA.",
    "Mount that CA's certificate. In the api service's environment, set NODE_EXTRA_CA_CERTS to the file's path. Or set "
    "EMAIL_ALLOW_SELFSIGNED=true, which lets anyone on the network path read emails and the password. Then run: "
    f"{RECREATE}",
    settings=("EMAIL_ALLOW_SELFSIGNED", "NODE_EXTRA_CA_CERTS"),
    docs=thread(2142),
    lines=(
        "self-signed certificate",
        "self signed certificate",
        "unable to verify the first certificate",
        "unable to get local issuer certificate",
    ),
    near=_SENDERS,
    supersedes=(*_GIVEN_UP, "log.network.certificate"),
)
CERTIFICATE_NAME = _of(
    "mail.certificate-name",
    "The mail server's certificate does not match EMAIL_HOST.",
    f"Set EMAIL_HOST or EMAIL_ENCRYPTION_HOSTNAME to a name in the certificate. Then run: {RECREATE}",
    settings=("EMAIL_HOST", "EMAIL_ENCRYPTION_HOSTNAME"),
    lines=("does not match certificate's altnames", "ERR_TLS_CERT_ALTNAME_INVALID"),
    near=_SENDERS,
    supersedes=("log.network.certificate", *_GIVEN_UP, "log.mail.certificate"),
)
CERTIFICATE_TIME = _of(
    "mail.certificate-time",
    "The mail server's certificate has expired, or is not valid yet.",
    "Renew the certificate and restart the mail server. Also check this machine's clock (timedatectl).",
    settings=("EMAIL_HOST",),
    lines=("certificate has expired", "certificate is not yet valid"),
    near=_SENDERS,
    supersedes=("log.network.certificate", *_GIVEN_UP, "log.mail.certificate"),
)
NAME = _of(
    "mail.name",
    "The mail server's name does not resolve in DNS.",
    f"Set EMAIL_HOST to a host name without a scheme, port or spaces. Then run: {RECREATE}",
    settings=("EMAIL_HOST",),
    lines=("getaddrinfo ENOTFOUND", "getaddrinfo EAI_AGAIN", "queryA ENOTFOUND", "queryA ETIMEOUT"),
    near=_SENDERS,
    supersedes=(*_GIVEN_UP, "log.network.name", *UNREACHED),
)
SENDER_REFUSED = _of(
    "mail.sender-refused",
    "The mail server does not allow this account to send as EMAIL_FROM.",
    "Set EMAIL_FROM to the address of the account, or to an address that the provider allows for that account (not the sample noreply@librechat.ai). Then run: "
    f"{RECREATE}",
    settings=("EMAIL_FROM",),
    docs=thread(6290),
    lines=(
        "SendAsDenied",
        "5.7.60",
        "Sender address rejected",
        "not owned by user",
        "sender rejected",
        "from address is not verified",
        "does not match a verified Sender Identity",
        "Email address is not verified",
    ),
    supersedes=(*_GIVEN_UP, "log.mail.message-refused", "log.mail.recipient-refused"),
)
MESSAGE_REFUSED = _of(
    "mail.message-refused",
    "The mail server rejected the email; the text after the code shows why.",
    "The usual cause: this account may not send as EMAIL_FROM. Other causes: this machine's IP address is on a blocklist, or the "
    "sender's domain fails SPF or DMARC.",
    settings=("EMAIL_FROM",),
    docs=thread(6290),
    lines=(
        "Mail command failed: 550",
        "Mail command failed: 552",
        "Mail command failed: 553",
        "Mail command failed: 554",
        "Message failed: 550",
        "Message failed: 552",
        "Message failed: 554",
        "Data command failed",
    ),
    certain=False,
    supersedes=_GIVEN_UP,
)
SENDER_INVALID = _of(
    "mail.sender-invalid",
    "EMAIL_FROM is not a plain email address; the display name belongs in EMAIL_FROM_NAME.",
    f"Write EMAIL_FROM=noreply@example.com and EMAIL_FROM_NAME='My LibreChat'. Then run: {RECREATE}",
    settings=("EMAIL_FROM", "EMAIL_FROM_NAME"),
    lines=("Bad sender address syntax", "Mail command failed: 501", "No recipients defined"),
    supersedes=_GIVEN_UP,
)
RECIPIENT = _of(
    "mail.recipient-refused",
    "The mail server rejected the recipient.",
    "'Relay access denied': the server requires authentication or an allowed sender. 'User unknown': the address is wrong. "
    "Greylisting: try again in a few minutes.",
    settings=("EMAIL_USERNAME", "EMAIL_PASSWORD", "EMAIL_FROM"),
    lines=("all recipients were rejected", "Relay access denied", "Relaying denied"),
    consequence="The email is not delivered.",
    supersedes=_GIVEN_UP,
)
MAILGUN = _of(
    "mail.mailgun",
    "Mailgun rejected the email.",
    "401: MAILGUN_API_KEY is wrong. 404: MAILGUN_DOMAIN is wrong, or the domain is in the EU region: set MAILGUN_HOST=https://api.eu.mailgun.net. 403: a sandbox domain sends only to authorized recipients. Then run: "
    f"{RECREATE}",
    settings=("MAILGUN_API_KEY", "MAILGUN_DOMAIN", "MAILGUN_HOST"),
    lines=("Failed to send email via Mailgun", "[sendEmailViaMailgun]"),
    supersedes=_GIVEN_UP,
)
