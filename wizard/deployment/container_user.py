"""The user that a container runs as: ``user`` of its service, as the engine interprets it.

Measured on Docker Engine 20.10.24 and 28.5.2: LibreChat's ``user: "${UID}:${GID}"`` (docker-compose.yml:14) with both names blank
is ``":"``, and that is root, although the image has ``USER node``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from wizard.basics.patterns import late_pattern

NODE: Final = 1000
"""User and group of the official node image, which LibreChat's is built from."""
_NUMBER: Final = late_pattern(r"[0-9]{1,10}")
_NAMES: Final = {"": 0, "root": 0, "node": NODE}


def container_user(service: Mapping[str, Any]) -> tuple[int, int]:
    """Return UID and GID of LibreChat's process, for a service of the merged compose files with its variables filled in.

    Without ``user`` the image decides (``USER node``). A name that LibreChat's image does not have counts as node: the engine
    refuses to start the container, so nothing follows from it.
    """
    if service.get("user") is None:
        return NODE, NODE
    user, _, group = str(service["user"]).strip().partition(":")
    uid = _id(user)
    if uid is None:
        return NODE, NODE
    gid = _id(group) if group else None
    # Of a user without a group the image's /etc/passwd names it; a number that is not there gets root's.
    return uid, gid if gid is not None else NODE if uid == NODE else 0


def _id(text: str) -> int | None:
    if text in _NAMES:
        return _NAMES[text]
    return int(text) if _NUMBER.fullmatch(text) and int(text) < 1 << 32 else None


def container_id(text: str | None) -> int:
    """Return ``UID`` or ``GID`` of ``.env`` as a number: node's 1000 where it is blank or no 32-bit number."""
    match = re.fullmatch(r"\s*([0-9]{1,10})\s*", text) if text else None
    return int(match[1]) if match and int(match[1]) < 1 << 32 else NODE
