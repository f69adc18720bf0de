"""Files of a LibreChat folder that other users own: no secret is written to one until a person confirms it."""

from __future__ import annotations

import os
from collections.abc import Iterable

from wizard.basics.accounts import account_name, account_word
from wizard.basics.filesystem import look
from wizard.basics.links import FOREIGN_FILES, can_others_write
from wizard.basics.option_names import CONFIRM
from wizard.basics.os_errors import refused
from wizard.basics.problem import ForeignFiles, Problem
from wizard.deployment.container_user import container_id
from wizard.deployment.snapshot import Snapshot
from wizard.dotenv.document import Document


def refuse_foreign_files(snapshot: Snapshot, names: Iterable[str]) -> None:
    """Raise ``ForeignFiles`` if secrets would be written into a file that somebody else owns, and can read.

    The user of LibreChat's container may own ``.env``. Which one that is says ``.env`` itself, so that it counts only
    if nobody but the owner of the folder can have put it there.
    """
    folder = look(snapshot.folder)
    if folder is None or FOREIGN_FILES:
        return
    believed = {0, os.geteuid(), folder.st_uid}
    try:
        is_shared = can_others_write(snapshot.folder)
    except OSError as error:
        raise refused(str(snapshot.folder), error) from error
    faults = []
    for name in names:
        state = snapshot.state(name)
        container = container_id(Document.parse(state.data or b"").values().get("UID")) if name == ".env" else None
        if state.kind != "file" or state.uid in believed or (state.uid == container and not is_shared):
            continue
        why = (
            "Users other than the owner can create files in this folder."
            if state.uid == container
            else "This user is neither the owner of the folder, nor root, nor the user that LibreChat's container runs as."
        )
        faults.append(
            Problem(
                field="",
                file=name,
                message=f"it is owned by {account_name(state.uid)}, who could read every secret in it. {why}",
                remedy=f"Run: sudo chown -h {account_word(folder.st_uid)} {name}. Or confirm that this is intended: "
                f"{CONFIRM}.",
            )
        )
    if faults:
        raise ForeignFiles(*faults)
