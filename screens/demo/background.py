"""Runs the LibreChat stand-in in a thread next to a terminal program, over HTTP and HTTPS."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
import threading
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Final, Self

from screens.demo.identity_provider import IdentityProvider
from screens.demo.librechat import Account, Settings, StandIn, StartRefused
from wizard.basics.memory_files import MemoryFiles
from wizard.basics.secret import Secret
from wizard.librechat.image_environment import image_environment
from wizard.librechat.releases import Release

if TYPE_CHECKING:
    from types import TracebackType

    from wizard.plan.certificates import LocalCertificates

ACCOUNT: Final = Account(email="newcomer@practice.example", password=Secret("practice-makes-perfect"), name="Newcomer")
"""Somebody to sign in as; the password is public."""
_RELEASE: Final = Release(0, 8, 7)
_SECONDS: Final = 10


class Background:
    """Two stand-ins with the same settings on 127.0.0.1, at ports of the system's choice. Use as a context manager."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        made = _certificates()
        self.authority = made.ca_pem
        """Who issued the certificates of the stand-in and of the provider, as PEM."""
        self.provider = IdentityProvider(_context(made))
        settings = self._settings(environment)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._servers = (StandIn(settings), StandIn(settings, ssl_context=_context(made)))

    def __enter__(self) -> Self:
        self._thread.start()
        for server in (*self._servers, self.provider):
            self._wait(server.start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in (*self._servers, self.provider):
            self._wait(server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def addresses(self) -> tuple[str, str]:
        """The address over HTTP and the one over HTTPS."""
        plain, secure = (server.url for server in self._servers)
        return plain, secure

    def restart(self, environment: Mapping[str, str]) -> str:
        """Restart with other settings; return why LibreChat would not start with them, nothing if it does."""
        try:
            for server in self._servers:
                self._wait(server.restart(self._settings(environment)))
        except StartRefused as refused:
            return str(refused)
        return ""

    def _settings(self, environment: Mapping[str, str]) -> Settings:
        """Return what the stand-in runs with; it finds the practice's own provider alone."""
        is_ours = bool(self.provider.port) and environment.get("OPENID_ISSUER") == self.provider.issuer
        return Settings(
            environment=image_environment(environment),
            release=_RELEASE,
            accounts=(ACCOUNT,),
            identity_provider=f"{self.provider.issuer}/auth" if is_ours else "",
        )

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_SECONDS)


def _certificates() -> LocalCertificates:
    from wizard.plan.certificates import local_authority

    return local_authority(dt.datetime.now(dt.UTC), ["localhost", "127.0.0.1"])


def _context(made: LocalCertificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # ssl reads certificates from files only; these are in memory, so that nothing of them stays.
    with MemoryFiles() as memory:
        context.load_cert_chain(memory.put("server.crt", made.cert_pem), memory.put("server.key", made.key_pem))
    return context
