"""A practice folder, a docker command that records, and the program run on both."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import urllib.request
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from screens.cli.main import main
from screens.demo.folder import make
from tests.patience import stretched
from tests.screens.cli.program import CHECKOUT, Run, run
from tests.servers.ports import free_port
from tests.wizard.apply.docker import end


class Stack:
    """One LibreChat folder with its docker."""

    def __init__(self, room: Path) -> None:
        self.folder, self.state, tools = room / "LibreChat", room / "state", room / "tools"
        for path in (self.folder, self.state, tools):
            path.mkdir()
        make(self.folder)
        docker = tools / "docker"
        script = f'exec {sys.executable} -I -S {CHECKOUT}/tests/wizard/apply/docker.py {self.state} "$@"'
        docker.write_text(f"#!/bin/sh\n{script}\n")
        docker.chmod(0o755)
        self.tools = tools
        self.environment = {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "LIBRECHAT_WIZARD_READY_SECONDS": str(round(stretched(15))),
        }
        self.port = free_port()

    def answers(self, *settings: str) -> Path:
        """Write an answers file."""
        path = self.folder.parent / "answers.yaml"
        address = f"http://localhost:{self.port}"
        lines = [f"PORT: {self.port}", f"DOMAIN_CLIENT: {address}", f"DOMAIN_SERVER: {address}", *settings]
        text = "version: 1\naccess: localhost\nsettings:\n" + "".join(f"  {line}\n" for line in lines)
        path.write_text(text)
        path.chmod(0o600)
        return path

    def wizard(self, *words: str | Path, stdin: str = "", **environment: str) -> Run:
        """Run the program on the folder."""
        return run(*words, "--dir", self.folder, stdin=stdin, environment={**self.environment, **environment})

    def apply(self, *settings: str, flags: tuple[str, ...] = (), **environment: str) -> Run:
        """Run ``--answers FILE --apply``, in this process: starting one takes longer than all the rest."""
        return self.inside("--answers", str(self.answers(*settings)), "--apply", "--offline", *flags, **environment)

    def inside(self, *words: str, **environment: str) -> Run:
        """Run the program on the folder, in this process, without a terminal."""
        out, err = io.BytesIO(), io.BytesIO()
        streams = [io.TextIOWrapper(stream, encoding="utf-8", write_through=True) for stream in (out, err)]
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(streams[0]), redirect_stderr(streams[1]):
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
            for name, value in {**self.environment, **environment}.items():
                patch.setenv(name, value)
            status = main([*words, "--dir", str(self.folder)])
        return Run(status=status, out=out.getvalue().decode(), err=err.getvalue().decode())

    def trouble(self, **kinds: str) -> None:
        """Have trouble where ``.env`` holds a text."""
        (self.state / "trouble.json").write_text(json.dumps(kinds))

    def log(self) -> list[dict[str, Any]]:
        """Return every call of docker."""
        path = self.state / "log"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []

    def did(self) -> list[str]:
        """Return the calls that changed something, and forget all."""
        calls = [" ".join(entry["words"]) for entry in self.log()]
        (self.state / "log").unlink(missing_ok=True)
        looks = ("version", "config", " ps ", "ps -a", "logs", "inspect")
        return [call.removeprefix("compose ") for call in calls if not any(look in call for look in looks)]

    def told(self) -> dict[str, Any]:
        """Return what the running LibreChat says of itself."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/config", timeout=60) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def files(self) -> dict[str, bytes]:
        """Return the files of the folder without the wizard's own."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}

    @property
    def record(self) -> Path:
        """The record of an apply under way."""
        return self.folder / ".librechat-wizard" / "apply.json"

    def end(self) -> None:
        """End the container, and what a docker still does whose wizard was killed."""
        path = self.state / "containers.json"
        for container in json.loads(path.read_text()).values() if path.is_file() else ():
            end(container)
        for process in _with_children(str(self.state)):
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)


def _with_children(word: str) -> set[int]:
    """Return the processes that have a word in their command line, and all that they started."""
    parents: dict[int, int] = {}
    found: set[int] = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(") ")[2].split()[1])
                if word.encode() in (folder / "cmdline").read_bytes():
                    found.add(int(folder.name))
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found
