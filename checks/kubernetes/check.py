"""The check ``kubernetes``: first the files, then the cluster; read-only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Final

from checks.model import Check, Skip, Subject

if TYPE_CHECKING:
    from wizard.basics.finding import Finding

_SECONDS: Final = 150


def _applies(subject: Subject) -> Skip | None:
    return (
        None if subject.deployment.kubernetes is not None else Skip(because="this deployment does not use Kubernetes")
    )


def _static(subject: Subject) -> Iterable[Finding]:
    # Most folders have nothing to do with Kubernetes.
    from wizard.findings import kubernetes as ids

    found = [finding for finding in (*subject.rules, *subject.decided) if finding.check == ids.OK.check]
    return found or [ids.OK.passed()]


async def _run(subject: Subject) -> AsyncIterator[Finding]:
    view = subject.deployment.kubernetes
    if view is None or not subject.in_effect:
        # The cluster still has the old settings.
        return
    # No other check of files alone needs an event loop.
    import asyncio

    from checks.kubernetes.live import ClusterInspection

    known = {finding.id for finding in _static(subject)}
    # Programs are waited for beside the other checks.
    for finding in await asyncio.to_thread(lambda: tuple(ClusterInspection(subject.deployment, view).findings())):
        if finding.id not in known:
            yield finding


KUBERNETES = Check(
    id="kubernetes",
    title="Kubernetes",
    applies=_applies,
    static=_static,
    run=_run,
    network=True,
    seconds=_SECONDS,
)
