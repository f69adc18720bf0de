"""The doctor asks docker how LibreChat's container stands: one that starts, one that ended, one older than its files."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.wizard.apply.stack import Stack

LOOK = ("doctor", "--only", "instance", "--json")


def instance(stack: Stack) -> dict[str, Any]:
    done = stack.wizard(*LOOK)
    return {finding["id"]: finding for finding in json.loads(done.out)["findings"]}


@contextmanager
def closing() -> Iterator[int]:
    """Take connections and close them, as docker-proxy does for a container whose program does not listen yet."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        is_over = threading.Event()

        def serve() -> None:
            while not is_over.is_set():
                try:
                    server.accept()[0].close()
                except TimeoutError:
                    continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            is_over.set()
            thread.join()


def test_container_older_than_its_files(running: Stack) -> None:
    assert "instance.unread" not in instance(running)
    env = running.folder / ".env"
    env.chmod(0o400)  # a mode is no setting
    assert "instance.unread" not in instance(running)
    env.chmod(0o600)
    env.write_text(env.read_text().replace("SESSION_EXPIRY=", "SESSION_EXPIRY=1 + "))
    found = instance(running)["instance.unread"]
    assert found["status"] == "WARN"
    assert ".env was last written" in found["summary"]
    assert found["remedy"] == f"Run: (cd {running.folder} && docker compose up -d --force-recreate --no-deps api)"


@pytest.mark.parametrize(
    ("state", "is_new", "identity", "status"),
    [
        ("running", True, "instance.starting", "UNKNOWN"),
        ("running", False, "instance.closed", "FAIL"),
        ("restarting", True, "instance.ended", "FAIL"),
        ("exited", True, "instance.ended", "FAIL"),
    ],
)
def test_port_that_docker_holds_for_a_container(
    stack: Stack, state: str, is_new: bool, identity: str, status: str
) -> None:
    with closing() as stack.port:
        assert stack.wizard("--answers", stack.answers("ALLOW_REGISTRATION: false"), "--offline").status == 0
        started = datetime.now(UTC) - timedelta(0 if is_new else 1)
        container = {
            "State": state,
            "pid": 0,
            "ExitCode": 1,
            "ID": "api-1",
            "started": f"{started:%Y-%m-%dT%H:%M:%S.%f}123Z",
        }
        (stack.state / "containers.json").write_text(json.dumps({"api": container}))
        found = instance(stack)
    assert {name: one["status"] for name, one in found.items() if one["status"] != "PASS"} == {identity: status}
    assert "may not be a web server" not in json.dumps(found) or identity == "instance.closed"
