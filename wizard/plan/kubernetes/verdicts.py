"""Problems and notes of a plan for Kubernetes: invalid answers, answers without effect, what a first run has to know."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Answers, Source
from wizard.basics.plain_text import plain
from wizard.basics.problem import Problem
from wizard.catalogue.questions import variable_id
from wizard.deployment.kubernetes_names import FOLDER, VALUES_FILE, HelmRelease
from wizard.deployment.read_states import fault_of

if TYPE_CHECKING:
    from wizard.answers.model import Given
    from wizard.deployment.kubernetes_view import KubernetesView
    from wizard.deployment.snapshot import Snapshot

_OF_THE_CHART: Final[Mapping[str, str]] = {
    "HOST": "the image listens on every address; if HOST were localhost, every probe of the pod would fail.",
    "PORT": "the chart's Service uses port 3080.",
}
"""What an answer must not change there, and why."""


def refused(answers: Answers) -> Iterable[Problem]:
    """Yield a problem for every answer that the chart fixes otherwise."""
    for name, why in _OF_THE_CHART.items():
        given: Given | None = answers.get(name)
        if given is not None and given.value is not None and given.source is not Source.EXISTING:
            yield Problem(
                field=variable_id(name), message=f"it cannot be set on Kubernetes: {why}", remedy="Leave it out."
            )


def unreadable_values(snapshot: Snapshot, release: HelmRelease, made: Container[str]) -> Iterable[Problem]:
    """Yield a problem if helm could not read the operator's own values file; ``made``: files that this plan creates."""
    if not release.values or release.values in made or (state := snapshot.state(release.values)).data is not None:
        return
    message = f"the file {plain(release.values, limit=300)} does not exist or is not readable."
    if (fault := fault_of(state)) is not None:
        message = f"{plain(release.values, limit=300)}: {fault.message}"
    yield Problem(
        field="kubernetes.values",
        message=message,
        remedy="Enter the path of the file that you pass to helm, relative to the folder that contains the answers file.",
    )


def first_run(release: HelmRelease, answers: Answers) -> Iterable[str]:
    """Yield what the first run for a release has to know."""
    if not answers.kubernetes.adopt:
        yield (
            f"The wizard read nothing from the cluster. If the release {release.name} is already running, first "
            "set kubernetes.adopt to true in the answers. Otherwise, the new keys make stored data unreadable, and Helm "
            "drops the release's current values."
        )
    yield f"If the namespace does not exist yet, run: kubectl create namespace {release.namespace}"
    if release.chart.publishes_keys:
        yield (
            f"Chart {release.chart} contains publicly known values for CREDS_* and JWT_*. {VALUES_FILE} removes them, "
            "so that LibreChat can start only with the keys in the Secret."
        )


def unwritable(wanted: Mapping[str, str | None]) -> Iterable[Problem]:
    """Yield a problem for every value that is not a text in UTF-8, or that no environment variable can hold."""
    for name, value in wanted.items():
        try:
            is_text = "\0" not in (value or "").encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
        except UnicodeError:
            is_text = False
        if not is_text:
            message = "it contains a NUL character or a surrogate, which cannot be passed to a pod."
            yield Problem(field=variable_id(name), message=message, remedy="Enter it again.")


def without_effect(wanted: Mapping[str, str | None], planned: KubernetesView) -> Iterable[Problem]:
    """Yield a problem for every answer that LibreChat would not get: ``global.librechat.env`` beats Secret and ConfigMap."""
    for name, value in wanted.items():
        found = planned.origins.get(name)
        if value is None or (found is not None and found.value == value):
            continue
        where = str(found.origin) if found is not None else FOLDER
        yield Problem(
            field=variable_id(name),
            message=f"the answer would have no effect: {where} overrides it.",
            remedy="Remove the setting there, then run the wizard again.",
        )
