"""Docker Compose's own verdict on a proposal, where there is one to ask."""

from __future__ import annotations

from wizard.basics.plain_text import plain
from wizard.findings import files as ids
from wizard.plan.proposal import Proposal


def with_compose_verdict(proposal: Proposal) -> tuple[Proposal, str]:
    """Return the proposal with what a real Docker Compose finds in the merged result, and what else to say.

    A FAIL where it refuses the files, or reads them otherwise than the wizard does. Nothing is asked where nothing would change.
    """
    effective = proposal.deployment.effective
    if not proposal.plan.edits or effective is None:
        return proposal, ""
    from wizard.composefile.judge import ComposeVerdictKind, judge

    snapshot, project = proposal.snapshot, effective.project
    names = tuple(map(project.shown, project.files.compose))
    files = {name: state.data for name, state in proposal.deployment.files.items() if state.data is not None}
    if ".env" not in files and "stack.env" in files:
        files[".env"] = files["stack.env"]
    nested = [project.shown(path) for path in project.compose_files if path not in project.files.compose]
    if hidden := [edit.path for edit in proposal.plan.edits if nested and "/" in edit.path and not edit.internal]:
        # An included file is read from the disk, and what it reads too: as it is, not as it would be.
        return proposal, f"Docker Compose did not judge the files (it would read {plain(hidden[0])} as it is now)."
    verdict = judge(files, base_name=names[0], override_name=None, names=names, folder=snapshot.folder)
    if verdict.kind is ComposeVerdictKind.ABSENT:
        return proposal, f"Docker Compose did not judge the files ({plain(verdict.message, limit=200)})."
    findings = []
    if verdict.kind is ComposeVerdictKind.REFUSED and not any(
        finding.id == ids.COMPOSE_REFUSED.id for finding in proposal.findings
    ):
        findings = [ids.COMPOSE_REFUSED.fail(evidence=(verdict.message,))]
    elif verdict.disagreements:
        summary = "Docker Compose makes something else of the files than the wizard: nothing is written."
        remedy = "Write these places in a simpler way (one entry on a line, no anchors), and report them."
        evidence = verdict.disagreements[:20]
        findings = [ids.COMPOSE_NOT_FOLLOWED.fail(summary, remedy=remedy, evidence=evidence)]
    return proposal._replace(findings=(*proposal.findings, *findings)), ""
