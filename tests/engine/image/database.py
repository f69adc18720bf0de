"""What runs in the container of MongoDB: collections in one file of its data folder, asked by lines of JSON."""

from __future__ import annotations

import json
import os
import signal
import socketserver
import threading
from pathlib import Path
from typing import Any

PORT = 27017
FILE = Path("/data/db/collections.json")
_lock = threading.Lock()


def answer(asked: dict[str, Any]) -> object:
    """Do one thing with a collection; what is written is on the disk before it is answered."""
    with _lock:
        collections = json.loads(FILE.read_text()) if FILE.is_file() else {}
        documents = collections.setdefault(asked["collection"], [])
        wanted = asked.get("query") or {}
        found = [one for one in documents if all(one.get(name) == value for name, value in wanted.items())]
        if asked["do"] == "find":
            return found
        if asked["do"] == "insert":
            documents.append(asked["document"])
        else:
            collections[asked["collection"]] = [one for one in documents if one not in found]
        new = FILE.with_suffix(".new")
        new.write_text(json.dumps(collections))
        new.rename(FILE)
        return found


class Handler(socketserver.StreamRequestHandler):
    """One client; a line is a question."""

    def handle(self) -> None:
        """Answer until it leaves."""
        for line in self.rfile:
            self.wfile.write(json.dumps(answer(json.loads(line))).encode() + b"\n")


class Server(socketserver.ThreadingTCPServer):
    """Takes any number of clients."""

    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    with Server(("0.0.0.0", PORT), Handler) as server:  # noqa: S104 - in a container
        server.serve_forever()
