"""Findings: keys of librechat.yaml that LibreChat refuses, ignores or interprets differently."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry

_of = partial(FindingEntry, check="files")
SCHEMA = _of(
    "config.schema",
    "librechat.yaml has an error.",
    "Correct the value. The version must be a string such as '1.3.5'. A key without a value is also an error. docs/answers.md lists the valid values of each key.",
    consequence="LibreChat stops at startup, or ignores the whole file.",
)
MISPLACED = _of(
    "config.misplaced",
    "A key in librechat.yaml has the wrong indentation.",
    "Indent the key under its parent key, as shown in the finding.",
    consequence="LibreChat stops at startup, or ignores the key.",
)
MISSPELT = _of(
    "config.misspelt",
    "A key under registration in librechat.yaml is misspelled, and LibreChat ignores it.",
    "Use the name that the finding suggests.",
    consequence="Users who should be kept out can sign in.",
)
FOREIGN = _of(
    "config.foreign",
    "librechat.yaml has a top-level key that no known LibreChat release reads.",
    "Remove the key, or move it under its parent key.",
    consequence="LibreChat stops at startup, or ignores the whole file.",
)
TOO_NEW = _of(
    "config.too-new",
    "A key in librechat.yaml was added in a later release; this release ignores it.",
    "Update LibreChat, or remove the key.",
)
TERMS_EMPTY = _of(
    "config.terms-empty",
    "interface.termsOfService asks users to accept terms, but modalContent is not set:",
    "Add the terms to librechat.yaml: interface: {termsOfService: {modalContent: ...}}. Or set modalAcceptance: false.",
    consequence="users are asked to accept an empty page.",
)
LINK = _of(
    "config.link",
    "A link in librechat.yaml lacks the https:// prefix:",
    "Use the full URL: https://example.com/terms",
    consequence="the link leads to a LibreChat page that does not exist.",
)
SITE_KEY = _of(
    "config.site-key",
    "turnstile.siteKey in librechat.yaml is not a Cloudflare site key:",
    "Copy your widget's site key from Turnstile in Cloudflare's dashboard, or remove the turnstile section.",
    consequence="the widget shows an error, and nobody can use the sign-in and registration forms.",
)
SHADOWED = _of(
    "config.shadowed",
    "librechat.yaml and the environment set the same option, and librechat.yaml takes precedence.",
    "Set the option in only one of the two places.",
)
