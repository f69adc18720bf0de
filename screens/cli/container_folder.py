"""In a container, a folder that ends with it is refused before anything is asked or written."""

from __future__ import annotations

from wizard.basics.installed import Way, installed


def refuse_what_is_lost(folder: str) -> None:
    """Refuse a folder that ends with the container that the program runs in; elsewhere every folder stays.

    ``InvalidInput`` with the ``docker run`` line that mounts it.
    """
    if installed().way is not Way.CONTAINER:
        return
    from pathlib import Path

    from wizard.basics.container import is_kept
    from wizard.basics.own_command import own_command, program
    from wizard.basics.problem import InvalidInput, Problem

    if is_kept(Path(folder).absolute()):
        return
    where = "Run" if folder != "." else "In the LibreChat folder, run"
    remedy = f"{where}: {own_command()}. To practise: {program()} demo"
    message = "this folder is not mounted into the container that the wizard runs in. Nothing changed."
    raise InvalidInput(Problem(field="--dir", message=message, remedy=remedy))
