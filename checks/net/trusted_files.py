"""Decides whether a file may determine which servers a check trusts. A password is sent to a server that it vouches for.

Only the folder's owner, root and the user who runs the check may have made it, and nobody else may write it. Who can put a
file into a shared folder decides nothing there until a person confirms the folder's foreign files.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from wizard.basics.filesystem import Present
    from wizard.deployment.file_state import FileState
    from wizard.deployment.model import Deployment

_ACCESS_LIST = "system.posix_acl_access"


def trusted_users(folder: Path) -> frozenset[int]:
    """Return whose files count for a folder: its owner's, root's, and those of the user who runs this."""
    with contextlib.suppress(OSError):
        return frozenset({0, os.geteuid(), folder.stat().st_uid})
    return frozenset({0, os.geteuid()})


def file_fault(present: Present, allowed_owners: frozenset[int]) -> str:
    """Return why a file that was read is not trusted ("belongs to eve (UID 4712)"); empty if it is."""
    from wizard.basics.accounts import is_writable_by_others

    is_shared = is_writable_by_others(present.about, has_list=_ACCESS_LIST in present.attributes)
    return _fault(present.about.st_uid, allowed_owners, is_shared=is_shared)


def path_fault(path: Path, allowed_owners: frozenset[int]) -> str:
    """Return why a path is not trusted: another user made a link on it; empty if nobody did."""
    from wizard.basics.accounts import account_name
    from wizard.basics.link_walk import walk_links
    from wizard.basics.links import FOREIGN_FILES

    strangers = [(link, maker) for link, maker in walk_links(path).links if maker not in allowed_owners]
    if not strangers or FOREIGN_FILES:
        return ""
    link, maker = strangers[0]
    return f"is reached through the symbolic link {link}, which is owned by {account_name(maker)}"


def configuration_fault(deployment: Deployment, value: str) -> str:
    """Return which file that may have set ``value`` for the container is not trusted, and why; empty if all are.

    That is every compose file: a name can be written in YAML in too many ways to look for it. ``.env`` counts if a part of
    ``value`` comes from there; the container's user may own it in a folder that only its owner writes.
    """
    from wizard.deployment.container_user import NODE

    allowed_owners = trusted_users(deployment.folder)
    for state in deployment.files.values():
        is_dotenv = state.name == ".env"
        if state.data is None or not (is_dotenv or _is_compose(state.name)):
            continue
        if is_dotenv and not _may_come_from(deployment, value):
            continue
        users = allowed_owners
        if is_dotenv and not _is_shared(deployment.folder):
            # The image's user may own it from a time when the container ran as that one.
            users |= {deployment.container_ids[0], NODE}
        if fault := _state_fault(deployment.folder, state, users):
            return f"{state.name} {fault}"
    return ""


def _is_compose(name: str) -> bool:
    from pathlib import PurePath

    # All but LibreChat's own configuration, which the container reads long after it started.
    return PurePath(name).suffix in (".yml", ".yaml") and not PurePath(name).name.startswith("librechat.")


def _may_come_from(deployment: Deployment, value: str) -> bool:
    return any(part and part in value for part in deployment.dotenv.values().values())


def _state_fault(folder: Path, state: FileState, allowed_owners: frozenset[int]) -> str:
    return _fault(state.uid, allowed_owners, is_shared=_is_shared(state.target or folder / state.name))


def _is_shared(path: Path) -> bool:
    from wizard.basics.links import can_others_write

    # A plan's files need not exist yet.
    with contextlib.suppress(OSError):
        return can_others_write(path)
    return False


def _fault(uid: int, allowed_owners: frozenset[int], *, is_shared: bool) -> str:
    from wizard.basics.accounts import account_name
    from wizard.basics.links import FOREIGN_FILES

    if FOREIGN_FILES:
        return ""
    if uid not in allowed_owners:
        return f"is owned by {account_name(uid)}, who is neither the owner of the LibreChat folder nor root"
    return "can be changed by users other than its owner" if is_shared else ""
