"""Names are looked up without anybody having to wait for the system."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from checks.net.aio import run


def test_a_name_server_that_is_silent_keeps_nobody_from_leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    answered, ended = threading.Event(), threading.Event()

    def look_up(*_: object) -> None:
        answered.wait()
        ended.set()

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    async def ask() -> None:
        async with asyncio.timeout(0.2):
            await asyncio.get_running_loop().getaddrinfo("mail.example.com", 25)

    try:
        with pytest.raises(TimeoutError):
            run(ask())
        assert not ended.is_set()
    finally:
        answered.set()


def test_names_and_addresses_are_found_as_ever() -> None:
    async def ask(host: str) -> set[str]:
        found = await asyncio.get_running_loop().getaddrinfo(host, 25, type=socket.SOCK_STREAM)
        return {str(each[4][0]) for each in found}

    assert "127.0.0.1" in run(ask("127.0.0.1"))
    with pytest.raises(socket.gaierror):
        run(ask("256.256.256.256"))
    with pytest.raises(UnicodeError):
        run(ask("a..b"))


def test_connections_can_be_made() -> None:
    async def talk() -> bytes:
        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"hello\n")
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection("localhost", server.sockets[0].getsockname()[1])
            try:
                return await reader.readline()
            finally:
                writer.close()

    assert run(talk()) == b"hello\n"
