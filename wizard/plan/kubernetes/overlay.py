"""``values-librechat-auth.yaml``: the wizard's values for helm, which override the operator's own and contain no secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wizard.answers.model import Answers
from wizard.catalogue.kubernetes_form import Redis, Storage
from wizard.deployment.kubernetes_names import CERTIFICATES, CONFIG_MAP, MEILI_SECRET, MOUNTED_AT, HelmRelease
from wizard.deployment.kubernetes_view import KubernetesView
from wizard.librechat.helm_chart import PUBLISHED, release_of
from wizard.yamlfile.document import YamlText
from wizard.yamlfile.render import Quoted

ENVIRONMENT: Final = ("librechat", "configEnv")
_HEAD: Final = """\
# Made by the LibreChat auth wizard: values for LibreChat's Helm chart. Pass it to helm after your own values (-f). It contains no secret.
"""
_IMAGES: Final = ("librechat", "imageVolume")
_STRATEGY: Final = "updateStrategy"
Values = Mapping[tuple[str, ...], Any]


def overlay_text(
    data: bytes | None, name: str, values: Values, environment: Mapping[str, str | None], *, own: Values
) -> bytes:
    """Return the file with these values by their place, and ``environment`` as ``librechat.configEnv``.

    ``own`` is what the operator's own values have of ``configEnv``: a name that is taken out and is there becomes ``null``, which helm
    reads as "no such key".
    """
    document = YamlText.parse(data, name)
    if not document.has(ENVIRONMENT):
        # Chart 2.0.8 does not render without it (helm 4.1.4 and before: "error calling dig").
        document = document.set(ENVIRONMENT, {})
    for path, value in values.items():
        if not document.has(path) or document.at(path) != value:
            document = document.set(path, value)
    for key, text in environment.items():
        path = (*ENVIRONMENT, key)
        if text is None and path in values:
            # It is taken out of the chart's own values.
            continue
        if text is not None:
            document = document.set(path, Quoted(text)) if document.at(path) != text else document
        elif path in own:
            document = document.set(path, None)
        elif document.has(path):
            document = document.remove(path, None)
    return (b"" if data is not None else _HEAD.encode()) + document.to_bytes()


def values_of(
    answers: Answers, view: KubernetesView, release: HelmRelease, *, has_config: bool
) -> dict[tuple[str, ...], Any]:
    """Return the values that follow from the answers, those of access and LibreChat's settings aside."""
    # A Service called "email" would make EMAIL_PORT=tcp://... in every pod of the namespace (kubernetes.io, "Accessing the Service").
    values: dict[tuple[str, ...], Any] = {
        ("enableServiceLinks",): False,
        ("global", "librechat", "existingSecretName"): Quoted(release.secret),
    }
    if view.has("meilisearch"):
        values["meilisearch", "auth", "existingMasterKeySecret"] = Quoted(MEILI_SECRET)
    if has_config:
        values["librechat", "existingConfigYaml"] = Quoted(CONFIG_MAP)
    if release.chart.publishes_keys:
        # helm takes a null for "no such key": a missing Secret is loud then, and no published key is in use.
        values |= {(*ENVIRONMENT, name): None for name in PUBLISHED}
    if answers.librechat.release is not None and answers.librechat.release != release_of(release.chart):
        values["image", "tag"] = Quoted(str(answers.librechat.release))
    values |= _replicas(answers, view)
    return values


def _replicas(answers: Answers, view: KubernetesView) -> dict[tuple[str, ...], Any]:
    asked = answers.kubernetes
    values: dict[tuple[str, ...], Any] = {}
    if asked.replicas is not None:
        values["replicaCount",] = asked.replicas
    if asked.redis is not None:
        values["redis", "enabled"] = asked.redis is Redis.BUNDLED
    if asked.storage is Storage.NONE:
        values[*_IMAGES, "enabled"] = False
    elif asked.storage is not None:
        values |= {(*_IMAGES, "enabled"): True, (*_IMAGES, "accessModes"): Quoted(asked.storage.value)}
    if asked.replicas is None and asked.storage is None and view.has_files:
        return values
    is_one = (asked.replicas or view.replicas) == 1
    storage = asked.storage or view.storage
    if is_one and storage is Storage.ONE_NODE:
        # A rolling update would start a second pod that waits for the volume of the first one.
        values |= {(_STRATEGY, "type"): Quoted("Recreate"), (_STRATEGY, "rollingUpdate"): None}
    elif view.at(_STRATEGY, "type") == "Recreate":
        values[_STRATEGY, "type"] = Quoted("RollingUpdate")
    return values


def mounts(view: KubernetesView) -> dict[tuple[str, ...], Any]:
    """Return the values that mount the Secret with certificates; lists of the operator's are carried over, since helm replaces lists."""
    volumes, mounted = ([*(view.at(name) or ())] for name in ("volumes", "volumeMounts"))
    if not any(isinstance(one, Mapping) and one.get("mountPath") == MOUNTED_AT for one in mounted):
        volumes.append({"name": Quoted("librechat-certs"), "secret": {"secretName": Quoted(CERTIFICATES)}})
        mounted.append({"name": Quoted("librechat-certs"), "mountPath": Quoted(MOUNTED_AT), "readOnly": True})
    return {("volumes",): volumes, ("volumeMounts",): mounted}
