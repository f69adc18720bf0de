"""What goes over the wire to a Kubernetes API server: merges, helm's protobuf, and as much of OpenAPI as its clients look for."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any, Final

KINDS: Final = {
    ("", "v1"): {
        "secrets": "Secret",
        "configmaps": "ConfigMap",
        "services": "Service",
        "pods": "Pod",
        "persistentvolumeclaims": "PersistentVolumeClaim",
        "namespaces": "Namespace",
    },
    ("apps", "v1"): {"deployments": "Deployment", "replicasets": "ReplicaSet"},
    ("networking.k8s.io", "v1"): {"ingresses": "Ingress", "ingressclasses": "IngressClass"},
}
CLUSTER_WIDE: Final = ("namespaces", "ingressclasses")
Json = dict[str, Any]
PROTOBUF: Final = b"k8s\0"


def places() -> dict[str, tuple[str, str]]:
    return {(f"apis/{group}/{version}" if group else f"api/{version}"): (group, version) for group, version in KINDS}


def schema(group: str, version: str) -> Json:
    """Return as much of OpenAPI as makes kubectl and helm leave the validation to the server, as they do with a real one."""
    base = f"/apis/{group}/{version}" if group else f"/api/{version}"
    operations = {
        f"{base}/{resource}/{{name}}": {
            "patch": {
                "parameters": [{"name": "fieldValidation", "in": "query"}],
                "responses": {},
                "x-kubernetes-group-version-kind": {"group": group, "version": version, "kind": kind},
            }
        }
        for resource, kind in KINDS[group, version].items()
    }
    return {"openapi": "3.0.0", "info": {"title": "x", "version": "1"}, "paths": operations}


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give number and bytes of each field of a protobuf message; numbers themselves are left out."""
    place = 0

    def number() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = data[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while place < len(data):
        tag = number()
        size = number()
        if tag & 7 == 2:
            yield tag >> 3, data[place : place + size]
            place += size


def _pairs(data: list[bytes]) -> Iterator[tuple[str, bytes]]:
    for entry in data:
        held = dict(_fields(entry))
        yield held[1].decode(), held.get(2, b"")


def secret_of(data: bytes) -> Json:
    """Return the Secret that helm sends: it alone is sent as protobuf (k8s.io/api/core/v1/generated.proto, Secret and ObjectMeta)."""
    raw = dict(_fields(data))[2]
    held = [*_fields(raw)]
    meta = [*_fields(next(value for number, value in held if number == 1))]
    name = next(value for number, value in meta if number == 1).decode()
    labels = {key: value.decode() for key, value in _pairs([value for number, value in meta if number == 11])}
    values = {
        key: base64.b64encode(value).decode() for key, value in _pairs([value for number, value in held if number == 2])
    }
    kind = next((value.decode() for number, value in held if number == 3), "Opaque")
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": kind,
        "metadata": {"name": name, "labels": labels},
        "data": values,
    }


def core(body: Json) -> Json:
    return {key: value for key, value in body.items() if key not in ("metadata", "status")}


def without(present: Any, last: Any, new: Any) -> Any:
    if not isinstance(present, dict) or not isinstance(last, dict):
        return present
    kept = {}
    for key, value in present.items():
        if key in last and key not in (new or {}):
            continue
        kept[key] = without(value, last.get(key), (new or {}).get(key)) if key in last else value
    return kept


def merged(below: Any, above: Any, *, strategic: bool = False) -> Any:
    """Merge as a JSON merge patch; ``strategic`` merges lists of named things by name."""
    if (
        isinstance(below, list)
        and isinstance(above, list)
        and strategic
        and above
        and all(isinstance(one, dict) and ("name" in one or "mountPath" in one) for one in above)
    ):
        key = "name" if "name" in above[0] and "mountPath" not in above[0] else "mountPath"
        found = {one.get(key): one for one in below}
        for one in above:
            if one.get("$patch") == "delete":
                found.pop(one.get(key), None)
            else:
                found[one.get(key)] = merged(found.get(one.get(key), {}), one, strategic=True)
        return list(found.values())
    if not isinstance(above, dict):
        return above
    made = dict(below) if isinstance(below, dict) else {}
    for key, value in above.items():
        if key.startswith("$"):
            continue
        if value is None:
            made.pop(key, None)
        else:
            made[key] = merged(made.get(key), value, strategic=strategic)
    return made
