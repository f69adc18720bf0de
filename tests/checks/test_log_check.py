"""The check ``log``: whatever docker says, it ends in findings or is left out with the reason."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.log.check import LOG
from checks.model import Report, RunMemory, Subject
from checks.runner import report
from checks.site.target import when_running
from wizard.answers.model import Answers
from wizard.basics.check_outcomes import Skipped
from wizard.deployment.assembled import deployment
from wizard.deployment.snapshot import take

Looked = Callable[[str], Report]


@pytest.fixture
def looked(sample_folder: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Looked:
    """A function that runs the check with a docker of this script."""
    folder = sample_folder("v0.8.7")

    def look(script: str) -> Report:
        programs = tmp_path / "bin"
        programs.mkdir(exist_ok=True)
        (programs / "docker").write_text(f"#!/bin/sh\n{script}\n")
        (programs / "docker").chmod(0o755)
        monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
        subject = Subject(memory=RunMemory(), deployment=deployment(take(folder, Answers()), {}))
        return asyncio.run(report((LOG,), subject))

    return look


def test_faults_in_the_log_are_findings(looked: Looked) -> None:
    line = "error: [openidStrategy] only requests to HTTPS are allowed"
    found = looked(f'case "$1" in ps) echo 5f2c;; logs) echo "$@" >&2; echo "{line}" >&2;; esac')
    assert [one.id for one in found.findings] == ["log.openid.http-issuer"]


def test_a_log_without_known_faults_is_well(looked: Looked) -> None:
    found = looked('case "$1" in ps) echo 5f2c;; logs) echo "info: Server listening at http://localhost:3080";; esac')
    assert [one.id for one in found.findings] == ["log.quiet"]


def test_a_log_that_cannot_be_read_is_inconclusive(looked: Looked) -> None:
    found = looked('case "$1" in ps) echo 5f2c;; *) exit 1;; esac')
    assert [(one.id, one.status.value) for one in found.findings] == [("log.unread", "UNKNOWN")]


@pytest.mark.parametrize("script", ["exit 1", "exit 0"])
def test_without_docker_or_a_container_it_is_left_out(looked: Looked, script: str) -> None:
    ((_, outcome),) = looked(script).outcomes
    assert isinstance(outcome, Skipped)
    assert "explain" in outcome.because


@pytest.mark.parametrize(("started", "is_asked"), [("2026-11-29T07:40:56.5Z", True), ("0001-01-01T00:00:00Z", False)])
def test_a_container_that_was_started_shows_that_librechat_has_run(
    sample_folder: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: str, is_asked: bool
) -> None:
    folder, docker = sample_folder("v0.8.8"), tmp_path / "docker"
    told = json.dumps([{"State": {"Running": False, "StartedAt": started}, "Config": {"Env": []}}])
    docker.write_text(
        f"#!/bin/sh\ncase \"$1\" in ps) printf '5f2c\\tLibreChat\\t{folder}\\n';; inspect) echo '{told}';; esac\n"
    )
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    current = deployment(take(folder, Answers()), {})
    assert not current.has_run
    assert (when_running(Subject(memory=RunMemory(), deployment=current)) is None) is is_asked
