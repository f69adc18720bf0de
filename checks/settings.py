"""The checks that need nothing but the files: ``files`` and ``rules``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from checks.model import Check, Subject
from wizard.basics.finding import Finding, Status
from wizard.rules import check


def _files(subject: Subject) -> Iterable[Finding]:
    found = [finding for finding in check(subject.deployment) if finding.id.startswith("files.")]
    found += [finding for finding in subject.decided if finding.id.startswith("files.")]
    return found or [Finding(id="files.ok", status=Status.PASS, summary="Every reader of the files reads the same.")]


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
