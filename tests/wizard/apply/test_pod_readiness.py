"""Waiting for LibreChat in its pod: silence is LibreChat's only where a command could ask it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wizard.apply.events import Failed, Note, Ready
from wizard.apply.helm_run import ClusterProgram
from wizard.apply.pod_readiness import PodReadiness
from wizard.apply.redaction import Redactor
from wizard.apply.timeouts import StartTimeouts
from wizard.deployment.kubernetes_names import HelmRelease

RELEASE = HelmRelease(namespace="chat", name="lc")
DEPLOYMENT = {"spec": {"selector": {"matchLabels": {"app": "lc"}}}}
READY = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}, "metadata": {"name": "lc-1"}}

UNREACHABLE = "Unable to connect to the server: net/http: TLS handshake timeout"


def kubectl(folder: Path, monkeypatch: pytest.MonkeyPatch, error_text: str, *, silent: int = 0) -> None:
    """Put a kubectl in front whose pod is ready and in which every command ends with these words, or LibreChat answers.

    The API server is out of reach for the first ``silent`` questions.
    """
    for name, content in (("deployment", DEPLOYMENT), ("pods", {"items": [READY]})):
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    (folder / "reply").write_text(json.dumps({"status": 200, "body": '{"a": 1}'}), encoding="utf-8")
    (folder / "error_text").write_text(error_text + "\n", encoding="utf-8")
    (folder / "kubectl").write_text(
        f"""#!/bin/sh
echo x >> '{folder}/asked'
if [ "$(wc -l < '{folder}/asked')" -le {silent} ]; then echo '{UNREACHABLE}' >&2; exit 1; fi
case "$*" in
*"get deployment"*) cat '{folder}/deployment' ;;
*"get pods"*) cat '{folder}/pods' ;;
*exec*) [ '{error_text}' ] || {{ cat '{folder}/reply'; exit 0; }}; cat '{folder}/error_text' >&2; exit 1 ;;
*logs*) echo 'Server listening on all interfaces at port 3080' ;;
esac
""",
        encoding="utf-8",
    )
    (folder / "kubectl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


async def last_of_the_waiting(folder: Path, *, ready: float = 0.5) -> object:
    program = ClusterProgram(program=("kubectl",), folder=folder, redactor=Redactor(()))
    readiness = PodReadiness(release=RELEASE, kubectl=program)
    return [event async for event in readiness.wait(StartTimeouts(ready=ready, between=0.05), is_first=False)][-1]


@pytest.mark.parametrize(
    "error_text",
    [
        'Error from server: admission webhook "validate.kyverno.svc-fail" denied the request: no exec here',
        "error: unable to upgrade connection: Forbidden (user=kube-apiserver, verb=create, resource=nodes, subresource=proxy)",
        "Error from server: error dialing backend: dial tcp 10.0.0.7:10250: connect: connection refused",
    ],
)
async def test_a_healthy_release_is_not_called_dead_where_nobody_could_ask_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error_text: str
) -> None:
    kubectl(tmp_path, monkeypatch, error_text)
    last = await last_of_the_waiting(tmp_path)
    assert isinstance(last, Note)
    assert error_text[-40:] in last.text


async def test_who_was_asked_and_did_not_answer_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kubectl(tmp_path, monkeypatch, "command terminated with exit code 1")
    assert isinstance(await last_of_the_waiting(tmp_path), Failed)


async def test_questions_that_fail_are_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kubectl(tmp_path, monkeypatch, "", silent=2)
    assert isinstance(await last_of_the_waiting(tmp_path, ready=600), Ready)


async def test_a_cluster_out_of_reach_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kubectl(tmp_path, monkeypatch, "", silent=10_000)
    last = await last_of_the_waiting(tmp_path)
    assert isinstance(last, Note)
    assert UNREACHABLE in last.text
