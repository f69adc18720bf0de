"""The client of :mod:`tests.screens.cli.fork_server`: a run of the program that looks like a ``subprocess.Popen``."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from tests.canary_run import program_environment, program_path
from tests.patience import wait_until


class ForkedRun:
    """One run: what of ``Popen`` the tests use."""

    def __init__(self, connection: socket.socket, streams: tuple[IO[str], IO[str], IO[str]], args: list[str]) -> None:
        self.args = args
        self.returncode = 0
        self._connection = connection
        self._answers = connection.makefile("r", encoding="ascii")
        self.pid = int(self._answers.readline())
        self._stdin, self._stdout, self._stderr = streams

    def communicate(self, given: str | None = None) -> tuple[str, str]:
        """Give its input, read what it writes until it ends."""
        output: dict[IO[str], str] = {}

        def give() -> None:
            # A program that ends without reading its input is no error.
            with contextlib.suppress(BrokenPipeError):
                self._stdin.write(given or "")
            with contextlib.suppress(BrokenPipeError):
                self._stdin.close()

        def take(stream: IO[str]) -> None:
            with stream:
                output[stream] = stream.read()

        threads = [
            threading.Thread(target=give, daemon=True),
            *(threading.Thread(target=take, args=(stream,), daemon=True) for stream in (self._stdout, self._stderr)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with self._connection, self._answers:
            self.returncode = int(self._answers.readline())
        return output[self._stdout], output[self._stderr]

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


class ForkServer:
    """The server of this process; it ends with it."""

    def __init__(self) -> None:
        self._room = tempfile.TemporaryDirectory(prefix="forks-")
        self._path = str(Path(self._room.name) / "socket")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": self._room.name,
            "LANG": "C.UTF-8",
            "PYTHONPATH": program_path(),
            **program_environment(),
        }
        command = [sys.executable, "-P", "-m", "tests.screens.cli.fork_server", self._path]
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
        atexit.register(self._end)
        wait_until(lambda: Path(self._path).exists() or self._server.poll() is not None, "the server never came")
        assert self._server.poll() is None, "the server has ended"

    def start(self, arguments: list[str], environment: Mapping[str, str], folder: str) -> ForkedRun:
        """Start the program in a folder."""
        theirs, ours = zip(os.pipe(), reversed(os.pipe()), reversed(os.pipe()), strict=True)
        os.umask(mask := os.umask(0o077))
        asked = {"arguments": arguments, "environment": dict(environment), "cwd": folder, "umask": mask}
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        while True:
            try:
                connection.connect(self._path)
                break
            except ConnectionRefusedError:
                # Bound, and about to listen.
                assert self._server.poll() is None, "the server has ended"
        data = f"{json.dumps(asked)}\n".encode()
        socket.send_fds(connection, [data[:1024]], theirs)
        connection.sendall(data[1024:])
        for descriptor in theirs:
            os.close(descriptor)
        streams = tuple(
            os.fdopen(descriptor, mode, encoding="utf-8", errors="surrogateescape")
            for descriptor, mode in zip(ours, "wrr", strict=True)
        )
        return ForkedRun(connection, (streams[0], streams[1], streams[2]), arguments)

    def _end(self) -> None:
        self._server.kill()
        self._server.wait()
        self._room.cleanup()
