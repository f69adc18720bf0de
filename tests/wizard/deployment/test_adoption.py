"""Values that LibreChat generated itself are found in the folder or, through docker, in its container."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from wizard.basics.secret import reveal
from wizard.deployment.adoption import look, parse

KEY, VECTOR, JWT = "1a" * 32, "2b" * 16, "3c" * 32
TEXT = (
    f'# made by LibreChat\nCREDS_KEY={KEY}\nCREDS_IV="{VECTOR}"\nJWT_SECRET={JWT}\nJWT_REFRESH_SECRET=short\nOTHER=x\n'
)


def archive(text: str) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        member = tarfile.TarInfo(".env.temp")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text.encode()))
    return target.getvalue()


def docker(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Put a docker on PATH that plays the real one's part; the engine itself cannot run here."""
    folder.mkdir()
    (folder / "docker").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_only_usable_values_are_taken() -> None:
    assert {name: reveal(value) for name, value in parse(TEXT).items()} == {
        "CREDS_KEY": KEY,
        "CREDS_IV": VECTOR,
        "JWT_SECRET": JWT,
    }


@pytest.mark.parametrize("name", [".env.temp", "data/.env.temp"])
def test_the_file_in_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(TEXT)
    found = look(tmp_path, "LibreChat")
    assert reveal(found.values["JWT_SECRET"]) == JWT
    assert found.source == name


def test_out_of_the_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "copy.tar").write_bytes(archive(TEXT))
    docker(monkeypatch, tmp_path / "bin", f'echo "$@" >{tmp_path}/called; cat {tmp_path}/copy.tar')
    found = look(tmp_path, "LibreChat")
    assert reveal(found.values["CREDS_KEY"]) == KEY
    assert found.source == "LibreChat:/app/data/.env.temp"
    assert (tmp_path / "called").read_text() == "cp LibreChat:/app/data/.env.temp -\n"


def test_a_container_without_the_file_has_generated_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = "Error response from daemon: Could not find the file /app/data/.env.temp in container LibreChat"
    docker(monkeypatch, tmp_path / "bin", f'echo "{message}" >&2; exit 1')
    found = look(tmp_path, "LibreChat")
    assert not found.values
    assert not found.could_not_tell


@pytest.mark.parametrize(
    "script",
    [
        'echo "Cannot connect to the Docker daemon" >&2; exit 1',
        'echo "Error response from daemon: No such container: LibreChat" >&2; exit 1',
        "echo garbage",
    ],
)
def test_what_cannot_be_told_is_not_taken_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    docker(monkeypatch, tmp_path / "bin", script)
    assert look(tmp_path, "LibreChat").could_not_tell


def test_no_docker_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "no docker" in look(tmp_path, "LibreChat").could_not_tell


def test_an_endless_copy_is_not_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docker(monkeypatch, tmp_path / "bin", "head -c 3000000000 /dev/zero")
    found = look(tmp_path, "LibreChat")
    assert not found.values
    assert "larger than LibreChat makes it" in found.could_not_tell


def test_a_link_in_the_container_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tarfile.open(tmp_path / "copy.tar", mode="w") as tar:
        member = tarfile.TarInfo(".env.temp")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/shadow"
        tar.addfile(member)
    docker(monkeypatch, tmp_path / "bin", f"cat {tmp_path}/copy.tar")
    assert "no readable copy" in look(tmp_path, "LibreChat").could_not_tell
