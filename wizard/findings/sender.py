"""Findings: the sender's domain in DNS."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_SPAM = "Receiving servers reject the mail or treat it as spam."
_TRY_AGAIN = "Check that the domain's name servers respond, then try again."
_of = partial(
    FindingEntry,
    check="sender",
    docs="https://www.librechat.ai/docs/configuration/authentication/email",
    settings=("EMAIL_FROM",),
)
DNS_SILENT = _of(
    "dns.silent",
    "DNS queries for the sender's domain got no response.",
    "Check that this machine can resolve names and that the domain's name servers respond.",
)
DKIM_UNKNOWN = _of("dkim.unknown", "DNS queries for the domain's DKIM keys got no response.", _TRY_AGAIN)
DKIM_SEVERAL = _of(
    "dkim.several",
    "There are several DKIM keys under one name, and receivers may use any of them.",
    "Keep only the key that your mail server signs with.",
)
DKIM_OK = _of("dkim.ok", "The domain has DKIM keys.")
DKIM_MISSING = _of(
    "dkim.missing",
    "The domain has no DKIM key at the usual selectors; it may use a custom selector.",
    "Enable DKIM in the mail provider's console, and add the exact DNS record that it shows.",
    consequence=_SPAM,
)
DMARC_UNKNOWN = _of("dmarc.unknown", "DNS queries for the domain's DMARC policy got no response.", _TRY_AGAIN)
ALIGNED_OK = _of("aligned.ok", "SPF or DKIM can prove to receivers that the mail comes from the sender's domain.")
ALIGNED_UNKNOWN = _of(
    "aligned.unknown",
    "DNS alone does not show whether receivers can verify that the mail comes from the sender's domain.",
    "Send an email to your own address at a large provider. Look for dmarc=pass in the email's Authentication-Results header.",
    supersedes=("mailgun.sender.domain",),
)
ALIGNED_REFUSED = _of(
    "aligned.refused",
    "Neither SPF nor DKIM proves that the mail comes from the sender's domain, and its DMARC policy tells receivers "
    "to reject or quarantine such mail.",
    "Set EMAIL_FROM to an address at the domain that the provider sends mail for, or configure the provider for "
    "EMAIL_FROM's domain.",
    consequence=_SPAM,
    settings=("EMAIL_FROM",),
    supersedes=("mailgun.sender.domain",),
)
ALIGNED_FOREIGN = _of(
    "aligned.foreign",
    "Receivers cannot verify that the mail comes from the sender's domain.",
    "Set EMAIL_FROM to an address at the domain that the provider sends mail for, or configure the provider for "
    "EMAIL_FROM's domain.",
    consequence=_SPAM,
    settings=("EMAIL_FROM",),
    supersedes=("mailgun.sender.domain",),
)
ALIGNED_NOTHING = _of(
    "aligned.nothing",
    "Neither SPF nor DKIM proves that the mail comes from the sender's domain.",
    "Set EMAIL_FROM to an address at the domain that the provider sends mail for, or configure the provider for "
    "EMAIL_FROM's domain.",
    consequence="Gmail, Yahoo and Outlook reject such mail.",
    settings=("EMAIL_FROM",),
    supersedes=("mailgun.sender.domain",),
)
DMARC_MISPLACED = _of(
    "dmarc.misplaced", "A DMARC record is at a name that receivers do not query.", "Move it to _dmarc.DOMAIN."
)
DMARC_SEVERAL = _of(
    "dmarc.several",
    "The domain has several DMARC records, so receivers ignore all of them.",
    "Keep only one DMARC record.",
)
DMARC_MISSING = _of(
    "dmarc.missing",
    "The domain has no DMARC policy; Gmail and Yahoo require one from bulk senders.",
    "In DNS, add the _dmarc record that the finding shows.",
)
DMARC_BROKEN = _of(
    "dmarc.broken", "The DMARC record is malformed.", "Replace the record with the one that the finding shows."
)
DMARC_OK = _of("dmarc.ok", "The domain has a DMARC policy.")
ADDRESS_NONE = _of(
    "address.none",
    "EMAIL_FROM contains no email address with a domain:",
    "Set EMAIL_FROM=noreply@your-domain",
    consequence="messages have no sender, and servers reject them.",
    supersedes=("rules.email.sender-form", "smtp.sender.none", "mailgun.sender.none"),
)
DOMAIN_INSIDE = _of(
    "domain.inside",
    "The domain in EMAIL_FROM may exist only on your own network.",
    "To send mail to external recipients, use your own domain.",
)
DOMAIN_SAMPLE = _of(
    "domain.sample",
    "EMAIL_FROM uses an example domain, which is not yours.",
    "Use an address at your own domain, or your mail account's address.",
    consequence="Servers reject the mail or treat it as forged.",
    supersedes=("rules.email.sample-sender",),
)
DOMAIN_MAILBOX = _of(
    "domain.mailbox",
    "EMAIL_FROM is an address at a mailbox provider, but a different server sends the mail.",
    "Send through the provider's own mail server, or set EMAIL_FROM to an address at your own domain.",
    consequence="Only the provider can sign mail from its domain, so receivers treat the mail as forged.",
    settings=("EMAIL_FROM", "EMAIL_HOST", "EMAIL_SERVICE", "MAILGUN_DOMAIN"),
    supersedes=("rules.email.foreign-mailbox",),
)
MAILBOX = _of(
    "mailbox",
    "The mail is sent through the sender's own mail provider.",
    refutes=("rules.email.foreign-mailbox",),
)
DOMAIN_UNKNOWN = _of(
    "domain.unknown",
    "The sender's domain does not exist in DNS.",
    "Set EMAIL_FROM=noreply@your-domain",
    consequence="Mail servers reject mail from this domain.",
)
MX_NULL = _of(
    "mx.null",
    "The domain's DNS records say that it accepts no mail (null MX).",
    "Use an address at a domain that accepts mail, or replace this domain's null MX record with a real one.",
    consequence="Many servers reject mail from this domain.",
)
MX_UNKNOWN = _of("mx.unknown", "DNS queries for the domain's mail servers got no response.", "Try again.")
MX_MISSING = _of(
    "mx.missing",
    "Nobody can send mail to the domain: it has no mail server with an IP address.",
    "Add an MX record for the domain, or use an address at a domain that accepts mail.",
    consequence="Many servers reject mail from this domain.",
)
MX_IMPLICIT = _of(
    "mx.implicit",
    "The domain has no MX record.",
    "Add an MX record if the domain should receive mail.",
    consequence="Replies and bounces go to the machine that the domain itself resolves to.",
)
MX_OK = _of("mx.ok", "The domain can receive mail.")
SPF_ELSEWHERE = _of(
    "spf.elsewhere",
    "The provider uses its own envelope sender, so receivers check only DKIM, not SPF, for the sender's domain.",
)
SPF_OK = _of("spf.ok", "The domain's SPF record allows the mail server.")
SPF_LOOKUPS = _of(
    "spf.lookups",
    "The domain's SPF record needs more than the allowed 10 DNS lookups (RFC 7208 section 4.6.4).",
    "Remove the servers that you no longer use.",
    consequence="Receivers treat the SPF record as invalid (permerror).",
)
SPF_VOIDS = _of(
    "spf.voids",
    "The SPF record contains names that do not exist.",
    "Remove the terms whose names no longer exist.",
    consequence="SPF checks fail with an error at the third such name.",
)
SPF_BROKEN_INCLUDE = _of(
    "spf.broken-include",
    "The SPF record refers to records that are missing or wrong.",
    "Remove the references, or ask the owners of those records to fix them.",
    consequence="SPF checks fail with an error at these records.",
)
SPF_PTR = _of(
    "spf.ptr",
    "The SPF record uses ptr, which receivers may ignore (RFC 7208 section 5.5).",
    "Use ip4:, ip6: or a: instead.",
)
SPF_NO_ALL = _of(
    "spf.no-all",
    "The SPF record has no final 'all' term, so it does not restrict other servers.",
    "End the record with ~all.",
    consequence="Spammers can exploit this.",
)
SPF_OPEN = _of(
    "spf.open",
    "The SPF record allows every server to send mail for the domain (+all).",
    "End the record with ~all.",
    consequence="Receivers treat such a record as worse than none.",
)
SPF_NEUTRAL = _of("spf.neutral", "The SPF record does not restrict other servers (?all).", "End the record with ~all.")
SPF_MISSING = _of(
    "spf.missing",
    "The domain has no SPF record.",
    "In DNS, add the TXT record that the finding shows.",
    consequence="Receivers cannot verify that this server may send for the domain.",
)
SPF_SEVERAL = _of(
    "spf.several",
    "The domain has several SPF records, which receivers treat as an error (RFC 7208 section 4.5).",
    "Keep only one SPF record.",
)
SPF_SYNTAX = _of(
    "spf.syntax",
    "The domain's SPF record is malformed.",
    "Correct the malformed part of the record.",
    consequence="Receivers treat the entire record as invalid.",
)
SPF_ERROR = _of(
    "spf.error",
    "SPF evaluation stops with an error before it reaches this server.",
    "Correct the record; the error is shown above.",
)
SPF_UNKNOWN = _of("spf.unknown", "DNS queries for the domain's SPF record got no response.", _TRY_AGAIN)
SPF_ADDRESS = _of(
    "spf.address",
    "The wizard does not know the IP address that the mail server sends from, so SPF could not be checked.",
    "Add the server's public IP address to the SPF record, as the finding shows.",
)
SPF_PARTLY = _of(
    "spf.partly",
    "The SPF record allows only some of the provider's servers.",
    "Replace the record with the one that the finding shows.",
    consequence="Receivers reject some messages or treat them as spam.",
)

DKIM_KEY = FindingFamily(
    _of("dkim.{}", "One of the domain's DKIM keys is not usable ({}).", "Republish the key."),
    ("weak", "testing", "revoked", "short", "other-service", "private", "broken"),
)
SPF_REFUSED = _of(
    "spf.refused",
    "The SPF record does not list the mail server, and tells receivers to reject its mail.",
    "Replace the record with the one that the finding shows.",
    consequence="receiving servers reject the mail or treat it as spam.",
)
SPF_NOT_LISTED = _of(
    "spf.not-listed",
    "The SPF record does not list the mail server.",
    "Replace the record with the one that the finding shows.",
    consequence="receiving servers reject the mail or treat it as spam.",
)
