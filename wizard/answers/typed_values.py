"""What a text that a person typed means as a value of the answers, by question."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from wizard import catalogue
from wizard.catalogue.model import Kind, Setting
from wizard.catalogue.questions import SETTINGS, question

FILES: Final = ("proxy.certificate_file", "proxy.key_file")
"""Questions whose answer is the name of a file."""
_LISTS: Final = ("registration.socialLogins", "registration.allowedDomains")


def items(text: str) -> list[str]:
    """Return the items of a list as a person types it: separated by commas."""
    return [item.strip() for item in text.split(",") if item.strip()]


def is_list(identity: str) -> bool:
    """Tell whether the answers file has a YAML list here."""
    return identity in _LISTS


def is_switch(asked: Setting) -> bool:
    """Tell whether it is either on or off."""
    return asked.kind in (Kind.BOOL, Kind.BOOL_DEFAULT_ON)


def in_order(identities: Iterable[str]) -> list[str]:
    """Order by the catalogue, so that the same answers make the same file however they were given."""
    places = {f"{SETTINGS}{setting.key}": number for number, setting in enumerate(catalogue.SETTINGS)}
    return sorted(identities, key=lambda identity: (places.get(identity, -1), identity))


def plain_value(identity: str, text: str) -> str | int | list[str] | None:
    """Return the value; ``None`` for an empty text."""
    asked = question(identity)
    if not text:
        return None
    if is_list(identity):
        return items(text)
    if is_switch(asked) and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if identity in FILES:
        from wizard.basics.filesystem import with_home

        return str(with_home(text))
    if text.isascii() and text.isdigit() and (text == "0" or text[0] != "0"):
        return int(text)
    return text
