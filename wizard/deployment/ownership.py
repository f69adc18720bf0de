"""Owner and mode of a written file: private, but readable by the container that needs it."""

import os
from typing import Final, NamedTuple

from wizard.basics.accounts import account_name
from wizard.basics.owner_rights import folder_owner
from wizard.deployment.file_state import FileState

_NO_ID: Final = 2**32 - 1
"""No user and no group: chown(2) takes it for "as it is"."""
PRIVATE: Final = 0o600
GROUP_READS: Final = 0o640
PUBLIC: Final = 0o644


class Operator(NamedTuple):
    """The user that runs the wizard."""

    uid: int
    gid: int
    groups: frozenset[int] = frozenset()

    @classmethod
    def current(cls) -> "Operator":
        """Return the user of this process; in somebody's folder, root decides as its owner would."""
        owner = folder_owner()
        if owner is not None:
            return cls(uid=owner.uid, gid=owner.gid, groups=owner.groups)
        return cls(uid=os.geteuid(), gid=os.getegid(), groups=frozenset(os.getgroups()))


class Ownership(NamedTuple):
    """The mode and owner that a file will have; ``None``: as the file system gives or as it is."""

    mode: int
    uid: int | None = None
    gid: int | None = None
    note: str = ""
    """What the operator has to know about it."""
    unreadable_by: tuple[int, int] | None = None
    """UID and GID of a container that cannot read the file whatever the wizard may set."""


def for_secrets(state: FileState, operator: Operator, reader: tuple[int, int] | None) -> Ownership:
    """Decide mode and owner of a file that holds secrets.

    ``reader`` is UID and GID of the container process that opens the file itself (docker-compose.yml mounts ``.env`` into
    the api container, which runs as ``user: "${UID}:${GID}"``); ``None`` if only the operator's Docker Compose reads it.
    dotenv swallows EACCES, so a file that the container cannot read means a LibreChat without any setting
    (api/config/credentials.js, v0.8.8-rc1). An owner is kept; a mode is only ever tightened.
    """
    if state.kind == "file":
        return _for_existing_secrets(state, operator, reader)
    if reader is not None and _NO_ID in reader:
        return Ownership(mode=PRIVATE, unreadable_by=reader)
    if reader is None or reader[0] in (operator.uid, 0):
        return Ownership(mode=PRIVATE)
    uid, gid = reader
    if operator.uid == 0:
        return Ownership(
            mode=PRIVATE,
            uid=uid,
            gid=gid,
            note=f"it is owned by {account_name(uid)}, the user that LibreChat's container runs as.",
        )
    if gid in operator.groups | {operator.gid}:
        return Ownership(mode=GROUP_READS, gid=gid)
    return Ownership(mode=PRIVATE, unreadable_by=reader)


def _for_existing_secrets(state: FileState, operator: Operator, reader: tuple[int, int] | None) -> Ownership:
    if reader is None or reader[0] in (state.uid, 0):
        return _tightened(state, PRIVATE & state.mode, None)
    gid = reader[1]
    may_give_group = (operator.uid == 0 and gid != _NO_ID) or (
        operator.uid == state.uid and gid in operator.groups | {operator.gid}
    )
    if state.mode & 0o040 and (state.gid == gid or may_give_group):
        return _tightened(state, GROUP_READS & state.mode, gid)
    if state.mode & 0o004:
        # Only as "everybody" can the container read it: taking that away would leave LibreChat without settings.
        note = (
            f"it stays world-readable, because LibreChat runs as {account_name(reader[0])}, who is "
            "neither the file's owner nor in its group."
        )
        return Ownership(mode=state.mode & 0o644, note=note)
    return Ownership(mode=state.mode & 0o660, unreadable_by=reader)


def _tightened(state: FileState, mode: int, gid: int | None) -> Ownership:
    if mode == state.mode and gid in (None, state.gid):
        return Ownership(mode=mode)
    group = f", its group to {gid}" if gid not in (None, state.gid) else ""
    return Ownership(mode=mode, gid=gid, note=f"its mode changes from {state.mode:04o} to {mode:04o}{group}.")


def for_public(state: FileState) -> Ownership:
    """Decide the mode of a file without secrets: an existing one keeps its own, less what others may write."""
    if state.kind == "file":
        return _tightened(state, state.mode & 0o755, None)
    return Ownership(mode=PUBLIC)
