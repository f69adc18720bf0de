"""Findings: values and names that LibreChat interprets differently."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="rules")
OK = _of("ok", "The settings fit together.")
ANSWERS = _of("answers", "Nothing can be written with these answers yet.")
NAMES_RENAMED = _of("names.renamed", ".env has a deprecated name; LibreChat does not read it.", "Write the new name.")
NAMES_UNREAD = _of("names.unread", "A name in .env is documented, but no LibreChat release reads it.")
NAMES_GONE = _of("names.gone", "A name in .env is no longer read by this release.")
NAMES_TOO_NEW = _of(
    "names.too-new",
    "A name in .env came with a later release; this one does not know it.",
    "Update LibreChat, or leave it out.",
)
NAMES_UNKNOWN = _of(
    "names.unknown",
    "A name in .env looks like a setting, but no LibreChat release reads it.",
    "Write the name that the finding offers.",
)
NAMES_FILE = _of(
    "names.file-suffix",
    "LibreChat does not support variables that name a file with the value (NAME_FILE).",
    "Write the content of the file itself: NAME=... in .env.",
    consequence="The file is not read, and the setting counts as not set.",
)
EMPTY_IS_OFF = _of(
    "values.empty-is-off",
    "A switch is empty and therefore off; without the line it would be on.",
    "Write NAME=false, or remove the line.",
)
NOT_TRUE = _of(
    "values.not-true",
    "A switch has a value that counts as off: LibreChat takes only 'true' for on.",
    "Write NAME=true or NAME=false.",
)
DURATION = _of(
    "values.duration",
    "A duration cannot be evaluated; LibreChat uses its default.",
    "Write milliseconds, such as 1000 * 60 * 15 (1000 * 60 * 60 * 24 is a day).",
)
SCORE = _of(
    "values.score",
    "A score is not a number:",
    "Write NAME=1.",
    consequence="the first violation bans the account and its address.",
)
QUOTES = _of(
    "values.quotes",
    "A value has quotation marks that are part of it, or typographic ones.",
    "Type plain quotation marks, or none.",
    consequence="LibreChat sees them.",
)
MISSING = _of(
    "settings.missing",
    "A setting is not set, and another one that is set needs it.",
    "Set it, or remove the other one.",
)
NO_EFFECT = _of(
    "settings.no-effect",
    "A setting has no effect, since another one that it needs is not set.",
    "Remove it, or set what is missing.",
)
CONFLICT = _of(
    "settings.conflict",
    "Two settings are both set, but LibreChat uses only one of them.",
    "Remove one of them.",
)

REFUSED = FindingFamily(
    _of(
        "values.refused.{}",
        "{} has a value that LibreChat reads as something else, or cannot use.",
        "Write a value that 'librechat-wizard settings {}' describes.",
    )
)
CHOICE = FindingFamily(
    _of(
        "values.choice.{}",
        "{} is a word that LibreChat does not know.",
        "Write one of the words that the finding lists.",
    )
)
