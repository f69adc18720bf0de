"""The check ``kubernetes``: what the files tell, then what the cluster says; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from checks.model import Check, Skip, Subject
from wizard.findings import kubernetes as ids

if TYPE_CHECKING:
    from wizard.basics.finding import Finding


def _applies(subject: Subject) -> Skip | None:
    return (
        None if subject.deployment.kubernetes is not None else Skip(because="LibreChat does not run on Kubernetes here")
    )


def _static(subject: Subject) -> Iterable[Finding]:
    found = [finding for finding in (*subject.rules, *subject.decided) if finding.check == ids.OK.check]
    return found or [ids.OK.passed()]


KUBERNETES = Check(
    id="kubernetes",
    title="Kubernetes",
    applies=_applies,
    static=_static,
)
