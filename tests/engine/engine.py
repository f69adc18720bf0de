"""A private Docker engine of the tests: its own socket, data, network and images; on the machine nothing is left of it.

It has a network namespace of its own, so that its bridges, its rules and the ports that it publishes are nobody else's. Who asks it
goes there too (:meth:`Engine.run`, :meth:`Engine.inside`).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO

from tests.engine import rootfs
from tests.judge import JUDGES, need_path
from tests.patience import wait_until

ROOT = JUDGES / "docker"
NEWER = JUDGES / "docker-newer"
_NEW_NETWORK = 0x40000000
_LAUNCH = """
import ctypes, fcntl, os, socket, struct, sys
if ctypes.CDLL(None, use_errno=True).unshare(0x40000000):
    raise SystemExit(f"unshare: {os.strerror(ctypes.get_errno())}")
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as lo:
    fcntl.ioctl(lo, 0x8914, struct.pack("16sH14s", b"lo", 0x49, b""))  # SIOCSIFFLAGS: up, loopback, running
os.execv(sys.argv[1], sys.argv[1:])
"""


class ForbiddenError(Exception):
    """No engine can run here; the argument is the exact refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a program ended."""

    status: int
    out: str
    err: str
    seconds: float

    @property
    def text(self) -> str:
        return self.out + self.err


class Engine:
    """One running engine."""

    def __init__(self, folder: Path, roots: Sequence[Path] = (ROOT,)) -> None:
        self.folder, self.roots = folder, tuple(roots)
        self.socket = folder / "docker.sock"
        self._tools = folder / "bin"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a program gets that is to talk to this engine."""
        return {
            "PATH": f"{self._tools}:{os.environ['PATH']}",
            "HOME": str(self.folder / "home"),
            "DOCKER_HOST": f"unix://{self.socket}",
            "DOCKER_CONFIG": str(self.folder / "config"),
        }

    def start(self) -> None:
        """Start it; ``ForbiddenError`` where the system does not let it run."""
        self._lay_out()
        libraries = {str(path.parent) for root in self.roots for path in root.glob("usr/lib/**/*.so*")}
        places = [f"{root}/usr/{name}" for root in self.roots for name in ("sbin", "bin")]
        environment = {
            "PATH": ":".join((str(self._tools), *places, os.environ["PATH"])),
            "LD_LIBRARY_PATH": ":".join(sorted(libraries)),
            "HOME": str(self.folder / "home"),
        }
        command = [
            *(str(self._program("usr/sbin/dockerd")), "--host", f"unix://{self.socket}"),
            *("--data-root", str(self.folder / "data"), "--exec-root", str(self.folder / "run")),
            *("--pidfile", str(self.folder / "pid"), "--config-file", str(self.folder / "daemon.json")),
        ]
        with (self.folder / "log").open("wb") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _LAUNCH, *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        child = self._child
        wait_until(lambda: self.socket.exists() or child.poll() is not None, "the engine never listens")
        if child.poll() is not None or self.docker("version").status:
            lines = (self.folder / "log").read_text(errors="replace").splitlines()
            raise ForbiddenError(next(reversed([line for line in lines if line.strip()]), "it ended without a word"))

    def _lay_out(self) -> None:
        for name in ("bin", "home", "config/cli-plugins"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "daemon.json").write_text("{}")
        self._tools.joinpath("docker").symlink_to(self._program("usr/bin/docker"))
        (self.folder / "config/cli-plugins/docker-compose").symlink_to(
            need_path("Docker Compose", JUDGES / "docker-compose")
        )
        tables = self._program("usr/sbin/xtables-nft-multi")
        extensions = next(tables.parents[2].glob("usr/lib/*/xtables"))
        for name in ("iptables", "ip6tables"):
            # Debian chooses the program by /etc/alternatives, which only an installed package has.
            text = f'#!/bin/sh\nXTABLES_LIBDIR={extensions} exec {tables} {name} "$@"\n'
            (self._tools / name).write_text(text)
            (self._tools / name).chmod(0o755)

    def _program(self, name: str) -> Path:
        return next(
            (root / name for root in self.roots if (root / name).exists()), need_path("Docker", self.roots[-1] / name)
        )

    @property
    def process(self) -> int:
        """The engine's process, whose network is meant."""
        assert self._child is not None
        return self._child.pid

    def run(
        self,
        command: Sequence[str | Path],
        further: Mapping[str, str] = MappingProxyType({}),
        *,
        stdin: str = "",
        uid: int = 0,
    ) -> Ended:
        """Run a program where the engine's network is, as root or as somebody else who can read everything (for Python's own files)."""
        begun = time.monotonic()
        done = subprocess.run(
            [*self.entered(uid), *map(str, command)],
            env={**self.environment, **further},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        return Ended(status=done.returncode, out=done.stdout, err=done.stderr, seconds=time.monotonic() - begun)

    def entered(self, uid: int = 0) -> tuple[str, ...]:
        """Return what comes before a command so that it runs in the engine's network."""
        where = ("nsenter", f"--net=/proc/{self.process}/ns/net", "--")
        rights = "+dac_read_search"
        whom = (
            "setpriv",
            f"--reuid={uid}",
            f"--regid={uid}",
            "--clear-groups",
            f"--inh-caps={rights}",
            f"--ambient-caps={rights}",
        )
        return (*where, *whom) if uid else where

    def docker(self, *words: str | Path, stdin: str = "") -> Ended:
        """Run the docker command."""
        return self.run((self._tools / "docker", *words), stdin=stdin)

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Let this thread open its sockets in the engine's network."""
        system = ctypes.CDLL(None, use_errno=True)
        own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/proc/{self.process}/ns/net", os.O_RDONLY)
        try:
            assert system.setns(there, _NEW_NETWORK) == 0, os.strerror(ctypes.get_errno())
            yield
        finally:
            system.setns(own, _NEW_NETWORK)
            os.close(own)
            os.close(there)

    def bring_in(self, name: str, write: Callable[[IO[bytes]], None], *words: str) -> None:
        """Make an image of what ``write`` gives as an archive."""
        importing = subprocess.Popen(
            [*self.entered(), str(self._tools / "docker"), "import", *words, "-", name],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert importing.stdin is not None
        write(importing.stdin)
        output, _ = importing.communicate()
        assert importing.returncode == 0, output

    def fill(self, images: Sequence[str]) -> None:
        """Make the images; what each runs is told by its name."""
        changes = [
            "WORKDIR /app",
            "ENV NODE_ENV=production STANDIN_SETTLES_IN=0.5",
            f"ENV PYTHONPATH={rootfs.SITE}",
            "ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/config",
        ]
        words = [word for change in changes for word in ("-c", change)]
        self.bring_in("standin:base", rootfs.write, *words)
        self.docker("create", "--name", "base", "standin:base", "sleeper")
        made: dict[str, str] = {}
        for image in images:
            kind, what = next((kind, what) for kind, what in _KINDS if kind in image)
            if kind not in made:
                made[kind] = f"standin:{len(made)}"
                flags = [word for change in what for word in ("--change", change)]
                done = self.docker("commit", *flags, "base", made[kind])
                assert done.status == 0, done.text
            assert self.docker("tag", made[kind], image).status == 0
        self.docker("rm", "base")

    def clear(self) -> None:
        """Take away every container, volume and network."""
        if names := self.docker("ps", "-aq").out.split():
            self.docker("rm", "-f", "-v", *names)
        if names := self.docker("volume", "ls", "-q").out.split():
            self.docker("volume", "rm", "-f", *names)
        self.docker("network", "prune", "-f")

    def stop(self) -> None:
        """End it, with all that it started."""
        if self._child is None:
            return
        if self._child.poll() is None:
            self.clear()
            self._child.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()


_KINDS = (
    ("rag-api", ('CMD ["sleeper"]',)),
    ("admin-panel", (f'CMD ["{rootfs.PYTHON}", "-P", "-m", "image.panel"]',)),
    ("librechat", ("USER node", f'CMD ["{rootfs.PYTHON}", "-P", "-m", "image.librechat"]')),
    ("mongo", ('CMD ["mongod"]',)),
    ("caddy", ('CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]',)),
    ("nginx", ('CMD ["nginx"]',)),
    ("", ('CMD ["sleeper"]',)),
)


@contextlib.contextmanager
def engine(images: Sequence[str], roots: Sequence[Path] = (ROOT,)) -> Iterator[Engine]:
    """A running engine with these images; ``ForbiddenError`` where none can run."""
    if os.geteuid() != 0:
        raise ForbiddenError("an engine has to be started by root")
    for root in roots:
        need_path("Docker", root)
    folder = Path(tempfile.mkdtemp(prefix="engine-", dir="/tmp"))  # a socket's path is short
    folder.chmod(0o755)
    made = Engine(folder, roots)
    try:
        made.start()
        made.socket.chmod(0o666)
        made.fill(images)
        yield made
    finally:
        made.stop()
        _unmount(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _unmount(folder: Path) -> None:
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for place in sorted((one for one in mounts if one.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", "-l", place], check=False, capture_output=True)
