"""Adopts a running release: its keys, other secrets, values and librechat.yaml become the folder's."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from wizard.basics.problem import InvalidInput, Problem
from wizard.deployment.cluster import NotReadable, RunningRelease, running_release
from wizard.deployment.kubernetes_names import ADOPTED_VALUES, CONFIG_FILE, SECRET_FILE, HelmRelease
from wizard.librechat.helm_chart import ChartVersion
from wizard.librechat.published_secrets import published_name
from wizard.plan.credentials import BOOTSTRAPPED
from wizard.plan.kubernetes.manifests import config_map_text, secret_text
from wizard.yamlfile.render import Quoted, entry

FIELD: Final = "kubernetes.adopt"
_HEAD: Final = (
    "# The values that this release was installed with, as shown by 'helm get values'. They may contain secrets.\n"
)


class AdoptedFiles(NamedTuple):
    """Files as they would be if the wizard had made the release; the plan starts from them."""

    release: HelmRelease
    files: Mapping[str, bytes]
    is_installed: bool
    notes: tuple[str, ...] = ()


def adopted(release: HelmRelease, *, is_chart_given: bool) -> AdoptedFiles:
    """Read the release. ``InvalidInput`` if a part of it cannot be read: with new keys, stored data would be lost."""
    try:
        running = running_release(release)
    except NotReadable as error:
        remedy = (
            "Give kubectl and helm access to the cluster (kubectl config use-context NAME), with permission to read "
            "Secrets."
        )
        raise InvalidInput(
            Problem(field=FIELD, message=f"the release cannot be read: {error}.", remedy=remedy)
        ) from None
    if not running.is_installed and running.secret is None:
        note = (
            f"The namespace {release.namespace} contains neither the release {release.name} nor the Secret "
            f"{release.secret}, so there is nothing to adopt."
        )
        return AdoptedFiles(release, {}, is_installed=False, notes=(note,))
    chart = release.chart if is_chart_given else _chart(running, release)
    release = HelmRelease(
        namespace=release.namespace,
        name=release.name,
        chart=chart,
        source=release.source,
        values=release.values or (ADOPTED_VALUES if running.values else ""),
        secret=running.secret_name,
        is_external=release.is_external,
    )
    files: dict[str, bytes] = {}
    held, notes = _secret(running)
    if held:
        files[SECRET_FILE] = secret_text(None, release.secret, release, held, SECRET_FILE)
    if running.config is not None:
        files[CONFIG_FILE] = config_map_text(None, running.config, release, CONFIG_FILE)
    if running.values and release.values == ADOPTED_VALUES:
        files[ADOPTED_VALUES] = values_text(running.values)
    entries = f"{len(held)} {'entry' if len(held) == 1 else 'entries'} of the Secret {release.secret}"
    counted = f"{entries}, and the values and librechat.yaml if the cluster has them"
    return AdoptedFiles(
        release, files, is_installed=running.is_installed, notes=(f"Adopted from the cluster: {counted}.", *notes)
    )


def _chart(running: RunningRelease, release: HelmRelease) -> ChartVersion:
    try:
        return ChartVersion.parse(running.chart)
    except ValueError:
        return release.chart


def _secret(running: RunningRelease) -> tuple[dict[str, str], list[str]]:
    """Return what the Secret shall hold: what it holds, and the keys that LibreChat has from the chart's ConfigMap instead."""
    held = dict(running.secret or {})
    notes = []
    for name in BOOTSTRAPPED:
        value = running.environment.get(name, "")
        if held.get(name) or not value:
            continue
        held[name] = value
        public = (
            " The value is publicly known: after the change takes effect, run 'keys rotate' to replace it."
            if published_name(value)
            else ""
        )
        notes.append(f"{name}: adopted from the chart's ConfigMap, so that an upgrade does not lose it.{public}")
    return held, notes


def values_text(values: Mapping[str, object]) -> bytes:
    """Return values as a YAML file, each text in quotes."""
    lines = [
        line for name, value in values.items() for line in entry((name,), _quoted(value), column=0, step=2, notes={})
    ]
    return (_HEAD + "\n".join(lines) + "\n").encode()


def _quoted(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _quoted(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_quoted(one) for one in value]
    return Quoted(value) if isinstance(value, str) else value
