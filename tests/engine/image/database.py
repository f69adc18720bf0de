"""What runs in the container of MongoDB: the tests' own MongoDB, with its collections in one file of its data folder.

LibreChat's driver talks to it as to any other; the stand-in of LibreChat, which has none, asks by lines of JSON at another port.
"""

from __future__ import annotations

import gzip
import json
import os
import signal
import socketserver
import sys
from pathlib import Path
from typing import Any

from tests.servers.bson import decode, encode
from tests.servers.mongodb import mongodb
from tests.servers.mongodb_commands import Database, MongoServer
from tests.servers.mongodb_query import Document

PORT = 27017
LINES_PORT = 27018
FILE = Path("/data/db/collections.bson")
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - in a container
_WRITES = frozenset({"insert", "update", "delete", "findAndModify", "findandmodify", "drop", "dropDatabase"})


class KeptServer(MongoServer):
    """What is written is on the disk before it is answered."""

    def __init__(self) -> None:
        super().__init__()
        held, _ = decode(FILE.read_bytes()) if FILE.is_file() else ({}, 0)
        for name, collections in held.items():
            self.databases[name] = made = Database()
            made.collections = collections

    def carry_out(self, command: Document) -> Document:
        """Carry out one command, and keep what came of it."""
        with self._lock:
            answer = super().carry_out(command)
            self.asked.clear()
            if next(iter(command)) in _WRITES:
                new = FILE.with_suffix(".new")
                new.write_bytes(encode({name: each.collections for name, each in self.databases.items()}))
                new.rename(FILE)
            return answer

    def lines_answer(self, asked: dict[str, Any]) -> object:
        """Do what a line asks for: ``find`` all of a collection, or ``insert``."""
        name = asked["collection"]
        if asked["do"] == "insert":
            self.carry_out({"insert": name, "documents": [asked["document"]], "$db": "LibreChat"})
        return self.content().get(name, [])


class Handler(socketserver.StreamRequestHandler):
    """One client; a line is a question."""

    server: LineServer

    def handle(self) -> None:
        """Answer until it leaves."""
        for line in self.rfile:
            answer = self.server.mongo.lines_answer(json.loads(line))
            self.wfile.write(json.dumps(answer, default=str).encode() + b"\n")


class LineServer(socketserver.ThreadingTCPServer):
    """Takes any number of clients."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, mongo: KeptServer) -> None:
        super().__init__((_EVERYWHERE, LINES_PORT), Handler)
        self.mongo = mongo


if __name__ == "__main__":
    if "--archive" in sys.argv:
        sys.stdout.buffer.write(gzip.compress(FILE.read_bytes()))
        raise SystemExit
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    with mongodb(KeptServer(), (_EVERYWHERE, PORT)) as kept, LineServer(kept) as server:  # type: ignore[arg-type]
        server.serve_forever()
