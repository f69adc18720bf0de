"""Findings: a real mail, and whether it arrives."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_NO_MAIL = "LibreChat cannot send mail: password reset and address verification do not work."
_of = partial(FindingEntry, check="delivery", docs="https://www.librechat.ai/docs/configuration/authentication/email")
ADDRESS = _of(
    "address",
    "EMAIL_FROM or the recipient of the test mail is not an email address, so no test mail can be sent.",
    "Correct the address.",
    settings=("EMAIL_FROM",),
    test_only=True,
)
RECEIVED = _of("received", "The test mail arrived: the code is correct.")
NOT_RECEIVED = _of(
    "not-received",
    "The mail did not arrive in time. It may be delayed, or in the spam folder.",
    "Check the spam folder and the mail server's log. To look in another folder, set checks.imap.folder. The links in "
    "LibreChat's emails expire after 15 minutes, so slow mail is useless.",
)
ACCEPTED = _of("accepted", "A test mail was accepted.")
LATE = _of(
    "late",
    "The mail took a long time to arrive. The links in LibreChat's emails expire after 15 minutes.",
    "Ask the operator of the sending or the receiving mail server what is delaying the mail (greylisting, a queue, a "
    "filter).",
)
HEADERS_NONE = _of(
    "headers.none",
    "These are not mail headers: they contain neither a Received line nor a From line.",
    "Open the message source (Gmail: Show original; Outlook: View message source; Fastmail: Show raw message) and "
    "paste it from the top.",
)
HEADERS_TLS = _of(
    "headers.tls",
    "The mail was not encrypted on part of its route, where reset links can be read.",
    "For the first hop, set EMAIL_ENCRYPTION. For later hops, ask the operator of the mail server.",
    settings=("EMAIL_ENCRYPTION",),
)
SANDBOX = _of(
    "sandbox",
    "The domain is a Mailgun sandbox, and the address is not among its authorised recipients.",
    "For a test, authorise the address in Mailgun. To send mail to other people, add your own domain.",
    settings=("MAILGUN_DOMAIN",),
    test_only=True,
)
REFUSED = _of(
    "refused",
    "Mailgun rejects the API key or the domain: LibreChat cannot send mail.",
    "To find out which, run: doctor --only mailgun",
    consequence=_NO_MAIL,
    settings=("MAILGUN_API_KEY", "MAILGUN_DOMAIN", "MAILGUN_HOST"),
)
FORM = _of(
    "form",
    "Mailgun rejects the message: the sender or the recipient is not allowed.",
    "Mailgun's response shows what is wrong.",
    settings=("EMAIL_FROM",),
    test_only=True,
)
UNAVAILABLE = _of(
    "unavailable",
    "Mailgun temporarily rejected the message.",
    "Wait a few minutes and try again.",
    consequence="LibreChat does not try again: that email is lost.",
)

CODE = FindingFamily(
    _of(
        "code.{}",
        "The code that was typed does not prove that the mail arrived ({}).",
        "Type the code from the latest mail, or send a new mail.",
    ),
    ("wrong", "late", "earlier", "used", "spent"),
)
IMAP = FindingFamily(
    _of(
        "imap.{}",
        "The mailbox could not be read ({}).",
        "Fix checks.imap in the answers file. LibreChat itself does not use it.",
    ),
    ("password", "mailbox", "certificate", "connect", "refused", "silent", "starttls", "garbled", "closed", "too-much"),
)
HEADERS = FindingFamily(
    _of(
        "headers.{}",
        "The {} result in the receiver's mail headers.",
        "Correct the DNS records of the sender's domain; the finding shows how.",
        settings=("EMAIL_FROM",),
        test_only=True,
    ),
    ("spf", "dkim", "dmarc"),
)
LINK = _of(
    "link",
    "The links in LibreChat's emails do not work, or work only on the machine that LibreChat runs on.",
    "Set DOMAIN_CLIENT=https://the-name-that-people-type",
    docs="",
    consequence="People who click a link in an email cannot reach LibreChat.",
    settings=("DOMAIN_CLIENT",),
)
