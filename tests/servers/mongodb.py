"""A small MongoDB on loopback: the wire protocol and the commands that mongoose and LibreChat's scripts send, in memory.

It answers as one standalone mongod without accounts, which is what LibreChat's compose files start. What it does not
understand it refuses (code 59 or 9), so that no test passes on a command that did nothing.
Protocol: github.com/mongodb/specifications/tree/master/source/message (OP_MSG), and OP_QUERY for the first hello.
"""

from __future__ import annotations

import contextlib
import socketserver
import struct
import threading
from collections.abc import Iterator
from typing import Final

from tests.servers.bson import decode, encode
from tests.servers.mongodb_commands import MongoServer
from tests.servers.mongodb_query import Document

_QUERY: Final = 2004
_REPLY: Final = 1
_MSG: Final = 2013


class _Connection(socketserver.BaseRequestHandler):
    """One connection: a message in, a message out."""

    server: _Listening

    def handle(self) -> None:
        """Answer until the other side goes."""
        with contextlib.suppress(ConnectionError):
            while head := self._read(16):
                size, number, _, code = struct.unpack("<iiii", head)
                body = self._read(size - 16)
                if code == _MSG:
                    command, is_answered = _command(body)
                    answer = struct.pack("<I", 0) + b"\0" + encode(self.server.mongo.carry_out(command))
                    kind = _MSG
                elif code == _QUERY:
                    command, _ = decode(body, body.index(0, 4) + 9)
                    found = encode(self.server.mongo.carry_out({**command, "$db": "admin"}))
                    answer, kind, is_answered = struct.pack("<iqii", 8, 0, 0, 1) + found, _REPLY, True
                else:
                    return
                if is_answered:
                    self.request.sendall(struct.pack("<iiii", len(answer) + 16, 0, number, kind) + answer)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self.request.recv(size - len(data))
            if not part:
                return b""
            data += part
        return data


def _command(body: bytes) -> tuple[Document, bool]:
    """Return the command of an OP_MSG, its sequences of documents put into it, and whether it wants an answer."""
    flags, at = struct.unpack_from("<I", body)[0], 4
    command: Document = {}
    sequences: Document = {}
    end = len(body) - (4 if flags & 1 else 0)
    while at < end:
        kind, at = body[at], at + 1
        if kind == 0:
            command, at = decode(body, at)
            continue
        stop = at + struct.unpack_from("<i", body, at)[0]
        behind = body.index(0, at + 4)
        name, at = body[at + 4 : behind].decode(), behind + 1
        sequences[name] = []
        while at < stop:
            document, at = decode(body, at)
            sequences[name].append(document)
    return {**command, **sequences}, not flags & 2


class _Listening(socketserver.ThreadingTCPServer):
    """The socket: a thread for each connection."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, mongo: MongoServer, address: tuple[str, int]) -> None:
        super().__init__(address, _Connection)
        self.mongo = mongo


@contextlib.contextmanager
def mongodb(server: MongoServer | None = None, address: tuple[str, int] = ("127.0.0.1", 0)) -> Iterator[MongoServer]:
    """Run a MongoDB, on loopback where nothing else is said."""
    server = server or MongoServer()
    with _Listening(server, address) as listening:
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
