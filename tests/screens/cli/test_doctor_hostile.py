"""``doctor`` with a sign-in against servers that do what no honest one does, and cut off at any moment.

Whatever they send: a finding in bounded time and memory, nothing raw, no credential elsewhere, no session left behind.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from screens.demo.librechat import StandIn
from tests.checks.site.instance.asking import ADA, PASSWORD, SECRETS, settings
from tests.checks.site.session.test_session import Slow
from tests.patience import until, within
from tests.screens.cli.program import CHECKOUT
from tests.screens.cli.test_doctor_way import COMPOSE
from tests.servers import web
from tests.servers.answering import Answering, Asked, answer
from tests.servers.certificates import Certificates
from tests.servers.web import Hostile, always, redirect

HOST = "chat.example.com"
MOST_MEGABYTES = 150
CONFIG = b'{"serverDomain": "x", "emailLoginEnabled": true, "registrationEnabled": false'
_PROGRAM = """
import pathlib, sys
from screens.cli.main import main
status = main(sys.argv[1:])
# Not ru_maxrss: that of the process that started this one is in it.
lines = pathlib.Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")), file=sys.stderr)
sys.exit(status)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a run left behind."""

    status: int
    out: bytes
    err: bytes

    @property
    def megabytes(self) -> int:
        """The most memory that the program had."""
        return int(self.err.split()[-1]) // 1024

    @property
    def findings(self) -> dict[str, str]:
        """Ids and statuses."""
        return {each["id"]: each["status"] for each in json.loads(self.out)["findings"]}


def folder_of(room: Path, url: str, values: Mapping[str, str]) -> Path:
    folder = room / "LibreChat"
    folder.mkdir(parents=True)
    (folder / "docker-compose.yml").write_text(COMPOSE)
    given = {"PORT": "3080", "DOMAIN_CLIENT": url, "DOMAIN_SERVER": url, **SECRETS, **values}
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    (folder / ".env").chmod(0o600)
    (room / "password").write_text(PASSWORD)
    return folder


async def start(
    room: Path, url: str, *more: str | Path, values: Mapping[str, str] | None = None
) -> asyncio.subprocess.Process:
    folder = await asyncio.to_thread(folder_of, room, url, values or {})
    login = ("--login", ADA.email, "--password-file", room / "password", "--resolve", f"{HOST}:127.0.0.1")
    words = ("doctor", "--dir", folder, "--json", *login, *more)
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PROGRAM, *map(str, words)),
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(CHECKOUT)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def doctor(room: Path, url: str, *more: str | Path, values: Mapping[str, str] | None = None) -> Done:
    child = await start(room, url, *more, values=values)
    out, err = await within(child.communicate())
    return Done(status=child.returncode or 0, out=out, err=err)


async def continues(_: bytes, writer: asyncio.StreamWriter) -> None:
    """'Go on' for ever."""
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
        await writer.drain()


async def large_head(_: bytes, writer: asyncio.StreamWriter) -> None:
    """Headers of 100 MB."""
    writer.write(b"HTTP/1.1 200 OK\r\nX-Large: ")
    for __ in range(100):
        writer.write(b"x" * 1_000_000)
        await writer.drain()


async def slow_body(_: bytes, writer: asyncio.StreamWriter) -> None:
    """A body, one letter at a time."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.3)


async def closes_after(_: bytes, writer: asyncio.StreamWriter) -> None:
    """Says that it keeps the connection, and closes it."""
    body = CONFIG + b"}"
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()


HTTP2 = bytes.fromhex("00001804000000000000010000100000030000006400040000ffff")
KINDS: dict[str, tuple[web.Behavior, dict[str, str]]] = {
    "endless": (web.endless, {"instance.stranger": "FAIL"}),
    "slow head": (web.slow, {"instance.silent": "UNKNOWN"}),
    "silent": (web.silent, {"instance.silent": "UNKNOWN"}),
    "slow body": (slow_body, {"instance.silent": "UNKNOWN"}),
    "continues": (continues, {"instance.silent": "UNKNOWN"}),
    "cookies": (web.cookies, {"instance.garbled": "FAIL"}),
    "large head": (large_head, {"instance.garbled": "FAIL"}),
    "bomb": (always(web.answer("200 OK", "Content-Encoding: gzip", body=gzip.compress(b"0" * 10**8))), {"instance.stranger": "FAIL"}),
    "chunks": (always(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\nx"), {"instance.garbled": "FAIL"}),
    "http2": (always(HTTP2), {"instance.garbled": "FAIL"}),
    "no utf-8": (always(web.answer("200 OK", "Server: \xff\x1b[31m", body=b"\xff\xfe\x80" * 99)), {"instance.stranger": "FAIL"}),
    "deep": (always(web.answer("200 OK", body=b"[" * 400_000)), {"instance.stranger": "FAIL"}),
    # JSON.parse reads the number as Infinity, and the rest of it as what LibreChat says.
    "number": (
        always(web.answer("200 OK", body=CONFIG + b', "x": ' + b"9" * 400_000 + b"}")),
        {"instance.librechat": "PASS", "instance.not-applied": "FAIL", "instance.post": "FAIL"},
    ),
    "loop": (redirect(lambda path: path), {"instance.redirected": "FAIL"}),
    "file": (redirect(lambda _: "file:///etc/passwd"), {"instance.redirected": "FAIL"}),
    "keep and close": (closes_after, {"instance.librechat": "PASS", "instance.post": "FAIL", "instance.not-applied": "FAIL"}),
}  # fmt: skip


async def test_hostile_servers(tmp_path: Path) -> None:
    async def one(number: int, kind: str) -> None:
        behavior, wanted = KINDS[kind]
        async with Hostile(behavior) as server:
            only = ("--only", "dns,tls,instance,session,proxy")
            done = await doctor(tmp_path / str(number), f"http://{HOST}:{server.port}", *only)
        assert {**done.findings, **wanted} == {"dns.by-hand": "PASS", "tls.plain": "WARN", **wanted}, kind
        assert done.status == (1 if "FAIL" in wanted.values() else 4), kind
        assert done.megabytes < MOST_MEGABYTES, (kind, done)
        assert not any(b"/auth/login" in head or PASSWORD.encode() in head for head in server.heads), kind
        assert b"\x1b" not in done.out + done.err, kind

    await asyncio.gather(*(one(number, kind) for number, kind in enumerate(KINDS)))


async def test_https_with_hostile_ends(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    context = certificates.context("chat")
    only = ("--only", "dns,tls,instance,session,proxy", "--cacert", certificates.ca)
    context.set_alpn_protocols(["h2"])
    async with Hostile(always(HTTP2), ssl_context=context) as server:
        done = await doctor(tmp_path / "h2", f"https://{HOST}:{server.port}", *only)
    assert done.status == 1
    assert [each for each, status in done.findings.items() if status == "FAIL"] == ["tls.front.garbled"]
    plain = Hostile(always(b"\x15\x03\x03\x00\x02\x02\x28"))
    async with plain as server:
        done = await doctor(tmp_path / "alert", f"https://{HOST}:{server.port}", *only)
    assert all(each.startswith(("dns.", "tls.")) for each in done.findings), "one cause is told once"
    assert done.status in (1, 4)


@pytest.mark.parametrize("status", [301, 307, 308])
async def test_credentials_go_nowhere_else(tmp_path: Path, status: int) -> None:
    """The page is LibreChat's, the sign-in leads to another origin, with the same host and another port."""

    def leads_away(asked: Asked) -> bytes:
        if asked.path == "/api/auth/login":
            return answer(status, "", f"Location: http://{HOST}:{thief.port}/api/auth/login")
        return answer(200, "Refresh token not provided", kind="text/html")

    async with Answering(lambda _: answer(200, '{"token": "x.y.z"}')) as thief, Answering(leads_away) as server:
        done = await doctor(tmp_path, f"http://{HOST}:{server.port}", "--only", "session")
    assert done.findings == {"session.login.redirected": "FAIL"}
    assert thief.asked == []
    assert PASSWORD.encode() not in done.out + done.err


async def test_whole_doctor_makes_at_most_three_limited_requests(tmp_path: Path) -> None:
    async with StandIn(settings()) as server:
        url = f"http://{HOST}:{server.port}"
        values = {"DOMAIN_SERVER": url, "DOMAIN_CLIENT": url, "SESSION_COOKIE_SECURE": "false"}
        await server.restart(settings(values))
        done = await doctor(tmp_path, url, values={"SESSION_COOKIE_SECURE": "false"})
        assert done.findings["session.kept"] == "PASS", done
        assert "proxy" in {each.partition(".")[0] for each in done.findings}
        assert 2 <= server.limited_requests <= 3
        assert server.sessions == ()
        limited: list[Any] = [each for each in server.requests if each.path.startswith(("/api/auth/login", "/oauth"))]
        assert len(limited) == server.limited_requests
        assert all("Chrome/" in (each.header("user-agent") or "") for each in server.requests)


async def test_first_429_ends_the_asking(tmp_path: Path) -> None:
    async with StandIn(settings()) as server:
        url = f"http://{HOST}:{server.port}"
        await server.restart(settings({"DOMAIN_SERVER": url, "LOGIN_MAX": "0"}))
        done = await doctor(tmp_path, url, "--only", "session,proxy", values={"LOGIN_MAX": "0"})
        assert server.limited_requests <= 2, "one of each check, that ran side by side"
        assert done.status == 4, done
        assert "FAIL" not in done.findings.values()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_cut_off_at_any_moment_leaves_no_session(tmp_path: Path, number: signal.Signals) -> None:
    async def one(moment: float) -> tuple[int | None, int]:
        async with StandIn(settings()) as server, Slow(server.port) as slow:
            child = await start(tmp_path / str(moment), f"http://{HOST}:{slow.port}", "--only", "session")
            await until(lambda: bool(server.requests), "nobody asks")
            await asyncio.sleep(moment)
            child.send_signal(number)
            await child.communicate()
            assert server.sessions == (), moment
            return child.returncode, server.limited_requests

    ended = await asyncio.gather(*(one(each / 100) for each in (0, 4, 8, 12, 16, 24, 32)))
    # Where it was over already, the signal may meet the interpreter at its end.
    assert {status for status, _ in ended} <= {130, 0, 1, -number}
    assert 130 in {status for status, _ in ended}
    assert all(asked == 1 for _, asked in ended)
