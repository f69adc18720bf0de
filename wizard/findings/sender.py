"""Findings: the sender's domain in DNS."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_SPAM = "Receivers refuse the mail or treat it as spam."
_TRY_AGAIN = "Try again, and check that the domain's name servers answer."
_of = partial(
    FindingEntry,
    check="sender",
    docs="https://www.librechat.ai/docs/configuration/authentication/email",
    settings=("EMAIL_FROM",),
)
DNS_SILENT = _of(
    "dns.silent",
    "DNS gave no answer about the sender's domain.",
    "Check that this machine can resolve names, and that the domain's name servers answer.",
)
DKIM_UNKNOWN = _of("dkim.unknown", "DNS gave no answer about the domain's DKIM keys.", _TRY_AGAIN)
DKIM_SEVERAL = _of(
    "dkim.several",
    "There are several DKIM keys at one name; receivers may use either one.",
    "Keep the one that your mail server signs with.",
)
DKIM_OK = _of("dkim.ok", "The domain has DKIM keys.")
DKIM_MISSING = _of(
    "dkim.missing",
    "The domain has no DKIM key at the usual selectors; it may use a custom selector.",
    "Turn on DKIM at the mail provider, and add exactly the records that it shows to DNS.",
    consequence=_SPAM,
)
DMARC_UNKNOWN = _of("dmarc.unknown", "DNS gave no answer about the domain's DMARC policy.", _TRY_AGAIN)
ALIGNED_OK = _of("aligned.ok", "SPF or DKIM can prove to receivers that the mail comes from the sender's domain.")
ALIGNED_UNKNOWN = _of(
    "aligned.unknown",
    "DNS alone does not show whether receivers can verify that the mail comes from the sender's domain.",
    "Send a mail to yourself at a large provider and look for dmarc=pass in the Authentication-Results header.",
    supersedes=("mailgun.sender.domain",),
)
ALIGNED_REFUSED = _of(
    "aligned.refused",
    "Neither SPF nor DKIM proves that the mail comes from the sender's domain, whose DMARC policy asks receivers to refuse such mail.",
    "Set EMAIL_FROM to an address at the domain that the provider sends for, or set up the provider for EMAIL_FROM's domain.",
    consequence=_SPAM,
    settings=("EMAIL_FROM",),
    supersedes=("mailgun.sender.domain",),
)
ALIGNED_FOREIGN = _of(
    "aligned.foreign",
    "Receivers see that the mail does not come from the sender's domain.",
    "Set EMAIL_FROM to an address at the domain that the provider sends for, or set up the provider for EMAIL_FROM's domain.",
    consequence=_SPAM,
    settings=("EMAIL_FROM",),
    supersedes=("mailgun.sender.domain",),
)
ALIGNED_NOTHING = _of(
    "aligned.nothing",
    "Neither SPF nor DKIM proves that the mail comes from the sender's domain.",
    "Set EMAIL_FROM to an address at the domain that the provider sends for, or set up the provider for EMAIL_FROM's domain.",
    consequence="Gmail, Yahoo and Outlook refuse such mail.",
    settings=("EMAIL_FROM",),
    supersedes=("mailgun.sender.domain",),
)
DMARC_MISPLACED = _of(
    "dmarc.misplaced", "A DMARC record is at a name where no receiver looks.", "Move it to _dmarc.DOMAIN."
)
DMARC_SEVERAL = _of(
    "dmarc.several", "The domain has several DMARC records, and receivers then ignore all of them.", "Keep one of them."
)
DMARC_MISSING = _of(
    "dmarc.missing",
    "The domain has no DMARC policy; Gmail and Yahoo require one from bulk senders.",
    "Add a _dmarc record to DNS; the finding shows it.",
)
DMARC_BROKEN = _of(
    "dmarc.broken", "The DMARC record is malformed.", "Replace it with the record that the finding shows."
)
DMARC_OK = _of("dmarc.ok", "The domain has a DMARC policy.")
ADDRESS_NONE = _of(
    "address.none",
    "EMAIL_FROM contains no mail address with a domain:",
    "EMAIL_FROM=somebody@your-domain",
    consequence="mails have no sender, and servers refuse them.",
    supersedes=("rules.email.sender-form", "smtp.sender.none", "mailgun.sender.none"),
)
DOMAIN_INSIDE = _of(
    "domain.inside",
    "EMAIL_FROM is an address at a name that may be known only in your own network.",
    "To send mail to people outside, use your own domain.",
)
DOMAIN_SAMPLE = _of(
    "domain.sample",
    "EMAIL_FROM is an address at an example domain, not yours.",
    "Use an address of your own domain or mail account.",
    consequence="Servers refuse the mail or treat it as forged.",
    supersedes=("rules.email.sample-sender",),
)
DOMAIN_MAILBOX = _of(
    "domain.mailbox",
    "EMAIL_FROM is a mailbox at a provider, but another server sends the mail.",
    "Send through the provider's own mail server, or set EMAIL_FROM to an address of your own domain.",
    consequence="Nobody but the provider may sign for that domain, and receivers treat the mail as forged.",
    settings=("EMAIL_FROM", "EMAIL_HOST", "EMAIL_SERVICE", "MAILGUN_DOMAIN"),
    supersedes=("rules.email.foreign-mailbox",),
)
MAILBOX = _of(
    "mailbox",
    "The mail is sent by the sender's own mail provider.",
    refutes=("rules.email.foreign-mailbox",),
)
DOMAIN_UNKNOWN = _of(
    "domain.unknown",
    "The sender's domain does not exist in DNS.",
    "EMAIL_FROM=somebody@a-domain-of-yours",
    consequence="Mail servers refuse mail from it.",
)
MX_NULL = _of(
    "mx.null",
    "The domain's DNS says that it accepts no mail (null MX).",
    "Use an address at a domain with a mailbox, or add an MX record for this one.",
    consequence="Many servers refuse mail from it.",
)
MX_UNKNOWN = _of("mx.unknown", "DNS gave no answer about where mail to the domain goes.", "Try again.")
MX_MISSING = _of(
    "mx.missing",
    "No mail can be sent to the domain: it has no mail server with an address.",
    "Add an MX record for the domain, or use an address at a domain that receives mail.",
    consequence="Many servers refuse mail from it.",
)
MX_IMPLICIT = _of(
    "mx.implicit",
    "The domain has no MX record.",
    "Add an MX record for the domain if it should receive mail.",
    consequence="Replies and bounces go to the machine that the name itself resolves to.",
)
MX_OK = _of("mx.ok", "The domain receives mail.")
SPF_ELSEWHERE = _of(
    "spf.elsewhere",
    "The provider uses its own envelope address, so receivers do not check SPF of the sender's domain. Only DKIM counts.",
)
SPF_OK = _of("spf.ok", "The domain's SPF record allows the mail server.")
SPF_LOOKUPS = _of(
    "spf.lookups",
    "The domain's SPF record needs more DNS lookups than receivers make (10, RFC 7208 section 4.6.4).",
    "Remove servers that you no longer use.",
    consequence="Receivers then stop with an error.",
)
SPF_VOIDS = _of(
    "spf.voids",
    "The SPF record refers to names that do not exist.",
    "Remove the terms whose names no longer exist.",
    consequence="Receivers stop after two such names.",
)
SPF_BROKEN_INCLUDE = _of(
    "spf.broken-include",
    "The SPF record refers to records that are missing or wrong.",
    "Remove these terms, or have their owners fix them.",
    consequence="Receivers then stop with an error.",
)
SPF_PTR = _of(
    "spf.ptr",
    "The SPF record uses ptr, which receivers may ignore (RFC 7208 section 5.5).",
    "Use ip4:, ip6: or a: instead.",
)
SPF_NO_ALL = _of(
    "spf.no-all",
    "The SPF record does not end with all, so it says nothing about other servers.",
    "End the record with ~all.",
    consequence="Forgers may exploit this.",
)
SPF_OPEN = _of(
    "spf.open",
    "The SPF record allows every server in the world to send (+all).",
    "End the record with ~all.",
    consequence="Receivers trust it less than a missing record.",
)
SPF_NEUTRAL = _of("spf.neutral", "The SPF record says nothing about other servers (?all).", "End the record with ~all.")
SPF_MISSING = _of(
    "spf.missing",
    "The domain has no SPF record.",
    "Add a TXT record to DNS; the finding shows it.",
    consequence="Receivers cannot verify that this server may send for it.",
)
SPF_SEVERAL = _of(
    "spf.several",
    "The domain has several SPF records, and receivers then ignore all of them (RFC 7208 section 4.5).",
    "Keep one of them.",
)
SPF_SYNTAX = _of(
    "spf.syntax",
    "The domain's SPF record is malformed.",
    "Correct this part of the record.",
    consequence="Receivers treat the whole record as an error.",
)
SPF_ERROR = _of(
    "spf.error",
    "Receivers stop evaluating SPF with an error before they reach this server.",
    "Correct the record; the error is shown above.",
)
SPF_UNKNOWN = _of("spf.unknown", "DNS gave no answer about the domain's SPF record.", _TRY_AGAIN)
SPF_ADDRESS = _of(
    "spf.address",
    "The address that the mail server sends from is not known here, so SPF could not be checked.",
    "Add its public address to the record; the finding shows it.",
)
SPF_PARTLY = _of(
    "spf.partly",
    "The SPF record allows only some of the provider's servers.",
    "Add the others; the finding shows the record.",
    consequence="Some mails are refused or treated as spam.",
)

DKIM_KEY = FindingFamily(
    _of("dkim.{}", "A DKIM key of the domain is not usable ({}).", "Publish the key again."),
    ("weak", "testing", "revoked", "short", "other-service", "private", "broken"),
)
SPF_REFUSED = _of(
    "spf.refused",
    "The SPF record does not list the mail server, and asks receivers to refuse its mail.",
    "Add the server; the finding shows the record.",
    consequence="receivers refuse the mail or treat it as spam.",
)
SPF_NOT_LISTED = _of(
    "spf.not-listed",
    "The SPF record does not list the mail server.",
    "Add the server; the finding shows the record.",
    consequence="receivers refuse the mail or treat it as spam.",
)
