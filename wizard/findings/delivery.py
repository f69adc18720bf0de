"""Findings: a real mail, and whether it arrives."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_NO_MAIL = "No mail of LibreChat's goes out: no password reset, no verification of an address."
_of = partial(FindingEntry, check="delivery", docs="https://www.librechat.ai/docs/configuration/authentication/email")
ADDRESS = _of(
    "address",
    "EMAIL_FROM or the address of the test mail is not a mail address: there is nothing to send.",
    "Type it anew.",
    settings=("EMAIL_FROM",),
    test_only=True,
)
RECEIVED = _of("received", "The mail arrived: its code came back.")
NOT_RECEIVED = _of(
    "not-received",
    "The mail did not arrive in time. It may be late, or in the spam folder.",
    "Check the spam folder and the log of the mail server. checks.imap.folder names another folder. The links in LibreChat's mails are good for 15 minutes: mail that takes longer is of no use.",
)
ACCEPTED = _of("accepted", "A test mail was accepted.")
LATE = _of(
    "late",
    "The mail took long. The links in LibreChat's mails are good for 15 minutes only.",
    "Ask the operator of the mail server, or the receiver, what delays mail (greylisting, a queue, a filter).",
)
HEADERS_NONE = _of(
    "headers.none",
    "These are not mail headers: there is neither a Received line nor a From line among them.",
    "Gmail: Show original. Outlook: View message source. Fastmail: Show raw message. Paste it from the top.",
)
HEADERS_TLS = _of(
    "headers.tls",
    "TLS: the mail was not encrypted on part of its route; reset links can be read there.",
    "Set EMAIL_ENCRYPTION for the first hop; for later ones ask the operator of the mail server.",
    settings=("EMAIL_ENCRYPTION",),
)
SANDBOX = _of(
    "sandbox",
    "The domain is Mailgun's sandbox, and the address is not among its authorised recipients.",
    "Authorise the address at Mailgun for a test; for other people's mail add your own domain.",
    settings=("MAILGUN_DOMAIN",),
    test_only=True,
)
REFUSED = _of(
    "refused",
    "Mailgun refuses key or domain: LibreChat cannot send mail.",
    "The check 'mailgun' says which of them: doctor --only mailgun.",
    consequence=_NO_MAIL,
    settings=("MAILGUN_API_KEY", "MAILGUN_DOMAIN", "MAILGUN_HOST"),
)
FORM = _of(
    "form",
    "Mailgun refuses the mail itself: the sender or the recipient is not allowed.",
    "Its answer says what is wrong.",
    settings=("EMAIL_FROM",),
    test_only=True,
)
UNAVAILABLE = _of(
    "unavailable",
    "Mailgun temporarily refused the mail.",
    "Wait some minutes and try again.",
    consequence="LibreChat does not try again: that mail is lost.",
)

CODE = FindingFamily(
    _of(
        "code.{}",
        "The code that was typed does not prove the arrival ({}).",
        "Type the code of the latest mail, or send a new one.",
    ),
    ("wrong", "late", "earlier", "used", "spent"),
)
IMAP = FindingFamily(
    _of(
        "imap.{}",
        "The mailbox is not read ({}).",
        "Fix checks.imap in the answers; LibreChat does not depend on it.",
    ),
    ("password", "mailbox", "certificate", "connect", "refused", "silent", "starttls", "garbled", "closed", "too-much"),
)
HEADERS = FindingFamily(
    _of(
        "headers.{}",
        "What the receiver's lines say about {}.",
        "Make the sender's domain and the mail server agree; the finding says how.",
        settings=("EMAIL_FROM",),
        test_only=True,
    ),
    ("spf", "dkim", "dmarc"),
)
LINK = _of(
    "link",
    "The links in LibreChat's mails lead nowhere, or only to the machine that LibreChat runs on.",
    "DOMAIN_CLIENT=https://the-name-that-people-type",
    docs="",
    consequence="People who click a link in a mail do not reach LibreChat.",
    settings=("DOMAIN_CLIENT",),
)
