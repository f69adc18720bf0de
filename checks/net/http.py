"""One HTTP request, one response: no redirects followed, no cookies kept, and the response is bounded.

The connection, HTTP/1.1 and its limits are httpcore2's and h11's; names, trust, time and size are decided here.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote, urlsplit

from checks.browser.origin import parse_web_address
from checks.net.errors import Failure, HttpError
from checks.net.foreign_json import foreign_json

if TYPE_CHECKING:
    import httpcore2

BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
"""LibreChat bans clients whose User-Agent names no browser on some routes (uaParser.js)."""
BODY_LIMIT: Final = 512 * 1024
"""Bytes of a body that are read; LibreChat's page and its /api/config have a tenth of that."""
SECONDS: Final = 15.0
"""For a whole request, from the connection to the last byte."""
_LAST_PORT: Final = 65535
_QUERY: Final = "/%?:@!$&'()*+,;=~[]|^-._"
_LINE_ENDS: Final = frozenset(b"\r\n\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """An answer. Everything in it is the server's: hostile until drawn as plain text, and possibly a secret."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """Names in lower case, values as latin-1, in their order."""
    body: bytes = field(repr=False)
    """At most ``BODY_LIMIT`` bytes."""
    cut: bool
    """Whether the body was longer than is read."""
    address: str
    """The IP address that answered."""
    sent: datetime
    received: datetime

    def all(self, name: str) -> list[str]:
        """Return every value of a header."""
        return [value for key, value in self.headers if key == name.lower()]

    def header(self, name: str) -> str:
        """Return the first value of a header; empty if there is none."""
        return next(iter(self.all(name)), "")

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 are replaced."""
        return self.body.decode(errors="replace")

    @property
    def json(self) -> Any:
        """The body's JSON value; None if it is none."""
        try:
            return foreign_json(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def object(self) -> dict[str, Any]:
        """The body's JSON object; empty if it is none."""
        value = self.json
        return value if isinstance(value, dict) else {}

    @property
    def is_page(self) -> bool:
        """Whether it is HTML. The type does not tell: Express calls its short plain answers text/html too."""
        return self.body.lstrip()[:1] == b"<"


class Web:
    """A browser's connections, without its memory. Use as an async context manager.

    ``context`` decides which servers to trust (None: the public roots), ``resolve`` gives addresses to names in place of DNS (RFC 6761's ``localhost`` names are
    this machine whatever DNS says, as in browsers). ``source`` is the address of this machine that connections come from.
    Not ``is_browser``: requests have the headers of a plain client of an API. ``proxy`` is an http(s) address: connections go
    through it by CONNECT.
    """

    def __init__(
        self,
        context: ssl.SSLContext | None,
        *,
        resolve: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
        source: str | None = None,
        is_browser: bool = True,
        proxy: str = "",
    ) -> None:
        import httpcore2

        from checks.net.http_backend import ResolvingBackend

        self._seconds = seconds
        self._is_browser = is_browser
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=context,
            max_connections=8,
            keepalive_expiry=5,
            local_address=source,
            network_backend=ResolvingBackend(resolve or {}, seconds),
            proxy=httpcore2.Proxy(proxy) if proxy else None,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._pool.aclose()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = BODY_LIMIT,
    ) -> HttpResponse:
        """Ask once; ``HttpError`` if no answer came. A body longer than ``limit`` is cut off and the connection closed.

        An address that is none and a header that cannot be sent are ``HttpError`` as well, before anything is sent: both come from
        settings and from answers of other machines.
        """
        sent = datetime.now(UTC)
        target = _wire_address(url)
        sendable = _sendable(self._headers(url, headers or {}, body))
        try:
            async with asyncio.timeout(self._seconds):
                return await self._asked(method, url, target, sendable, body, limit, sent)
        except TimeoutError:
            raise HttpError(Failure.SILENT, f"no complete response within {self._seconds:g} s") from None

    def _headers(self, url: str, own: Mapping[str, str], body: bytes | None) -> list[tuple[str, str]]:
        headers = {"Host": _host_header(url), "Accept-Encoding": "identity"}
        if body is not None:
            headers["Content-Length"] = str(len(body))
        usual = _browser_headers(url, body) if self._is_browser else {}
        return list({**headers, **usual, **own}.items())

    async def _asked(
        self,
        method: str,
        url: str,
        target: str,
        headers: list[tuple[bytes, bytes]],
        body: bytes | None,
        limit: int,
        sent: datetime,
    ) -> HttpResponse:
        import httpcore2

        # Text of another machine goes into no exception that a traceback could show: everything is turned into NoReply.
        try:
            async with self._pool.stream(method, target, headers=headers, content=body) as response:
                received = datetime.now(UTC)
                content, cut = await _content(response, limit)
                stream = response.extensions.get("network_stream")
                peer = stream.get_extra_info("server_addr") if stream is not None else None
                return HttpResponse(
                    url=url,
                    status=response.status,
                    headers=tuple((_text(name).lower(), _text(value)) for name, value in response.headers),
                    body=content,
                    cut=cut,
                    address=str(peer[0]) if isinstance(peer, tuple) else "",
                    sent=sent,
                    received=received,
                )
        except httpcore2.TimeoutException:
            raise HttpError(Failure.SILENT, "no response in time") from None
        except httpcore2.RemoteProtocolError as error:
            if "disconnected" in str(error):
                raise HttpError(Failure.CLOSED, "connection closed before a response was received") from None
            raise HttpError(Failure.GARBLED, _fault(str(error))) from None
        except httpcore2.LocalProtocolError as error:
            raise HttpError(Failure.GARBLED, _fault(str(error))) from None
        except (httpcore2.ConnectError, httpcore2.NetworkError, OSError) as error:
            raise _no_connection(error) from None
        except (httpcore2.UnsupportedProtocol, ValueError, OverflowError):
            # What the libraries below refuse of an address: a label of more than 63 characters, for one.
            raise HttpError(Failure.NAME, "not a valid URL") from None


def _wire_address(url: str) -> str:
    """Return an address as it can be asked for, in ASCII; ``HttpError`` if it is not a valid URL."""
    target = parse_web_address(url)
    if target is None or not 0 < target.port <= _LAST_PORT:
        raise HttpError(Failure.NAME, "not a valid URL")
    if url.isascii():
        return url
    query = quote(urlsplit(url).query, safe=_QUERY, errors="replace")
    return f"{target.scheme}://{target.host}:{target.port}{target.path}{query and f'?{query}'}"


def _sendable(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Return headers as bytes, values in latin-1 as Node sends them; ``HttpError`` if one has other characters or a line end."""
    try:
        made = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers]
    except UnicodeEncodeError:
        made = [(b"", b"")]
    if any(not name or not _LINE_ENDS.isdisjoint(value) for name, value in made):
        raise HttpError(Failure.GARBLED, "a request header with an invalid character")
    return made


def _browser_headers(url: str, body: bytes | None) -> dict[str, str]:
    """Return what a browser sends along with a request of the page itself."""
    target = parse_web_address(url)
    headers = {
        "User-Agent": BROWSER,
        "Accept": "application/json, text/plain, */*",
        "Accept-Language": "en",
    }
    if body:
        headers["Content-Type"] = "application/json"
    if target is not None and body is not None:
        headers["Origin"] = f"{target.scheme}://{_host_header(url)}"
    if target is not None and target.trusted:
        # On plain HTTP browsers keep it back (W3C Fetch Metadata, section 2), and LibreChat goes by Origin and Host instead.
        headers["Sec-Fetch-Site"] = "same-origin"
    return headers


def _host_header(url: str) -> str:
    target = parse_web_address(url)
    if target is None:
        return ""
    usual = {"http": 80, "https": 443}[target.scheme]
    return target.host if target.port == usual else f"{target.host}:{target.port}"


async def _content(response: httpcore2.Response, limit: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_stream():
        parts.append(part[: limit - size])
        size += len(part)
        if size > limit:
            return b"".join(parts), True
    return b"".join(parts), False


def _fault(text: str) -> str:
    """Return h11's words without the line that it quotes: a server that says back what it was sent could put a password there."""
    return text.partition("bytearray(")[0].partition("b'")[0].rstrip(" :(") or "no HTTP"


def _text(value: bytes) -> str:
    return value.decode("latin-1")


def _no_connection(error: BaseException) -> HttpError:
    """Tell the kinds of failed connections apart by their first cause."""
    for cause in _causes(error):
        if isinstance(cause, HttpError):
            return cause
        if isinstance(cause, ssl.SSLCertVerificationError):
            return HttpError(Failure.CERTIFICATE, cause.verify_message or str(cause.reason))
        if isinstance(cause, ssl.SSLError):
            return HttpError(Failure.HANDSHAKE, str(cause.reason or "the TLS handshake failed"))
        if isinstance(cause, ConnectionRefusedError):
            return HttpError(Failure.REFUSED, "connection refused")
        if isinstance(cause, ConnectionResetError | BrokenPipeError):
            return HttpError(Failure.CLOSED, "connection closed by the server")
    return HttpError(Failure.UNREACHABLE, _reason(error))


def _causes(error: BaseException) -> Iterable[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [cause for cause in (current.__cause__, current.__context__) if cause is not None]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions


def _reason(error: BaseException) -> str:
    words = [cause.strerror for cause in _causes(error) if isinstance(cause, OSError) and cause.strerror]
    return words[-1] if words else type(error).__name__
