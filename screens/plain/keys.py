"""The commands of the line prompts that replace the keys of the full screen."""

from __future__ import annotations

import re
from typing import Final

from wizard.basics.patterns import late_pattern

_WORDS: Final = {"F1": "?", "F5": ":recommended", "F6": ":all", "F8": ":generate", "F11": ":inbox"}
_KEY: Final = late_pattern(
    r"(?:\b(?P<press>[Pp])ress )?\b(?P<key>F1|F5|F6|F8|F11)\b(?:, (?P<word>:\w+)| \((?P<named>:\w+)\))?(?P<field> in its field| in the fields? (?P<names>[A-Z][A-Z0-9_]*(?:, [A-Z][A-Z0-9_]*)*))?"
)


def in_words(text: str) -> str:
    """Return one of the wizard's own sentences without keys: ``F8 (:generate)`` and ``F8`` become ``:generate``."""
    return _KEY.sub(_typed, text)


def _typed(found: re.Match[str]) -> str:
    press = {"P": "Type ", "p": "type "}.get(found["press"] or "", "")
    names = found["names"] or ""
    where = (
        f" at the question{'s' if ',' in names else ''} {names}"
        if names
        else " at its question"
        if found["field"]
        else ""
    )
    return f"{press}{found['word'] or found['named'] or _WORDS[found['key']]}{where}"
