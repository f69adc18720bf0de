"""``kubectl exec`` for the tests' API server: a WebSocket with Kubernetes' channels (v5.channel.k8s.io), behind it a program of this machine.

Each message begins with the number of its channel: 0 to 2 are the program's streams, 3 is how it ended, 255 closes a stream
(k8s.io/apimachinery/pkg/util/remotecommand/constants.go, v1.37). Terminals and their sizes are left out.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import IO, Final

PROTOCOL: Final = "v5.channel.k8s.io"
_GUID: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_STDIN, _STDOUT, _STDERR, _ERROR, _CLOSE = 0, 1, 2, 3, 255
_CHUNK: Final = 32 * 1024
_BINARY, _CLOSING, _PING, _PONG = 2, 8, 9, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PodProgram:
    """What a command in a pod really starts."""

    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None


def upgrade(handler: BaseHTTPRequestHandler) -> bool:
    """Answer the handshake; ``False`` where the client asks for something else than this WebSocket."""
    key = handler.headers.get("Sec-WebSocket-Key")
    if key is None or PROTOCOL not in handler.headers.get("Sec-WebSocket-Protocol", ""):
        return False
    digest = hashlib.sha1(f"{key}{_GUID}".encode(), usedforsecurity=False).digest()
    handler.send_response(101)
    handler.send_header("Upgrade", "websocket")
    handler.send_header("Connection", "Upgrade")
    handler.send_header("Sec-WebSocket-Accept", base64.b64encode(digest).decode())
    handler.send_header("Sec-WebSocket-Protocol", PROTOCOL)
    handler.end_headers()
    handler.wfile.flush()
    handler.close_connection = True
    return True


class ExecSession:
    """One command in a pod, from its start to its end or that of the client."""

    def __init__(self, handler: BaseHTTPRequestHandler, program: PodProgram) -> None:
        self._in, self._out, self._lock = handler.rfile, handler.wfile, threading.Lock()
        self._child = subprocess.Popen(
            program.arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(program.environment),
            cwd=program.folder,
        )

    def run(self) -> None:
        """Carry what both sides say; tell the client how the program ended."""
        reader = threading.Thread(target=self._input, daemon=True)
        reader.start()
        outputs = [
            threading.Thread(target=self._output, args=(stream, channel), daemon=True)
            for stream, channel in ((self._child.stdout, _STDOUT), (self._child.stderr, _STDERR))
        ]
        for thread in outputs:
            thread.start()
        for thread in outputs:
            thread.join()
        status = self._child.wait()
        self._send(bytes([_ERROR]) + json.dumps(_ended(status)).encode())
        self._frame(_CLOSING, struct.pack(">H", 1000))
        reader.join(timeout=2)
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _input(self) -> None:
        while (message := self._message()) is not None:
            if message[:1] == bytes([_STDIN]) and self._child.stdin is not None:
                try:
                    self._child.stdin.write(message[1:])
                    self._child.stdin.flush()
                except OSError:
                    continue
            elif message[:2] == bytes([_CLOSE, _STDIN]) and self._child.stdin is not None:
                self._child.stdin.close()
        # The client has gone: a real kubelet leaves the program alone, the tests have to leave nothing behind.
        if self._child.poll() is None:
            self._child.kill()

    def _output(self, stream: IO[bytes] | None, channel: int) -> None:
        while stream is not None and (chunk := stream.read1(_CHUNK)):  # type: ignore[attr-defined]
            self._send(bytes([channel]) + chunk)

    def _send(self, message: bytes) -> None:
        self._frame(_BINARY, message)

    def _frame(self, kind: int, data: bytes) -> None:
        # No message is longer than what two bytes can say.
        head = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack(">H", len(data))
        with self._lock:
            try:
                self._out.write(bytes([0x80 | kind]) + head + data)
                self._out.flush()
            except OSError:
                return

    def _message(self) -> bytes | None:
        """Return the next message of the client; ``None`` once it has gone."""
        whole = b""
        while True:
            head = self._in.read(2)
            if len(head) < 2:
                return None
            is_last, kind, size = head[0] & 0x80, head[0] & 0x0F, head[1] & 0x7F
            if size == 126:
                size = struct.unpack(">H", self._in.read(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self._in.read(8))[0]
            mask = self._in.read(4) if head[1] & 0x80 else bytes(4)
            data = bytes(byte ^ mask[place % 4] for place, byte in enumerate(self._in.read(size)))
            if kind == _CLOSING:
                return None
            if kind == _PING:
                self._frame(_PONG, data)
                continue
            whole += data
            if is_last:
                return whole


def _ended(status: int) -> dict[str, object]:
    """Return how a program ended as the kubelet tells it (a Status; its exit status is a cause)."""
    if status == 0:
        return {"metadata": {}, "status": "Success"}
    causes = [{"reason": "ExitCode", "message": str(status if status > 0 else 128 - status)}]
    return {
        "metadata": {},
        "status": "Failure",
        "reason": "NonZeroExitCode",
        "message": f"command terminated with non-zero exit code: {status}",
        "details": {"causes": causes},
    }
