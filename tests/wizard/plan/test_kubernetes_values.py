"""Hostile values through Secret, ConfigMap and helm's values: every reader of YAML reads byte for byte what was meant."""

from __future__ import annotations

import base64
import json
import random
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.helm_judge import HELMS, as_json, documents, program, rendered, run
from tests.judge import JUDGES, image_node, need_path
from wizard.deployment.kubernetes_names import VALUES_FILE, HelmRelease
from wizard.librechat.helm_values import survives_helm
from wizard.plan.kubernetes.manifests import config_map_text, secret_text
from wizard.plan.kubernetes.overlay import overlay_text
from wizard.yamlfile.manifest import config_texts, secret_bytes
from wizard.yamlfile.parsed import ParsedYaml

MANY: Final = 2000
BITS: Final = (
    *(
        "'",
        '"',
        "\\",
        "$",
        "${X}",
        "#",
        " # ",
        ":",
        ": ",
        "{{ .Values }}",
        "`",
        "%",
        "!",
        "&a",
        "*a",
        "|",
        ">",
        "- ",
        "? ",
    ),
    *(
        "\n",
        "\r",
        "\t",
        "\r\n",
        " ",
        "\x7f",
        "\x85",
        "\xa0",
        "\u2028",
        "\ufeff",
        "é",
        "漢",
        "😀",
        "~",
        "@",
        ",",
        "[",
        "]",
    ),
    *(
        "null",
        "true",
        "no",
        "0123",
        "1e3",
        ".inf",
        ".nan",
        "0x1F",
        "1_000",
        "2026-01-01",
        "=",
        "<<",
        "---",
        "...",
        "a",
        "B",
    ),
)
"""What YAML, shells, templates and env files take for something else."""


JAVASCRIPT: Final = {
    "js-yaml": "require('js-yaml').loadAll(text)",
    "yaml": "require('yaml').parseAllDocuments(text).map(one => { if (one.errors.length) throw one.errors[0]; return one.toJS() })",
}
"""The two YAML readers of npm that others are built on; LibreChat itself reads librechat.yaml with js-yaml."""


def in_javascript(reader: str, text: bytes) -> list[Any]:
    """Return YAML documents as a reader of npm reads them."""
    need_path(reader, JUDGES / "node_modules" / reader)
    program = f"const text = require('fs').readFileSync(0, 'utf8'); process.stdout.write(JSON.stringify({JAVASCRIPT[reader]}))"
    done = subprocess.run([image_node(), "-e", program], input=text, capture_output=True, check=False, cwd=JUDGES)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return list(json.loads(done.stdout))


def hostile(seed: int) -> list[str]:
    """Return values that some reader might read otherwise; the same for a seed."""
    choose = random.Random(seed)
    mixed = ["".join(choose.choices(BITS, k=choose.randint(1, 8))) for _ in range(MANY - len(BITS))]
    return [*BITS, *mixed]


def test_hostile_values_come_back_from_a_secret(tmp_path: Path) -> None:
    """Read by ruamel.yaml, and by the YAML library of kubectl (kustomize reads and writes it anew)."""
    values = {f"K{number}": value for number, value in enumerate(hostile(1))}
    text = secret_text(None, "s", HelmRelease(namespace="chat"), values, "s.yaml")
    assert secret_bytes(ParsedYaml.parse(text, "s.yaml")) == {name: value.encode() for name, value in values.items()}
    (tmp_path / "s.yaml").write_bytes(text)
    (tmp_path / "kustomization.yaml").write_text("resources: [s.yaml]\n")
    made = documents(run(program("kubectl"), "kustomize", ".", folder=tmp_path))[0]
    assert {name: base64.b64decode(value).decode() for name, value in made["data"].items()} == values
    # A second run reads its own file and finds nothing to change.
    assert secret_text(text, "s", HelmRelease(namespace="chat"), values, "s.yaml") == text


def test_hostile_values_come_back_from_config_maps(tmp_path: Path) -> None:
    """One ConfigMap a value; kubectl reads all of them at once."""
    texts = hostile(2)
    made = [config_map_text(None, text, HelmRelease(), "c.yaml") for text in texts]
    read = [config_texts(ParsedYaml.parse(one, "c.yaml"))["librechat.yaml"] for one in made]
    assert read == texts
    named = [one.replace(b'"librechat-config"', f'"c{number}"'.encode(), 1) for number, one in enumerate(made)]
    (tmp_path / "all.yaml").write_bytes(b"\n---\n".join(named))
    out = as_json((tmp_path / "all.yaml").read_bytes(), tmp_path)
    by_name = {one["metadata"]["name"]: one["data"]["librechat.yaml"] for one in out}
    assert [by_name[f"c{number}"] for number in range(len(texts))] == texts


@pytest.mark.parametrize("reader", JAVASCRIPT)
def test_hostile_values_come_back_through_readers_in_javascript(reader: str) -> None:
    """Secret, ConfigMap, and the text of librechat.yaml within it, which LibreChat reads with js-yaml."""
    texts = hostile(4)
    values = {f"K{number}": value for number, value in enumerate(texts)}
    secret = secret_text(None, "s", HelmRelease(namespace="chat"), values, "s.yaml")
    maps = [config_map_text(None, text, HelmRelease(), "c.yaml") for text in texts]
    overlay = overlay_text(None, VALUES_FILE, {}, values, own={})
    first, helm, *rest = in_javascript(reader, b"\n---\n".join((secret, overlay, *maps)))
    assert {name: base64.b64decode(value).decode() for name, value in first["data"].items()} == values
    assert {name: helm["librechat"]["configEnv"][name] for name in values} == values
    assert [one["data"]["librechat.yaml"] for one in rest] == texts


@pytest.mark.parametrize("helm", HELMS)
def test_hostile_values_come_back_from_helm_values(tmp_path: Path, helm: str) -> None:
    """Through helm's reader, its templates and its writer to the ConfigMap that the pod gets.

    What helm loses is written to the Secret: one such value empties the whole ConfigMap, without an error.
    """
    values = {f"K{number}": value for number, value in enumerate(hostile(3)) if survives_helm(value)}
    (tmp_path / "kubernetes").mkdir()
    text = overlay_text(None, VALUES_FILE, {}, values, own={})
    (tmp_path / VALUES_FILE).write_bytes(text)
    data = rendered(tmp_path, helm)["ConfigMap"]["data"]
    assert {name: data[name] for name in values} == values
