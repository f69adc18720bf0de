"""Findings: a real mail, and whether it arrives."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_NO_MAIL = "LibreChat sends no mail: no password resets, no address verification."
_of = partial(FindingEntry, check="delivery", docs="https://www.librechat.ai/docs/configuration/authentication/email")
ADDRESS = _of(
    "address",
    "EMAIL_FROM or the recipient of the test mail is not a mail address, so no mail was sent.",
    "Type the address again.",
    settings=("EMAIL_FROM",),
    test_only=True,
)
RECEIVED = _of("received", "The mail arrived: the code in it is correct.")
NOT_RECEIVED = _of(
    "not-received",
    "The mail did not arrive in time. It may be late, or in the spam folder.",
    "Check the spam folder and the mail server's log. To look in another folder, set checks.imap.folder. The "
    "links in LibreChat's mails expire after 15 minutes, so mail that takes longer is useless.",
)
ACCEPTED = _of("accepted", "A test mail was accepted.")
LATE = _of(
    "late",
    "The mail took a long time. The links in LibreChat's mails expire after 15 minutes.",
    "Ask the operator of the mail server, or of the recipient's, what delays mail (greylisting, a queue, a filter).",
)
HEADERS_NONE = _of(
    "headers.none",
    "These are not mail headers: they contain no Received or From line.",
    "Gmail: Show original. Outlook: View message source. Fastmail: Show raw message. Paste it from the top.",
)
HEADERS_TLS = _of(
    "headers.tls",
    "TLS: the mail was not encrypted on part of its route, where reset links can be read.",
    "Set EMAIL_ENCRYPTION for the first hop. For later hops, ask the operator of the mail server.",
    settings=("EMAIL_ENCRYPTION",),
)
SANDBOX = _of(
    "sandbox",
    "The domain is Mailgun's sandbox, and the address is not among its authorised recipients.",
    "For a test, authorise the address at Mailgun. To send mail to other people, add your own domain.",
    settings=("MAILGUN_DOMAIN",),
    test_only=True,
)
REFUSED = _of(
    "refused",
    "Mailgun rejects the API key or the domain. LibreChat cannot send mail.",
    "To see which of the two is wrong, run: doctor --only mailgun",
    consequence=_NO_MAIL,
    settings=("MAILGUN_API_KEY", "MAILGUN_DOMAIN", "MAILGUN_HOST"),
)
FORM = _of(
    "form",
    "Mailgun refuses the mail itself: the sender or the recipient is not allowed.",
    "See Mailgun's answer for the reason.",
    settings=("EMAIL_FROM",),
    test_only=True,
)
UNAVAILABLE = _of(
    "unavailable",
    "Mailgun temporarily refused the mail.",
    "Wait a few minutes and try again.",
    consequence="LibreChat does not retry, so the mail is lost.",
)

CODE = FindingFamily(
    _of(
        "code.{}",
        "The code does not prove that the mail arrived ({}).",
        "Type the code of the latest mail, or send a new one.",
    ),
    ("wrong", "late", "earlier", "used", "spent"),
)
IMAP = FindingFamily(
    _of(
        "imap.{}",
        "The mailbox could not be read ({}).",
        "Fix checks.imap in the answers. LibreChat itself does not use it.",
    ),
    ("password", "mailbox", "certificate", "connect", "refused", "silent", "starttls", "garbled", "closed", "too-much"),
)
HEADERS = FindingFamily(
    _of(
        "headers.{}",
        "What the receiving mail server reports about {}.",
        "Configure the sender's domain to match the mail server; the finding shows how.",
        settings=("EMAIL_FROM",),
        test_only=True,
    ),
    ("spf", "dkim", "dmarc"),
)
LINK = _of(
    "link",
    "The links in LibreChat's mails do not work, or only on the machine that LibreChat runs on.",
    "DOMAIN_CLIENT=https://the-name-that-people-type",
    docs="",
    consequence="People who click a link in a mail do not reach LibreChat.",
    settings=("DOMAIN_CLIENT",),
)
