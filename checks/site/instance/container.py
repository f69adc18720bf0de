"""The state of LibreChat's container if LibreChat does not answer, and whether it has read its files if it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from checks.net.errors import Failure, HttpError
from checks.site.instance.findings import logs_command, recreate_command
from wizard.apply.containers import RunningContainer
from wizard.apply.timeouts import StartTimeouts
from wizard.basics.finding import Finding
from wizard.deployment.model import Deployment
from wizard.findings import instance as ids

_NOT_YET: Final = (Failure.CLOSED, Failure.REFUSED, Failure.SILENT)
"""How a port of a container looks whose program does not listen yet: docker-proxy takes the connection and closes it."""


def starting(seen: RunningContainer | None, error: HttpError, base: str, deployment: Deployment) -> Finding | None:
    """Report that LibreChat is starting or has exited, if its container says so; ``None``: something else is wrong."""
    if seen is None or error.failure not in _NOT_YET:
        return None
    state, up_seconds = seen.container.state, seen.up_seconds
    look = f"To see why, run: {logs_command(deployment)}"
    if state == "restarting":
        summary = "LibreChat exits right after it starts, and Docker keeps restarting it."
        return ids.ENDED.fail(summary, remedy=look, evidence=(error.detail,))
    if state in ("exited", "dead"):
        summary = f"LibreChat exited (exit code {seen.container.exit_code})."
        return ids.ENDED.fail(summary, remedy=look, evidence=(error.detail,))
    if state == "running" and up_seconds is not None and up_seconds < StartTimeouts().ready:
        summary = (
            f"LibreChat's container was started {up_seconds:.0f} s ago and does not respond at {base} yet: it is "
            "still starting."
        )
        remedy = f"Wait a minute, then run the check again. If nothing changes, run: {logs_command(deployment)}"
        return ids.STARTING.unknown(summary, remedy=remedy, evidence=(error.detail,))
    return None


def unread(seen: RunningContainer | None, deployment: Deployment) -> Iterator[Finding]:
    """Report that the container was started before its files were written."""
    if seen is not None and seen.unread:
        names = ", ".join(seen.unread)
        verb = "were" if len(seen.unread) > 1 else "was"
        summary = f"LibreChat's container was started before {names} {verb} last written: the latest changes are not in effect."
        yield ids.UNREAD.warn(summary, remedy=f"Run: {recreate_command(deployment)}")
