"""A real Docker Compose judges the files; no secret goes near it and nothing stays behind."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from tests.patience import has_ended, wait_until
from wizard.basics.environments import docker_environment
from wizard.composefile.judge import ComposeVerdict, ComposeVerdictKind, find, judge
from wizard.composefile.masking import masked_environment

BASE = b"services:\n  api:\n    image: x\n    ports: ['${PORT}:${PORT}']\n    env_file: [.env]\n"
CANARY = "Canary7secret"


def verdict(docker_compose: Path, override: bytes, environment: bytes = b"PORT=3080\n") -> ComposeVerdict:
    files = {"docker-compose.yml": BASE, "docker-compose.override.yml": override, ".env": environment}
    return judge(
        files,
        base_name="docker-compose.yml",
        override_name="docker-compose.override.yml",
        program=[str(docker_compose)],
    )


def test_good_files_are_accepted_and_bad_ones_refused_with_the_place(docker_compose: Path) -> None:
    assert verdict(docker_compose, b"services:\n  api:\n    user: '1'\n").kind is ComposeVerdictKind.OK
    refused = verdict(docker_compose, b"services:\n  api:\n    no_such_key: 1\n")
    assert refused.kind is ComposeVerdictKind.REFUSED
    assert "no_such_key" in refused.message
    assert tempfile.gettempdir() not in refused.message


@pytest.mark.parametrize(
    "line", ['A="x', "A=${x", "A='a'b'", "A B=1", "A=${X:?is needed}", "'A'=1", "A=a$b", 'A="\\x"', "A=it's", "A= # c"]
)
def test_a_masked_environment_file_is_judged_like_the_original(line: str, docker_compose: Path, tmp_path: Path) -> None:
    import subprocess

    text = f"PORT=3080\n{line}\n".encode()
    (tmp_path / "docker-compose.yml").write_bytes(BASE)
    (tmp_path / ".env").write_bytes(text)
    real = subprocess.run([docker_compose, "config", "-q"], cwd=tmp_path, capture_output=True, check=False)
    assert (verdict(docker_compose, b"services: {}\n", text).kind is ComposeVerdictKind.OK) == (real.returncode == 0)


def test_no_secret_is_copied(docker_compose: Path) -> None:
    text = (
        f"PORT=3080\nJWT_SECRET={CANARY}\nOPENID='{CANARY} $x #y'\n# {CANARY}\nM=\"{CANARY}\n{CANARY}=\"\nnot a "
        f"setting {CANARY}\n"
        f"DB_HOST=a://u:{CANARY}@h/\nT={CANARY}\r\n"
    )
    copy = masked_environment(text.encode(), frozenset({"PORT", "DB_HOST"})).decode()
    assert CANARY not in copy
    assert "Canary" not in copy
    assert "PORT=3080\n" in copy
    assert "JWT_SECRET=xxxxxx0xxxxxx\n" in copy
    assert copy.count("\n") == text.count("\n")
    refused = verdict(
        docker_compose,
        f"services:\n  api:\n    environment: {{API_KEY: {CANARY}}}\n    ports: ['{CANARY}:x']\n".encode(),
    )
    assert refused.kind is ComposeVerdictKind.REFUSED
    assert CANARY not in refused.message


def test_a_hanging_program_is_ended(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    program = tmp_path / "compose"
    program.write_text(f"#!/bin/sh\nsleep 100000 & echo $! > {marker}\nwait\n")
    program.chmod(0o755)
    files = {"docker-compose.yml": BASE, ".env": b"PORT=1\n"}
    absent = judge(files, base_name="docker-compose.yml", override_name=None, program=[str(program)], seconds=2)
    assert absent.kind is ComposeVerdictKind.ABSENT
    assert "did not finish within 2 s" in absent.message
    child = int(marker.read_text())
    wait_until(lambda: has_ended(child), f"process {child} goes on")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["compose", "pid"]


def test_an_old_or_missing_compose_is_told_apart_from_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    missing = find()
    assert isinstance(missing, ComposeVerdict)
    assert missing.kind is ComposeVerdictKind.ABSENT
    assert "docker is not in the PATH" in missing.message
    old = tmp_path / "docker-compose"
    old.write_text("#!/bin/sh\necho 1.29.2\n")
    old.chmod(0o755)
    refused = find()
    assert isinstance(refused, ComposeVerdict)
    assert "version 1.29.2, which is too old" in refused.message
    new = tmp_path / "docker"
    new.write_text("#!/bin/sh\necho v2.40.3\n")
    new.chmod(0o755)
    assert find() == ([str(new), "compose"], "2.40.3")


def test_the_environment_of_the_child_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET", CANARY)
    monkeypatch.setenv("DOCKER_AUTH_CONFIG", CANARY)
    monkeypatch.setenv("DOCKER_HOST", "unix:///x")
    environment = docker_environment()
    assert CANARY not in environment.values()
    assert environment["DOCKER_HOST"] == "unix:///x"
    assert environment["PATH"] == os.environ["PATH"]


def test_a_further_environment_file_is_looked_up_in_the_folder(docker_compose: Path, tmp_path: Path) -> None:
    override = b"services:\n  api:\n    env_file: [more.env]\n"
    files = {"docker-compose.yml": BASE, "docker-compose.override.yml": override, ".env": b"PORT=1\n"}
    names = {"base_name": "docker-compose.yml", "override_name": "docker-compose.override.yml"}
    program = [str(docker_compose)]
    assert judge(files, **names, folder=tmp_path, program=program).kind is ComposeVerdictKind.REFUSED  # type: ignore[arg-type]
    (tmp_path / "more.env").write_text("A=1\n")
    assert judge(files, **names, folder=tmp_path, program=program).kind is ComposeVerdictKind.OK  # type: ignore[arg-type]
