"""A person sets LibreChat up for Kubernetes: in a real terminal of 80x24, full screen and line by line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from tests.rounds import of_each_kind
from tests.screens.cli.program import answers, run
from tests.screens.terminal.operators import full_screen, line_by_line, write_anyway
from tests.screens.terminal.terminal import wizard
from tests.screens.terminal.test_three_fronts import SECRETS, files_of
from wizard.deployment.kubernetes_names import SECRET_FILE, VALUES_FILE

ANSWERS: Final = {
    "access": "https-existing",
    "DOMAIN_CLIENT": "https://chat.example.com",
    "kubernetes.namespace": "chat",
    "kubernetes.release": "lc",
    "kubernetes.replicas": "2",
    "kubernetes.redis": "bundled",
    "kubernetes.storage": "ReadWriteMany",
    "kubernetes.ingress.class": "traefik",
    "kubernetes.ingress.issuer": "letsencrypt",
    "kubernetes.before_ingress": "1",
    "EMAIL_PASSWORD": "correct horse #1 battery",
}
USUAL: Final = (
    "access",
    "DOMAIN_CLIENT",
    "kubernetes.namespace",
    "kubernetes.replicas",
    "kubernetes.redis",
    "kubernetes.storage",
)
"""A choice, a text and a number of the step for Kubernetes, without which two pods are refused."""
GIVEN: Final = {name: ANSWERS[name] for name in of_each_kind(ANSWERS, USUAL)}
NOWHERE: Final = {"KUBECONFIG": "/dev/null"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for Kubernetes; its keys come along from Docker Compose, so that no random value makes a difference."""
    made = tmp_path / "start" / "folder"
    (made / "kubernetes").mkdir(parents=True)
    (made / ".env").write_text("".join(f"{key}={value}\n" for key, value in SECRETS.items()), encoding="utf-8")
    return made


def test_all_fronts_write_the_same_files_for_kubernetes(folder: Path, tmp_path: Path) -> None:
    folders = {way: tmp_path / f"Chat-{way}" / "folder" for way in ("screen", "lines", "file")}
    for one in folders.values():
        shutil.copytree(folder, one)
    full_screen(folders["screen"], GIVEN, environment=NOWHERE)
    line_by_line(folders["lines"], GIVEN, environment=NOWHERE)
    file = answers(folders["file"], json.dumps(_answers_file(GIVEN)))
    done = run("--answers", file, "--dir", folders["file"], "--force", "--offline", environment=NOWHERE)
    assert done.status in (0, 1), done.text
    found = {way: files_of(one) for way, one in folders.items()}
    assert {SECRET_FILE, VALUES_FILE} <= set(found["file"])
    assert b"replicaCount: 2" in found["file"][VALUES_FILE]
    assert found["screen"] == found["file"]
    assert found["lines"] == found["file"]


def _answers_file(given: dict[str, str]) -> dict[str, Any]:
    """Return the same answers as the answers file has them."""
    made: dict[str, Any] = {"version": 1, "settings": {}}
    for name, value in given.items():
        *parts, last = name.split(".") if "." in name or name == "access" else ("settings", name)
        place = made
        for part in parts:
            place = place.setdefault(part, {})
        place[last] = int(value) if value.isdigit() else value
    return made


def test_the_step_for_kubernetes_in_a_small_terminal(folder: Path) -> None:
    """What is asked there, what is refused below its field, and commands of kubectl and helm at the end, none of Docker."""
    with wizard(folder, environment=NOWHERE) as terminal:
        terminal.until("step 1 of")
        terminal.press("ctrl-n", "ctrl-n")
        terminal.until("Where the Helm release runs")
        terminal.until("Namespace")
        terminal.type("Not A Namespace")
        terminal.until("is not a valid namespace.")
        terminal.press("ctrl-u")
        terminal.type("chat")
        terminal.until("is not a valid namespace.", gone=True)
        for line in terminal.lines:
            assert len(line) <= 80
        terminal.press("f2")
        terminal.until("Go to a step")
        terminal.press("end", "enter")
        terminal.until("Ctrl+W writes ")
        terminal.press("ctrl-w")
        write_anyway(terminal, "Start LibreChat")
        terminal.until("kubectl")
        terminal.until("--server-side")
        assert "docker compose" not in terminal.flat
        terminal.press("enter")
        assert terminal.wait() == 0, terminal.text


def test_the_step_for_kubernetes_line_by_line_in_a_small_terminal(folder: Path) -> None:
    with wizard(folder, "--plain", environment=NOWHERE) as terminal:
        terminal.until("> ")
        terminal.type(":go kubernetes.namespace\r")
        terminal.until("(kubernetes.namespace)")
        terminal.type("Not A Namespace\r")
        terminal.until("Use lowercase letters, digits and hyphens.")
        terminal.type("chat\r")
        terminal.until("(kubernetes.release)")
        terminal.type("?\r")
        terminal.until("The value from the last run, or librechat.")
        terminal.type(":go review\r")
        terminal.until("or back")
        terminal.type("write anyway\r" if "write anyway" in terminal.flat else "write\r")
        terminal.until("To save your answers")
        output = terminal.raw.decode()
        assert "kubectl -n chat apply --server-side" in output
        assert "docker compose" not in output
        terminal.type("\r")
        assert terminal.wait() == 0, terminal.text
