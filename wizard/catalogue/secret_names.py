"""Which variables hold secrets: the catalogue decides, and the words of the name where it does not know it."""

from __future__ import annotations

from wizard import catalogue
from wizard.basics.redaction import is_secret_name


def is_secret_setting(name: str) -> bool:
    """Tell whether a variable's value must not be shown."""
    setting = catalogue.by_key().get(name)
    return setting.secret if setting is not None else is_secret_name(name)
