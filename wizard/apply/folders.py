"""Creates the folders that LibreChat's containers write to, before Docker creates them for root.

Docker makes a missing bind-mount source as root, and a container that runs as somebody else
(:mod:`wizard.deployment.container_user`) then cannot write its log and ends.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wizard.basics.filesystem import make_folder, remove_folder
from wizard.basics.owner_rights import effective_uid
from wizard.basics.patterns import late_pattern
from wizard.deployment.container_user import container_user

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

_KNOWN: Final = late_pattern(r"\./(images|uploads|logs|skill|data-node|meili_data[\w.]*)/?")
"""What LibreChat's compose files mount as folders; anything else could be meant as a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A folder to create, and its owner."""

    path: Path
    uid: int
    gid: int


def missing(deployment: Deployment) -> Iterator[Missing]:
    """Yield the folders that do not exist and that this user can make for the container's user."""
    for name, service in (deployment.compose.get("services") or {}).items():
        if service.get("user") is None and name != deployment.service:
            # It begins as root and can write anywhere.
            continue
        uid, gid = container_user(service)
        if effective_uid() not in (0, uid):
            continue
        for volume in service.get("volumes") or []:
            source = str(volume.get("source", "")) if isinstance(volume, Mapping) else ""
            path = deployment.folder / source
            if _KNOWN.fullmatch(source) and not os.path.lexists(path):
                yield Missing(path=path, uid=uid, gid=gid)


def make(deployment: Deployment) -> tuple[str, ...]:
    """Make them and return their names; one that the system refuses is left to Docker."""
    made = []
    for folder in missing(deployment):
        try:
            make_folder(folder.path, 0o755)
            if effective_uid() == 0:
                os.chown(folder.path, folder.uid, folder.gid, follow_symlinks=False)
        except OSError:
            continue
        made.append(folder.path.name)
    return tuple(dict.fromkeys(made))


def remove_empty(folder: Path, names: tuple[str, ...]) -> None:
    """Take away those that are still empty."""
    for name in names:
        try:
            remove_folder(folder / name)
        except OSError:
            # Somebody wrote there, or it is gone: either way it is none of ours any more.
            continue
