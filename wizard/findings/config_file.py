"""Findings: keys of librechat.yaml that LibreChat refuses, ignores or interprets differently."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="files")
SCHEMA = _of(
    "config.schema",
    "librechat.yaml has an error.",
    "Correct the value; version is a text such as '1.3.5', and a name with nothing below it is also an error. docs/answers.md lists what each key takes.",
    consequence="LibreChat stops at start, or starts without anything in the file.",
)
MISPLACED = _of(
    "config.misplaced",
    "A key of librechat.yaml has the wrong indentation.",
    "Indent it under the key that the finding names.",
    consequence="LibreChat stops at start, or works without it.",
)
MISSPELT = _of(
    "config.misspelt",
    "A key below registration in librechat.yaml is misspelt, and LibreChat ignores it.",
    "Write the name that the finding offers.",
    consequence="People who should be kept out may sign in.",
)
FOREIGN = _of(
    "config.foreign",
    "librechat.yaml has a key at the left margin that no known release of LibreChat reads.",
    "Remove it, or put it under the key that it belongs to.",
    consequence="LibreChat stops at start, or starts without anything in the file.",
)
TOO_NEW = _of(
    "config.too-new",
    "A key of librechat.yaml came with a later release; this one ignores it.",
    "Update LibreChat, or remove it.",
)
TERMS_EMPTY = _of(
    "config.terms-empty",
    "interface.termsOfService asks people to accept terms, and modalContent is not set:",
    "Write the terms into librechat.yaml: interface: {termsOfService: {modalContent: ...}}, or set modalAcceptance: false.",
    consequence="they are asked to accept an empty page.",
)
LINK = _of(
    "config.link",
    "A link of librechat.yaml has no https://:",
    "Write the whole address: https://example.com/terms",
    consequence="it leads to a LibreChat page that does not exist.",
)
SITE_KEY = _of(
    "config.site-key",
    "turnstile.siteKey of librechat.yaml is not a site key of Cloudflare:",
    "Copy it from Cloudflare's dashboard (Turnstile, your widget), or remove turnstile.",
    consequence="the widget shows an error, and nobody can sign in or register with the forms.",
)
SHADOWED = _of(
    "config.shadowed",
    "librechat.yaml sets what the environment sets too, and wins.",
    "Keep one of them.",
)
