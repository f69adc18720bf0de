"""The Docker Compose commands that put a plan into effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.answers.model import Stack
from wizard.composefile.override import merged_model

if TYPE_CHECKING:
    from wizard.deployment.snapshot import Snapshot
    from wizard.plan.access import AccessPlan
    from wizard.plan.file_edit import FileEdit


def compose_command(snapshot: Snapshot) -> str:
    """Return how Docker Compose is called for this stack, the override included."""
    if snapshot.stack is Stack.DEPLOY:
        return f"docker compose -f {snapshot.base_name} -f {snapshot.override_name}"
    return "docker compose"


def apply_steps(
    snapshot: Snapshot, edits: tuple[FileEdit, ...], access: AccessPlan, *, builds: bool = False
) -> tuple[str, ...]:
    """Return the commands that make LibreChat use what was written.

    ``.env`` is only bind-mounted into api on the compose stack, so that ``up -d`` alone sees no change and the container has to
    be recreated (docker-compose.yml:31-34); env_file services are recreated by ``up -d`` itself. ``builds``: what was written gets
    into the image only when that is built.
    """
    if all(edit.internal for edit in edits):
        return ()
    has_override = snapshot.state(snapshot.override_name).data is not None or any(
        edit.path == snapshot.override_name for edit in edits
    )
    command = compose_command(snapshot) if has_override else f"docker compose -f {snapshot.base_name}"
    if snapshot.stack is Stack.COMPOSE:
        command = "docker compose"
    orphans = " --remove-orphans" if _loses_a_service(snapshot, edits) else ""
    left_out = "".join(f" --scale {name}=0" for name in access.without)
    steps = [f"{command} up -d{' --build' if builds else ''}{left_out}{orphans}"]
    if not snapshot.has_run and all(edit.before is None for edit in edits):
        # The first "up -d" creates every container. A file that was here may be one that a running proxy has read.
        return tuple(steps)
    if snapshot.has_run and snapshot.stack is Stack.COMPOSE:
        steps.append(f"{command} up -d --force-recreate --no-deps {snapshot.service}")
    return (*steps, *access.apply_steps)


def _loses_a_service(snapshot: Snapshot, edits: tuple[FileEdit, ...]) -> bool:
    """Return whether the new override no longer has a service of the old one, whose container would go on running."""
    edit = next((edit for edit in edits if edit.path == snapshot.override_name and edit.before is not None), None)
    if edit is None:
        return False
    base = snapshot.state(snapshot.base_name).data or b""
    before, after = (set(merged_model(base, data).get("services") or {}) for data in (edit.before, edit.after))
    return not before <= after
