"""The checks that need nothing but the files: ``files`` and ``rules``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from checks.model import Check, Subject
from wizard.basics.docker_engine import docker_engine
from wizard.basics.finding import Finding
from wizard.findings import files as ids
from wizard.findings.secrets import MISSING
from wizard.findings.values import OK


def _files(subject: Subject) -> Iterable[Finding]:
    found = [finding for finding in subject.rules if finding.check == "files"]
    found += [finding for finding in subject.decided if finding.check == "files"]
    found = found or [ids.OK.passed()]
    return [*found, *_engine()]


def _engine() -> Iterable[Finding]:
    """Say that LibreChat runs elsewhere: what is found here of ports, mounts and owners is found on another machine."""
    engine = docker_engine()
    where = f"Docker commands go to {engine.named}, not to this machine."
    if not engine.is_known:
        where = f"Docker commands may go to another machine: {engine.chosen_by}."
    if not engine.is_local:
        yield ids.DOCKER_ELSEWHERE.warn(
            f"{where} What the checks say of published ports, mounted "
            "files and their owners is about this machine and not about the one where LibreChat runs."
        )


def _rules(subject: Subject) -> Iterable[Finding]:
    # A secret that LibreChat made up itself is blank too; saying so twice helps nobody.
    decided = {MISSING.of(name).id for finding in subject.decided for name in finding.settings}
    found = [each for each in subject.rules if each.check == "rules" and each.id not in decided]
    found += [finding for finding in subject.decided if finding.check == "rules"]
    return found or [OK.passed()]


FILES: Final = Check(id="files", title="Files", static=_files)
RULES: Final = Check(id="rules", title="Settings", static=_rules)
