"""Runs that make a probe account, and ways to cut them off at a moment."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.patience import communicate, wait_until
from tests.screens.cli.program import CHECKOUT, Run
from tests.wizard.apply.stack import Stack

ADA = {"email": "ada@example.com", "name": "Ada", "username": "ada", "password": "practice-1"}
PROBE = re.compile(r"librechat-wizard-probe-[0-9a-f]{8}@[a-z.]+")
ONLY = ("doctor", "--only", "session", "--json")
MAKE = (*ONLY, "--make-login")


def people(stack: Stack) -> list[dict[str, str]]:
    path = stack.state / "users.json"
    found: list[list[dict[str, str]]] = []

    def is_whole() -> bool:
        with contextlib.suppress(ValueError):
            found.append(json.loads(path.read_text()) if path.is_file() else [])
        return bool(found)

    wait_until(is_whole, "users.json is never whole")
    return found[0]


def emails(stack: Stack) -> list[str]:
    return [user["email"] for user in people(stack)]


def found(done: Run) -> dict[str, Any]:
    """Return the findings by id."""
    return {finding["id"]: finding for finding in json.loads(done.out)["findings"]}


def commands(stack: Stack) -> list[str]:
    """Return what was run in the container, in order."""
    return [" ".join(entry["words"]) for entry in stack.log() if "exec" in entry["words"]]


def cut(stack: Stack, moment: str, number: signal.Signals) -> tuple[int, str]:
    """Run the check and send it a signal at a moment; return its status and what it told."""
    words = {"look": "node -", "make": "create-user.js", "remove": "delete-user.js"}
    if moment == "sign-in":
        with hanging() as (port, came):
            child = start(stack, "--url", f"http://localhost:{port}")
            assert came.wait(600)
            child.send_signal(number)
            time.sleep(0.3)
            came.clear()
            return ended(child)
    child = start(stack)
    wait(lambda: any(words[moment] in command for command in commands(stack)))
    child.send_signal(number)
    return ended(child)


def start(stack: Stack, *further: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*program(stack), *MAKE, *further],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(stack),
    )


def wait(is_so: Callable[[], bool]) -> None:
    wait_until(is_so, "it never came to that")


@contextlib.contextmanager
def hanging() -> Iterator[tuple[int, threading.Event]]:
    """A server that takes a connection and says nothing; the event tells that it came, and clearing it ends it."""
    came = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError), server.accept()[0]:
                came.set()
                while came.is_set():
                    time.sleep(0.02)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], came
        came.clear()
        thread.join(5)


def ended(child: subprocess.Popen[str]) -> tuple[int, str]:
    _, err = communicate(child)
    return child.returncode, err


def program(stack: Stack) -> list[str]:
    return [sys.executable, "-P", "-m", "wizard", "--dir", str(stack.folder)]


def environment(stack: Stack) -> dict[str, str]:
    return {**stack.environment, "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(CHECKOUT)}
