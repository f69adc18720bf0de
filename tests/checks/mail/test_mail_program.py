"""The mail checks through the program itself: what is sent, what is not, and how it ends."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.patience import until, within
from tests.screens.cli.program import CHECKOUT, Run, answers, run
from tests.servers.certificates import Certificates
from tests.servers.smtp import Kind, Server, serving

FROM, TO = "chat@librechat.test", "operator@librechat.test"
_COMPOSE = "services:\n  api:\n    image: librechat:v0.8.7\n    network_mode: host\n    env_file: [.env]\n"


def folder_with(room: Path, **settings: str) -> Path:
    """Make a LibreChat folder with these settings and nothing else."""
    folder = room / "LibreChat"
    folder.mkdir()
    (folder / "docker-compose.yml").write_text(_COMPOSE, encoding="utf-8")
    lines = [f"{name}={text}\n" for name, text in {"EMAIL_HOST": "127.0.0.1", "EMAIL_FROM": FROM, **settings}.items()]
    (folder / ".env").write_text("".join(lines), encoding="utf-8")
    return folder


async def doctor(folder: Path, *arguments: str, only: str = "smtp,delivery") -> Run:
    return await asyncio.to_thread(run, "doctor", "--dir", folder, "--only", only, *arguments)


def read(done: Run) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    """Return the findings' statuses by id and the outcomes by check."""
    document = json.loads(done.out)
    assert document["exit"] == done.status
    return (
        {finding["id"]: finding["status"] for finding in document["findings"]},
        {outcome["check"]: outcome for outcome in document["outcomes"]},
    )


def letters(server: Server) -> list[bytes]:
    return [message for session in server.sessions for message in session.messages]


async def test_the_doctor_sends_a_test_mail_where_it_is_told_to(tmp_path: Path, certificates: Certificates) -> None:
    async with serving(Kind(), certificates) as server:
        folder = folder_with(tmp_path, EMAIL_PORT=str(server.port), DOMAIN_CLIENT="https://chat.example.com")
        found, outcomes = read(await doctor(folder, "--json"))
        assert "--mail-to" in outcomes["delivery"]["because"]
        assert not letters(server)
        found, outcomes = read(await doctor(folder, "--json", "--mail-to", TO))
        assert found["delivery.accepted"] == found["smtp.accepted"] == "PASS"
        assert len(letters(server)) == 1
        assert f"RCPT TO:<{TO}>".encode() in server.heard
        _, outcomes = read(await doctor(folder, "--json", "--mail-to", TO, "--offline"))
        assert outcomes["delivery"]["because"] == "offline"
        assert len(letters(server)) == 1


@pytest.mark.parametrize("to", ["nobody", "Somebody <a@example.com>", "a@example.com,b@example.com", "a@b\r\nDATA"])
async def test_the_doctor_refuses_what_is_no_address(to: str, tmp_path: Path) -> None:
    done = await doctor(folder_with(tmp_path, EMAIL_PORT="1"), "--mail-to", to)
    assert done.status == 2
    assert "--mail-to: is not an email address" in done.err
    assert "somebody@example.com" in done.err


async def test_a_dry_run_sends_nothing_and_runs_nothing(tmp_path: Path, certificates: Certificates) -> None:
    (tmp_path / "bin").mkdir()
    docker = tmp_path / "bin" / "docker"
    docker.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/record\nexit 1\n', encoding="utf-8")
    docker.chmod(0o755)
    async with serving(Kind(), certificates) as server:
        folder = folder_with(tmp_path)
        text = f"version: 1\nsettings:\n  EMAIL_PORT: {server.port}\nchecks:\n  mail_to: {TO}\n  from_container: true\n"
        file = answers(folder, text)
        environment = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin"}
        arguments = ("--answers", file, "--dir", folder, "--json")
        dry = await asyncio.to_thread(run, *arguments, "--dry-run", environment=environment)
        found, outcomes = (
            {finding["id"]: finding for finding in json.loads(dry.out)["findings"]},
            {outcome["check"]: outcome for outcome in json.loads(dry.out)["outcomes"]},
        )
        assert "smtp.accepted" in found, "what only asks is asked"
        assert outcomes["delivery"]["because"] == "a dry run sends nothing"
        assert "a dry run sends nothing" in found["smtp.inside.not-run"]["summary"]
        assert not letters(server)
        record = tmp_path / "record"
        asked = record.read_text("utf-8") if record.exists() else ""
        assert not {" exec ", " run ", " cp "} & {f" {word} " for word in asked.split()}, "no container is entered"
        assert "ps --format json api" not in asked, "nor looked for, to send from it"
        assert "checks.from_container:" not in dry.err, "nothing is announced that is not done"
        await asyncio.to_thread(run, *arguments, "--force", environment=environment)
        assert len(letters(server)) == 1
        assert "ps --format json api" in record.read_text("utf-8")


@pytest.mark.parametrize(
    ("kind", "status", "wanted"),
    [
        (Kind(), 0, "smtp.accepted"),
        (Kind(answers={"MAIL": b"550 5.7.60 no"}), 1, "smtp.sender.refused"),
        (Kind(answers={"RCPT": b"550 5.1.1 unknown user"}), 4, "smtp.recipient.unknown"),
    ],
)
async def test_how_it_ended_is_the_exit_status(
    kind: Kind, status: int, wanted: str, tmp_path: Path, certificates: Certificates
) -> None:
    async with serving(kind, certificates) as server:
        done = await doctor(folder_with(tmp_path, EMAIL_PORT=str(server.port)), "--json", only="smtp")
        assert (done.status, wanted in read(done)[0]) == (status, True)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_it_at_once(sent: signal.Signals, tmp_path: Path, certificates: Certificates) -> None:
    async with serving(Kind(delay=3600), certificates) as server:
        folder = folder_with(tmp_path, EMAIL_PORT=str(server.port))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "wizard", "doctor", "--dir", folder, "--only", "smtp", "--json"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=CHECKOUT,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(CHECKOUT), "LANG": "C.UTF-8"},
        )
        await until(lambda: bool(server.sessions), "nobody connects")
        process.send_signal(sent)
        out, err = await within(process.communicate())
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err
