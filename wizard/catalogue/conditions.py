"""Conditions on other settings: when a setting has an effect, or is required."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from wizard.catalogue.model import Condition

_MAIL_PRESET: Final = "guide.mail"


@cache
def any_set(*names: str) -> Condition:
    """Hold where one of the names has a value; a switch only if it is on."""

    def holds(values: Mapping[str, str]) -> bool:
        return any(values.get(name, "").strip().lower() not in ("", "false") for name in names)

    return Condition(f"{_joined(names)} is set", names, holds)


def _joined(words: tuple[str, ...]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def answered(identity: str, *texts: str) -> Condition:
    """Hold where one of the wizard's own questions has one of these answers; an empty text stands for no answer."""
    labels = tuple(text or "not answered" for text in texts)
    return Condition(f"{identity} is {_joined(labels)}", (identity,), lambda values: values.get(identity, "") in texts)


def both(one: Condition, other: Condition) -> Condition:
    """Hold where both conditions do."""
    names = (*one.names, *other.names)
    return Condition(f"{one.words} and {other.words}", names, lambda values: one.holds(values) and other.holds(values))


def _is_mailgun(values: Mapping[str, str]) -> bool:
    # Whoever chooses a provider of mail says it before the key is there.
    if preset := values.get(_MAIL_PRESET):
        return preset == "mailgun"
    return bool(values.get("MAILGUN_API_KEY", "").strip())


_NAMES: Final = (_MAIL_PRESET, "MAILGUN_API_KEY", "MAILGUN_DOMAIN")
MAILGUN: Final = Condition("mail is sent through Mailgun", _NAMES, _is_mailgun)
SMTP: Final = Condition("mail is sent through an SMTP server", _NAMES, lambda values: not _is_mailgun(values))
