"""Parts of the object of ``--answers --json``: the plan, and the result of an apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.report import finding_json
from wizard.catalogue.secret_names import shown_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from screens.shared.apply_progress import ApplyProgress
    from wizard.apply.events import ApplyEvent
    from wizard.plan.file_edit import FileEdit
    from wizard.plan.proposal import Proposal


def plan_json(proposal: Proposal) -> dict[str, Any]:
    """Return what would be written."""
    files = []
    for edit in proposal.plan.shown_edits:
        # Where a link leads: that file is written.
        state = proposal.snapshot.state(edit.path)
        target = {"target": str(state.target)} if state.is_link else {}
        files.append({"path": edit.path, "action": edit.action, "changes": _changes(edit), **target})
    return {"files": files, "notes": list(proposal.plan.notes)}


def _changes(edit: FileEdit) -> list[dict[str, Any]]:
    changes = []
    for change in edit.changes:
        entry: dict[str, Any] = {"name": change.name, "change": change.change, "secret": change.secret}
        if not change.secret:
            entry |= {"before": _shown(change.before), "after": _shown(change.after)}
        changes.append(entry)
    return changes


def _shown(value: str | None) -> str | None:
    return None if value is None else shown_value(value)


def apply_json(progress: ApplyProgress) -> dict[str, Any]:
    """Return what an apply came to."""
    from screens.shared.apply_progress import failure_lines

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
    from wizard.apply import events as happening

    steps: list[dict[str, Any]] = []
    for event in events:
        match event:
            case happening.CommandEnded():
                # Of the command that was shown last.
                steps[-1] |= {"exit": event.status, "seconds": round(event.seconds, 3)}
            case happening.Wrote():
                steps.append({"step": "write", "files": list(event.files), "backup": event.backup or None})
            case happening.CommandShown():
                steps.append({"step": "command", "command": list(event.command), "by_hand": event.is_manual})
            case happening.Ready():
                steps.append({"step": "ready", "where": event.where, "seconds": round(event.seconds, 3)})
            case happening.AdminMade():
                admin = {"email": event.email, "role": event.role or None, "note": event.note}
                steps.append({"step": "admin", **admin})
            case happening.PutBack():
                steps.append({"step": "put-back", "files": list(event.files), "removed": list(event.removed)})
            case happening.Note():
                steps.append({"step": "note", "text": event.text})
            case happening.Failed():
                steps.append({"step": "failed", "reason": event.reason.value})
    return steps
