"""The ports of this machine that lead straight to LibreChat, as the compose files publish them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from checks.instance.where import DEFAULT_PORT
from wizard.deployment import Deployment
from wizard.site import Site

_VARIABLE: Final = re.compile(r"\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_PARTS: Final = re.compile(r"(?:(?P<host>\[[^\]]*\]|[^:]*):)?(?P<outer>[0-9]{1,5}):(?P<inner>[0-9]{1,5})(?:/tcp)?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published port."""

    port: int
    is_local: bool = False
    """Only this machine itself reaches it."""


def published(deployment: Deployment) -> tuple[Published, ...]:
    """Return the ports of the api service (``ports``: Compose specification); PORT where the compose files name none.

    That one is told to be local then: whoever publishes nothing means it to be reached by containers only.
    """
    settings = deployment.settings
    port = settings.get("PORT", "").strip() or DEFAULT_PORT
    service = (deployment.compose.get("services") or {}).get("api")
    own = int(port) if re.fullmatch(r"[0-9]{1,5}", port) else int(DEFAULT_PORT)
    if not isinstance(service, Mapping):
        return (Published(port=own),)
    entries = service.get("ports")
    found = tuple(_read(entries if isinstance(entries, list) else [], {**settings, "PORT": port}))
    return found or (Published(port=own, is_local=True),)


def _read(entries: list[Any], names: Mapping[str, str]) -> Iterator[Published]:
    for entry in entries:
        if isinstance(entry, Mapping):
            host, outer = str(entry.get("host_ip", "")), _filled(str(entry.get("published", "")), names)
            if re.fullmatch("[0-9]{1,5}", outer):
                yield Published(port=int(outer), is_local=host in _LOOPBACK)
        elif match := _PARTS.match(_filled(str(entry), names)):
            host = (match["host"] or "").strip("[]")
            yield Published(port=int(match["outer"]), is_local=host in _LOOPBACK)


def _filled(text: str, names: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: names.get(found[1] or found[3], "") or found[2] or "", text)


def is_direct(deployment: Deployment, site: Site) -> bool:
    """Whether people come straight to LibreChat, which speaks no TLS itself, at a port that it publishes."""
    return site.scheme == "http" and any(site.port == each.port for each in published(deployment))
