"""Takes secrets out of what Docker and LibreChat say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from wizard import catalogue
from wizard.basics.plain_text import plain
from wizard.basics.secret import REDACTED, without_credentials

_SECRET_WORDS: Final = re.compile(r"KEY|SECRET|PASS|TOKEN|CRED|AUTH|PRIVATE|SALT|_IV\b|DSN|WEBHOOK", re.IGNORECASE)
_SHORTEST: Final = 4
"""A shorter value would be found in every word."""
_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")


class Redactor:
    """Knows every secret value of the settings before and after."""

    def __init__(self, settings: Iterable[Mapping[str, str]], *further: str) -> None:
        known = catalogue.by_key()
        values = set(further)
        for mapping in settings:
            for name, value in mapping.items():
                setting = known.get(name)
                if setting.secret if setting is not None else bool(_SECRET_WORDS.search(name)):
                    values.add(value)
        self._values = sorted((value for value in values if _is_telling(value)), key=len, reverse=True)

    def line(self, text: str, limit: int = 400) -> str:
        """Return one line as plain text without secrets, colours and what could steer a terminal."""
        text = _ESCAPES.sub("", text)
        for value in self._values:
            text = text.replace(value, REDACTED)
        return plain(without_credentials(text).rstrip(), limit=limit)


def _is_telling(value: str) -> bool:
    return len(value) >= _SHORTEST and value.lower() not in ("true", "false", "none", "null")
