"""Reads the release from the cluster: helm and kubectl run one after the other, read-only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import plain
from wizard.deployment.cluster import AnswerKind, Cluster, ClusterAnswer, secret_texts
from wizard.deployment.kubernetes_names import MEILI_SECRET
from wizard.findings import kubernetes as ids
from wizard.librechat import helm_values
from wizard.rules import kubernetes as rules
from wizard.rules.view import View

if TYPE_CHECKING:
    from wizard.basics.finding import Finding
    from wizard.deployment.kubernetes_view import KubernetesView
    from wizard.deployment.model import Deployment

_WARNINGS: Final = late_pattern(r"temporary credentials|\[credentials\]|MemoryStore", re.IGNORECASE)
_INSTANCE: Final = "app.kubernetes.io/instance={}"
_SHOW_SECONDS: Final = 30.0
_MOST_NAMED: Final = 20


class ClusterInspection:
    """Compares the cluster with the files once; objects that may not be read are reported in one finding."""

    def __init__(self, deployment: Deployment, view: KubernetesView) -> None:
        self._deployment = deployment
        self._view = view
        self._cluster = Cluster(release=view.release)
        self._unread: dict[str, str] = {}
        self._changed: list[datetime] = []

    def findings(self) -> Iterator[Finding]:
        """Yield what is found. It blocks while programs run."""
        release = self._view.release
        values = self._cluster.helm("get", "values", release.name)
        if values.kind is AnswerKind.UNKNOWN:
            yield ids.NOT_ASKED.unknown(evidence=(values.why,))
            return
        if values.kind is AnswerKind.MISSING:
            yield ids.RELEASE_MISSING.fail(
                f"The Helm release {plain(release.name)} is not installed in the namespace {plain(release.namespace)}."
            )
            return
        given = values.data if isinstance(values.data, Mapping) else {}
        if values.is_found:
            # The release that runs may name its objects differently than the files do (K16).
            self._view = replace(self._view, release=release.with_values(given))
        if self._is_read("the release's values", values):
            yield from self._release(given)
        yield from self._secrets(given)
        yield from self._pods()
        yield from self._ingress()
        yield from self._log()
        if self._unread:
            yield ids.NO_RIGHT.unknown(
                f"Some objects could not be read from the cluster: {', '.join(self._unread)}.",
                evidence=tuple(self._unread.values()),
            )

    def _is_read(self, what: str, answer: ClusterAnswer) -> bool:
        """Return whether something was read; what was refused is remembered, what is missing is somebody's to say."""
        if answer.kind in (AnswerKind.FORBIDDEN, AnswerKind.UNKNOWN):
            self._unread[what] = answer.why
        return answer.is_found

    def _get(self, what: str, *words: str) -> ClusterAnswer:
        answer = self._cluster.kubectl("get", *words)
        self._is_read(what, answer)
        return answer

    def _release(self, given: Mapping[str, Any]) -> Iterator[Finding]:
        release = self._view.release
        listed = self._cluster.helm("list", "--filter", f"^{re.escape(release.name)}$")
        entry = listed.data[0] if listed.is_found and isinstance(listed.data, list) and listed.data else {}
        status, chart = str(entry.get("status") or ""), str(entry.get("chart") or "")
        if status and status != "deployed":
            yield ids.RELEASE_FAILED.fail(
                f"The Helm release has the status {plain(status)}: its last operation did not complete."
            )
        elif chart and chart != f"librechat-{release.chart}":
            yield ids.DRIFT.warn(
                f"The release uses the chart {plain(chart)}, but the files are for librechat-{release.chart}."
            )
        else:
            yield ids.RELEASE.passed(f"The Helm release {plain(release.name)} is installed ({plain(chart)}).")
        if different := [*helm_values.different(self._view.values, given)][:_MOST_NAMED]:
            yield ids.DRIFT.warn(evidence=(", ".join(plain(name, limit=120) for name in different),))
        live = replace(self._view, values=given, has_files=False)
        yield from rules.layout(self._seen(live))
        if release.source or self._view.has_files:
            yield from self._undeclared(given)

    def _undeclared(self, given: Mapping[str, Any]) -> Iterator[Finding]:
        from wizard.catalogue.kubernetes_form import CHART_SOURCE
        from wizard.yamlfile.parsed import ParsedYaml

        release = self._view.release
        source = release.source or CHART_SOURCE
        shown = self._cluster.text(
            *("helm", "show", "values", source, "--version", str(release.chart)), seconds=_SHOW_SECONDS
        )
        if shown.is_found:
            declared = ParsedYaml.parse(str(shown.data).encode(), "values.yaml").data or {}
            if names := [*helm_values.undeclared(given, declared)][:_MOST_NAMED]:
                yield ids.UNKNOWN_VALUE.warn(evidence=(", ".join(plain(name, limit=120) for name in names),))

    def _seen(self, view: KubernetesView) -> View:
        return View(self._deployment._replace(kubernetes=view))

    def _secrets(self, given: Mapping[str, Any]) -> Iterator[Finding]:
        section = given.get("global")
        section = section.get("librechat") if isinstance(section, Mapping) else None
        named = section.get("existingSecretName") if isinstance(section, Mapping) else None
        name = str(named or self._view.release.secret)
        # kubectl leaves out when a field was changed unless it is asked for it.
        answer = self._get(f"the Secret {plain(name)}", "secret", name, "--show-managed-fields")
        if answer.kind is AnswerKind.MISSING:
            yield ids.SECRET_MISSING.fail(f"The Secret {plain(name)}, which the release refers to, is missing.")
        if not answer.is_found:
            return
        self._note_change(answer)
        held = secret_texts(answer)
        live = replace(self._view, secret=held, values=given, has_files=True)
        seen = {one.id for one in (*rules.keys(self._seen(self._view)), *rules.secret(self._seen(self._view)))}
        found = (*rules.keys(self._seen(live)), *rules.secret(self._seen(live)))
        yield from (one for one in found if one.id not in seen)
        differing = sorted(key for key, value in self._view.secret.items() if held.get(key) != value)
        if differing and not self._view.release.is_external:
            yield ids.SECRET_OLD.warn(evidence=(", ".join(plain(key, limit=80) for key in differing),))
        if self._view.meili:
            meili = self._get(f"the Secret {MEILI_SECRET}", "secret", MEILI_SECRET)
            if meili.kind is AnswerKind.MISSING:
                yield ids.SECRET_MISSING.fail(f"The Secret {MEILI_SECRET} is missing: Meilisearch cannot start.")

    def _note_change(self, answer: ClusterAnswer) -> None:
        metadata = answer.data.get("metadata") or {}
        times = [entry.get("time") for entry in metadata.get("managedFields") or ()] or [
            metadata.get("creationTimestamp")
        ]
        self._changed += [when for when in map(_time, times) if when is not None]

    def _pods(self) -> Iterator[Finding]:
        answer = self._get("pods", "pods", "-l", _INSTANCE.format(self._view.release.name))
        if not answer.is_found:
            return
        full = self._view.release.fullname
        pods = [
            one for one in answer.data.get("items") or () if str(one["metadata"].get("name", "")).startswith(f"{full}-")
        ]
        started = [when for pod in pods if (when := _time((pod.get("status") or {}).get("startTime"))) is not None]
        if started and self._changed and max(self._changed) > min(started):
            restart = f"kubectl -n {self._view.release.namespace} rollout restart deployment/{full}"
            yield ids.STALE.warn(remedy=f"Run: {restart}")
        waiting = [str(pod["metadata"]["name"]) for pod in pods if not _is_ready(pod)]
        if waiting:
            yield ids.NOT_READY.warn(
                f"{len(waiting)} of {len(pods)} LibreChat pods {'is' if len(waiting) == 1 else 'are'} not ready.",
                evidence=(", ".join(map(plain, waiting)),),
            )

    def _ingress(self) -> Iterator[Finding]:
        answer = self._get("ingresses", "ingress", "-l", _INSTANCE.format(self._view.release.name))
        url = self._seen(self._view).url("DOMAIN_CLIENT")
        if not answer.is_found or url is None or url.scheme != "https":
            return
        for one in answer.data.get("items") or ():
            spec = one.get("spec") or {}
            hosts = [str(rule.get("host")) for rule in spec.get("rules") or ()]
            if url.hostname not in hosts:
                yield ids.INGRESS.fail(
                    f"The ingress serves {plain(', '.join(hosts), limit=200)}, but the host in DOMAIN_CLIENT is {plain(url.hostname or '')}."
                )
            if name := spec.get("ingressClassName"):
                found = self._get("ingress classes", "ingressclass", str(name))
                if found.kind is AnswerKind.MISSING:
                    yield ids.INGRESS_CLASS.fail(f"The cluster has no ingress class {plain(str(name))}.")
            for entry in spec.get("tls") or ():
                yield from self._certificate(str(entry.get("secretName") or ""), url.hostname or "")

    def _certificate(self, name: str, host: str) -> Iterator[Finding]:
        if not name:
            return
        answer = self._get(f"the Secret {plain(name)}", "secret", name)
        if answer.kind is AnswerKind.MISSING:
            yield ids.INGRESS_SECRET.fail(
                f"The Secret {plain(name)}, which holds the ingress's certificate, does not exist."
            )
        elif answer.is_found and (fault := _certificate_fault(secret_texts(answer).get("tls.crt", ""), host)):
            yield ids.INGRESS_CERTIFICATE.fail(f"The certificate in the Secret {plain(name)} {fault}.")

    def _log(self) -> Iterator[Finding]:
        release = self._view.release
        where = ("kubectl", "-n", release.namespace, "logs", f"deployment/{release.fullname}")
        answer = self._cluster.text(*where, "--since=24h", "--tail=2000")
        if answer.kind is not AnswerKind.MISSING and self._is_read("LibreChat's log", answer):
            lines = [line for line in str(answer.data).splitlines() if _WARNINGS.search(line)]
            if lines:
                yield ids.LOGS.warn(evidence=dict.fromkeys(line[-200:] for line in lines[-3:]))


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC) if text else None
    except ValueError:
        return None


def _is_ready(pod: Mapping[str, Any]) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)


def _certificate_fault(pem: str, host: str) -> str:
    """Return what is wrong with a certificate for a host; nothing if it fits."""
    from cryptography import x509

    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        held = [name.lower() for name in names.get_values_for_type(x509.DNSName)]
    except (ValueError, x509.ExtensionNotFound):
        return "cannot be read"
    if certificate.not_valid_after_utc < datetime.now(UTC):
        return "has expired"
    covers = host in held or any(name.startswith("*.") and name[1:] == f".{host.partition('.')[2]}" for name in held)
    return "" if covers else f"does not cover {plain(host)}"
