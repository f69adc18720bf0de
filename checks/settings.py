"""The checks that need nothing but the files: ``files`` and ``rules``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from checks.model import Check, Subject
from wizard.basics.docker_engine import docker_engine
from wizard.basics.finding import Finding, Status
from wizard.rules import check


def _files(subject: Subject) -> Iterable[Finding]:
    found = [finding for finding in check(subject.deployment) if finding.id.startswith("files.")]
    found += [finding for finding in subject.decided if finding.id.startswith("files.")]
    found = found or [Finding(id="files.ok", status=Status.PASS, summary="Every reader of the files reads the same.")]
    return [*found, *_engine()]


def _engine() -> Iterable[Finding]:
    """Say that LibreChat runs elsewhere: what is found here of ports, mounts and owners is found on another machine."""
    engine = docker_engine()
    where = f"Docker commands go to {engine.named}, not to this machine."
    if not engine.is_known:
        where = f"Docker commands may go to another machine: {engine.chosen_by}."
    if not engine.is_local:
        yield Finding(
            id="files.docker-elsewhere",
            status=Status.WARN,
            summary=f"{where} What the checks say of published ports, mounted "
            "files and their owners is about this machine and not about the one where LibreChat runs.",
            remedy="Run the wizard on the machine with the Docker engine, or unset DOCKER_HOST and DOCKER_CONTEXT "
            "('docker context use default').",
        )


def _rules(subject: Subject) -> Iterable[Finding]:
    # A secret that LibreChat made up itself is blank too; saying so twice helps nobody.
    decided = {name for finding in subject.decided for name in finding.settings}
    found = [
        finding
        for finding in check(subject.deployment)
        if finding.id.startswith("rules.")
        and not (".missing." in finding.id and decided.intersection(finding.settings))
    ]
    found += [finding for finding in subject.decided if finding.id.startswith("rules.")]
    return found or [Finding(id="rules.ok", status=Status.PASS, summary="The settings fit together.")]


FILES: Final = Check(id="files", title="Files", static=_files)
RULES: Final = Check(id="rules", title="Settings", static=_rules)
