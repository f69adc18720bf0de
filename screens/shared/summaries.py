"""Short texts about the folder, the findings and the end of a run. No terminal library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import counted, plain
from wizard.basics.status import Status

if TYPE_CHECKING:
    from wizard.basics.finding import Finding
    from wizard.interview.interview import Interview
    from wizard.store.journal import Interrupted
    from wizard.store.rotation_record import RotationRecord

ON_REQUEST_ONLY = "to run this check, start the test in the step it belongs to"
"""Why checks that start by themselves send no mail."""

_NEW_VALUE: Final = ": a new random value."
"""How the plan's note ends on a secret that was made (wizard/plan/credentials.py)."""
_FEW: Final = 2


def states_of(found: Interrupted) -> str:
    """Return the state of the files of an interrupted run."""
    states = ", ".join(f"{plain(name)}: {state}" for name, state in found.files)
    return states or "its record, .librechat-wizard/transaction.json, is damaged"


def cut_off(found: Interrupted, way_on: str) -> str:
    """Return the state of a run that was interrupted while it wrote; ``way_on`` says what to do."""
    return f"An earlier run was interrupted while writing files ({states_of(found)}). No file was left half-written. {way_on}"


def head(interview: Interview) -> str:
    """Return the line over everything: which LibreChat, where."""
    source = "" if interview.snapshot.release_source else " (assumed)"
    return f"LibreChat {interview.release}{source}, {interview.snapshot.stack.value} stack"


def folder_lines(interview: Interview) -> list[str]:
    """Return what is in the folder, for the first step."""
    snapshot = interview.snapshot
    lines = [f"Folder: {plain(str(interview.folder), limit=200)}", head(interview)]
    environment = snapshot.state(".env")
    if snapshot.stack is Stack.HELM:
        lines.append("The Kubernetes files are in the kubernetes folder.")
    elif environment.data is None:
        sample = snapshot.state(".env.example").data is not None
        lines.append(
            f"No .env yet: it will be created {'from .env.example' if sample else 'with the values that LibreChat needs'}."
        )
    else:
        count = len(interview.present)
        lines.append(f".env contains {counted(count, 'setting')}. Only those that you edit are changed.")
    if snapshot.stack is not Stack.HELM:
        lines.append("LibreChat has run here before." if snapshot.has_run else "LibreChat has not run here yet.")
    return [*lines, *unfinished_lines(interview)]


def unfinished_lines(interview: Interview) -> list[str]:
    """Return what an earlier run left unfinished in the folder."""
    lines = []
    if interview.interrupted is not None:
        way_on = f"Finish the run here. Or, to restore the previous files, run: {own_command('restore')}"
        lines.append(cut_off(interview.interrupted, way_on))
    if interview.pending is not None:
        from wizard.plan.compose_commands import compose_command

        lines.append(interview.pending.notice(compose_command(interview.snapshot)))
    if interview.rotation is not None:
        lines.append(unfinished_rotation(interview.rotation))
    return lines


def unfinished_rotation(found: RotationRecord) -> str:
    """Return what a rotation of secrets that was cut off means for this run."""
    return f"{found.notice()} No files will be written here before the rotation ends."


def initial_findings(found: tuple[Finding, ...]) -> list[tuple[Status, str]]:
    """Return the findings about the folder at the start as status and text, the worst first.

    Missing secrets are one line, because the wizard generates them anyway.
    """
    if not found:
        return []
    from wizard.findings.secrets import (  # not above: before the first rule was asked nobody needs it
        ADMIN_PANEL_SECRET,
        MISSING,
    )

    missing = [one for one in found if MISSING.has(one) or one.id == ADMIN_PANEL_SECRET.id]
    others = sorted((one for one in found if one not in missing), key=lambda one: one.status is not Status.FAIL)
    lines = [(one.status, plain(one.summary, limit=300)) for one in others]
    if missing:
        names = ", ".join(dict.fromkeys(name for one in missing for name in one.settings))
        lines.append((Status.WARN, f"No value is set for {names}. Missing secrets will be generated."))
    return lines


def joined_notes(notes: Iterable[str], *, has_names: bool = False) -> list[str]:
    """Return a plan's notes with those that say the same of several settings as one.

    ``has_names``: the names of the secrets that were made are shown already, so that no note repeats them.
    """
    found = list(notes)
    if has_names:
        return [note for note in found if not note.endswith(_NEW_VALUE)]
    same = [note.removesuffix(_NEW_VALUE) for note in found if note.endswith(_NEW_VALUE)]
    if len(same) < _FEW:
        return found
    first = next(number for number, note in enumerate(found) if note.endswith(_NEW_VALUE))
    others = [note for note in found if not note.endswith(_NEW_VALUE)]
    return [*others[:first], f"New random values: {', '.join(same)}.", *others[first:]]
