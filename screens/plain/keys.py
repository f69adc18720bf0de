"""The commands of the line prompts that replace the keys of the full screen."""

from __future__ import annotations

from typing import Final

from wizard.basics.patterns import late_pattern

_WORDS: Final = {"F5": ":recommended", "F6": ":all", "F8": ":generate", "F11": ":inbox"}
_KEY: Final = late_pattern(r"\b(F5|F6|F8|F11)\b(?:, (:\w+)| \((:\w+)\))?")


def in_words(text: str) -> str:
    """Return one of the wizard's own sentences without keys: ``F8 (:generate)`` and ``F8`` become ``:generate``."""
    return _KEY.sub(lambda found: found[2] or found[3] or _WORDS[found[1]], text)
