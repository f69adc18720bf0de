"""A stand-in for LibreChat over HTTP and HTTPS: answers with the settings that stand in the practice folder."""

from __future__ import annotations

import datetime as dt
import html
import json
import ssl
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from wizard.dotenv import Document
from wizard.values import is_enabled, is_enabled_default_on

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_SECONDS: Final = 10
_PAGE: Final = """<!doctype html><title>{title}</title><h1>{title}</h1>
<p>This is a stand-in for LibreChat: it shows what the settings lead to, and signs nobody in.</p><ul>{facts}</ul>"""


def public_config(settings: Mapping[str, str]) -> dict[str, Any]:
    """Return what ``/api/config`` tells everybody about sign-in (api/server/routes/config.js:209-348, v0.8.7)."""
    reset_works = bool(settings.get("EMAIL_FROM") and (settings.get("EMAIL_HOST") or settings.get("EMAIL_SERVICE")))
    return {
        "appTitle": settings.get("APP_TITLE") or "LibreChat",
        "serverDomain": settings.get("DOMAIN_SERVER") or "http://localhost:3080",
        "emailLoginEnabled": is_enabled_default_on(settings.get("ALLOW_EMAIL_LOGIN")),
        "registrationEnabled": is_enabled(settings.get("ALLOW_REGISTRATION")),
        "socialLoginEnabled": is_enabled(settings.get("ALLOW_SOCIAL_LOGIN")),
        "passwordResetEnabled": is_enabled(settings.get("ALLOW_PASSWORD_RESET")),
        "emailEnabled": reset_works,
        "googleLoginEnabled": bool(settings.get("GOOGLE_CLIENT_ID") and settings.get("GOOGLE_CLIENT_SECRET")),
        "githubLoginEnabled": bool(settings.get("GITHUB_CLIENT_ID") and settings.get("GITHUB_CLIENT_SECRET")),
    }


class StandIn:
    """Serves one folder on 127.0.0.1, at ports of the system's choice. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        handler = type("Handler", (_Handler,), {"folder": folder})
        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._servers[1].socket = _context().wrap_socket(
            self._servers[1].socket, server_side=True, do_handshake_on_connect=False
        )
        for server in self._servers:
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()

    @property
    def addresses(self) -> tuple[str, str]:
        """The address over HTTP and the one over HTTPS."""
        plain, secure = (server.server_address[1] for server in self._servers)
        return f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{secure}"


class _Handler(BaseHTTPRequestHandler):
    folder: Path
    server_version = "practice"
    sys_version = ""
    timeout = _SECONDS

    def do_GET(self) -> None:
        """Answer as LibreChat would."""
        settings = self._settings()
        config = public_config(settings)
        if self.path == "/health":
            self._answer("OK", "text/plain")
        elif self.path == "/api/config":
            self._answer(json.dumps(config), "application/json")
        else:
            facts = "".join(f"<li>{html.escape(name)}: {html.escape(str(value))}" for name, value in config.items())
            title = html.escape(str(config["appTitle"]))
            self._answer(_PAGE.format(title=title, facts=facts), "text/html")

    def _settings(self) -> dict[str, str]:
        try:
            return Document.parse((self.folder / ".env").read_bytes()).values()
        except FileNotFoundError:
            return {}

    def _answer(self, text: str, kind: str) -> None:
        data = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the terminal belongs to the wizard."""


def _context() -> ssl.SSLContext:
    from wizard.certificates import local_authority

    made = local_authority(dt.datetime.now(dt.UTC), ["localhost", "127.0.0.1"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # ssl reads certificates from files only; this one lives as long as the practice.
    with tempfile.TemporaryDirectory() as room:
        certificate, key = Path(room) / "server.crt", Path(room) / "server.key"
        certificate.write_bytes(made.cert_pem)
        key.touch(mode=0o600)
        key.write_bytes(made.key_pem)
        context.load_cert_chain(certificate, key)
    return context
