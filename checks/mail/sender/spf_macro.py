"""Macros of SPF records (RFC 7208 section 7)."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from checks.net.dns import Address
from wizard.basics.patterns import late_pattern

_PART: Final = late_pattern(r"%\{([A-Za-z])(\d*)([rR]?)([.+,/_=-]*)\}|%([%_-])|[^%]+")
_PLAIN: Final = {"%": "%", "_": " ", "-": "%20"}
_LONGEST: Final = 253


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroContext:
    """Who sends, from where."""

    address: Address
    sender: str
    """Always with a part before the @: ``postmaster`` if the message had none (RFC 7208 section 4.3)."""
    helo: str
    receiver: str = "unknown"


async def expand(text: str, scene: MacroContext, domain: str, validated: Callable[[], Awaitable[str]]) -> str:
    """Return a well formed macro string with its macros replaced; ``validated`` gives ``%{p}``, which needs DNS."""
    parts = []
    for found in _PART.finditer(text):
        letter, digits, reverse, delimiters, plain = found.groups()
        if plain:
            parts.append(_PLAIN[plain])
        elif not letter:
            parts.append(found[0])
        else:
            small = letter.lower()
            value = await validated() if small == "p" else _value(small, scene, domain)
            value = _transformed(value, digits, delimiters or ".", is_reversed=bool(reverse))
            parts.append(quote(value, safe="-._~") if letter.isupper() else value)
    return "".join(parts)


def shortened(name: str) -> str:
    """Return a name without labels on its left until it has 253 characters at most (section 7.3)."""
    name = name.removesuffix(".")
    while len(name) > _LONGEST and "." in name:
        name = name.partition(".")[2]
    return name


def _value(letter: str, scene: MacroContext, domain: str) -> str:
    local, _, sender_domain = scene.sender.rpartition("@")
    is_v4 = isinstance(scene.address, ipaddress.IPv4Address)
    values = {
        "s": scene.sender,
        "l": local,
        "o": sender_domain,
        "d": domain,
        "i": str(scene.address) if is_v4 else ".".join(scene.address.exploded.replace(":", "").upper()),
        "v": "in-addr" if is_v4 else "ip6",
        "h": scene.helo,
        "c": str(scene.address),
        "r": scene.receiver,
        "t": str(int(time.time())),
    }
    return values[letter]


def _transformed(value: str, digits: str, delimiters: str, *, is_reversed: bool) -> str:
    parts = re.split(f"[{re.escape(delimiters)}]", value)
    if is_reversed:
        parts.reverse()
    return ".".join(parts[-int(digits) :] if digits else parts)
