"""``--offline`` reaches nobody: no name is looked up, no connection is made, and Docker is asked for nothing from elsewhere."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.cli.program import CHECKOUT, answers

SampleFolder = Callable[..., Path]
HOOK = """
import os, sys
def hook(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.getnameinfo"):
        tell(f"{event} {arguments[:2]}")
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg") and isinstance(arguments[1], tuple):
        tell(f"{event} {arguments[1]}")
def tell(text):
    with open(LOG, "a") as log:
        log.write(text + "\\n")
sys.addaudithook(hook)
from screens.cli.main import main
sys.exit(main(ARGUMENTS))
"""
SETTINGS = """\
PORT=3080
DOMAIN_CLIENT=https://chat.example.net
DOMAIN_SERVER=https://chat.example.net
OPENID_ISSUER=https://id.example.net
OPENID_CLIENT_ID=a
OPENID_CLIENT_SECRET=b
OPENID_SESSION_SECRET=c
LDAP_URL=ldaps://ldap.example.net
EMAIL_HOST=smtp.example.net
EMAIL_USERNAME=a@example.net
EMAIL_PASSWORD=b
EMAIL_FROM=a@example.net
PROXY=http://proxy.example.net:3128
"""
TEXT = """\
version: 1
settings: {ALLOW_REGISTRATION: false}
checks:
  mail_to: me@example.net
  login: {email: a@example.net, password: b}
  imap: {host: imap.example.net, user: a, password: b}
"""


def run_watched(log: Path, tools: Path, *arguments: str | Path) -> str:
    code = f"LOG = {str(log)!r}\nARGUMENTS = {list(map(str, arguments))!r}\n{HOOK}"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "HOME": str(tools),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(CHECKOUT),
        },
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("command", ["doctor", "doctor --json", "answers", "answers --dry-run", "answers --json"])
def test_offline_makes_no_connection_and_looks_up_no_name(
    command: str, sample_folder: SampleFolder, tmp_path: Path, docker_compose: Path
) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text(SETTINGS)
    called: list[object] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                connection, address = listener.accept()
            except OSError:
                return
            called.append(address)
            connection.close()

    threading.Thread(target=listen, daemon=True).start()
    port = listener.getsockname()[1]
    # Docker Compose would clone it (git) or pull it (OCI) to say whether the files are right.
    (folder / "docker-compose.override.yml").write_text(f"include: ['http://127.0.0.1:{port}/x.git']\nservices: {{}}\n")
    tools, log, asked = tmp_path / "tools", tmp_path / "log", tmp_path / "asked"
    tools.mkdir()
    (tools / "docker").write_text(
        f'#!/bin/sh\necho "$*" >>{asked}\n[ "$1" = compose ] || exit 1\nshift\nexec {docker_compose} "$@"\n'
    )
    (tools / "docker").chmod(0o755)
    kind, *flags = command.split()
    arguments = ["doctor"] if kind == "doctor" else ["--answers", answers(folder, TEXT), "--force"]
    if "--dry-run" in flags:
        arguments.remove("--force")
    run_watched(log, tools, *arguments, "--dir", folder, "--offline", *flags)
    listener.close()
    assert not called
    assert not log.exists(), log.read_text()
    words = asked.read_text() if asked.exists() else ""
    assert not {"pull", "up", "run", "build", "login", "create", "push"} & set(words.split()), words


def test_the_watch_sees_what_is_online(sample_folder: SampleFolder, tmp_path: Path) -> None:
    """Else the test above would show nothing."""
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text(SETTINGS.replace("smtp.example.net", "localhost"))
    log = tmp_path / "log"
    run_watched(log, tmp_path, "doctor", "--dir", folder, "--only", "smtp")
    assert "localhost" in log.read_text() or "127.0.0.1" in log.read_text()
