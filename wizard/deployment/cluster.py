"""Reads a Helm release from the cluster with the operator's own helm and kubectl; changes nothing.

Values of Secrets come by standard output and stay in memory; no argument, environment or file of this program holds one.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from wizard import catalogue
from wizard.basics.environments import environment_without
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.basics.processes import Invocation, ProcessFailure, run
from wizard.basics.programs import is_in_path
from wizard.deployment.kubernetes_names import HelmRelease

SECONDS: Final = 20.0
_LARGEST: Final = 16_000_000
_FORBIDDEN: Final = late_pattern(r"\(Forbidden\)|is forbidden:|cannot (?:get|list) resource")
_MISSING: Final = late_pattern(r"(?m)^Error from server \(NotFound\): |^Error: release: not found")
"""Their own words at their own place: whatever else is "not found" (a plug-in for signing in, a host) tells nothing of the release."""


class AnswerKind(StrEnum):
    """How a question to the cluster ended."""

    FOUND = "found"
    MISSING = "missing"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    """Nobody answered, or the program is not here."""


class ClusterAnswer(NamedTuple):
    """What the cluster said."""

    kind: AnswerKind
    data: Any = None
    why: str = ""
    """For what was not found: the last line of the program, plain."""

    @property
    def is_found(self) -> bool:
        """Whether there is an answer."""
        return self.kind is AnswerKind.FOUND


def cluster_environment() -> dict[str, str]:
    """Return the environment for helm and kubectl: the operator's own, which names the cluster, without LibreChat's secrets."""
    secret = {name for name, setting in catalogue.by_key().items() if setting.secret}
    return environment_without(secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The cluster that kubectl and helm are set up for here."""

    release: HelmRelease

    def kubectl(self, *words: str, seconds: float = SECONDS) -> ClusterAnswer:
        """Ask kubectl in the release's namespace; the answer is JSON."""
        return self._ask(("kubectl", "-n", self.release.namespace, *words, "-o", "json"), seconds)

    def helm(self, *words: str, seconds: float = SECONDS) -> ClusterAnswer:
        """Ask helm in the release's namespace; the answer is JSON."""
        return self._ask(("helm", *words, "-n", self.release.namespace, "-o", "json"), seconds)

    def text(self, *command: str, seconds: float = SECONDS) -> ClusterAnswer:
        """Ask for something that is not JSON."""
        return self._ask(command, seconds, is_json=False)

    def _ask(self, command: tuple[str, ...], seconds: float, *, is_json: bool = True) -> ClusterAnswer:
        if not is_in_path(command[0]):
            return ClusterAnswer(AnswerKind.UNKNOWN, why=f"{command[0]} is not installed here")
        done = run(Invocation(arguments=command, environment=cluster_environment(), seconds=seconds, largest=_LARGEST))
        if done.failure is not None:
            why = f"timed out after {seconds:g} s" if done.failure is ProcessFailure.SILENT else done.reason
            return ClusterAnswer(AnswerKind.UNKNOWN, why=f"{command[0]}: {why or done.failure.value}")
        if done.status != 0:
            return _refused(done.error_text)
        if not is_json:
            return ClusterAnswer(AnswerKind.FOUND, done.text)
        try:
            return ClusterAnswer(AnswerKind.FOUND, json.loads(done.text or "null"))
        except (ValueError, RecursionError):
            return ClusterAnswer(AnswerKind.UNKNOWN, why=f"{command[0]} did not return JSON")


def _refused(error_text: str) -> ClusterAnswer:
    lines = [line for line in error_text.splitlines() if line.strip()]
    why = plain(lines[-1], limit=300) if lines else "no reason given"
    if _FORBIDDEN.search(error_text):
        return ClusterAnswer(AnswerKind.FORBIDDEN, why=why)
    return ClusterAnswer(AnswerKind.MISSING if _MISSING.search(error_text) else AnswerKind.UNKNOWN, why=why)


def secret_texts(answer: ClusterAnswer) -> dict[str, str]:
    """Return what a Secret of the cluster holds; what is not base64 cannot come from an API server and is left out."""
    found = {}
    data = answer.data.get("data") if isinstance(answer.data, Mapping) else None
    for name, text in (data or {}).items():
        try:
            found[str(name)] = base64.b64decode(str(text), validate=True).decode("utf-8", "surrogateescape")
        except ValueError:
            continue
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningRelease:
    """A release as it runs."""

    is_installed: bool
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What its operator gave helm."""
    chart: str = ""
    revision: int = 0
    """The newest revision, whatever became of it."""
    deployed: int = 0
    """The revision that helm calls deployed; 0: none, as after a first installation that failed."""
    secret_name: str = ""
    secret: Mapping[str, str] | None = field(default=None, repr=False)
    """``None``: there is no such Secret."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The ConfigMap that the chart made of configEnv and of its own values, published keys among them."""
    config: str | None = field(default=None, repr=False)
    """librechat.yaml."""


class NotReadable(Exception):
    """The cluster did not say enough to go on; the text says why."""


def running_release(release: HelmRelease) -> RunningRelease:
    """Read a release whole; :class:`NotReadable` where a part of it cannot be read, since a guess would lose data."""
    cluster = Cluster(release=release)
    values = _needed(cluster.helm("get", "values", release.name))
    if values is None:
        secret = _needed(cluster.kubectl("get", "secret", release.secret))
        held = None if secret is None else secret_texts(secret)
        return RunningRelease(is_installed=False, secret_name=release.secret, secret=held)
    given = values.data if isinstance(values.data, Mapping) else {}
    listed = _needed(cluster.helm("list", "--filter", f"^{re.escape(release.name)}$"))
    entry = listed.data[0] if listed is not None and isinstance(listed.data, list) and listed.data else {}
    revision, deployed = _revisions(cluster, entry)
    named = _at(given, "global", "librechat", "existingSecretName")
    name = str(named) if named else release.secret
    secret = _needed(cluster.kubectl("get", "secret", name))
    environment = _needed(cluster.kubectl("get", "configmap", f"{release.with_values(given).fullname}-configenv"))
    return RunningRelease(
        is_installed=True,
        values=given,
        chart=str(entry.get("chart") or ""),
        revision=revision,
        deployed=deployed,
        secret_name=name,
        secret=None if secret is None else secret_texts(secret),
        environment={} if environment is None else _texts(environment),
        config=_config(cluster, given),
    )


def _revisions(cluster: Cluster, entry: Mapping[str, Any]) -> tuple[int, int]:
    """Return the newest revision and the deployed one; helm's list leaves out what is pending, and shows a failed one alone."""
    if entry.get("status") == "deployed":
        return int(entry["revision"]), int(entry["revision"])
    answer = _needed(cluster.helm("history", cluster.release.name))
    entries = answer.data if answer is not None and isinstance(answer.data, list) else []
    found = {int(one["revision"]): str(one.get("status")) for one in entries}
    return max(found, default=0), max((number for number, status in found.items() if status == "deployed"), default=0)


def _config(cluster: Cluster, values: Mapping[str, Any]) -> str | None:
    named = _at(values, "librechat", "existingConfigYaml")
    inline = _at(values, "librechat", "configYamlContent")
    if not named:
        return str(inline) if inline else None
    found = _needed(cluster.kubectl("get", "configmap", str(named)))
    return None if found is None else _texts(found).get("librechat.yaml")


def _needed(answer: ClusterAnswer) -> ClusterAnswer | None:
    """Return an answer; ``None`` for what is not there."""
    if answer.kind is AnswerKind.MISSING:
        return None
    if not answer.is_found:
        raise NotReadable(answer.why)
    return answer


def _texts(answer: ClusterAnswer) -> dict[str, str]:
    data = answer.data.get("data") if isinstance(answer.data, Mapping) else None
    return {str(name): str(text) for name, text in (data or {}).items()}


def _at(values: Mapping[str, Any], *path: str) -> Any:
    found: Any = values
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found
