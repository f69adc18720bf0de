"""A program in docker's place that runs the script it is given in the real Node, as the container would."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.judge import image_node

_DOCKER = """#!{python} -I
import subprocess, sys
with open({log!r}, "a") as log:
    print(*sys.argv[1:], file=log)
if "ps" in sys.argv:
    sys.stdout.write({listed!r})
    sys.exit(0)
sys.exit(subprocess.run([{node!r}, "-"], input=sys.stdin.buffer.read(), env={environment!r}, cwd="/").returncode)
"""


def only_programs_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take all programs but those in the folder's ``bin`` away, and what names another Docker."""
    (folder / "bin").mkdir()
    monkeypatch.setenv("PATH", str(folder / "bin"))
    monkeypatch.delenv("DOCKER_HOST", raising=False)


def running(service: str) -> str:
    """Return what ``docker compose ps`` says of a service that runs."""
    return f'{{"Service":"{service}","State":"running"}}\n'


def put_docker(folder: Path, environment: Mapping[str, str], listed: str) -> None:
    """Put docker into the folder's ``bin``; it notes its arguments in ``log``.

    ``environment``: the container's. ``listed``: what ``docker compose ps`` says.
    """
    path = folder / "bin" / "docker"
    text = _DOCKER.format(
        python=sys.executable,
        listed=listed,
        node=image_node(),
        log=str(folder / "log"),
        environment=dict(environment),
    )
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
