"""The values that LibreChat's Helm chart reads. Others have no effect, and helm does not report them (no values.schema.json)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from wizard.basics.patterns import late_pattern

TOP: Final = frozenset(
    (
        *("replicaCount", "global", "librechat", "librechat-rag-api", "image", "imagePullSecrets", "nameOverride"),
        *(
            "fullnameOverride",
            "lifecycle",
            "podAnnotations",
            "podLabels",
            "podSecurityContext",
            "securityContext",
            "service",
        ),
        *("ingress", "resources", "autoscaling", "livenessProbe", "readinessProbe", "volumes", "volumeMounts"),
        *(
            "nodeSelector",
            "tolerations",
            "affinity",
            "updateStrategy",
            "mongodb",
            "meilisearch",
            "redis",
            "langfuseFanout",
        ),
        *(
            "enableServiceLinks",
            "extraContainers",
            "initContainers",
            "dnsPolicy",
            "dnsConfig",
            "serviceAccount",
            "httpRoute",
        ),
        *(
            "deploymentAnnotations",
            "startupProbe",
            "priorityClassName",
            "topologySpreadConstraints",
            "podDisruptionBudget",
        ),
    )
)
LIBRECHAT: Final = frozenset(
    (
        *(
            "configEnv",
            "existingSecretName",
            "configYamlContent",
            "existingConfigYaml",
            "serviceAccount",
            "imageVolume",
        ),
        *("adminPanelUrl",),
    )
)
_LOST: Final = late_pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""What helm's ``toYaml`` cannot bring into the ConfigMap: of one such value it makes an empty text of *all* of configEnv, without an
error, or a manifest that does not parse (tried with helm 3.17.3 and 4.3.1)."""
_IGNORED: Final = (("env",), ("config",), ("librechat", "existingSecretName"))
"""Layouts of charts before 1.8, and what the README of the chart once showed."""


def survives_helm(value: str) -> bool:
    """Return whether a value comes through helm's templates as it is; any other belongs into the Secret."""
    return _LOST.search(value) is None


def ignored(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what helm takes and the chart does not read, of what people write most."""
    for path in _IGNORED:
        found: Any = values
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        if found is not None:
            yield ".".join(path)


def misspelt(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each name that is almost one of the chart's, and that one; what is like none may be an anchor or a newer chart's."""
    from wizard.basics.nearest import nearest_of

    inner = values.get("librechat")
    for prefix, names, known in (
        ("", values, TOP),
        ("librechat.", inner if isinstance(inner, Mapping) else {}, LIBRECHAT),
    ):
        for name in names:
            near = nearest_of(name, known) if name not in known else None
            if near:
                yield f"{prefix}{name}", f"{prefix}{near}"


def undeclared(values: Mapping[str, Any], declared: Mapping[str, Any]) -> Iterator[str]:
    """Yield each name of the first two levels that ``helm show values`` does not have; free mappings and subcharts are left out."""
    for name, value in values.items():
        if name not in declared:
            yield name
        elif name in ("librechat", "ingress", "image", "service", "autoscaling") and isinstance(value, Mapping):
            below = declared[name]
            yield from (f"{name}.{key}" for key in value if isinstance(below, Mapping) and key not in below)


def unquoted(environment: object) -> Iterator[str]:
    """Yield the names of ``configEnv`` whose values are no texts; ``null`` takes a name away and is none of them."""
    for name, value in environment.items() if isinstance(environment, Mapping) else ():
        if isinstance(value, bool | int | float):
            yield str(name)


def different(wanted: object, given: object, path: str = "") -> Iterator[str]:
    """Yield the places of values that helm was given otherwise; ``null`` and nothing are the same."""
    if isinstance(wanted, Mapping) and (wanted or given):
        for key, value in wanted.items():
            there = given.get(key) if isinstance(given, Mapping) else None
            yield from different(value, there, f"{path}.{key}" if path else str(key))
    elif wanted != given and not (wanted in (None, {}) and given in (None, {})):
        yield path
