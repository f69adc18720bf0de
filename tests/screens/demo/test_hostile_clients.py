"""The stand-in survives any client: bounded in time and memory, and answering others meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from screens.demo import http_server
from screens.demo.librechat import MOST_CONNECTIONS, Settings, StandIn
from tests.patience import until, within
from tests.rounds import examples
from tests.screens.demo.client import ask, exchange, parsed
from tests.screens.demo.records import ADA, PASSWORD
from tests.screens.demo.test_librechat import settings

HOST = b"Host: a\r\n"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000, 431),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 16_360 + b"\r\n\r\n", 431),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x01b\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n", 400),
    ],
)
async def test_what_node_refuses_is_refused(data: bytes, status: int) -> None:
    async with StandIn(settings()) as server:
        assert parsed(await exchange(server, data)).status == status
        assert server.requests == []
        assert (await ask(server, "GET", "/health")).text == "OK"


async def test_slow_client_is_sent_away() -> None:
    async with StandIn(settings(), patience=0.2) as server:
        assert parsed(await exchange(server, b"GET / HTTP/1.1\r\n" + HOST)).status == 408
        assert await exchange(server, b"") == b""


async def test_body_that_trickles_is_sent_away() -> None:
    async with StandIn(settings(), patience=0.3) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(b"POST /api/auth/refresh HTTP/1.1\r\n" + HOST + b"Content-Length: 100\r\n\r\n")

        async def trickle() -> None:
            while True:
                writer.write(b"x")
                await asyncio.sleep(0.05)

        trickling = asyncio.create_task(trickle())
        # Whoever goes on sending to a closed connection may lose the answer to the reset that follows it.
        with contextlib.suppress(ConnectionResetError):
            assert parsed(await within(reader.read(-1))).status == 408
        trickling.cancel()
        writer.close()
        await asyncio.gather(trickling, writer.wait_closed(), return_exceptions=True)


async def test_chunked_and_continued_bodies_are_read() -> None:
    text = b'{"email": "ada@example.com", "password": "correct horse 1"}'
    chunks = b"".join(b"%x\r\n%c\r\n" % (1, byte) for byte in text) + b"0\r\nX-Trailer: 1\r\n\r\n"
    head = b"POST /api/auth/login HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nConnection: close\r\n"
    async with StandIn(settings()) as server:
        answer = parsed(await exchange(server, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks))
        assert answer.status == 200
        length = b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(text)
        raw = await exchange(server, head + length + text)
        assert raw.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


async def test_one_connection_serves_several_requests() -> None:
    request = b"GET /health HTTP/1.1\r\n" + HOST
    async with StandIn(settings()) as server:
        raw = await exchange(server, (request + b"\r\n") * 2 + request + b"Connection: close\r\n\r\n")
        assert raw.count(b"HTTP/1.1 200 OK") == 3
        assert raw.count(b"Keep-Alive: timeout=5") == 2
        old = await exchange(server, b"GET /health HTTP/1.0\r\n\r\n")
        assert b"Connection: close" in old


async def test_body_beyond_the_parser_is_read_and_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "PARSED_LIMIT", 1000)
    async with StandIn(settings()) as server:
        upload = {"Content-Type": "application/octet-stream"}
        answer = await ask(server, "POST", "/api/auth/refresh", payload=b"x" * 2_000_000, headers=upload)
        assert answer.text == "Refresh token not provided"
        assert (server.requests[0].size, server.requests[0].body) == (2_000_000, b"")


async def test_a_body_in_chunks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "BODY_LIMIT", 1000)
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    async with StandIn(settings()) as server:
        answer = await exchange(server, head + (b"200\r\n" + b"x" * 0x200 + b"\r\n") * 3)
        assert parsed(answer).status == 413
        assert server.requests == []


async def test_a_setting_that_no_header_can_hold_ends_in_an_error() -> None:
    async with StandIn(settings(INDEX_CACHE_CONTROL="a\r\nSet-Cookie: planted=1", INDEX_PRAGMA="no-cache ")) as server:
        raw = await exchange(
            server, b"GET /health HTTP/1.1\r\n" + HOST + b"\r\nGET / HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
        )
        assert b"planted" not in raw
        assert b"HTTP/1.1 500 " in raw


async def test_more_connections_than_allowed_are_dropped_and_all_end_with_the_server() -> None:
    server = StandIn(settings())
    await server.start()
    open_ones = [await asyncio.open_connection(server.host, server.port) for _ in range(MOST_CONNECTIONS)]
    reader, writer = await asyncio.open_connection(server.host, server.port)
    with contextlib.suppress(ConnectionResetError):
        assert await within(reader.read(1)) == b""
    await within(server.stop())
    for _, each in [*open_ones, (reader, writer)]:
        each.close()
        await asyncio.gather(each.wait_closed(), return_exceptions=True)


async def test_stopping_does_not_wait_for_an_answer_that_takes_long() -> None:
    slow = Settings(environment=settings().environment, delay=3600)
    server = StandIn(slow)
    await server.start()
    asking = asyncio.create_task(ask(server, "GET", "/health"))
    await until(lambda: len(server.requests) == 1, "the request never came")
    await within(server.stop())
    (ended,) = await asyncio.gather(asking, return_exceptions=True)
    assert isinstance(ended, Exception), "it was cut off, not answered"


async def test_delay_is_as_long_as_asked_for() -> None:
    slow = Settings(environment=settings().environment, delay=0.1)
    async with StandIn(slow) as server:
        begun = time.monotonic()
        await ask(server, "GET", "/health")
        assert time.monotonic() - begun >= 0.1


async def test_delays_run_side_by_side() -> None:
    slow = Settings(environment=settings().environment, delay=3600)
    async with StandIn(slow) as server:
        asking = [asyncio.create_task(ask(server, "GET", "/health")) for _ in range(5)]
        await until(lambda: len(server.requests) == 5, "the second request waits for the first one's answer")
        assert not any(task.done() for task in asking)
    await asyncio.gather(*asking, return_exceptions=True)


@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 100_000,
        b'"text"',
        b"[1]",
        b"\xff\xfe\x00",
        b'{"email": ["a"], "password": {"$gt": ""}}',
        b'{"email": "ada@example.com", "password": 12345678}',
        b'{"email": "ada@example.com", "password": "\\ud800aaaaaaaa"}',
        b'{"email": "' + b"a" * 50_000 + b'@example.com", "password": "aaaaaaaa"}',
    ],
)
async def test_odd_bodies_are_refused_not_fatal(payload: bytes) -> None:
    async with StandIn(settings(LOGIN_MAX="100")) as server:
        answer = await ask(server, "POST", "/api/auth/login", payload=payload)
        assert answer.status in (400, 404, 500)
        assert server.sessions == ()


@pytest.mark.parametrize("token", ["a.b.c", "...", "eyJ9.eyJ9.x", "e30.e30.", "e30.e30.é", "W10.W10.x", "%00"])
async def test_odd_tokens_are_refused_not_fatal(token: str) -> None:
    async with StandIn(settings()) as server:
        answer = await ask(server, "GET", "/api/user", headers={"Authorization": f"Bearer {token}"})
        assert answer.status == 401
        cookie = {"Cookie": f"refreshToken={token}"}
        assert (await ask(server, "POST", "/api/auth/refresh", headers=cookie)).text == "Invalid refresh token"


@given(st.lists(st.binary(max_size=400), min_size=1, max_size=20))
@limits(max_examples=examples(25), deadline=None)
def test_noise_does_not_stop_it(noise: list[bytes]) -> None:
    async def scenario() -> None:
        async with StandIn(settings(), patience=0.05) as server:
            starts = (
                b"",
                b"GET ",
                b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\n",
                b"GET / HTTP/1.1\r\nHost: a\r\nCookie: ",
            )
            data = [start + each + b"\r\n\r\n" for start, each in zip(starts * 5, noise, strict=False)]
            await asyncio.gather(*(exchange(server, each) for each in data), return_exceptions=True)
        async with StandIn(settings()) as server:
            answer = await ask(server, "POST", "/api/auth/login", payload={"email": ADA.email, "password": PASSWORD})
            assert answer.status == 200

    asyncio.run(scenario())
