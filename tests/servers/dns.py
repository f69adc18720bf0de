"""Name servers on loopback: a real one (NSD) that serves a zone, and one that answers whatever a test wants, or nothing."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

import dns.asyncresolver
import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode

from tests.judge import need_program
from tests.patience import Patience

Answering = Callable[[dns.message.Message], bytes | dns.message.Message | None]
"""What a server of the tests says to a question: a message, any bytes, or nothing at all."""

_CONFIGURATION = """
server:
    server-count: 1
    ip-address: 127.0.0.1
    port: {port}
    username: ""
    database: ""
    zonesdir: "{folder}"
    logfile: "{folder}/log"
    pidfile: "{folder}/pid"
    xfrdfile: "{folder}/xfrd.state"
    zonelistfile: "{folder}/zone.list"
    xfrdir: "{folder}"
    rrl-ratelimit: 0
remote-control:
    control-enable: no
zone:
    name: "."
    zonefile: "zone"
"""
_HEAD = "$ORIGIN .\n$TTL 60\n. IN SOA ns.invalid. nobody.invalid. 1 3600 600 86400 60\n. IN NS ns.invalid.\n"


def resolver_at(port: int) -> dns.asyncresolver.Resolver:
    """Return a resolver that asks 127.0.0.1 at this port and nobody else."""
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = port
    return resolver


def quoted(text: bytes) -> str:
    """Return a TXT value as a zone file has it: strings of 255 bytes, every byte that is not plain as \\DDD."""
    parts = [text[start : start + 255] for start in range(0, len(text), 255)] or [b""]
    return " ".join(f'"{"".join(_zone_byte(byte) for byte in part)}"' for part in parts)


def _zone_byte(byte: int) -> str:
    plain = 0x20 <= byte < 0x7F and byte not in b'"\\;'
    return chr(byte) if plain else f"\\{byte:03d}"


def zone(records: Mapping[str, Sequence[str | bytes]]) -> str:
    """Return zone lines: by absolute name, each record as ``MX 10 mail.example.org.``; bytes are a TXT record."""
    return "".join(
        f"{name.rstrip('.')}. IN {record if isinstance(record, str) else f'TXT {quoted(record)}'}\n"
        for name, each in records.items()
        for record in each
    )


@contextlib.contextmanager
def nsd(text: str, folder: Path) -> Iterator[int]:
    """Run a real NSD that serves everything below the root from these zone lines; gives its port."""
    program = need_program("nsd")
    (folder / "zone").write_text(_HEAD + text, encoding="ascii")
    port = _free_port()
    configuration = folder / "nsd.conf"
    configuration.write_text(_CONFIGURATION.format(port=port, folder=folder), encoding="utf-8")
    process = subprocess.Popen(
        [program, "-d", "-c", str(configuration)], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await_answers(process, port, folder)
        yield port
    finally:
        process.terminate()
        process.wait()


def _await_answers(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    question = dns.message.make_query("ns.invalid.", "A")
    patience = Patience()
    while not patience.spent() and process.poll() is None:
        with contextlib.suppress(dns.exception.DNSException, OSError):
            answer = dns.query.udp(question, "127.0.0.1", port=port, timeout=0.2)
            assert answer.rcode() != dns.rcode.SERVFAIL, (folder / "log").read_text(encoding="utf-8")
            return
        time.sleep(0.05)
    log = folder / "log"
    raise AssertionError(f"nsd does not answer: {log.read_text(encoding='utf-8') if log.exists() else 'no log'}")


def _free_port() -> int:
    """Return a port that is free for UDP and TCP: NSD cannot choose one by itself."""
    while True:
        with socket.socket(type=socket.SOCK_STREAM) as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
            stream.bind(("127.0.0.1", 0))
            port: int = stream.getsockname()[1]
            with contextlib.suppress(OSError):
                datagrams.bind(("127.0.0.1", port))
                return port


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | None, int]) -> None:
        answer = _answer(self._answering, data)
        if answer is None or self._transport is None:
            return
        if len(answer) > 1200:
            short = dns.message.make_response(dns.message.from_wire(data))
            short.flags |= dns.flags.TC
            answer = short.to_wire()
        self._transport.sendto(answer, addr)


def _answer(answering: Answering, data: bytes) -> bytes | None:
    response = answering(dns.message.from_wire(data))
    return response.to_wire(max_size=65535) if isinstance(response, dns.message.Message) else response


@contextlib.asynccontextmanager
async def answering(say: Answering) -> AsyncIterator[int]:
    """Run a name server that says what ``say`` returns, over UDP and, where that is long, TCP; gives its port."""

    async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            length = int.from_bytes(await reader.readexactly(2), "big")
            answer = _answer(say, await reader.readexactly(length))
            if answer is not None:
                writer.write(len(answer).to_bytes(2, "big") + answer)
                await writer.drain()
        writer.close()

    port = _free_port()
    loop = asyncio.get_running_loop()
    datagrams, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(say), local_addr=("127.0.0.1", port))
    server = await asyncio.start_server(stream, "127.0.0.1", port)
    try:
        yield port
    finally:
        datagrams.close()
        server.close()
