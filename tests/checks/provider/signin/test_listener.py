"""The listener of ``signin openid --listen`` among other programs of the machine: only this sign-in's answer counts, and it comes through."""

from __future__ import annotations

import contextlib
import select
import socket
from collections.abc import Iterator

import pytest

from checks.provider.signin.listener import CallbackListener
from tests.patience import SECONDS

STATE = "the-state-of-this-sign-in"
OWN = f"/oauth/openid/callback?code=the-code&state={STATE}"


@pytest.fixture
def listener() -> Iterator[CallbackListener]:
    with CallbackListener(0, "localhost", state=STATE) as running:
        yield running


def connected(listener: CallbackListener, begin: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", listener.port), timeout=SECONDS)
    connection.sendall(begin)
    return connection


def asked(listener: CallbackListener, target: str) -> str:
    """Ask as a browser does; return the status line."""
    answer = b""
    request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with connected(listener, request) as connection, contextlib.suppress(ConnectionResetError):
        while data := connection.recv(4096):
            answer += data
    return answer.partition(b"\r\n")[0].decode()


def has_come(listener: CallbackListener, seconds: float = 0) -> bool:
    return bool(select.select([listener], [], [], seconds)[0])


def test_only_the_answer_to_this_sign_in_counts(listener: CallbackListener) -> None:
    foreign = (
        *("/", "/favicon.ico", "/signed-in", "/oauth/openid/callback", "/oauth/openid/callback?state=x&code=y"),
        *(f"/other?code=x&state={STATE}", f"{OWN}&state=x", "/oauth/openid/callback?error=access_denied"),
        "/oauth/openid/callback?" + "&".join(f"{number:x}" for number in range(7000)),
    )
    status_lines = {target: asked(listener, target) for target in foreign}
    assert {line.split()[1] for target, line in status_lines.items() if target != "/signed-in"} == {"404"}
    assert not has_come(listener)
    assert asked(listener, OWN) == "HTTP/1.1 303 See Other"
    assert asked(listener, "/signed-in") == "HTTP/1.1 200 OK"
    assert has_come(listener, SECONDS)
    given = listener.answer()
    assert given is not None
    assert given.reveal() == f"http://localhost:{listener.port}{OWN}"
    assert not has_come(listener)


@pytest.mark.parametrize("begin", [b"G", b"", b"GET / HTTP/1.1\r\n", b"x" * 50_000, b"\x16\x03\x01"])
def test_nobody_holds_it_up(listener: CallbackListener, begin: bytes) -> None:
    slow = [connected(listener, begin) for _ in range(8)]
    assert asked(listener, OWN) == "HTTP/1.1 303 See Other", "while the others are still at it"
    asked(listener, "/signed-in")
    assert has_come(listener, SECONDS)
    assert listener.answer() is not None
    for each in slow:
        each.close()


def test_what_is_still_open_at_the_end_is_closed_in_silence(caplog: pytest.LogCaptureFixture) -> None:
    with CallbackListener(0, state=STATE) as listener:
        slow = connected(listener, b"GET / HTTP/1.1\r\n")
        asked(listener, "/")
    assert slow.recv(1) == b""
    slow.close()
    assert caplog.records == []
