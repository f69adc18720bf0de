"""Findings: a real mail, and whether it arrives."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_NO_MAIL = "LibreChat cannot send mail: password reset and address verification do not work."
_of = partial(FindingEntry, check="delivery", docs="https://www.librechat.ai/docs/configuration/authentication/email")
ADDRESS = _of(
    "address",
    "EMAIL_FROM or the recipient of the test email is not an email address, so no test email can be sent.",
    "Correct the address.",
    settings=("EMAIL_FROM",),
    test_only=True,
)
RECEIVED = _of("received", "The test email arrived: the code is correct.")
NOT_RECEIVED = _of(
    "not-received",
    "The email did not arrive in time. It may be delayed, or in the spam folder.",
    "Check the spam folder and the mail server's log. To search another folder, set checks.imap.folder. The links in "
    "LibreChat's emails expire after 15 minutes, so they no longer work in delayed emails.",
)
ACCEPTED = _of("accepted", "A test email was accepted.")
LATE = _of(
    "late",
    "The email took a long time to arrive. The links in LibreChat's emails expire after 15 minutes.",
    "Ask the operator of the sending or receiving mail server why the email is delayed (greylisting, a queue, a "
    "filter).",
)
HEADERS_NONE = _of(
    "headers.none",
    "These are not email headers: they contain neither a Received line nor a From line.",
    "Open the message source (Gmail: Show original; Outlook: View message source; Fastmail: Show raw message) and "
    "paste it from the top.",
)
HEADERS_TLS = _of(
    "headers.tls",
    "Part of the email's route was not encrypted, so reset links can be read in transit.",
    "To encrypt the first hop, set EMAIL_ENCRYPTION. For later hops, ask the mail server's operator.",
    settings=("EMAIL_ENCRYPTION",),
)
SANDBOX = _of(
    "sandbox",
    "The domain is a Mailgun sandbox, and the address is not among its authorized recipients.",
    "For a test, authorize the address in Mailgun. To send mail to other recipients, add your own domain.",
    settings=("MAILGUN_DOMAIN",),
    test_only=True,
)
REFUSED = _of(
    "refused",
    "Mailgun rejects the API key or the domain: LibreChat cannot send mail.",
    "To find out which one is wrong, run: doctor --only mailgun",
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
    consequence="LibreChat does not retry, so the email is lost.",
)

CODE = FindingFamily(
    _of(
        "code.{}",
        "The code does not prove that the email arrived ({}).",
        "Type the code from the latest email, or send a new one.",
    ),
    ("wrong", "late", "earlier", "used", "spent"),
)
IMAP = FindingFamily(
    _of(
        "imap.{}",
        "The mailbox could not be read ({}).",
        "Fix checks.imap in the answers file. LibreChat does not use this setting.",
    ),
    ("password", "mailbox", "certificate", "connect", "refused", "silent", "starttls", "garbled", "closed", "too-much"),
)
HEADERS = FindingFamily(
    _of(
        "headers.{}",
        "The email headers show the receiver's {} result.",
        "Correct the DNS records of the sender's domain; the finding shows how.",
        settings=("EMAIL_FROM",),
        test_only=True,
    ),
    ("spf", "dkim", "dmarc"),
)
LINK = _of(
    "link",
    "The links in LibreChat's emails do not work, or work only on LibreChat's own machine.",
    "Set DOMAIN_CLIENT=https://the-name-that-users-type",
    docs="",
    consequence="Users who click a link in an email cannot reach LibreChat.",
    settings=("DOMAIN_CLIENT",),
)
