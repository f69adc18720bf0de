"""The ``apply`` object of ``--json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.report import finding_json
from screens.shared.apply_progress import failure_lines
from wizard.apply import events as happening

if TYPE_CHECKING:
    from collections.abc import Iterable

    from screens.shared.apply_progress import ApplyProgress
    from wizard.apply.events import ApplyEvent


def apply_json(progress: ApplyProgress) -> dict[str, Any]:
    """Return what an apply came to."""
    failed = progress.failed
    return {
        "outcome": progress.outcome.value,
        "steps": _steps(progress.events),
        "failed": None
        if failed is None
        else {
            "reason": failed.reason.value,
            "summary": failed.summary,
            "evidence": list(failure_lines(failed)),
            "remedy": failed.remedy,
        },
        "findings": [finding_json(one) for one in progress.report.findings],
    }


def _steps(events: Iterable[ApplyEvent]) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    for event in events:
        match event:
            case happening.CommandEnded():
                # Of the command that was shown last.
                steps[-1] |= {"exit": event.status, "seconds": round(event.seconds, 3)}
            case happening.Wrote():
                steps.append({"step": "write", "files": list(event.files), "backup": event.backup or None})
            case happening.CommandShown():
                steps.append({"step": "command", "command": list(event.command), "by_hand": event.by_hand})
            case happening.Ready():
                steps.append({"step": "ready", "where": event.where, "seconds": round(event.seconds, 3)})
            case happening.AdminMade():
                admin = {"email": event.email, "role": event.role or None, "note": event.note}
                steps.append({"step": "admin", **admin})
            case happening.PutBack():
                steps.append({"step": "put-back", "files": list(event.files)})
            case happening.Note():
                steps.append({"step": "note", "text": event.text})
            case happening.Failed():
                steps.append({"step": "failed", "reason": event.reason.value})
    return steps
