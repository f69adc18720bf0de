"""A process that has imported the program and forks for each run: most of what a short run costs is its imports.

What comes of it is a process of its own like any other: its arguments, environment, folder, standard streams, exit status and end
by a signal. Only the imports are not its own; what is about those starts an interpreter (``run(..., is_fresh=True)``).

Started as ``python -P -m tests.screens.cli.fork_server SOCKET``. A client connects, hands over three descriptors and one line of
JSON, and gets the exit status as :func:`os.waitstatus_to_exitcode` gives it.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

import checks
import screens.cli
import screens.shared
import wizard

_LARGEST: Final = 8_000_000
_SCREEN: Final = ("screens.cli.start",)
"""Modules that bring Textual with them."""


def load() -> None:
    """Import what a run without a screen may need, and nothing that its kind never loads."""
    for room in (wizard, checks, screens.cli, screens.shared):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not module.name.endswith("__main__") and module.name not in _SCREEN:
                importlib.import_module(module.name)
    assert "textual" not in sys.modules


def serve(path: str) -> NoReturn:
    """Fork for every client, until the process that started this one has ended."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        listener.listen(64)
        gc.collect()
        gc.freeze()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            # Standard input is a pipe that the process which started this one holds open.
            if sys.stdin in select.select([listener, sys.stdin], [], [])[0]:
                os._exit(0)
            client, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                _attend(client)
            client.close()


def _attend(client: socket.socket) -> NoReturn:
    """Start what a client asks for, wait for it and say how it ended."""
    with client:
        data, descriptors, *_ = socket.recv_fds(client, 1 << 16, 3)
        while not data.endswith(b"\n"):
            more = client.recv(1 << 16)
            if not more or len(data) > _LARGEST:
                os._exit(1)
            data += more
        child = os.fork()
        if child == 0:
            client.close()
            _become(json.loads(data), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        client.sendall(f"{child}\n".encode())
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        client.sendall(f"{status}\n".encode())
    os._exit(0)


def _become(asked: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """Be the program, from its start to its end."""
    status = 1
    try:
        for place, descriptor in enumerate(descriptors):
            os.dup2(descriptor, place)
        os.closerange(3, max(descriptors) + 1)
        os.chdir(asked["cwd"])
        os.umask(asked["umask"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        time.tzset()
        sys.argv = [str(Path(wizard.__path__[0]) / "__main__.py"), *asked["arguments"]]
        from screens.cli.main import main

        status = main()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 0
    except BaseException:  # noqa: BLE001 - as the interpreter does
        traceback.print_exc()
    finally:
        for ending in _endings():
            try:
                ending()
            except BaseException:  # noqa: BLE001 - as the interpreter does
                traceback.print_exc()
        os._exit(status & 0xFF)


def _endings() -> Iterator[Any]:
    """What an interpreter does before it ends."""
    yield getattr(threading, "_shutdown")  # noqa: B009 - not in the type stubs
    yield getattr(atexit, "_run_exitfuncs")  # noqa: B009 - not in the type stubs
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            yield stream.flush


if __name__ == "__main__":
    load()
    serve(sys.argv[1])
