"""Findings: sender, recipient and message at the mail server, and a mail sent from LibreChat's container."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_DOCS = "https://www.librechat.ai/docs/configuration/authentication/email"
_NO_MAIL = "LibreChat cannot send mail: password reset and address verification do not work."
_LOST = "LibreChat does not retry, so the email is lost."
_WAIT = "Wait a few minutes and try again."
_of = partial(FindingEntry, check="smtp", docs=_DOCS, counterpart="delivery")
INSIDE_NOT_RUN = _of("inside.not-run", "No command was run in LibreChat's container.")
SENDER_NONE = _of(
    "sender.none",
    "EMAIL_FROM contains no address:",
    "Set EMAIL_FROM=noreply@your-domain",
    consequence="LibreChat's mail has no sender, and receiving servers reject it.",
    settings=("EMAIL_FROM",),
)
SENDER_FORM = _of(
    "sender.form",
    "EMAIL_FROM contains a character that no email address can contain.",
    "Correct the address.",
    consequence=_NO_MAIL,
    settings=("EMAIL_FROM",),
)
SENDER_OK = _of("sender.ok", "The server accepts mail from the sender.")
SENDER_TLS_REQUIRED = _of(
    "sender.tls-required",
    "The server accepts mail only over an encrypted connection, but offers no encryption on this port.",
    "Try port 587, or 465 with EMAIL_ENCRYPTION=tls.",
    consequence=_NO_MAIL,
)
SENDER_AUTH_REQUIRED = _of(
    "sender.auth-required",
    "The server requires authentication.",
    "Set both EMAIL_USERNAME and EMAIL_PASSWORD.",
    consequence=_NO_MAIL,
    settings=("EMAIL_USERNAME", "EMAIL_PASSWORD"),
    supersedes=("rules.email.half-credentials",),
)
SENDER_TEMPORARY = _of(
    "sender.temporary",
    "The server temporarily rejects mail from the sender.",
    _WAIT,
    consequence=_LOST,
    settings=("EMAIL_FROM",),
    transient=True,
)
SENDER_UTF8 = _of(
    "sender.utf8",
    "The server does not accept a sender address with non-ASCII characters.",
    "Use an address with only ASCII characters.",
    consequence=_NO_MAIL,
    settings=("EMAIL_FROM",),
)
SENDER_REFUSED = _of(
    "sender.refused",
    "The server does not allow this account to send as EMAIL_FROM.",
    "Set EMAIL_FROM to the account's address, or to one that the provider has verified for that account.",
    consequence=_NO_MAIL,
    settings=("EMAIL_FROM",),
)
RECIPIENT_NONE = _of(
    "recipient.none",
    "No recipient address was specified for the test.",
    "Specify one of your own addresses.",
    settings=("EMAIL_FROM",),
)
RECIPIENT_FORM = _of(
    "recipient.form",
    "The recipient address contains a character that no email address can contain.",
    "Correct the address.",
    test_only=True,
)
RECIPIENT_OK = _of("recipient.ok", "The server accepts mail to the recipient.")
RECIPIENT_TEMPORARY = _of(
    "recipient.temporary",
    "The server temporarily rejects mail to the recipient.",
    _WAIT,
    consequence=_LOST,
    transient=True,
)
RECIPIENT_RELAY = _of(
    "recipient.relay",
    "The server does not relay mail for this client.",
    "Set EMAIL_USERNAME and EMAIL_PASSWORD, or allow this machine's IP address on the server.",
    consequence="LibreChat cannot send mail to recipients outside the server's own domains.",
    settings=("EMAIL_USERNAME", "EMAIL_PASSWORD"),
)
RECIPIENT_UNKNOWN = _of(
    "recipient.unknown",
    "The server does not accept the sender's own address as a recipient. It may still accept other recipients.",
    "Set EMAIL_FROM to an address that exists.",
    settings=("EMAIL_FROM",),
)
RECIPIENT_REFUSED = _of(
    "recipient.refused", "The server rejects mail to the recipient.", "Check the address.", test_only=True
)
ACCEPTED = _of("accepted", "The server accepts LibreChat's mail.")
DATA_SURPLUS = _of(
    "data.surplus",
    "The server sends more replies than it receives commands.",
    "Use a mail server (or proxy) that complies with SMTP.",
    consequence="LibreChat mixes up the replies, and sending fails.",
)
DATA_SENDER_POLICY = _of(
    "data.sender-policy",
    "The server rejects the message: SPF, DKIM or DMARC fails for the sender's domain.",
    "Fix SPF and DKIM for the domain in EMAIL_FROM.",
    consequence=_NO_MAIL,
    settings=("EMAIL_FROM",),
)
DATA_TEMPORARY = _of(
    "data.temporary",
    "The server temporarily rejects the message.",
    "Wait a few minutes and try again. The server's reply may show the reason.",
    consequence=_LOST,
    transient=True,
)
DATA_REFUSED = _of(
    "data.refused",
    "The server accepted the sender and the recipient, but rejected the message.",
    "The server's reply shows the reason, such as the message's size, its content or a policy.",
    consequence=_NO_MAIL,
)
INSIDE_ANNOUNCED = _of("inside.announced", "The wizard ran a command in LibreChat's container.")
INSIDE_SENT = _of("inside.sent", "The server accepted a message from inside LibreChat's container.")
INSIDE_OUTDATED = _of(
    "inside.outdated",
    "LibreChat's container was started with settings that differ from the current ones.",
    "Recreate the container.",
    consequence="The results below apply to the container's settings.",
)
INSIDE_DNS = _of(
    "inside.dns",
    "LibreChat's container cannot resolve the mail server's name.",
    "Check Docker's DNS settings (the dns key in daemon.json).",
    consequence=_NO_MAIL,
    settings=("EMAIL_HOST",),
)
INSIDE_CONNECT = _of(
    "inside.connect",
    "Could not connect to the server from inside LibreChat's container.",
    "Check that the container has internet access and trusts the server's certificate, and that no firewall blocks the container.",
    consequence=_NO_MAIL,
    settings=("EMAIL_HOST", "EMAIL_PORT"),
)
INSIDE_AUTH = _of(
    "inside.auth",
    "The server rejects the sign-in from LibreChat's container.",
    "If the container was started with older settings, recreate it.",
    consequence=_NO_MAIL,
    settings=("EMAIL_USERNAME", "EMAIL_PASSWORD"),
)
INSIDE_REFUSED = _of(
    "inside.refused",
    "The server rejects the mail from LibreChat's container.",
    "The server's reply shows the reason.",
    settings=("EMAIL_FROM",),
    test_only=True,
)
SENDER_NOT_SET_UP = _of(
    "sender.not-set-up",
    "LibreChat treats mail as not configured and sends none. LibreChat needs EMAIL_FROM and, before v0.8.4, a user name and "
    "password.",
    "Set the missing settings.",
    settings=("EMAIL_FROM", "EMAIL_USERNAME", "EMAIL_PASSWORD"),
)

_STAGES = ("sender", "recipient", "data")
GREYLISTED = FindingFamily(
    _of(
        "{}.greylisted",
        "The server uses greylisting: it rejects unknown senders for a few minutes.",
        "Use the server's submission port (587) with a user name and password, or ask its operator for an exception.",
        consequence="LibreChat does not retry, so the first message to each user is lost.",
    ),
    _STAGES,
)
LIMITED = FindingFamily(
    _of(
        "{}.limited",
        "The server limits how much mail may be sent, and the limit has been reached.",
        "Wait as long as the server's reply specifies. If this happens again, use a provider or plan with a "
        "higher limit.",
        consequence=_LOST,
        transient=True,
    ),
    _STAGES,
)
INSIDE_UNKNOWN = FindingFamily(
    _of(
        "inside.{}",
        "The test inside LibreChat's container gave no result ({}).",
        "Start LibreChat (docker compose up -d), then check again.",
    ),
    ("recipient", "no-docker", "not-running", "garbled", "no-nodemailer", "mailgun", "silent"),
)
