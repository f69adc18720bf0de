"""Redacts secrets in the output of Docker and LibreChat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.basics.redaction import SecretFilter, secrets_of_url
from wizard.basics.secret import REDACTED
from wizard.catalogue.secret_names import is_secret_setting

_ESCAPES: Final = late_pattern(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_ASSIGNED: Final = late_pattern(r"(\b([A-Z][A-Z0-9_]{2,})=)(?!\$)\S+")
"""``NAME=value``, as programs show an environment or a line of ``.env``: even if nobody knows the value."""


class Redactor:
    """Knows every secret value of the settings before and after."""

    def __init__(self, settings: Iterable[Mapping[str, str]], *further: str) -> None:
        values = [(name, value) for mapping in settings for name, value in mapping.items()]
        own = [value for name, value in values if is_secret_setting(name)]
        addressed = [secret for _, value in values for secret in secrets_of_url(value)]
        self._secrets = SecretFilter([*own, *addressed, *further])

    def line(self, text: str, limit: int = 400) -> str:
        """Return one line as plain text without secrets, colors and what could steer a terminal."""
        clean = self._secrets.clean(_ESCAPES.sub("", text)).rstrip()
        return plain(_ASSIGNED.sub(_without_value, clean), limit=limit)


def _without_value(match: re.Match[str]) -> str:
    return f"{match[1]}{REDACTED}" if is_secret_setting(match[2]) else match[0]
