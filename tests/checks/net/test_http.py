"""One request to a server that may be anybody: how its name is found, and what of its words is told."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checks.net import http_backend
from checks.net.errors import Failure, HttpError
from checks.net.http import Web
from checks.net.trust import context
from checks.site.proxy import PROXY
from checks.site.session.registered import INSTANCE, SESSION
from tests.checks.site.instance.asking import PASSWORD, ask, everything, ids, subject
from tests.patience import LAST_RESORT, stretched
from tests.servers.answering import Answering, Asked, answer
from tests.servers.certificates import Certificates
from wizard.basics.problem import InvalidInput


def resolver(monkeypatch: pytest.MonkeyPatch, *addresses: str, errno: int = 0) -> None:
    """Have this machine's resolver say these addresses, or fail."""

    async def getaddrinfo(_: object, __: str, port: int, **___: object) -> list[Any]:
        if errno:
            raise socket.gaierror(errno, "as the test says")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    ("errno", "wanted"),
    [(socket.EAI_AGAIN, {"instance.unresolved": "UNKNOWN"}), (socket.EAI_NONAME, {"instance.name": "FAIL"})],
)
async def test_name_server_that_does_not_answer_is_no_missing_name(
    monkeypatch: pytest.MonkeyPatch, errno: int, wanted: dict[str, str]
) -> None:
    resolver(monkeypatch, errno=errno)
    assert ids(await ask(subject("http://chat.example.net:3080"), INSTANCE)) == wanted


async def test_proxy_that_nobody_knows_the_address_of_is_not_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, errno=socket.EAI_AGAIN)
    assert ids(await ask(subject("http://chat.example.net:3081"), PROXY)) == {"proxy.passage.unresolved": "UNKNOWN"}


@contextlib.contextmanager
def without_room(port: int) -> Iterator[tuple[socket.socket, list[socket.socket]]]:
    """Listen at 127.0.0.9 with a queue that is full, so that packets are thrown away; also give what fills it."""
    with contextlib.ExitStack() as open_ones:
        full = open_ones.enter_context(socket.socket())
        full.bind(("127.0.0.9", port))
        full.listen(0)
        waiting = [open_ones.enter_context(socket.socket()) for _ in range(4)]
        for each in waiting:
            each.settimeout(0)
            each.connect_ex(full.getsockname())
        yield full, waiting


async def test_address_that_swallows_packets_does_not_hide_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Answering(lambda _: answer(200, "here")) as server:
        with without_room(server.port):
            await asyncio.sleep(0.1)
            resolver(monkeypatch, "127.0.0.9", "127.0.0.1")
            async with Web(ssl.create_default_context(), seconds=stretched(4)) as web:
                assert (await web.ask("GET", f"http://chat.test:{server.port}/")).text == "here"


async def test_address_whose_first_packet_is_lost_is_not_given_up_for_one_that_refuses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_backend, "_PATIENCE", LAST_RESORT)
    async with Answering(lambda _: answer(200, "here")) as server:
        with without_room(server.port) as (slow, waiting):
            await asyncio.sleep(0.1)
            # Nobody listens at the second one; the first has room again after its first packet has been thrown away twice.
            resolver(monkeypatch, "127.0.0.9", "127.0.0.8")
            async with Web(ssl.create_default_context(), seconds=LAST_RESORT) as web:
                asked = asyncio.ensure_future(web.ask("GET", f"http://chat.test:{server.port}/"))
                await asyncio.sleep(1.5)
                for each in waiting:
                    each.close()
                slow.settimeout(0)
                serving = asyncio.ensure_future(_answer_all(slow))
                assert (await asked).text == "late"
                serving.cancel()


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("127.0.0.9", "127.0.0.1")])
async def test_a_request_that_is_stopped_at_any_moment_leaves_no_connection_open(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    resolver(monkeypatch, *addresses)
    trusted = ssl.create_default_context()
    left_open: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda seen: left_open.append(str(seen.exc_value)))
    async with Answering(lambda _: answer(200, "here")) as server:
        for ticks in range(60):
            async with Web(trusted, seconds=LAST_RESORT) as web:
                asked = asyncio.ensure_future(web.ask("GET", f"http://chat.test:{server.port}/"))
                for _ in range(ticks):
                    await asyncio.sleep(0)
                asked.cancel()
                await asyncio.gather(asked, return_exceptions=True)
            # A connection that nobody closed complains when it is collected; one that is closed ends in the next ticks.
            del asked
            await asyncio.sleep(0.01)
            gc.collect()
            assert left_open == [], ticks


async def _answer_all(listening: socket.socket) -> None:
    """Answer everybody who comes."""
    loop = asyncio.get_running_loop()
    while True:
        connection, _ = await loop.sock_accept(listening)
        with connection:
            connection.settimeout(0)
            if await loop.sock_recv(connection, 65536):
                await loop.sock_sendall(connection, answer(200, "late"))


@pytest.mark.parametrize(
    "where", [b"%s\r\n\r\n", b"HTTP/1.1 200 OK\r\n%s\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: \x00%s\r\n\r\n"]
)
async def test_garbage_with_the_password_in_it_is_not_quoted(where: bytes) -> None:
    def echo(asked: Asked) -> bytes:
        return where % asked.body

    async with Answering(echo) as server:
        made = await ask(subject(f"http://localhost:{server.port}"), SESSION)
        assert ids(made) == {"session.login.garbled": "FAIL"}
        assert PASSWORD not in everything(made)
        assert made.findings[0].evidence[0], "it says what was wrong all the same"


async def test_header_with_the_password_in_it_is_not_told() -> None:
    passwords: list[str] = []

    def echo(asked: Asked) -> bytes:
        passwords.extend(asked.body.decode().split('"')[7:8] if asked.path == "/api/auth/login" else ())
        cookie = f"Set-Cookie: refreshToken=token-{passwords[0]}; Path=/; HttpOnly; Max-Age=9999"
        if asked.path == "/api/auth/login":
            return answer(200, '{"token": "x.y.z", "user": {}}', cookie, f"Server: {passwords[0]}")
        return answer(500, '"no"', f"Server: nginx {passwords[0]} {asked.headers.get('cookie', '')}")

    async with Answering(echo) as server:
        made = await ask(subject(f"http://localhost:{server.port}"), SESSION)
        assert passwords == [PASSWORD]
        assert ids(made)["session.lost"] == "FAIL"
        assert "server: nginx" in everything(made)
        assert PASSWORD not in everything(made)


async def test_nothing_answers_in_time_is_not_a_verdict() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with Web(ssl.create_default_context(), seconds=0.2) as web:
            with pytest.raises(HttpError) as caught:
                await web.ask("GET", f"http://127.0.0.1:{silent.getsockname()[1]}/")
        assert caught.value.failure is Failure.SILENT


def test_cacert_may_be_a_pipe_and_is_read_once(tmp_path: Path) -> None:
    ca = Certificates(tmp_path).ca.read_bytes()
    reading, writing = os.pipe()
    try:
        os.write(writing, ca)
        os.close(writing)
        pipe = Path(f"/dev/fd/{reading}")
        assert len({id(context(pipe)) for _ in range(3)}) == 1
        assert context(pipe).cert_store_stats()["x509_ca"] > context(None).cert_store_stats()["x509_ca"]
    finally:
        os.close(reading)


def test_cacert_without_a_certificate_is_refused(tmp_path: Path) -> None:
    empty, folder, other = tmp_path / "empty.pem", tmp_path / "folder", tmp_path / "binary"
    empty.write_bytes(b"")
    folder.mkdir()
    other.write_bytes(os.urandom(5000))
    for path in (empty, folder, other, tmp_path / "missing", Path("/dev/zero")):
        with pytest.raises(InvalidInput, match="--cacert"):
            context(path)
