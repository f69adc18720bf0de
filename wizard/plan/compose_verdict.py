"""Docker Compose's own verdict on current or planned files, if it is installed."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from wizard.basics.plain_text import plain, some_of
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.programs import is_in_path
from wizard.composefile.located import Leaf
from wizard.findings import domains as domain_ids
from wizard.findings import files as ids
from wizard.findings import whole_file as whole_ids

if TYPE_CHECKING:
    from wizard.basics.finding import Finding
    from wizard.composefile.project import ComposeProject
    from wizard.deployment.model import Deployment
    from wizard.plan.proposal import Proposal

_CAUSES: Final = (
    *(ids.COMPOSE_REFUSED, ids.COMPOSE_NOT_FOLLOWED, ids.ENV_COMPOSE_REFUSES, ids.ENV_MISSING),
    *(whole_ids.PREFIX, whole_ids.ENCODING, whole_ids.ENCRYPTED, domain_ids.PORT_MISSING),
)
"""Findings that name the cause of a refusal, with its line and the way out: then Docker Compose's words add nothing."""


class Judgement(NamedTuple):
    """What Docker Compose says."""

    findings: "tuple[Finding, ...]" = ()
    remark: str = ""
    """Why it did not judge; empty if it did."""
    seconds: float = 0
    """How long it took; 0 if it was not asked."""


def judged(deployment: "Deployment", known: "Iterable[Finding]", changed: Iterable[str] | None = None) -> Judgement:
    """Have ``docker compose config`` judge the compose files of a deployment: one process.

    ``known`` are the findings of the rules about the same files, ``changed`` the files that a plan would write; ``None``: these are
    the files as they are.
    """
    effective = deployment.effective
    if effective is None:
        return Judgement()
    if not is_in_path("docker", "docker-compose"):
        return Judgement(remark="docker is not in the PATH")
    from wizard.composefile.judge import ComposeVerdictKind, judge

    project = effective.project
    names = tuple(map(project.shown, project.files.compose))
    files = {name: state.data for name, state in deployment.files.items() if state.data is not None}
    if ".env" not in files and "stack.env" in files:
        files[".env"] = files["stack.env"]
    from_disk = _read_from_disk(project)
    stale = [name for name in changed or () if name in from_disk]
    begun = time.monotonic()
    verdict = judge(files, base_name=names[0], override_name=None, names=names, folder=deployment.folder)
    seconds = time.monotonic() - begun
    if verdict.kind is ComposeVerdictKind.ABSENT:
        return Judgement(remark=plain(verdict.message, limit=200), seconds=seconds)
    if stale and (verdict.kind is ComposeVerdictKind.REFUSED or verdict.disagreements):
        # What is wrong may be what the plan changes.
        return Judgement(remark=f"it reads {plain(stale[0])} from disk, without the planned changes", seconds=seconds)
    causes = {entry.id for entry in _CAUSES}
    is_new = verdict.kind is ComposeVerdictKind.REFUSED and not any(finding.id in causes for finding in known)
    found = [ids.COMPOSE_REFUSED.fail(evidence=(verdict.message,))] if is_new else []
    if verdict.disagreements:
        found.append(_disagreement(verdict.disagreements, is_plan=changed is not None))
    return Judgement(tuple(found), seconds=seconds)


def _read_from_disk(project: "ComposeProject") -> frozenset[str]:
    """Return what Docker Compose reads as it is and not as it would be: included and extended files, and the environment files these name."""
    nested = [project.shown(path) for path in project.compose_files if path not in project.files.compose]
    entries = [entry for service in project.services.values() for entry in service.get("env_file") or ()]
    paths = [path for entry in entries if isinstance(path := entry.get("path"), Leaf) and path.file in nested]
    return frozenset((*nested, *(project.shown(path.text) for path in paths)))


def _disagreement(places: tuple[str, ...], *, is_plan: bool) -> "Finding":
    summary = "Docker Compose and the wizard read the files differently"
    remedy = "Simplify these lines (one entry per line, no anchors), and report the problem."
    if is_plan:
        return ids.COMPOSE_NOT_FOLLOWED.fail(f"{summary}: nothing is written.", remedy=remedy, evidence=places[:20])
    return ids.COMPOSE_NOT_FOLLOWED.unknown(f"{summary}.", remedy=remedy, evidence=places[:20])


def judged_proposal(proposal: "Proposal", known: "Iterable[Finding]") -> Judgement:
    """Have Docker Compose judge what a plan leads to."""
    changed = [edit.path for edit in proposal.plan.edits if not edit.internal]
    return judged(proposal.deployment, known, changed)


def with_compose_verdict(proposal: "Proposal") -> "tuple[Proposal, str]":
    """Return the proposal with what a real Docker Compose finds in the merged result, and what else to say.

    A FAIL if it refuses the files, or reads them differently than the wizard does. Nothing is asked if nothing would change.
    """
    if not proposal.plan.edits:
        return proposal, ""
    judgement = judged_proposal(proposal, (*proposal.findings, *(proposal.rules or ())))
    remark = f"Docker Compose did not validate the files ({judgement.remark})." if judgement.remark else ""
    return proposal._replace(findings=(*proposal.findings, *judgement.findings)), remark


def refuse_unproven(proposal: "Proposal") -> None:
    """Raise ``InvalidInput`` if it is unknown what LibreChat would get: nothing is written then, not even with ``--force``.

    A failed check is a person's to overrule; here there is nothing to judge it by.
    """
    effective = proposal.deployment.effective
    if not proposal.plan.edits or effective is None:
        return
    if effective.problems:
        raise InvalidInput(*effective.problems)
    for finding in proposal.findings:
        if finding.id == ids.COMPOSE_NOT_FOLLOWED.id:
            places = ", ".join(some_of(finding.evidence, 5))
            message = f"Docker Compose and the wizard read the files differently ({places})."
            raise InvalidInput(Problem(field="", message=message, remedy=finding.remedy))
