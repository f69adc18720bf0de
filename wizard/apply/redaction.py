"""Takes secrets out of what Docker and LibreChat say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from wizard.basics.plain_text import plain
from wizard.basics.redaction import SecretFilter
from wizard.catalogue.secret_names import is_secret_setting

_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")


class Redactor:
    """Knows every secret value of the settings before and after."""

    def __init__(self, settings: Iterable[Mapping[str, str]], *further: str) -> None:
        own = [value for mapping in settings for name, value in mapping.items() if is_secret_setting(name)]
        self._secrets = SecretFilter([*own, *further])

    def line(self, text: str, limit: int = 400) -> str:
        """Return one line as plain text without secrets, colours and what could steer a terminal."""
        return plain(self._secrets.clean(_ESCAPES.sub("", text)).rstrip(), limit=limit)
