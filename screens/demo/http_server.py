"""An HTTP/1.1 server that responds as Node and Express do and survives any client.

h11 parses and writes; what Node refuses and h11 does not is refused here. Headers are bounded as in Node 24 (16 KiB, then 431),
bodies are read up to ``BODY_LIMIT`` bytes, and every wait for a client has an end. What cannot be parsed gets Node's own bare
answer and a closed connection.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, unquote

import h11

from wizard.basics.patterns import late_pattern

HEADER_LIMIT: Final = 16 * 1024
"""Bytes of a request's head; Node's ``--max-http-header-size``."""
PARSED_LIMIT: Final = 3 * 1024 * 1024
"""Bytes of a body that Express parses: ``limit: '3mb'`` (api/server/index.js:178, v0.8.7)."""
BODY_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a body that are read and thrown away before the connection is closed."""
COMPRESSED_FROM: Final = 1024
"""Bytes from which on the ``compression`` middleware packs a text."""

_METHOD: Final = late_pattern(rb"[A-Z]{1,20}")
_BAD_VALUE: Final = late_pattern(rb"[\x00-\x08\x0a-\x1f\x7f]")
_COMPRESSIBLE: Final = ("text/html", "text/plain", "application/json")
_JOINED: Final = {"cookie": "; ", "x-forwarded-for": ", ", "x-forwarded-proto": ", ", "accept-encoding": ", "}
"""Headers whose repetitions Node joins; of those that matter here, any other keeps its first value."""


class Malformed(Exception):
    """A request that Node answers by itself; ``status`` is the bare answer, 0 for none."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered with {status}" if status else "connection ended")
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came in. Headers and body may hold secrets: they are not part of the ``repr``."""

    method: str
    target: str
    """What is in the request line: path and query."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """Names in lower case, in the order sent."""
    body: bytes = field(default=b"", repr=False)
    size: int = 0
    """Bytes of the body; ``body`` is empty if there were more than Express parses."""
    peer: str = ""
    """Address that the connection comes from."""
    encrypted: bool = False
    persistent: bool = True

    @property
    def path(self) -> str:
        """The path without the query, still percent-encoded."""
        text = self.target.partition("?")[0]
        if "://" in text:  # the absolute form that is sent to proxies
            text = "/" + text.partition("://")[2].partition("/")[2]
        return text

    @property
    def query(self) -> dict[str, str]:
        """The first value of each name of the query."""
        fields = parse_qs(self.target.partition("?")[2], keep_blank_values=True, max_num_fields=100, errors="replace")
        return {name: values[0] for name, values in fields.items()}

    def header(self, name: str) -> str | None:
        """Return a header's value as Node gives it, ``None`` if it was not sent."""
        found = [value for key, value in self.headers if key == name]
        if not found:
            return None
        return _JOINED[name].join(found) if name in _JOINED else found[0]

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies, as the npm package ``cookie`` reads them: the first of a name counts, quotes are taken off."""
        result: dict[str, str] = {}
        for part in (self.header("cookie") or "").split(";"):
            name, equals, value = part.partition("=")
            value = value.strip()
            if equals and name.strip() not in result:
                bare = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
                result[name.strip()] = unquote(bare)
        return result


@dataclass(slots=True, kw_only=True)
class Response:
    """One answer in the making."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = field(default=b"", repr=False)

    def set(self, name: str, value: str) -> Response:
        """Set a header, taking the place of an earlier one."""
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        return self.add(name, value)

    def add(self, name: str, value: str) -> Response:
        """Add a header, as each cookie needs it."""
        self.headers.append((name, value))
        return self

    def vary(self, name: str) -> Response:
        """Add a name to ``Vary``."""
        present = next((value for key, value in self.headers if key.lower() == "vary"), "")
        return self.set("Vary", f"{present}, {name}" if present else name)


def text(status: int, body: str, *, kind: str = "text/html; charset=utf-8") -> Response:
    """Answer as ``res.status(...).send('text')`` does: HTML by default, with a weak ETag."""
    data = body.encode()
    return Response(status=status, headers=[("Content-Type", kind), ("ETag", etag(data))], body=data)


def as_json(status: int, value: Any) -> Response:
    """Answer as ``res.json(value)`` does: no blanks, characters beyond ASCII as they are."""
    return text(
        status, json.dumps(value, separators=(",", ":"), ensure_ascii=False), kind="application/json; charset=utf-8"
    )


def redirect(location: str, *, accept: str = "") -> Response:
    """Answer as ``res.redirect`` does, in the form that the client prefers."""
    response = Response(status=302, headers=[("Location", location)]).vary("Accept")
    as_html = "text/html" in accept
    body = f"Found. Redirecting to {location}"
    response.add("Content-Type", "text/html; charset=utf-8" if as_html else "text/plain; charset=utf-8")
    response.body = f"<p>{body}</p>".encode() if as_html else body.encode()
    return response


def etag(data: bytes) -> str:
    """Return Express's weak ETag of a body: its length in hex and 27 characters of its SHA-1."""
    digest = base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
    return f'W/"{len(data):x}-{digest[:27]}"'


def compress(request: Request, response: Response) -> Response:
    """Do what the ``compression`` middleware does: name it in ``Vary``, pack what is large where gzip is accepted."""
    kind = next((value for name, value in response.headers if name.lower() == "content-type"), "")
    if not kind.startswith(_COMPRESSIBLE):
        return response
    response.vary("Accept-Encoding")
    accepted = "gzip" in (request.header("accept-encoding") or "").lower()
    if accepted and len(response.body) >= COMPRESSED_FROM and request.method != "HEAD":
        response.body = gzip.compress(response.body, mtime=0)
        response.set("Content-Encoding", "gzip")
    return response


class ClientConnection:
    """One client's connection: requests in, answers out, one after the other.

    ``patience`` is how many seconds a request may take as a whole once it has begun.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, patience: float) -> None:
        self._reader = reader
        self._writer = writer
        self._patience = patience
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEADER_LIMIT)
        self._is_over = False

    async def request(self, idle: float) -> Request | None:
        """Read one request; ``None`` when the client is done, or none begins within ``idle`` seconds.

        ``Malformed`` for what Node would refuse.
        """
        try:
            async with asyncio.timeout(idle):
                while not self._http.trailing_data[0]:
                    if not await self._receive(between=True):
                        return None
        except TimeoutError:
            return None
        try:
            async with asyncio.timeout(self._patience):
                return await self._request()
        except TimeoutError:
            raise Malformed(408) from None
        except h11.RemoteProtocolError as error:
            too_large = error.error_status_hint == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise Malformed(0 if self._is_over else 431 if too_large else 400) from None

    async def _receive(self, *, between: bool = False) -> bool:
        """Take what comes; tell whether there may be more."""
        data = await self._reader.read(HEADER_LIMIT)
        self._is_over = not data
        # As Node does, blank lines between two requests are passed over.
        rest = data.lstrip(b"\r\n") if between else data
        if rest or self._is_over:
            self._http.receive_data(rest)
        return not self._is_over

    async def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            await self._receive()
        return event

    async def _request(self) -> Request:
        head = await self._event()
        if not isinstance(head, h11.Request):
            raise Malformed(0)
        _check(head)
        if self._http.they_are_waiting_for_100_continue:
            self._writer.write(
                self._http.send(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")) or b""
            )
        body, size = await self._body()
        headers = tuple((name.decode(), value.decode("latin-1")) for name, value in head.headers)
        options = dict(headers).get("connection", "").lower()
        peer = self._writer.get_extra_info("peername") or ("",)
        return Request(
            method=head.method.decode(),
            target=head.target.decode("latin-1"),
            headers=headers,
            body=body,
            size=size,
            peer=str(peer[0]),
            encrypted=self._writer.get_extra_info("ssl_object") is not None,
            persistent=head.http_version == b"1.1" and "close" not in options,
        )

    async def _body(self) -> tuple[bytes, int]:
        kept, size = bytearray(), 0
        while isinstance(event := await self._event(), h11.Data):
            size += len(event.data)
            if size > BODY_LIMIT:
                raise Malformed(413)
            kept += event.data if size <= PARSED_LIMIT else b""
        return bytes(kept) if size <= PARSED_LIMIT else b"", size

    async def answer(self, request: Request, response: Response) -> None:
        """Send an answer; Node's own for a header that HTTP cannot carry."""
        try:
            head = _head(request, response)
        except h11.LocalProtocolError:
            head = _head(request, response := Response(status=500))
        has_body = request.method != "HEAD" and response.status != HTTPStatus.NO_CONTENT
        for event in (head, *([h11.Data(data=response.body)] if has_body else []), h11.EndOfMessage()):
            self._writer.write(self._http.send(event) or b"")
        await asyncio.wait_for(self._writer.drain(), self._patience)
        if request.persistent:
            self._http.start_next_cycle()

    async def end(self, refused: int = 0) -> None:
        """Close the connection, with Node's bare answer to what it cannot read."""
        if refused:
            phrase = HTTPStatus(refused).phrase
            self._writer.write(f"HTTP/1.1 {refused} {phrase}\r\nConnection: close\r\n\r\n".encode())
        self._writer.close()
        await asyncio.wait_for(self._writer.wait_closed(), self._patience)


def _check(head: h11.Request) -> None:
    """Raise ``Malformed`` for what h11 reads and Node does not."""
    raw = head.headers.raw_items()
    size = len(head.method) + len(head.target) + 14 + sum(len(name) + len(value) + 4 for name, value in raw)
    if size > HEADER_LIMIT:
        raise Malformed(431)
    values = dict(head.headers)
    is_known = head.http_version in (b"1.0", b"1.1") and _METHOD.fullmatch(head.method)
    has_two_lengths = b"transfer-encoding" in values and b"content-length" in values
    if not is_known or has_two_lengths or any(_BAD_VALUE.search(value) for _, value in raw):
        raise Malformed(400)
    if int(values.get(b"content-length", b"0")) > BODY_LIMIT:
        raise Malformed(413)


def _head(request: Request, response: Response) -> h11.Response:
    headers = list(response.headers)
    if response.status != HTTPStatus.NO_CONTENT:
        headers.append(("Content-Length", str(len(response.body))))
    headers.append(("Date", http_date(time.time())))
    if request.persistent:
        headers += [("Connection", "keep-alive"), ("Keep-Alive", "timeout=5")]
    else:
        headers.append(("Connection", "close"))
    return h11.Response(
        status_code=response.status,
        headers=[(name.encode(), value.strip().encode("latin-1", "replace")) for name, value in headers],
        reason=HTTPStatus(response.status).phrase.encode(),
    )


def http_date(seconds: float) -> str:
    """Return a time as written in ``Date`` and in a cookie's ``Expires`` (RFC 9110 section 5.6.7)."""
    return formatdate(int(seconds // 1), usegmt=True)
