"""Findings: Mailgun."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_NO_MAIL = "LibreChat cannot send mail: password reset and address verification do not work."
_of = partial(FindingEntry, check="mailgun", docs="https://www.librechat.ai/docs/configuration/authentication/email")
KEY = _of("key", "Mailgun accepts the API key and the domain.")
KEY_REFUSED = _of(
    "key.refused",
    "Mailgun rejects the API key for the domain.",
    "In Mailgun, under API security, copy a private API key or a sending key for this domain. Do not use the public "
    "validation key.",
    consequence=_NO_MAIL,
    settings=("MAILGUN_API_KEY", "MAILGUN_DOMAIN"),
)
DOMAIN_UNKNOWN = _of(
    "domain.unknown",
    "Mailgun's API at MAILGUN_HOST does not recognize the domain.",
    "Set MAILGUN_DOMAIN to the sending domain as Mailgun lists it (mg.example.com), without a scheme or path.",
    consequence=_NO_MAIL,
    settings=("MAILGUN_DOMAIN", "MAILGUN_HOST"),
)
UNAVAILABLE = _of("unavailable", "Mailgun is temporarily unavailable.", "Wait a few minutes and try again.")
ANSWER = _of(
    "answer",
    "The server at MAILGUN_HOST is not Mailgun's API.",
    "Set MAILGUN_HOST to https://api.mailgun.net or https://api.eu.mailgun.net, without a path.",
    consequence=_NO_MAIL,
    settings=("MAILGUN_HOST",),
)
REGION = _of(
    "region",
    "The domain is in a different Mailgun region than MAILGUN_HOST.",
    "Set MAILGUN_HOST to the URL of the domain's region.",
    consequence=_NO_MAIL,
    settings=("MAILGUN_HOST",),
)
DOMAIN_STATE = _of(
    "domain.state",
    "Mailgun did not report the domain's status: the API key may be for sending only.",
    "To check that sending works, send a test email: set checks.mail_to in the answers file, or use doctor --mail-to.",
)
DOMAIN_DISABLED = _of(
    "domain.disabled",
    "Mailgun has disabled the domain.",
    "Look up the reason in Mailgun's dashboard, and ask Mailgun support to re-enable the domain.",
    consequence=_NO_MAIL,
    settings=("MAILGUN_DOMAIN",),
)
DOMAIN_UNVERIFIED = _of(
    "domain.unverified",
    "The domain is not verified in Mailgun.",
    "Publish the DNS records that Mailgun lists for the domain (SPF and DKIM), then verify them in Mailgun's "
    "dashboard.",
    consequence="Mailgun does not send the mail, or receiving servers reject it.",
    settings=("MAILGUN_DOMAIN",),
)
DOMAIN_SANDBOX = _of(
    "domain.sandbox",
    "The domain is a Mailgun sandbox.",
    "Add your own domain in Mailgun, and use it as MAILGUN_DOMAIN.",
    consequence="Mailgun sends mail only to recipients that you have authorized in Mailgun.",
    settings=("MAILGUN_DOMAIN",),
)
DOMAIN_ACTIVE = _of("domain.active", "The domain is active in Mailgun.")
SENDER_NONE = _of(
    "sender.none",
    "EMAIL_FROM contains no address:",
    "Set EMAIL_FROM=noreply@your-domain",
    consequence="Mailgun rejects mail without a sender.",
    settings=("EMAIL_FROM", "MAILGUN_DOMAIN"),
    supersedes=("rules.email.sender-form",),
)
SENDER_OK = _of("sender.ok", "EMAIL_FROM is an address at the Mailgun domain.")
SENDER_DOMAIN = _of(
    "sender.domain",
    "EMAIL_FROM is not an address at the domain that Mailgun signs for.",
    "Use an address at the Mailgun domain, or add a subdomain of the sender's domain to Mailgun.",
    consequence="Receiving servers reject the mail or treat it as spam.",
    settings=("EMAIL_FROM", "MAILGUN_DOMAIN"),
)

_KINDS = ("name", "dns", "silent", "certificate", "connect", "garbled", "too-much")
UNREACHED = FindingFamily(
    _of(
        "{}",
        "The server at MAILGUN_HOST gave no usable response ({}).",
        "Check MAILGUN_HOST, and check that LibreChat's machine can connect to it.",
        settings=("MAILGUN_HOST",),
        counterpart="delivery",
    ),
    _KINDS,
)
HOST = _of(
    "host",
    "MAILGUN_HOST is not a valid URL.",
    "Set MAILGUN_HOST to https://api.mailgun.net or https://api.eu.mailgun.net, without a path.",
    settings=("MAILGUN_HOST",),
    counterpart="delivery",
)
HOST_IN_CLEAR = _of(
    "clear",
    "MAILGUN_HOST begins with http://, so LibreChat sends the API key in plain text. The check did not send the key.",
    "Set MAILGUN_HOST to https://api.mailgun.net or https://api.eu.mailgun.net, without a path.",
    settings=("MAILGUN_HOST",),
    counterpart="delivery",
    test_only=True,
)
