"""Which variables hold secrets: the catalogue decides, or the words of the name if the catalogue does not know it."""

from __future__ import annotations

from wizard import catalogue
from wizard.basics.named_values import without_named_values
from wizard.basics.redaction import is_secret_name, without_credentials


def is_secret_setting(name: str) -> bool:
    """Return whether a variable's value must not be shown."""
    setting = catalogue.by_key().get(name)
    return setting.secret if setting is not None else is_secret_name(name)


def shown_value(text: str) -> str:
    """Return the value of a setting that is not a secret, for eyes: without what it holds of others' secrets."""
    return without_credentials(without_named_values(text, is_secret_setting))
