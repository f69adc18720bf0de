"""What runs in the container of the admin panel: whatever is asked, there is a page."""

from __future__ import annotations

import socketserver

PORT = 3000
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class Handler(socketserver.StreamRequestHandler):
    """One request."""

    def handle(self) -> None:
        """Read the head and answer."""
        while self.rfile.readline().strip():
            pass
        self.wfile.write(_ANSWER)


class Server(socketserver.ThreadingTCPServer):
    """Takes any number of clients."""

    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    with Server(("0.0.0.0", PORT), Handler) as server:  # noqa: S104 - in a container
        server.serve_forever()
