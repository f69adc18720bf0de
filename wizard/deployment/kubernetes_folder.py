"""LibreChat on Kubernetes, read from a folder: the wizard's files below ``kubernetes/`` and the operator's own values.

What LibreChat gets there, from what wins to what only fills gaps: ``global.librechat.env``, the Secret, the ConfigMap that the
chart makes of ``librechat.configEnv`` and of its subcharts (templates/deployment.yaml and configmap-env.yaml, charts 2.0.3 to 2.0.15).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from wizard.answers.model import Access, Stack
from wizard.basics.problem import InvalidInput
from wizard.composefile.container_environment import OriginMechanism
from wizard.deployment.effective import EffectiveValue, Origin
from wizard.deployment.file_state import FileState
from wizard.deployment.kubernetes_names import (
    CONFIG_FILE,
    CONFIG_KEY,
    FILES,
    MEILI_FILE,
    RECORD,
    SECRET_FILE,
    VALUES_FILE,
    recorded_release,
)
from wizard.deployment.kubernetes_view import KubernetesView
from wizard.deployment.librechat_yaml import read_config
from wizard.deployment.model import Deployment
from wizard.deployment.snapshot import Snapshot
from wizard.dotenv.document import Document
from wizard.yamlfile.manifest import config_texts, lines_of, secret_bytes
from wizard.yamlfile.parsed import ParsedYaml


def kubernetes_deployment(
    snapshot: Snapshot, after: Mapping[str, FileState], access: Access | None = None
) -> Deployment:
    """Return what LibreChat will see when the files named in ``after`` stand so."""
    files = {**snapshot.files, **after}
    view = view_of(files)
    config = _config(files.get(CONFIG_FILE))
    uses_config = bool(view.at("librechat", "existingConfigYaml"))
    return Deployment(
        folder=snapshot.folder,
        stack=Stack.HELM,
        release=snapshot.release,
        release_known=bool(snapshot.release_source),
        release_pinned=bool(snapshot.release_source),
        settings=MappingProxyType({name: found.value for name, found in view.origins.items()}),
        dotenv=Document.empty(),
        files=MappingProxyType(files),
        service="",
        config=config,
        config_name=CONFIG_FILE,
        config_mounted=config is not None and uses_config,
        has_run=snapshot.has_run,
        access=access,
        operator_uid=snapshot.operator.uid,
        kubernetes=view,
    )


def view_of(files: Mapping[str, FileState]) -> KubernetesView:
    """Return what the files say; ``InvalidInput`` for one that is not YAML."""
    release = recorded_release(files[RECORD].data)
    own = parsed(files.get(release.values))
    overlay = parsed(files.get(VALUES_FILE))
    secret, meili = (_texts(parsed(files.get(name))) for name in (SECRET_FILE, MEILI_FILE))
    values = merged(own.data or {}, overlay.data or {})
    release = release.with_values(values)
    view = KubernetesView(
        release=release,
        values=values,
        secret=MappingProxyType(secret),
        meili=MappingProxyType(meili),
        has_files=any(files[name].data is not None for name in FILES if name in files and name != RECORD),
    )
    candidates: dict[str, list[EffectiveValue]] = {}
    for found in (*_chart_sets(view), *_plain(own), *_plain(overlay), *_of_secret(files, secret), *_global(view)):
        candidates.setdefault(found.name, []).append(found)
    origins = {name: _effective(found) for name, found in candidates.items()}
    return KubernetesView(
        release=release,
        values=values,
        secret=view.secret,
        meili=view.meili,
        has_files=view.has_files,
        origins=MappingProxyType(origins),
    )


def parsed(state: FileState | None) -> ParsedYaml:
    """Read a file; an empty document if there is none."""
    name = state.name if state is not None else ""
    return ParsedYaml.parse(state.data if state is not None else None, name)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of two files as helm merges them: mappings by key, all else replaced, ``null`` takes away."""
    found = dict(below)
    for key, value in above.items():
        if isinstance(value, Mapping) and isinstance(found.get(key), Mapping):
            found[key] = merged(found[key], value)
        else:
            found[key] = value
    return found


def _texts(document: ParsedYaml) -> dict[str, str]:
    return {name: value.decode("utf-8", "surrogateescape") for name, value in secret_bytes(document).items()}


def _config(state: FileState | None) -> dict[str, Any] | None:
    try:
        text = config_texts(parsed(state)).get(CONFIG_KEY)
    except InvalidInput:
        return None
    return None if text is None else read_config(text.encode())


def _effective(found: list[EffectiveValue]) -> EffectiveValue:
    *shadowed, counts = found
    if not shadowed:
        return counts
    return EffectiveValue(
        name=counts.name, value=counts.value, origin=counts.origin, shadowed=tuple(reversed(shadowed))
    )


def _chart_sets(view: KubernetesView) -> Iterator[EffectiveValue]:
    """Yield what the chart makes up for the subcharts that it installs."""
    release = view.release
    domain = f"{release.namespace}.svc.cluster.local"
    made = {
        "mongodb": {"MONGO_URI": f"mongodb://{release.name}-mongodb.{domain}:27017/LibreChat"},
        "meilisearch": {"MEILI_HOST": f"http://{release.name}-meilisearch.{domain}:7700", "SEARCH": "true"},
        "redis": {"USE_REDIS": "true", "REDIS_URI": f"redis://{release.name}-redis-master.{domain}:6379"},
    }
    origin = Origin(OriginMechanism.CHART, f"the chart {release.chart}", 0)
    for subchart, values in made.items():
        if view.has(subchart):
            yield from (EffectiveValue(name=name, value=text, origin=origin) for name, text in values.items())


def _plain(document: ParsedYaml) -> Iterator[EffectiveValue]:
    environment = document.at(("librechat", "configEnv"))
    lines = lines_of(document, "librechat", "configEnv")
    for name, value in (environment if isinstance(environment, Mapping) else {}).items():
        if value is not None:
            origin = Origin(OriginMechanism.CONFIG_MAP, document.name, lines.get(name, 0))
            yield EffectiveValue(name=name, value=_text(value), origin=origin)


def _of_secret(files: Mapping[str, FileState], secret: Mapping[str, str]) -> Iterator[EffectiveValue]:
    lines = lines_of(parsed(files.get(SECRET_FILE)), "data")
    for name, value in secret.items():
        yield EffectiveValue(
            name=name, value=value, origin=Origin(OriginMechanism.SECRET, SECRET_FILE, lines.get(name, 0))
        )


def _global(view: KubernetesView) -> Iterator[EffectiveValue]:
    entries = view.at("global", "librechat", "env")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping) and "name" in entry and entry.get("value") is not None:
            origin = Origin(OriginMechanism.GLOBAL_ENV, "global.librechat.env", 0)
            yield EffectiveValue(name=str(entry["name"]), value=_text(entry["value"]), origin=origin)


def _text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
