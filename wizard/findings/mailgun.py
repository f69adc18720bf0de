"""Findings: Mailgun."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_NO_MAIL = "No mail of LibreChat's goes out: no password reset, no verification of an address."
_of = partial(FindingEntry, check="mailgun", docs="https://www.librechat.ai/docs/configuration/authentication/email")
KEY = _of("key", "Mailgun knows the API key and the domain.")
KEY_REFUSED = _of(
    "key.refused",
    "Mailgun refuses the API key for the domain.",
    "Mailgun, API security: a private API key, or a sending key of this very domain. Not the public validation key.",
    consequence=_NO_MAIL,
    settings=("MAILGUN_API_KEY", "MAILGUN_DOMAIN"),
)
DOMAIN_UNKNOWN = _of(
    "domain.unknown",
    "Mailgun does not know the domain at MAILGUN_HOST.",
    "MAILGUN_DOMAIN is the sending domain as Mailgun lists it (mg.example.com), without scheme and path.",
    consequence=_NO_MAIL,
    settings=("MAILGUN_DOMAIN", "MAILGUN_HOST"),
)
UNAVAILABLE = _of("unavailable", "Mailgun is not available now.", "Wait some minutes and try again.")
ANSWER = _of(
    "answer",
    "What answers at MAILGUN_HOST is not Mailgun's API.",
    "MAILGUN_HOST=https://api.mailgun.net or https://api.eu.mailgun.net, without anything behind it.",
    consequence=_NO_MAIL,
    settings=("MAILGUN_HOST",),
)
REGION = _of(
    "region",
    "The domain is in a different Mailgun region than MAILGUN_HOST.",
    "Set MAILGUN_HOST to the other region's address.",
    consequence=_NO_MAIL,
    settings=("MAILGUN_HOST",),
)
DOMAIN_STATE = _of(
    "domain.state",
    "The API key may send and not look: Mailgun does not show the domain's state.",
    "A test mail tells it: checks.mail_to in the answers, or doctor --mail-to.",
)
DOMAIN_DISABLED = _of(
    "domain.disabled",
    "Mailgun has switched the domain off.",
    "Mailgun shows why, and its support switches it on again.",
    consequence=_NO_MAIL,
    settings=("MAILGUN_DOMAIN",),
)
DOMAIN_UNVERIFIED = _of(
    "domain.unverified",
    "The domain is not verified at Mailgun.",
    "Publish the DNS records that Mailgun lists for the domain (SPF and DKIM), then have it verify them.",
    consequence="It sends nothing, or recipients refuse it.",
    settings=("MAILGUN_DOMAIN",),
)
DOMAIN_SANDBOX = _of(
    "domain.sandbox",
    "The domain is Mailgun's sandbox.",
    "Add your own domain at Mailgun and name it in MAILGUN_DOMAIN.",
    consequence="It sends only to the few recipients that are authorised there.",
    settings=("MAILGUN_DOMAIN",),
)
DOMAIN_ACTIVE = _of("domain.active", "The domain is active at Mailgun.")
SENDER_NONE = _of(
    "sender.none",
    "EMAIL_FROM contains no address:",
    "EMAIL_FROM=somebody@your-domain",
    consequence="Mailgun refuses a mail without a sender.",
    settings=("EMAIL_FROM", "MAILGUN_DOMAIN"),
    supersedes=("rules.email.sender-form",),
)
SENDER_OK = _of("sender.ok", "EMAIL_FROM belongs to Mailgun's domain.")
SENDER_DOMAIN = _of(
    "sender.domain",
    "EMAIL_FROM is not an address at the domain that Mailgun signs for.",
    "Take an address at Mailgun's domain, or a Mailgun domain below the sender's.",
    consequence="Receivers refuse the mail or treat it as spam.",
    settings=("EMAIL_FROM", "MAILGUN_DOMAIN"),
)

_KINDS = ("name", "dns", "silent", "certificate", "connect", "garbled", "too-much")
UNREACHED = FindingFamily(
    _of(
        "{}",
        "Mailgun gave no answer that LibreChat could use ({}).",
        "Is MAILGUN_HOST right, and may it be reached?",
        settings=("MAILGUN_HOST",),
        twin="delivery",
    ),
    _KINDS,
)
HOST = _of(
    "host",
    "MAILGUN_HOST is not an address that LibreChat could ask.",
    "MAILGUN_HOST=https://api.mailgun.net or https://api.eu.mailgun.net, without anything behind it.",
    settings=("MAILGUN_HOST",),
    twin="delivery",
)
HOST_IN_CLEAR = _of(
    "clear",
    "MAILGUN_HOST begins with http: LibreChat sends the API key in plain text. The check has not sent it.",
    "MAILGUN_HOST=https://api.mailgun.net or https://api.eu.mailgun.net, without anything behind it.",
    settings=("MAILGUN_HOST",),
    twin="delivery",
    test_only=True,
)
