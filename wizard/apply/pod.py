"""The pod in which LibreChat runs on Kubernetes: which one, which container, and how to run node in it.

``kubectl exec`` starts a second program beside LibreChat, with the environment that the pod has: a script goes in by standard input,
so that nothing secret is in an argument. A program whose kubectl was ended stays in the container until it ends by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wizard.basics.plain_text import plain
from wizard.deployment.cluster import AnswerKind, Cluster, ClusterAnswer

if TYPE_CHECKING:
    from wizard.deployment.kubernetes_names import HelmRelease

_DEFAULT_CONTAINER: Final = "kubectl.kubernetes.io/default-container"
"""Names the container that is meant if nobody says which (well-known annotations of Kubernetes)."""


class NoPodError(Exception):
    """No command can run in LibreChat's pod now: a sentence for the operator, and what kubectl said."""

    def __init__(self, sentence: str, *details: str, can_come: bool = False, has_answered: bool = True) -> None:
        super().__init__(sentence)
        self.sentence, self.details = sentence, details
        self.can_come = can_come
        """Whether waiting may help."""
        self.has_answered = has_answered
        """Whether the cluster said how the pods stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A ready pod of LibreChat."""

    namespace: str
    name: str
    container: str

    def arguments(self, *node: str, is_terminal: bool = False) -> tuple[str, ...]:
        """Return what kubectl is given to run node; a person at a terminal is asked there."""
        stream = "-it" if is_terminal else "-i"
        where = ("-n", self.namespace, "exec", stream, f"pod/{self.name}", "-c", self.container)
        return (*where, "--", "node", *node)

    def refusal(self, error_text: str) -> str:
        """Return a sentence if kubectl was not allowed to run a command; empty if something else was wrong."""
        if "orbidden" not in error_text or "pods/exec" not in error_text:
            return ""
        return (
            f"kubectl is not allowed to run commands in pods. The kubectl user needs the create verb on pods/exec in the namespace "
            f"{self.namespace}."
        )


def ready_pod(release: HelmRelease) -> Pod:
    """Return the newest ready pod of LibreChat's Deployment; :class:`NoPodError` if there is none. It blocks."""
    cluster = Cluster(release=release)
    named = f"deployment/{release.fullname}"
    found = cluster.kubectl("get", named)
    if found.kind is AnswerKind.MISSING:
        sentence = f"There is no {plain(named)} in the namespace {plain(release.namespace)}."
        raise NoPodError(sentence, found.why, can_come=True)
    labels = _at(_read(found, "deployments"), "spec", "selector", "matchLabels")
    selector = ",".join(f"{name}={value}" for name, value in sorted(labels.items()))
    listed = _read(cluster.kubectl("get", "pods", "-l", selector), "pods").get("items") or ()
    ready = [pod for pod in listed if _is_ready(pod)]
    if not ready:
        raise NoPodError(
            f"No pod of {plain(named)} in the namespace {plain(release.namespace)} is ready.", can_come=True
        )
    pod = max(ready, key=lambda one: str(_at(one, "metadata").get("creationTimestamp", "")))
    name = str(pod["metadata"]["name"])
    return Pod(namespace=release.namespace, name=name, container=_container(pod, release.fullname))


def _read(answer: ClusterAnswer, what: str) -> Mapping[str, Any]:
    if answer.kind is AnswerKind.FORBIDDEN:
        raise NoPodError(f"kubectl is not allowed to read {what} in the cluster.", answer.why)
    if not answer.is_found or not isinstance(answer.data, Mapping):
        # The API server may be out of reach for a moment, which says nothing of LibreChat.
        sentence = "Could not list LibreChat's pods in the cluster."
        raise NoPodError(sentence, answer.why, can_come=True, has_answered=False)
    return answer.data


def _is_ready(pod: Mapping[str, Any]) -> bool:
    """Return whether a pod takes requests and is not about to end."""
    conditions = _at(pod, "status").get("conditions") or ()
    is_ready = any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)
    return is_ready and "deletionTimestamp" not in _at(pod, "metadata")


def _container(pod: Mapping[str, Any], fullname: str) -> str:
    """Return LibreChat's container: the chart names it as the Deployment; service meshes put others beside it."""
    names = [str(one.get("name")) for one in _at(pod, "spec").get("containers") or ()]
    marked = _at(pod, "metadata", "annotations").get(_DEFAULT_CONTAINER)
    return next((name for name in (fullname, marked, "librechat") if name in names), names[0] if names else fullname)


def _at(found: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    for key in path:
        below = found.get(key)
        found = below if isinstance(below, Mapping) else {}
    return found
