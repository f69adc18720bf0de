"""Findings: mail, from the settings alone."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="rules")
RESET_WITHOUT_MAIL = _of(
    "email.reset-without-mail",
    "Password reset is on, but mail is not configured:",
    "Set ALLOW_PASSWORD_RESET=false, or configure mail: EMAIL_HOST (or EMAIL_SERVICE) and EMAIL_FROM.",
    consequence="LibreChat shows the reset link for any account to anyone who asks.",
    settings=("ALLOW_PASSWORD_RESET", "EMAIL_HOST", "EMAIL_FROM"),
)
NO_SENDER = _of(
    "email.no-sender",
    "A mail server is set, but EMAIL_FROM is not:",
    "Set EMAIL_FROM=noreply@your-domain",
    consequence="LibreChat treats mail as not configured.",
    settings=("EMAIL_FROM",),
    supersedes=("smtp.sender.not-set-up",),
)
HALF_CREDENTIALS = _of(
    "email.half-credentials",
    "Only one of EMAIL_USERNAME and EMAIL_PASSWORD is set:",
    "Set both or neither.",
    consequence="LibreChat does not sign in to the mail server, and most servers then reject the mail.",
    settings=("EMAIL_USERNAME", "EMAIL_PASSWORD"),
)
NO_CREDENTIALS = _of(
    "email.no-credentials",
    "Without a user name and password, this release treats mail as not configured; v0.8.4 and later do not need them.",
    "Update LibreChat, or set EMAIL_USERNAME and EMAIL_PASSWORD.",
    consequence="No mail is sent.",
    settings=("EMAIL_USERNAME", "EMAIL_PASSWORD"),
    supersedes=("smtp.sender.not-set-up",),
)
HALF_MAILGUN = _of(
    "email.half-mailgun",
    "Only one of MAILGUN_API_KEY and MAILGUN_DOMAIN is set:",
    "Set both or neither.",
    consequence="Mailgun is not used.",
    settings=("MAILGUN_API_KEY", "MAILGUN_DOMAIN"),
)
SERVICE = _of(
    "email.service",
    "EMAIL_SERVICE is not a service that Nodemailer supports:",
    "Remove EMAIL_SERVICE, and set EMAIL_HOST and EMAIL_PORT.",
    consequence="LibreChat tries to connect to a mail server in its own container, and no mail is sent.",
    settings=("EMAIL_SERVICE",),
)
SERVICE_AND_HOST = _of(
    "email.service-and-host",
    "Both EMAIL_SERVICE and EMAIL_HOST are set:",
    "Remove one of them.",
    consequence="LibreChat uses the service and ignores the host, port and encryption settings.",
    settings=("EMAIL_SERVICE", "EMAIL_HOST"),
)
MAILGUN_AND_SMTP = _of(
    "email.mailgun-and-smtp",
    "Both Mailgun and an SMTP server are configured:",
    "Remove one of them.",
    consequence="LibreChat sends mail only through Mailgun.",
    settings=("MAILGUN_API_KEY", "EMAIL_HOST"),
)
PORT_465 = _of(
    "email.port-465",
    "Port 465 expects TLS from the first byte, but LibreChat waits for an unencrypted greeting:",
    "Set EMAIL_ENCRYPTION=tls",
    consequence="every email times out.",
    settings=("EMAIL_ENCRYPTION", "EMAIL_PORT"),
)
TLS_PORT = _of(
    "email.tls-port",
    "This port expects plain text first, but LibreChat uses TLS from the start:",
    "Set EMAIL_ENCRYPTION=starttls, or EMAIL_PORT=465.",
    consequence="every email fails.",
    settings=("EMAIL_ENCRYPTION", "EMAIL_PORT"),
)
ANY_CERTIFICATE = _of(
    "email.any-certificate",
    "EMAIL_ALLOW_SELFSIGNED accepts every certificate:",
    "Remove the line. Mount the CA certificate. In the api service's environment, set NODE_EXTRA_CA_CERTS to the file's path.",
    consequence="anyone on the network path can read the password and every reset link.",
    settings=("EMAIL_ALLOW_SELFSIGNED",),
)
SENDER_NAME = _of(
    "email.sender-name",
    "EMAIL_FROM contains more than an email address.",
    "Put only the address in EMAIL_FROM, and the name in EMAIL_FROM_NAME.",
    settings=("EMAIL_FROM",),
)
SENDER_FORM = _of(
    "email.sender-form",
    "EMAIL_FROM is not an email address:",
    "Set EMAIL_FROM=noreply@your-domain",
    consequence="messages have no sender, or servers reject them.",
    settings=("EMAIL_FROM",),
    supersedes=("smtp.sender.none",),
)
SAMPLE_SENDER = _of(
    "email.sample-sender",
    "EMAIL_FROM uses an example domain, not yours:",
    "Use an address at your own domain, or the address of your mail account.",
    consequence="servers reject the mail or treat it as spam.",
    settings=("EMAIL_FROM",),
)
FOREIGN_MAILBOX = _of(
    "email.foreign-mailbox",
    "EMAIL_FROM belongs to a mailbox provider, but a different server sends the mail:",
    "Use an address at your own domain, or send the mail through that provider's server.",
    consequence="receiving servers treat the mail as forged.",
    settings=("EMAIL_FROM", "EMAIL_HOST"),
)
GMAIL_PASSWORD = _of(
    "email.gmail-password",
    "Gmail requires an app password (16 letters) and rejects the account's own password.",
    "Create one at https://myaccount.google.com/apppasswords",
    settings=("EMAIL_PASSWORD",),
)
MICROSOFT = _of(
    "email.microsoft",
    "Microsoft rejects passwords for sending mail unless Authenticated SMTP is turned on for this mailbox.",
    "Turn on Authenticated SMTP for the mailbox, or send through a relay.",
    settings=("EMAIL_SERVICE",),
)
ENCRYPTION_SPELLING = _of(
    "email.encryption-spelling",
    "LibreChat ignores EMAIL_ENCRYPTION unless it is exactly 'tls', in lower case and without spaces.",
    "Set EMAIL_ENCRYPTION=tls",
    settings=("EMAIL_ENCRYPTION",),
)
