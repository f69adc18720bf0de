"""What kubectl and helm said: only their own words for "there is none" mean that, everything else is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.deployment.cluster import AnswerKind, Cluster, NotReadable, running_release
from wizard.deployment.kubernetes_names import HelmRelease

RELEASE = HelmRelease(namespace="chat", name="lc")


def says(folder: Path, monkeypatch: pytest.MonkeyPatch, error_text: str) -> None:
    """Put programs in front that fail with these words."""
    (folder / "error_text").write_text(error_text + "\n", encoding="utf-8")
    for name in ("kubectl", "helm"):
        (folder / name).write_text(f"#!/bin/sh\ncat '{folder}/error_text' >&2\nexit 1\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize(
    "error_text",
    [
        "Unable to connect to the server: getting credentials: exec: executable gke-gcloud-auth-plugin not found",
        'Error: Kubernetes cluster unreachable: Get "https://10.0.0.1/version": exec: executable aws not found',
        'error: context "prod" not found',
        "Unable to connect to the server: dial tcp: lookup cluster.example: no such host (not found)",
        "Error from server (ServiceUnavailable): backend not found",
    ],
)
def test_a_cluster_that_cannot_be_asked_is_no_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error_text: str
) -> None:
    says(tmp_path, monkeypatch, error_text)
    cluster = Cluster(release=RELEASE)
    assert cluster.kubectl("get", "secret", "x").kind is AnswerKind.UNKNOWN
    assert cluster.helm("get", "values", "lc").kind is AnswerKind.UNKNOWN
    # New keys for a release that is only out of sight would make what it stored unreadable.
    with pytest.raises(NotReadable):
        running_release(RELEASE)


@pytest.mark.parametrize(
    "error_text",
    [
        'Error from server (NotFound): secrets "librechat-credentials-env" not found',
        'Error from server (NotFound): namespaces "chat" not found',
        "Error: release: not found",
    ],
)
def test_what_is_not_there_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error_text: str) -> None:
    says(tmp_path, monkeypatch, f"WARNING: Kubernetes configuration file is group-readable.\n{error_text}")
    assert Cluster(release=RELEASE).kubectl("get", "secret", "x").kind is AnswerKind.MISSING
    assert not running_release(RELEASE).is_installed
