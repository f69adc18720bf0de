"""Findings: values and names that LibreChat interprets differently."""

from __future__ import annotations

from functools import partial

from wizard.findings.model import FindingEntry, FindingFamily

_of = partial(FindingEntry, check="rules")
OK = _of("ok", "The settings are consistent.")
ANSWERS = _of("answers", "The wizard cannot write anything with these answers yet.")
NAMES_RENAMED = _of(
    "names.renamed", ".env contains an old setting name, which LibreChat does not read.", "Use the new name."
)
NAMES_UNREAD = _of("names.unread", "A setting in .env is documented, but no LibreChat release reads it.")
NAMES_GONE = _of("names.gone", "A setting in .env is no longer read by this release.")
NAMES_TOO_NEW = _of(
    "names.too-new",
    "A setting in .env was added in a later release; this release does not read it.",
    "Update LibreChat, or remove the line.",
)
NAMES_UNKNOWN = _of(
    "names.unknown",
    "A variable in .env looks like a setting, but no LibreChat release reads it.",
    "Use the suggested name.",
)
NAMES_FILE = _of(
    "names.file-suffix",
    "LibreChat does not support NAME_FILE variables, which point to a file that contains the value.",
    "Put the file's content in .env: NAME=...",
    consequence="LibreChat does not read the file, so the setting has no value.",
)
EMPTY_IS_OFF = _of(
    "values.empty-is-off",
    "A setting is empty and therefore off; if you remove the line, it is on.",
    "Set NAME=false, or remove the line.",
)
NOT_TRUE = _of(
    "values.not-true",
    "A switch is off because of its value: only 'true' turns it on.",
    "Set NAME=true or NAME=false.",
)
DURATION = _of(
    "values.duration",
    "A duration cannot be evaluated; LibreChat uses its default.",
    "Use a number of milliseconds, such as 1000 * 60 * 15 (1000 * 60 * 60 * 24 is a day).",
)
SCORE = _of(
    "values.score",
    "A violation score is not a number:",
    "Set NAME=1.",
    consequence="LibreChat bans the account and the IP address on the first violation.",
)
QUOTES = _of(
    "values.quotes",
    "A value contains curly quotation marks, or quotation marks that are part of the value.",
    "Use plain quotation marks, or none.",
    consequence="LibreChat treats the quotation marks as part of the value.",
)
MISSING = _of(
    "settings.missing",
    "A setting requires another setting that is not set.",
    "Set the missing setting, or remove the one that needs it.",
)
NO_EFFECT = _of(
    "settings.no-effect",
    "A setting has no effect because another setting that it needs is not set.",
    "Set the missing setting, or remove the one that needs it.",
)
CONFLICT = _of(
    "settings.conflict",
    "Two settings are set, but LibreChat uses only one of them.",
    "Remove one of them.",
)

REFUSED = FindingFamily(
    _of(
        "values.refused.{}",
        "{} has a value that LibreChat misreads or cannot use.",
        "See the valid values: librechat-wizard settings {}",
    )
)
CHOICE = FindingFamily(
    _of(
        "values.choice.{}",
        "{} has a value that LibreChat does not support.",
        "Use one of the listed values.",
    )
)
