"""Findings: keys of librechat.yaml that LibreChat refuses, ignores or interprets differently."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="files")
SCHEMA = _of(
    "config.schema",
    "librechat.yaml has an error.",
    "Correct the value. version is a string such as '1.3.5'; a key with nothing below it is also an error. See "
    "docs/answers.md for the values of each key.",
    consequence="LibreChat stops at startup, or starts without the settings in the file.",
)
MISPLACED = _of(
    "config.misplaced",
    "A key of librechat.yaml has the wrong indentation.",
    "Indent it under the key that the finding names.",
    consequence="LibreChat stops at startup, or ignores the key.",
)
MISSPELT = _of(
    "config.misspelt",
    "A key below registration in librechat.yaml is misspelt, and LibreChat ignores it.",
    "Use the name that the finding suggests.",
    consequence="People who should be kept out may sign in.",
)
FOREIGN = _of(
    "config.foreign",
    "librechat.yaml has a top-level key that no known release of LibreChat reads.",
    "Remove the key, or put it under the key that it belongs to.",
    consequence="LibreChat stops at startup, or starts without the settings in the file.",
)
TOO_NEW = _of(
    "config.too-new",
    "A key in librechat.yaml requires a later release; this one ignores it.",
    "Update LibreChat, or remove the key.",
)
TERMS_EMPTY = _of(
    "config.terms-empty",
    "interface.termsOfService asks people to accept terms, but modalContent is not set:",
    "Add the terms to librechat.yaml: interface: {termsOfService: {modalContent: ...}}, or set modalAcceptance: false.",
    consequence="people are asked to accept an empty page.",
)
LINK = _of(
    "config.link",
    "A link in librechat.yaml has no https://:",
    "Use the full URL: https://example.com/terms",
    consequence="it leads to a LibreChat page that does not exist.",
)
SITE_KEY = _of(
    "config.site-key",
    "turnstile.siteKey in librechat.yaml is not a Cloudflare site key:",
    "Copy it from Cloudflare's dashboard (Turnstile, your widget), or remove turnstile.",
    consequence="the widget shows an error, and nobody can sign in or register with the forms.",
)
SHADOWED = _of(
    "config.shadowed",
    "librechat.yaml overrides a setting that the environment also sets.",
    "Set it in one place only.",
)
