"""Real Caddy and nginx in front of a backend, on free ports of the loopback address; ./test installs both."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from tests.judge import need_program
from tests.patience import wait_for_port, within
from tests.servers.ports import free_port

HOST = "mail.test"
"""What the certificates of the tests are made out to."""


def _log(folder: Path) -> IO[bytes]:
    return (folder / "log").open("wb")


def _written(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


@asynccontextmanager
async def running(command: list[str], port: int, folder: Path) -> AsyncIterator[None]:
    """Run a server in a folder of its own until its port answers, and end it afterwards."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with _log(folder) as log:
        child = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=log, stderr=log, env=environment)
    try:
        await asyncio.to_thread(wait_for_port, port, lambda: child.returncode is None)
        yield
    finally:
        if child.returncode is None:
            child.terminate()
        await within(child.wait())


@asynccontextmanager
async def nginx(
    folder: Path, upstream: int, *, pem: Path | None, location: str = "", server: str = ""
) -> AsyncIterator[int]:
    """nginx with one server and one location; ``pem`` holds key and certificate, None: plain HTTP."""
    port = free_port()
    tls = f"ssl_certificate {pem}; ssl_certificate_key {pem};" if pem else ""
    temp = "".join(f"{name}_temp_path {folder}/t;\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.geteuid() == 0 else ""
    main = _written(
        folder,
        "main.conf",
        f"{user}daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temp}server {{ listen 127.0.0.1:{port}{' ssl' if pem else ''}; {tls} {server}\n"
        f"location / {{ proxy_pass http://127.0.0.1:{upstream}; proxy_set_header Host $http_host; {location} }} }} }}\n",
    )
    command = [need_program("nginx"), "-e", "stderr", "-p", str(folder), "-c", str(main)]
    async with running(command, port, folder):
        yield port


@asynccontextmanager
async def caddy(
    folder: Path, upstream: int, *, tls: str = "", inside: str = "", options: str = ""
) -> AsyncIterator[int]:
    """Caddy with one site; ``tls`` is its line for certificates, empty: plain HTTP."""
    port = free_port()
    scheme = "https" if tls else "http"
    _written(
        folder,
        "Caddyfile",
        f"{{\nadmin off\nskip_install_trust\nauto_https disable_redirects\n{options}\n}}\n"
        f"{scheme}://{HOST}:{port} {{\n{tls}\nreverse_proxy 127.0.0.1:{upstream} {{\n{inside}\n}}\n}}\n",
    )
    command = [need_program("caddy"), "run", "--config", "Caddyfile", "--adapter", "caddyfile"]
    async with running(command, port, folder):
        yield port
