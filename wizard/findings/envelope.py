"""Sender, recipient and message at the mail server, and a mail from inside LibreChat's container."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_DOCS = "https://www.librechat.ai/docs/configuration/authentication/email"
_NO_MAIL = "No mail of LibreChat's goes out: no password reset, no verification of an address."
_LOST = "LibreChat does not try again: that mail is lost."
_WAIT = "Wait some minutes and try again."
_of = partial(FindingEntry, check="smtp", docs=_DOCS, twin="delivery")
INSIDE_NOT_RUN = _of("inside.not-run", "Nothing was run in LibreChat's container.")
SENDER_NONE = _of(
    "sender.none",
    "EMAIL_FROM contains no address:",
    "EMAIL_FROM=somebody@your-domain",
    consequence="LibreChat's mails have no sender, and recipients refuse them.",
    settings=("EMAIL_FROM",),
)
SENDER_FORM = _of(
    "sender.form",
    "EMAIL_FROM holds a character that no mail address can have.",
    "Type the address anew.",
    consequence=_NO_MAIL,
    settings=("EMAIL_FROM",),
)
SENDER_OK = _of("sender.ok", "The server takes mail from the sender.")
SENDER_TLS_REQUIRED = _of(
    "sender.tls-required",
    "The server takes mail over an encrypted connection only, and offers none here.",
    "Try port 587, or 465 with EMAIL_ENCRYPTION=tls.",
    consequence=_NO_MAIL,
)
SENDER_AUTH_REQUIRED = _of(
    "sender.auth-required",
    "The server wants a sign-in first.",
    "Set EMAIL_USERNAME and EMAIL_PASSWORD, both.",
    consequence=_NO_MAIL,
    settings=("EMAIL_USERNAME", "EMAIL_PASSWORD"),
    supersedes=("rules.email.half-credentials",),
)
SENDER_TEMPORARY = _of(
    "sender.temporary",
    "The server does not take mail from the sender now.",
    _WAIT,
    consequence=_LOST,
    settings=("EMAIL_FROM",),
    transient=True,
)
SENDER_UTF8 = _of(
    "sender.utf8",
    "The server cannot take a sender with letters outside of ASCII.",
    "An address of plain letters.",
    consequence=_NO_MAIL,
    settings=("EMAIL_FROM",),
)
SENDER_REFUSED = _of(
    "sender.refused",
    "The server does not let this account send as EMAIL_FROM.",
    "EMAIL_FROM must be the account's own address, or one that the provider has confirmed for it.",
    consequence=_NO_MAIL,
    settings=("EMAIL_FROM",),
)
RECIPIENT_NONE = _of(
    "recipient.none",
    "There is no address to ask the server about.",
    "Name an address of yours.",
    settings=("EMAIL_FROM",),
)
RECIPIENT_FORM = _of(
    "recipient.form",
    "The address to ask about holds a character that no mail address can have.",
    "Type the address anew.",
    test_only=True,
)
RECIPIENT_OK = _of("recipient.ok", "The server takes mail to the recipient.")
RECIPIENT_TEMPORARY = _of(
    "recipient.temporary",
    "The server does not take mail to the recipient now.",
    _WAIT,
    consequence=_LOST,
    transient=True,
)
RECIPIENT_RELAY = _of(
    "recipient.relay",
    "The server does not pass on mail for this client: it is not a relay for LibreChat.",
    "Sign in (EMAIL_USERNAME and EMAIL_PASSWORD), or have the server let this machine's address in.",
    consequence="Mail to people outside does not go out.",
    settings=("EMAIL_USERNAME", "EMAIL_PASSWORD"),
)
RECIPIENT_UNKNOWN = _of(
    "recipient.unknown",
    "The server does not know the sender's own address as a recipient. That says nothing of other people's.",
    "Name an address that exists.",
    settings=("EMAIL_FROM",),
)
RECIPIENT_REFUSED = _of(
    "recipient.refused", "The server refuses mail to the recipient.", "Is that address right?", test_only=True
)
ACCEPTED = _of("accepted", "The server would accept LibreChat's mail, or accepted one.")
DATA_SURPLUS = _of(
    "data.surplus",
    "The server says more than it is asked.",
    "A mail server, or a proxy before it, that keeps to SMTP.",
    consequence="LibreChat takes one answer for another then, and at the message at the latest its mail fails.",
)
DATA_SENDER_POLICY = _of(
    "data.sender-policy",
    "The server refuses the message: the sender's domain does not allow this server to send for it.",
    "Fix SPF and DKIM of the domain in EMAIL_FROM.",
    consequence=_NO_MAIL,
    settings=("EMAIL_FROM",),
)
DATA_TEMPORARY = _of(
    "data.temporary",
    "The server does not take the message now.",
    "Wait some minutes and try again; its answer may say why.",
    consequence=_LOST,
    transient=True,
)
DATA_REFUSED = _of(
    "data.refused",
    "The server took sender and recipient, and then refuses the message.",
    "Its answer says why: size, content or policy.",
    consequence=_NO_MAIL,
)
INSIDE_ANNOUNCED = _of("inside.announced", "A command is run in LibreChat's container.")
INSIDE_SENT = _of("inside.sent", "A mail from inside LibreChat's container was accepted.")
INSIDE_OUTDATED = _of(
    "inside.outdated",
    "LibreChat's container was started with other settings than these.",
    "Recreate the container.",
    consequence="What follows is about those that it has.",
)
INSIDE_DNS = _of(
    "inside.dns",
    "Inside LibreChat's container the mail server's name cannot be resolved.",
    "Look at the DNS of Docker (daemon.json, dns:).",
    consequence=_NO_MAIL,
    settings=("EMAIL_HOST",),
)
INSIDE_CONNECT = _of(
    "inside.connect",
    "From inside LibreChat's container no connection with the server is possible.",
    "Does the container reach the Internet, does a firewall let its network out, does it trust the certificate?",
    consequence=_NO_MAIL,
    settings=("EMAIL_HOST", "EMAIL_PORT"),
)
INSIDE_AUTH = _of(
    "inside.auth",
    "The server refuses the sign-in of LibreChat's container.",
    "What the container was started with may be older.",
    consequence=_NO_MAIL,
    settings=("EMAIL_USERNAME", "EMAIL_PASSWORD"),
)
INSIDE_REFUSED = _of(
    "inside.refused",
    "The server refuses the mail of LibreChat's container.",
    "Its answer says why.",
    settings=("EMAIL_FROM",),
    test_only=True,
)
SENDER_NOT_SET_UP = _of(
    "sender.not-set-up",
    "LibreChat takes mail for not set up and sends none, whatever this server says: it wants EMAIL_FROM and, before v0.8.4, user and password.",
    "Set what is missing.",
    settings=("EMAIL_FROM", "EMAIL_USERNAME", "EMAIL_PASSWORD"),
)

_STAGES = ("sender", "recipient", "data")
GREYLISTED = FindingFamily(
    _of(
        "{}.greylisted",
        "The server greylists: it sends strangers away for some minutes.",
        "Use the server's port for customers (587) with a sign-in, or have it make an exception.",
        consequence="LibreChat does not try again, so that the first mail to each person is lost.",
    ),
    _STAGES,
)
LIMITED = FindingFamily(
    _of(
        "{}.limited",
        "The server limits how much may be sent, and the limit is reached.",
        "Wait, some minutes or a day as its answer says; a provider or plan that allows more, if it happens again.",
        consequence=_LOST,
        transient=True,
    ),
    _STAGES,
)
INSIDE_UNKNOWN = FindingFamily(
    _of(
        "inside.{}",
        "The test from inside LibreChat's container could not be made ({}).",
        "Start LibreChat (docker compose up -d), then check again.",
    ),
    ("recipient", "no-docker", "not-running", "garbled", "no-nodemailer", "mailgun", "silent"),
)
