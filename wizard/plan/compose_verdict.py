"""Docker Compose's own verdict on a proposal, where there is one to ask."""

from __future__ import annotations

from wizard.basics.plain_text import plain
from wizard.findings import files as ids
from wizard.plan.proposal import Proposal


def with_compose_verdict(proposal: Proposal) -> tuple[Proposal, str]:
    """Return the proposal with a FAIL where a real Docker Compose refuses the merged result, and what else to say.

    Nothing is asked where nothing would change.
    """
    if not proposal.plan.edits:
        return proposal, ""
    from wizard.composefile.judge import ComposeVerdictKind, judge

    snapshot = proposal.snapshot
    files = {
        name: state.data
        for name, state in proposal.deployment.files.items()
        if name in (".env", snapshot.base_name, snapshot.override_name) and state.data is not None
    }
    verdict = judge(files, base_name=snapshot.base_name, override_name=snapshot.override_name, folder=snapshot.folder)
    if verdict.kind is ComposeVerdictKind.REFUSED:
        finding = ids.COMPOSE_REFUSED.fail(evidence=(verdict.message,))
        return proposal._replace(findings=(*proposal.findings, finding)), ""
    if verdict.kind is ComposeVerdictKind.ABSENT:
        return proposal, f"Docker Compose did not judge the files ({plain(verdict.message, limit=200)})."
    return proposal, ""
