"""The way to a running LibreChat past every proxy: the port that its compose file publishes, or a look from inside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from checks.net.errors import HttpError
from wizard.answers.model import Stack
from wizard.apply.stack_files import API
from wizard.deployment.ports import bound, own_port

if TYPE_CHECKING:
    from checks.net.http import HttpResponse, Web
    from wizard.apply.commands import Compose
    from wizard.apply.stack_files import Stackfiles
    from wizard.deployment.model import Deployment

_SECONDS: Final = 5.0
"""For one answer; LibreChat is asked again and again while it starts."""
_FROM_INSIDE: Final = (
    "require('http').get({host:'127.0.0.1',port:+process.argv[1],path:process.argv[2],timeout:5000},r=>{let t='';"
    "r.setEncoding('utf8');r.on('data',d=>{t+=d});r.on('end',()=>console.log(JSON.stringify({status:r.statusCode,"
    "body:t.slice(0,500000)})))}).on('error',()=>process.exit(1)).on('timeout',()=>process.exit(1))"
)
"""For node in the api container, where no port is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where LibreChat is asked."""

    host: str
    """An address of this machine; empty where no port is published."""
    port: int

    @property
    def url(self) -> str:
        """The address, where one is published."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def where(self) -> str:
        """The address for a person."""
        return self.url if self.host else f"port {self.port} inside of the container"

    def web(self) -> Web:
        """Return a browser's connections to it."""
        from checks.net.http import Web

        return Web(None, seconds=_SECONDS)

    async def get(self, path: str, compose: Compose, files: Stackfiles) -> HttpResponse | None:
        """Ask for a path; ``None`` where nothing answers."""
        if not self.host:
            return await self._from_inside(path, compose, files)
        async with self.web() as web:
            try:
                return await web.ask("GET", f"{self.url}{path}")
            except HttpError:
                return None

    async def _from_inside(self, path: str, compose: Compose, files: Stackfiles) -> HttpResponse | None:
        from checks.net.http import HttpResponse

        sent = datetime.now(UTC)
        words = files.arguments("exec", "-T", API, "node", "-e", _FROM_INSIDE, str(self.port), path)
        status, out, _ = await compose.ask(words, seconds=10)
        found = _object(out) if status == 0 else {}
        code, body = found.get("status"), str(found.get("body", "")).encode()
        if not isinstance(code, int):
            return None
        received = datetime.now(UTC)
        return HttpResponse(
            url=path, status=code, headers=(), body=body, cut=False, address="", sent=sent, received=received
        )  # fmt: skip


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def door(deployment: Deployment) -> Door:
    """Return where LibreChat is asked with these files.

    ``PORT`` inside (deploy-compose.yml publishes 3080 whatever it says), outside what the merged compose files publish.
    """
    inside = own_port(deployment)
    for each in bound(deployment):
        if each.target == inside or deployment.stack is Stack.DEPLOY:
            return Door(host="127.0.0.1" if each.host in ("", "0.0.0.0", "::") else each.host, port=each.port)  # noqa: S104
    return Door(host="", port=inside)
