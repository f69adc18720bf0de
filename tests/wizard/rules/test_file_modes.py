"""Files that LibreChat's container cannot read, and secrets that everybody can: under whatever name they are handed over."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from tests.wizard.rules.builder import HEALTHY
from tests.wizard.rules.test_stack import found

NAMES: Final = (".env", "librechat.env", "conf/chat.env")
OTHER: Final = os.getuid() + 1


def make(folder: Path, name: str, service: str, mode: int) -> list[tuple[str, str]]:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(f"{key}={value}\n" for key, value in HEALTHY.items()))
    file.chmod(mode)
    config = folder / "librechat.yaml"
    config.write_text("version: 1.3.0\n")
    config.chmod(mode)
    head = "services:\n  chat:\n    image: ghcr.io/danny-avila/librechat:v0.8.7\n"
    (folder / "docker-compose.yml").write_text(f"{head}    {service.format(name)}\n")
    told = {"files.env.unreadable", "files.env.open", "files.config.unreadable"}
    return [(one.status.value, one.id) for one in found(folder) if one.id in told]


@pytest.mark.parametrize("name", NAMES)
def test_the_container_has_to_read_its_settings(name: str, tmp_path: Path) -> None:
    mounted = "volumes: [./{0}:/app/.env:ro]"
    assert make(tmp_path, name, f"user: '{OTHER}:{OTHER}'\n    {mounted}", 0o600) == [("FAIL", "files.env.unreadable")]
    assert make(tmp_path, name, f"user: '{OTHER}:{os.getgid()}'\n    {mounted}", 0o640) == []
    assert make(tmp_path, name, f"user: '0:0'\n    {mounted}", 0o600) == []
    assert make(tmp_path, name, f"user: '{os.getuid()}'\n    {mounted}", 0o600) == []


@pytest.mark.parametrize("name", NAMES)
def test_nobody_else_has_to_read_them(name: str, tmp_path: Path) -> None:
    for way in ("volumes: [./{0}:/app/.env:ro]", "env_file: {0}"):
        assert make(tmp_path, name, f"user: '{OTHER}'\n    {way}", 0o644) == [("WARN", "files.env.open")]
    assert make(tmp_path, name, f"user: '{OTHER}'\n    env_file: {name}", 0o600) == []


def test_the_container_has_to_read_librechat_yaml(tmp_path: Path) -> None:
    ways = "env_file: {0}\n    volumes: [./librechat.yaml:/app/librechat.yaml:ro]"
    assert make(tmp_path, "a.env", f"user: '{OTHER}:{OTHER}'\n    {ways}", 0o600) == [
        ("FAIL", "files.config.unreadable")
    ]
    assert make(tmp_path, "a.env", f"user: '0'\n    {ways}", 0o600) == []
