"""Commands: bounded, inert, ended when nobody listens; where LibreChat is asked and what it answers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path

import pytest

from screens.demo.librechat import Settings, StandIn
from screens.shared.librechat_probes import http_get
from tests.patience import has_ended, stretched, until
from wizard.answers.model import Stack
from wizard.apply.address import ApiAddress, ApiReply, LibreChatApi, api_address
from wizard.apply.commands import Compose, environment
from wizard.apply.events import CommandEnded, OutputLine
from wizard.apply.redaction import Redactor
from wizard.apply.stack_files import ComposeFiles
from wizard.basics.secret import Secret
from wizard.deployment.model import Deployment
from wizard.dotenv.document import Document
from wizard.librechat.releases import Release

NO_FILES = ComposeFiles(options=())


def program(code: str, folder: Path, *secrets: str) -> Compose:
    return Compose(program=(sys.executable, "-c", code), folder=folder, redactor=Redactor([], *secrets))


async def run(compose: Compose, **how: object) -> tuple[list[str], CommandEnded]:
    lines, ended = [], None
    stdin = how.get("stdin")
    async for event in compose.run((), seconds=stretched(10), stdin=stdin if isinstance(stdin, Secret) else None):
        if isinstance(event, OutputLine):
            lines.append(event.text)
        else:
            ended = event
    assert ended is not None
    return lines, ended


async def test_output_is_inert_and_bounded(tmp_path: Path) -> None:
    code = "print('\\x1b[31mred\\x1b[0m \\x07 [bold]x[/] hidden-secret')\nprint('a\\rb')\nprint('y' * 10_000_000)"
    lines, ended = await run(program(code, tmp_path, "hidden-secret"))
    assert lines[0] == "red \\x07 [bold]x[/] [secret]"
    assert lines[1:3] == ["a", "b"]
    assert len(lines[3]) <= 400
    assert ended.status == 0


async def test_a_million_lines_are_read_and_not_told(tmp_path: Path) -> None:
    lines, ended = await run(program("print('line\\n' * 200_000 + 'last'); raise SystemExit(3)", tmp_path))
    assert len(lines) == 2000
    assert ended.output[-1] == "last"
    assert ended.status == 3


async def test_password_goes_through_standard_input(tmp_path: Path) -> None:
    code = "import sys; t = sys.stdin.readline(); print(len(t), sys.stdin.read() == '')"
    lines, _ = await run(program(code, tmp_path), stdin=Secret("pässwörd 1"))
    assert lines == ["11 True"]


async def test_program_that_cannot_be_started(tmp_path: Path) -> None:
    compose = Compose(program=(str(tmp_path / "none"),), folder=tmp_path, redactor=Redactor([]))
    lines, ended = await run(compose)
    assert (lines, ended.status) == ([], None)
    assert "could not be started" in ended.output[0]


async def test_time_limit_ends_all_that_was_started(tmp_path: Path) -> None:
    words = ("/bin/sh", "-c", "sleep 100000 & echo $!; wait")  # a Python may need longer than the limit to start
    pids = []
    async for event in Compose(program=words, folder=tmp_path, redactor=Redactor([])).run((), seconds=2.0):
        if isinstance(event, OutputLine):
            pids.append(int(event.text))
        else:
            assert event.status is None
            assert "did not finish within 2 s" in event.output[-1]
    await until_ended(pids[0])


async def test_listener_that_leaves_ends_the_command(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, time\np = subprocess.Popen(['sleep', '60'])\nprint(p.pid, flush=True)\ntime.sleep(60)"
    )
    pid = 0
    async with contextlib.aclosing(program(code, tmp_path).run((), seconds=60)) as events:
        async for event in events:
            assert isinstance(event, OutputLine)
            pid = int(event.text)
            break
    await until_ended(pid)


async def until_ended(pid: int) -> None:
    await until(lambda: has_ended(pid), f"process {pid} goes on")


def test_environment_has_no_setting_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET", "canary")
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", "chat")
    found = environment()
    assert "JWT_SECRET" not in found
    assert found["COMPOSE_PROJECT_NAME"] == "chat"
    assert found["PATH"] == os.environ["PATH"]


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        (["${PORT}:${PORT}"], ("127.0.0.1", 3099)),
        (["127.0.0.1:${PORT}:${PORT}"], ("127.0.0.1", 3099)),
        (["192.0.2.7:8080:3099/tcp"], ("192.0.2.7", 8080)),
        (["[::1]:8080:3099"], ("::1", 8080)),
        (["0.0.0.0:8080:3099"], ("127.0.0.1", 8080)),
        ([{"target": 3099, "published": "8080", "host_ip": "127.0.0.1"}], ("127.0.0.1", 8080)),
        (["9229:9229", "8080:3099"], ("127.0.0.1", 8080)),
        ([], ("", 3099)),
        (["3099"], ("", 3099)),
        (["3000-3005:3000-3005"], ("", 3099)),
    ],
)
def test_where_librechat_is_asked(tmp_path: Path, ports: list[object], expected: tuple[str, int]) -> None:
    found = api_address(
        Deployment(
            folder=tmp_path,
            stack=Stack.COMPOSE,
            release=Release(0, 8, 7),
            settings={"PORT": "3099"},
            dotenv=Document.parse(b"PORT=3099\n"),
            compose={"services": {"api": {"ports": ports}}},
        )
    )
    assert (found.host, found.port) == expected


async def ask(address: ApiAddress, path: str, compose: Compose) -> ApiReply | None:
    return await LibreChatApi(address=address, compose=compose, files=NO_FILES, http_get=http_get).get(path)


async def test_what_librechat_answers(tmp_path: Path) -> None:
    environment = {"NODE_ENV": "production", "JWT_SECRET": "x", "APP_TITLE": "Title"}
    async with StandIn(Settings(environment=environment)) as server:
        answer = await ask(ApiAddress(host="127.0.0.1", port=server.port), "/api/config", program("", tmp_path))
    assert answer is not None
    assert answer.object["appTitle"] == "Title"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
    ],
)
async def test_port_of_another_program_is_no_answer(tmp_path: Path, data: bytes) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        answer = await ask(ApiAddress(host="127.0.0.1", port=port), "/health", program("", tmp_path))
    assert answer is None


async def test_look_from_inside_where_no_port_is_published(tmp_path: Path) -> None:
    """The very script that node in the container would run, by the node of this machine."""
    code = (
        "import sys, subprocess; a = sys.argv; sys.exit(subprocess.run(['node', *a[a.index('node') + 1:]]).returncode)"
    )
    async with StandIn(Settings(environment={"NODE_ENV": "production", "JWT_SECRET": "x"})) as server:
        inside = ApiAddress(host="", port=server.port)
        answer = await ask(inside, "/health", program(code, tmp_path))
    assert answer is not None
    assert (answer.status, answer.text) == (200, "OK")
    assert await ask(inside, "/health", program(code, tmp_path)) is None


def test_redactor_knows_secrets_by_name_and_credentials_by_form() -> None:
    settings = {"JWT_SECRET": "first-secret", "MY_API_KEY": "second-secret", "APP_TITLE": "Title", "MY_PASS": "true"}
    line = Redactor([settings], "third").line("first-secret second-secret Title true third mongodb://u:p@h/")
    assert line == "[secret] [secret] Title true [secret] mongodb://[secret]@h/"
    assert json.dumps(line)
