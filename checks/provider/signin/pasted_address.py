"""Parses a pasted address bar: LibreChat's callback with the state of this sign-in, or a refusal."""

from __future__ import annotations

import hmac
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final
from urllib.parse import parse_qsl

from wizard.basics.patterns import late_pattern
from wizard.basics.secret import Secret
from wizard.librechat.browser_url import href, origin, split_address

LONGEST: Final = 32_768
"""How many characters of an address are read; browsers and proxies accept a quarter of that."""
_SHOWN: Final = late_pattern(
    r"""\s*["']?(code|state|error|error_description|id_token|user)["']?\s*:\s*["']?(.*?)["']?,?\s*"""
)
"""A field of a form as browsers show it; Firefox puts values into quotes."""


class Pasted(Enum):
    """What was pasted."""

    CALLBACK = auto()
    """The callback of this sign-in, with a code or the provider's error."""
    TAKEN = auto()
    """A page of LibreChat: it processed the callback itself, so the code has been used."""
    OTHER_STATE = auto()
    """The callback of another sign-in, or one without a state."""
    NO_CODE = auto()
    FOREIGN = auto()
    """Another address, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedAddress:
    """The parameters of a pasted address. The code is as secret as a password until it expires."""

    kind: Pasted
    code: Secret | None = field(default=None, repr=False)
    error: str = ""
    description: str = ""
    issuer: str | None = None
    """The ``iss`` parameter (RFC 9207); ``None``: there is none."""


def read_address(given: Secret, redirect: str, state: str, client: str = "") -> PastedAddress:
    """Read what was pasted; ``redirect`` is where the provider was asked to send the browser, ``state`` what was sent.

    ``client``: DOMAIN_CLIENT, where LibreChat sends people once it has answered the callback.

    A parameter that occurs twice is ignored: OAuth allows it once (RFC 6749 section 3.1).
    """
    text = "".join(given.reveal().split())
    address = href(text) if len(text) <= LONGEST else None
    wanted = href(redirect)
    if address is None or wanted is None:
        return PastedAddress(kind=Pasted.FOREIGN)
    parts, own = split_address(address), split_address(wanted)
    if (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
        is_own = "@" not in parts.netloc and origin(text) is not None and origin(text) == origin(client)
        return PastedAddress(kind=Pasted.TAKEN if is_own else Pasted.FOREIGN)
    if parts.path.rstrip("/").lower() != own.path.rstrip("/").lower():
        return PastedAddress(kind=Pasted.TAKEN)
    return _read(_once(_pairs(parts.query)), state)


def read_form(given: Secret, state: str) -> PastedAddress:
    """Read the form with which Apple sends the browser back (``response_mode=form_post``).

    Either its body as it was sent, or what browsers show of it: one ``name: value`` a line (Chromium: view parsed, Firefox: without Raw).
    """
    text = given.reveal().strip()
    if len(text) > LONGEST:
        return PastedAddress(kind=Pasted.FOREIGN)
    matches = [_SHOWN.fullmatch(line) for line in text.splitlines()]
    shown = [(match[1], match[2]) for match in matches if match is not None]
    if shown:
        return _read(_once(shown), state)
    body = "".join(text.split())
    return _read(_once(_pairs(body)), state) if "=" in body else PastedAddress(kind=Pasted.FOREIGN)


def _read(fields: dict[str, str], state: str) -> PastedAddress:
    if not hmac.compare_digest(fields.get("state", "").encode(), state.encode()):
        return PastedAddress(kind=Pasted.OTHER_STATE)
    code, error = fields.get("code", ""), fields.get("error", "")
    if not code and not error:
        return PastedAddress(kind=Pasted.NO_CODE)
    return PastedAddress(
        kind=Pasted.CALLBACK,
        code=Secret(code) if code else None,
        error=error,
        description=fields.get("error_description", ""),
        issuer=fields.get("iss"),
    )


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return the parameters that occur once."""
    times = Counter(name for name, _ in pairs)
    return {name: value for name, value in pairs if times[name] == 1}
