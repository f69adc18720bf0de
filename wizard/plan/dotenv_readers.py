"""Who reads ``.env``: the operator, and LibreChat's container, whose user is set here before the first start."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING

from wizard.answers.model import Stack
from wizard.basics.accounts import account_name
from wizard.basics.own_command import in_folder
from wizard.composefile.override import interpolated_names
from wizard.deployment.container_user import container_user
from wizard.deployment.ownership import Ownership, for_secrets
from wizard.deployment.service import reads_dotenv

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment
    from wizard.deployment.snapshot import Snapshot
    from wizard.dotenv.document import Document

_IDS = ("UID", "GID")


def dotenv_ownership(
    snapshot: Snapshot, current: Deployment, document: Document, wanted: MutableMapping[str, str | None]
) -> tuple[Ownership, list[str]]:
    """Return mode and owner of ``.env`` and what the operator has to know of it; UID and GID go into ``wanted``."""
    state = snapshot.state(".env")
    if snapshot.stack is Stack.DEPLOY or not reads_dotenv(current.librechat):
        return for_secrets(state, snapshot.operator, None), []
    reader, notes = _container_user(snapshot, current, document, wanted)
    ownership = for_secrets(state, snapshot.operator, reader)
    if ownership.unreadable_by:
        uid, gid = ownership.unreadable_by
        notes.append(
            f".env: LibreChat's container runs as {account_name(uid)} (GID {gid}) and cannot read this file. LibreChat would start without settings. Run: {in_folder(f'sudo chown -h {uid}:{gid} .env')}"
        )
    return ownership, notes


def _container_user(
    snapshot: Snapshot, current: Deployment, document: Document, wanted: MutableMapping[str, str | None]
) -> tuple[tuple[int, int], list[str]]:
    """Return UID and GID of LibreChat's process; before the first start they are decided here and written.

    Left blank, LibreChat's own ``user: "${UID}:${GID}"`` is ``":"``, which Docker runs as root.
    """
    base = snapshot.state(snapshot.base_name).data or b""
    if not set(_IDS) <= interpolated_names(base):
        return current.container_ids, []
    values = {**current.variables, **document.compose_values()}
    ids = {name: (wanted.get(name) or values.get(name) or "").strip() for name in _IDS}
    notes = []
    if not any(ids.values()) and not snapshot.has_run:
        uid, gid, why = _first_user(snapshot)
        ids = {"UID": str(uid), "GID": str(gid)}
        wanted.update(ids)
        notes.append(f"UID={uid} and GID={gid} are set: LibreChat's containers run as {account_name(uid)}, {why}.")
    return container_user({"user": ":".join(ids.values())}), notes


def _first_user(snapshot: Snapshot) -> tuple[int, int, str]:
    """Return UID and GID for a first start, and why it is them."""
    state, operator = snapshot.state(".env"), snapshot.operator
    if for_secrets(state, operator, (operator.uid, operator.gid)).unreadable_by:
        return state.uid, state.gid, "who owns .env"
    if operator.uid == 0:
        return (
            0,
            0,
            "because this folder belongs to root (to change that, chown the folder first)",
        )
    return operator.uid, operator.gid, "because this user runs the wizard or owns the folder"
