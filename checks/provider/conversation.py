"""Requests to a sign-in provider: counted, bounded in time and size, without redirects and cookies."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlencode, urlsplit

from checks.browser.origin import parse_web_address
from checks.net.errors import Failure, HttpError
from checks.net.http import BROWSER, HttpResponse, Web
from wizard.librechat.openid_forward_proxy import forward_proxy
from wizard.librechat.releases import RECORDED, Release

if TYPE_CHECKING:
    from checks.model import Subject

MOST: Final = 8
"""Requests to one provider in a run; never a loop."""
LARGEST: Final = 256 * 1024
"""How many bytes of a response are read; discovery documents and key sets have a hundredth of that."""
PROBE: Final = "librechat-wizard-probe"
"""The code, state and refresh token of the requests, so that the provider's log explains itself."""
CLIENT: Final = "openid-client/v6.5.0 (https://github.com/panva/openid-client)"
"""The User-Agent of LibreChat's own requests."""
BUSY: Final = frozenset({429, 502, 503, 504})
"""Statuses that say nothing about the client: a limit on requests, or a gateway without its server."""
REFUSALS: Final = frozenset({400, 401, 404})
"""Statuses of a provider's error pages; 403 and 429 are what firewalls answer to any program."""
_SECONDS: Final = 15.0


class RequestLimitError(Exception):
    """This run has used up its requests to the provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRequest:
    """One request."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    """Sent as application/x-www-form-urlencoded; may hold the client secret."""
    document: Mapping[str, str] | None = field(default=None, repr=False)
    """Sent as JSON; may hold a token."""
    seconds: float = _SECONDS


class Transport(Protocol):
    """Sends a request and returns the response; ``HttpError`` if none arrives."""

    async def __call__(self, request: ProviderRequest) -> HttpResponse:
        """Send one request."""
        ...


class ProviderConversation:
    """The requests of one run to one provider."""

    def __init__(self, transport: Transport, *, most: int = MOST) -> None:
        self._transport = transport
        self._left = most

    @property
    def left(self) -> int:
        """How many requests may still be made."""
        return self._left

    async def get(
        self, url: str, *, seconds: float = _SECONDS, headers: Mapping[str, str] | None = None
    ) -> HttpResponse:
        """Request a document as LibreChat does. If ``headers`` contains a token, the caller has verified the recipient."""
        headers = {"Accept": "application/json", "User-Agent": CLIENT, **(headers or {})}
        return await self._ask(ProviderRequest(method="GET", url=url, headers=headers, seconds=seconds))

    async def page(self, url: str) -> HttpResponse:
        """Request a page as a browser does after a click on a link."""
        headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "User-Agent": BROWSER}
        return await self._ask(ProviderRequest(method="GET", url=url, headers=headers))

    async def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> HttpResponse:
        """Send a form as LibreChat does. The caller has verified the recipient."""
        own = {"Accept": "application/json", "User-Agent": CLIENT, **(headers or {})}
        return await self._ask(ProviderRequest(method="POST", url=url, headers=own, form=form))

    async def delete(self, url: str, document: Mapping[str, str], headers: Mapping[str, str]) -> HttpResponse:
        """Send a DELETE request with a JSON document. The caller has verified the recipient."""
        own = {"Accept": "application/json", "User-Agent": CLIENT, **headers}
        return await self._ask(ProviderRequest(method="DELETE", url=url, headers=own, document=document))

    async def _ask(self, request: ProviderRequest) -> HttpResponse:
        if self._left <= 0:
            raise RequestLimitError
        self._left -= 1
        return await self._transport(request)


@dataclass(frozen=True, kw_only=True)
class WebTransport:
    """Requests over the network: with the root certificates of LibreChat's Node, its forward proxy, and ``--resolve``."""

    context: object
    """The ``ssl.SSLContext`` that decides which certificates count."""
    settings: Mapping[str, str] = field(repr=False)
    release: Release = RECORDED
    resolve: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None
    """A shorter time limit for every request, for tests."""

    @classmethod
    def of(
        cls, subject: Subject, settings: Mapping[str, str] = MappingProxyType({}), release: Release = RECORDED
    ) -> WebTransport:
        """Return the transport of LibreChat's container for a deployment.

        ``settings`` name the forward proxy. LibreChat uses it for OpenID alone: the strategies of the social providers send their
        requests with Node's own https, so nothing is passed for them.
        """
        import os

        from checks.net.node_trust import trust_of

        context = trust_of(subject.deployment, os.environ).context_with_names
        return cls(context=context, settings=settings, release=release, resolve=subject.site_options.resolve)

    async def __call__(self, request: ProviderRequest) -> HttpResponse:
        """Send a request; ``HttpError`` also for an invalid host name, port or path."""
        target = parse_web_address(request.url)
        if target is None:
            raise HttpError(Failure.NAME, "not a valid URL")
        proxy = forward_proxy(self.settings, self.release, target.host, target.port)
        if proxy is not None and proxy.address is None:
            raise HttpError(Failure.GARBLED, f"{proxy.setting} is not an http:// URL")
        body = None if request.form is None else urlencode(_scalar(request.form)).encode()
        headers = dict(request.headers)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded;charset=UTF-8"
        if request.document is not None:
            body = json.dumps(dict(request.document)).encode()
            headers["Content-Type"] = "application/json"
        seconds = min(request.seconds, self.seconds or request.seconds)
        query = urlsplit(request.url).query
        whole = f"{target.scheme}://{target.host}:{target.port}{target.path}{'?' if query else ''}{query}"
        web = Web(
            self.context,  # type: ignore[arg-type]
            resolve=self.resolve,
            seconds=seconds,
            is_browser=False,
            proxy=proxy.address if proxy is not None and proxy.address else "",
        )
        try:
            async with asyncio.timeout(seconds + 1), web:
                return await web.ask(request.method, whole, headers=headers, body=body, limit=LARGEST)
        except TimeoutError:
            raise HttpError(Failure.SILENT, "the connection was not closed in time") from None


def _scalar(form: Mapping[str, str]) -> dict[str, str]:
    """Return a form without lone surrogates, which URLSearchParams replaces: a token can hold one, and no UTF-8 can."""
    return {name: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for name, text in form.items()}
