"""LibreChat stand-ins of several releases, met directly or behind a real nginx that keeps or changes what passes through it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from screens.demo.librechat import Account, Settings, StandIn
from tests.judge import need_program
from tests.servers.certificates import Certificates
from wizard.basics.secret import Secret
from wizard.librechat.releases import Release

PERSON: Final = Account(email="probe@example.com", password=Secret("correct horse battery"))
PROVIDER: Final = "idp.example.net"
"""The host of the identity provider, on a site of its own."""
_PROVIDERS_PAGE: Final = (
    "<script>location.replace(new URLSearchParams(location.search).get('redirect_uri') + '?code=x&state=y')</script>"
)


class Proxy(StrEnum):
    """What stands before LibreChat."""

    NONE = "no proxy"
    TELLS = "proxy with X-Forwarded-Proto"
    SILENT = "proxy without X-Forwarded-Proto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """One way to one LibreChat: it gets a port of its own."""

    scheme: str
    release: Release
    proxy: Proxy = Proxy.NONE
    environment: tuple[tuple[str, str], ...] = ()
    rewriting: str = ""
    """Directives of nginx that change cookies."""
    renewal: str = ""
    """The same for the answer to a renewal alone."""
    passes_host: bool = True
    """Whether the proxy hands on the Host of the address bar."""
    told: str = ""
    """The host that LibreChat is told in DOMAIN_CLIENT and DOMAIN_SERVER, with this front's scheme and port."""
    openid: str = ""
    """The host that people open, where OpenID is set up: LibreChat is then told its own address."""


@dataclass(slots=True, kw_only=True)
class Doors:
    """The fronts that are open: where each is, and the stand-in behind it."""

    ports: dict[Front, int] = field(default_factory=dict)
    behind: dict[Front, StandIn] = field(default_factory=dict)

    def url(self, front: Front, host: str) -> str:
        return f"{front.scheme}://{host}:{self.ports[front]}"


class Hurried:
    """A clock that goes on by two seconds with every request: people do not reload a page within the second of their sign-in,
    in which LibreChat would make the same token again.
    """

    def __init__(self) -> None:
        self.stand_in: StandIn | None = None

    def __call__(self) -> float:
        return time.time() + (2 * len(self.stand_in.requests) if self.stand_in else 0)


def stand_in(settings: Settings, context: ssl.SSLContext | None = None) -> StandIn:
    clock = Hurried()
    clock.stand_in = StandIn(settings, ssl_context=context, clock=clock)
    return clock.stand_in


class Ports:
    """Free ports for nginx, which cannot choose: held until it takes them, and where no system gives ports by itself.

    Tests that run side by side look in places of their own.
    """

    def __init__(self) -> None:
        self._held: list[socket.socket] = []
        self._next = 10_000 + os.getpid() % 110 * 200

    def take(self) -> int:
        """Return one more."""
        while True:
            self._next += 1
            with contextlib.suppress(OSError):
                self._held.append(socket.create_server(("127.0.0.1", self._next)))
                return self._next

    def let_go(self) -> None:
        for listener in self._held:
            listener.close()


@contextlib.asynccontextmanager
async def opened(fronts: Iterable[Front], certificates: Certificates, folder: Path) -> AsyncIterator[Doors]:
    """Start what these fronts need; those that differ in the proxy only share a stand-in."""
    doors = Doors()
    ports = Ports()
    provider = ports.take()
    shared: dict[tuple[object, ...], StandIn] = {}
    servers = [_providers_server(provider, certificates.file("chat"))]
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(ports.let_go)
        for front in dict.fromkeys(fronts):
            port = 0 if front.proxy is Proxy.NONE else ports.take()
            settings = _settings(front, port, provider)
            if front.proxy is Proxy.NONE:
                context = certificates.context("chat") if front.scheme == "https" else None
                behind = await stack.enter_async_context(stand_in(settings, context))
                doors.ports[front] = behind.port
            else:
                key = (front.release, front.environment, port if front.openid or front.told else 0)
                if key not in shared:
                    shared[key] = await stack.enter_async_context(stand_in(settings))
                behind = shared[key]
                doors.ports[front] = port
                servers.append(_server(front, port, behind.port, certificates.file("chat")))
            doors.behind[front] = behind
        await stack.enter_async_context(_running_nginx(servers, ports, folder))
        yield doors


def _settings(front: Front, port: int, provider: int) -> Settings:
    environment: dict[str, str] = {
        "JWT_SECRET": secrets.token_hex(32),
        "JWT_REFRESH_SECRET": secrets.token_hex(32),
        "LOGIN_MAX": "100000",
        **dict(front.environment),
    }
    if front.told:
        address = f"{front.scheme}://{front.told}:{port}"
        environment |= {"DOMAIN_CLIENT": address, "DOMAIN_SERVER": address}
    if front.openid:
        address = f"{front.scheme}://{front.openid}:{port}"
        environment |= _openid(address)
    return Settings(
        environment=environment,
        release=front.release,
        accounts=(PERSON,),
        identity_provider=f"https://{PROVIDER}:{provider}/authorize" if front.openid else "",
    )


def _openid(address: str) -> Mapping[str, str]:
    return {
        "DOMAIN_CLIENT": address,
        "DOMAIN_SERVER": address,
        "ALLOW_SOCIAL_LOGIN": "true",
        "OPENID_CLIENT_ID": "chat",
        "OPENID_CLIENT_SECRET": secrets.token_hex(16),
        "OPENID_ISSUER": f"https://{PROVIDER}",
        "OPENID_SESSION_SECRET": secrets.token_hex(16),
        "OPENID_CALLBACK_URL": "/oauth/openid/callback",
        "OPENID_SCOPE": "openid profile email",
    }


def _server(front: Front, port: int, backend: int, pair: Path) -> str:
    tls = f"ssl_certificate {pair}; ssl_certificate_key {pair};" if front.scheme == "https" else ""
    host = "proxy_set_header Host $http_host;" if front.passes_host else ""
    told = "proxy_set_header X-Forwarded-Proto $scheme;" if front.proxy is Proxy.TELLS else ""
    return f"""server {{
  listen 127.0.0.1:{port}{" ssl" if tls else ""};
  {tls}
  proxy_http_version 1.1;
  {host}
  proxy_set_header X-Forwarded-For $remote_addr;
  {told}
  location / {{ proxy_pass http://127.0.0.1:{backend}; {front.rewriting} }}
  location = /api/auth/refresh {{ proxy_pass http://127.0.0.1:{backend}; {front.renewal or front.rewriting} }}
}}
"""


def _providers_server(port: int, pair: Path) -> str:
    """An identity provider that lets everybody in at once and sends them back, as a page of another site."""
    return f"""server {{
  listen 127.0.0.1:{port} ssl;
  ssl_certificate {pair}; ssl_certificate_key {pair};
  default_type text/html;
  location / {{ return 200 "{_PROVIDERS_PAGE}"; }}
}}
"""


@contextlib.asynccontextmanager
async def _running_nginx(servers: list[str], ports: Ports, folder: Path) -> AsyncIterator[None]:
    temp = "".join(f"{name}_temp_path {folder}/t;\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(
        f"{user}daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr;\n"
        f"events {{ worker_connections 1024; }}\nhttp {{\naccess_log off;\n{temp}{''.join(servers)}}}\n"
    )
    ports.let_go()
    with (folder / "nginx.log").open("wb") as log:
        child = await asyncio.create_subprocess_exec(
            need_program("nginx"), "-e", "stderr", "-p", str(folder), "-c", str(main), stdout=log, stderr=log
        )
    try:
        # Its file with the process number is the last thing that it writes before it serves.
        while not (folder / "pid").exists():
            assert child.returncode is None, (folder / "nginx.log").read_text()
            await asyncio.sleep(0.02)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        await child.wait()
