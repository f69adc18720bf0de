"""What is given for a new account, judged before the database is asked: its address, its name, the user name that follows."""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import Final

from wizard.apply.people.model import PeopleError
from wizard.basics.exit_status import ExitStatus
from wizard.basics.plain_text import plain
from wizard.librechat import account_address

_SHORTEST_NAME: Final = 3
_LONGEST_NAME: Final = 80
_NOT_IN_NAMES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, surrogates (what is not UTF-8), line and paragraph separators."""
_FLAGS: Final = ("--provider=", "--email-verified=")
"""What create-user takes for an option, wherever it stands."""


def new_account(email: str, name: str) -> tuple[str, str]:
    """Return address and name of an account to be made; the name follows from the address if it is empty.

    ``PeopleError`` for what LibreChat's script would refuse.
    """
    email = address(email)
    _is_ours(email)
    name = name.strip() or _name_of(email)
    if not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME or name.startswith(_FLAGS):
        sentence = f"A name must have {_SHORTEST_NAME} to {_LONGEST_NAME} characters and must not start with {' or '.join(_FLAGS)}."
        raise PeopleError(sentence, status=ExitStatus.INVALID, field="name")
    if any(unicodedata.category(char) in _NOT_IN_NAMES for char in name):
        sentence = "A name must be one line of UTF-8 text without control characters."
        raise PeopleError(sentence, status=ExitStatus.INVALID, field="name")
    return email, name


def address(email: str, *, is_new: bool = True) -> str:
    """Return an address without blanks around it; ``PeopleError`` for what LibreChat would not take."""
    email = email.strip()
    if not email:
        raise PeopleError("The email address is missing.", status=ExitStatus.INVALID, field="email")
    is_one = account_address.is_taken(email) if is_new else "@" in email and email.isprintable()
    if not is_one or len(email) > 254:  # noqa: PLR2004 - RFC 5321, section 4.5.3.1.3
        sentence = f"{plain(email, limit=80)} is not an email address."
        raise PeopleError(sentence, status=ExitStatus.INVALID, field="email")
    return email if is_new else email.lower()


def username_of(email: str) -> str:
    """Return a user name of the letters that LibreChat allows (api/strategies/validators.js:21-33, v0.8.8-rc1)."""
    plain_part = re.sub(r"[^a-z0-9_.]", "", email.partition("@")[0].lower())[:_LONGEST_NAME]
    return plain_part if len(plain_part) > 1 else f"user-{secrets.token_hex(3)}"


def _is_ours(email: str) -> None:
    if email.lower().startswith("librechat-wizard-probe-"):
        sentence = "This address is reserved for the wizard's own probe account."
        raise PeopleError(sentence, status=ExitStatus.INVALID, field="email")


def _name_of(email: str) -> str:
    local = email.partition("@")[0]
    return (local if len(local) >= _SHORTEST_NAME and not local.startswith("--") else email)[:_LONGEST_NAME]
