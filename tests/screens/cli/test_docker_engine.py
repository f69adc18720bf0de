"""A Docker engine on another machine is named before the first docker command, and not used before a person said so."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from screens.cli.start import _may_use_docker
from tests.screens.cli.program import Run, answers, run
from wizard.basics.docker_engine import REMOTE_ENGINE

PROD = "ssh://root@prod.example"
LINE = f"Docker engine: {PROD} (DOCKER_HOST), not on this machine"
TEXT = "version: 1\naccess: localhost\nsettings: {ALLOW_REGISTRATION: false}\n"
Tried = Callable[..., Run]


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    made = sample_folder("v0.8.7")
    (made / "data-node").mkdir()
    (made / "data-node" / "x").write_text("")
    return made


@pytest.fixture
def tried(folder: Path, tmp_path: Path) -> Tried:
    """Run the program with a docker that notes that it was called."""
    programs = tmp_path / "bin"
    programs.mkdir()
    docker = programs / "docker"
    script = f'#!/bin/sh\necho "$@" >> {tmp_path}/called\ncase "$*" in *version*) echo 2.40.0;; *) exit 1;; esac\n'
    docker.write_text(script)
    docker.chmod(0o755)

    def go(*arguments: str | Path, host: str = PROD) -> Run:
        environment = {"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(tmp_path), "DOCKER_HOST": host}
        return run(*arguments, "--dir", folder, environment=environment)

    return go


def called(tmp_path: Path) -> list[str]:
    path = tmp_path / "called"
    return path.read_text().splitlines() if path.exists() else []


def test_apply_is_refused_before_anything_is_written(tried: Tried, folder: Path, tmp_path: Path) -> None:
    before = sorted(folder.iterdir())
    done = tried("--answers", answers(folder, TEXT), "--offline", "--apply")
    assert done.status == 2
    assert LINE in done.err
    assert "--remote-docker" in done.err
    assert called(tmp_path) == []
    assert sorted(folder.iterdir()) == before


def test_with_consent_the_engine_is_named_before_the_first_command(tried: Tried, folder: Path, tmp_path: Path) -> None:
    done = tried("--answers", answers(folder, TEXT), "--offline", "--apply", "--remote-docker")
    assert called(tmp_path)
    assert done.err.startswith(LINE)


def test_files_are_written_without_docker(tried: Tried, folder: Path, tmp_path: Path) -> None:
    done = tried("--answers", answers(folder, TEXT), "--offline", "--json")
    # Whether LibreChat made itself secrets cannot be asked there, and new ones would lock its data.
    assert done.status == 1
    assert "using it requires" in done.err
    done = tried("--answers", answers(folder, TEXT), "--offline", "--json", "--force")
    assert json.loads(done.out)["docker_engine"] == {"address": PROD, "chosen_by": "DOCKER_HOST", "local": False}
    assert "written: .env" in done.err
    assert "using it requires --remote-docker" in done.err
    assert called(tmp_path) == []


def test_a_mail_from_the_container_is_refused(tried: Tried, folder: Path, tmp_path: Path) -> None:
    text = f"{TEXT}checks: {{from_container: true, mail_to: a@example.com}}\n"
    done = tried("--answers", answers(folder, text))
    assert (done.status, called(tmp_path)) == (2, [])


def test_secrets_of_a_container_elsewhere_are_not_adopted(
    sample_folder: Callable[..., Path], tried: Tried, folder: Path, tmp_path: Path
) -> None:
    """v0.8.8-rc1 keeps secrets of its own in its container: those of another machine's are another LibreChat's."""
    del sample_folder
    text = TEXT.replace("access:", "librechat: {release: v0.8.8-rc1}\naccess:")
    done = tried("--answers", answers(folder, text), "--offline", "--dry-run")
    assert called(tmp_path) == []
    assert "prod.example" in done.err


def test_the_doctor_names_it_and_says_what_it_means(tried: Tried, folder: Path, tmp_path: Path) -> None:
    (folder / ".env").write_text("PORT=3080\n")
    (folder / ".env").chmod(0o600)
    done = tried("doctor", "--only", "files", "--json")
    shown = json.loads(done.out)
    assert shown["docker_engine"]["address"] == PROD
    elsewhere = next(each for each in shown["findings"] if each["id"] == "files.docker-elsewhere")
    assert "not to the one where LibreChat runs" in elsewhere["summary"]
    assert LINE in done.err
    refused = tried("doctor", "--make-login")
    assert (refused.status, called(tmp_path)) == (2, [])
    local = tried("doctor", "--only", "files", host="unix:///x.sock")
    assert "Docker engine: unix:///x.sock (DOCKER_HOST)\n" in local.err
    assert "docker-elsewhere" not in local.out


@pytest.mark.parametrize(("typed", "may"), [("y\n", True), ("yes\n", True), ("n\n", False), ("\n", False), ("", False)])
def test_a_person_is_asked(
    typed: str, may: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCKER_HOST", PROD)
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert _may_use_docker(is_terminal=True) is may
    assert capsys.readouterr().err.startswith(LINE)
    with REMOTE_ENGINE.given():
        assert _may_use_docker(is_terminal=True), "the option says it already"
        assert "[y/N]" not in capsys.readouterr().err
