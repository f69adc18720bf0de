"""Completes addresses as people type them: adds a missing scheme and port for the chosen access."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from wizard.answers.draft import Typed
from wizard.basics.patterns import late_pattern
from wizard.catalogue.questions import variable_id

if TYPE_CHECKING:
    from wizard.answers.draft import Draft

ADDRESSES: Final = (variable_id("DOMAIN_CLIENT"), variable_id("DOMAIN_SERVER"))
"""The questions whose answer may be typed without a scheme."""
LAN_EXAMPLE: Final = "http://192.168.1.50:3080"
_SCHEMES: Final = {"http-lan": "http", "https-proxy": "https", "https-existing": "https"}
_TYPED: Final = late_pattern(
    r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?P<port>:[0-9]{1,5})?(?P<path>(?:/[^\s?#]*)?)"
)
_PORT: Final = "3080"
"""LibreChat's own (PORT in .env.example, v0.8.7)."""


def scheme_of(access: str) -> str:
    """Return the scheme of the addresses of a way to reach LibreChat."""
    return _SCHEMES.get(access, "http")


def completed(text: str, access: str, port: str = "") -> str:
    """Return an address with the scheme that the access needs, and LibreChat's port in a LAN.

    What has a scheme already, or is not a host name, comes back unchanged: ``192.168.1.50`` becomes ``http://192.168.1.50:3080``.
    """
    scheme, found = _SCHEMES.get(access), _TYPED.fullmatch(text.strip())
    if scheme is None or found is None:
        return text
    own_port = found["port"] or (f":{port or _PORT}" if scheme == "http" else "")
    return f"{scheme}://{found['host']}{own_port}{found['path'].rstrip('/')}"


def proposed_address(draft: Draft, present: Mapping[str, str], own: Callable[[], tuple[str, ...]]) -> str:
    """Return the address under which this machine can be reached in its network; empty if plain HTTP is not chosen.

    ``own`` gives the machine's addresses.
    """
    found = next(iter(own()), "") if draft.text("access") == "http-lan" else ""
    return completed(found, "http-lan", draft.text(variable_id("PORT")) or present.get("PORT", "")) if found else ""


def with_completed(draft: Draft, present: Mapping[str, str]) -> Draft:
    """Return the draft with every address completed."""
    access = draft.text("access") or ""
    port = draft.text(variable_id("PORT")) or present.get("PORT", "")
    for identity in ADDRESSES:
        text = draft.text(identity)
        if text and (whole := completed(text, access, port)) != text:
            draft = draft.give(identity, Typed(whole))
    return draft


def is_this_machine_only(text: str) -> bool:
    """Return whether an address leads nowhere but to the machine it is typed on."""
    host = text.partition("://")[2].partition("/")[0]
    name = host.rpartition(":")[0] if re.search(r":[0-9]+$", host) else host
    try:
        return name == "localhost" or ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name.endswith(".localhost")
