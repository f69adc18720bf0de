"""Real helm and kubectl as judges of what the wizard writes for Kubernetes, and the schemas of Kubernetes; none of them needs a cluster."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from ruamel.yaml import YAML

from tests.judge import JUDGES, need_path
from wizard.answers.model import Answers
from wizard.answers.reader import read
from wizard.plan.proposal import Proposal, propose
from wizard.store.folder_store import FolderStore
from wizard.store.plan_writes import write
from wizard.yamlfile.nodes import node_of

CHART: Final = Path(__file__).parent / "judges" / "chart"
"""A chart of this project's own with the value paths of LibreChat's."""
HELMS: Final = ("helm", "helm-3")
RELEASES: Final = ("1.33", "1.37")


def program(name: str) -> Path:
    """Return helm, helm-3 or kubectl."""
    return need_path(name, JUDGES / "kubernetes" / name)


def run(*words: str | Path, folder: Path, given: bytes = b"") -> bytes:
    """Run a judge that needs no cluster, and return what it says."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "KUBECONFIG": "/dev/null"}
    done = subprocess.run(words, cwd=folder, env=environment, input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout


def documents(text: bytes | str) -> list[Any]:
    """Read YAML documents as ruamel does, without the empty ones."""
    return [one for one in YAML(typ="safe", pure=True).load_all(text) if one]


def rendered(folder: Path, helm: str = "helm", *values: str) -> dict[str, Any]:
    """Return what helm makes of the wizard's values in a folder, by kind."""
    given = [word for name in (*values, "kubernetes/values-librechat-auth.yaml") for word in ("-f", name)]
    text = run(program(helm), "template", "lc", CHART, "-n", "chat", *given, folder=folder)
    return {one["kind"]: one for one in as_json(text, folder)}


def as_json(manifests: bytes, folder: Path) -> list[Any]:
    """Return manifests as kubectl reads them and would send them to an API server."""
    command = (program("kubectl"), "annotate", "--local", "-f", "-", "judged=yes", "-o", "json")
    text, decoder, found = run(*command, folder=folder, given=manifests).decode(), json.JSONDecoder(), []
    while text := text.lstrip():
        one, end = decoder.raw_decode(text)
        found.append(one)
        text = text[end:]
    return found


@cache
def _schemas(release: str) -> tuple[dict[str, Any], Registry[Any]]:
    held = json.loads(need_path("schemas", JUDGES / "kubernetes" / f"schemas-{release}.json").read_text())
    resources = [(name, DRAFT202012.create_resource(schema)) for name, schema in held.items()]
    return held, Registry().with_resources(resources)


def schema_faults(document: dict[str, Any], release: str = "1.33") -> Iterator[str]:
    """Give what the strict schemas of Kubernetes refuse; a check of names and types, not an API server."""
    group, _, version = document["apiVersion"].rpartition("/")
    parts = [document["kind"].lower(), *([group.split(".")[0]] if group else []), version]
    held, registry = _schemas(release)
    schema = held[f"{'-'.join(parts)}.json"]
    for fault in Draft202012Validator(schema, registry=registry).iter_errors(document):
        yield f"{document['kind']}: {fault.json_path}: {fault.message[:200]}"


def answers(folder: Path, **parts: Any) -> Answers:
    """Return answers for Kubernetes; ``kubernetes`` and the other parts over what every test needs."""
    release = {"namespace": "chat", "release": "lc", **parts.pop("kubernetes", {})}
    given = {"version": 1, "librechat": {"stack": "helm", **parts.pop("librechat", {})}, "kubernetes": release, **parts}
    return read(node_of(given), base=folder).answers


def written(folder: Path, **parts: Any) -> Proposal:
    """Write what these answers lead to."""
    proposal = propose(folder, answers(folder, **parts))
    store = FolderStore(proposal.snapshot.folder)
    with store.lock():
        write(proposal, store)
    return proposal
