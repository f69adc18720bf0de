"""HTTP/1.1 as Node and Express put it on the wire, for a server that must survive any client.

Headers are bounded as in Node 24 (16 KiB, then 431), bodies are read up to ``BODY_LIMIT`` bytes, and every wait for a client has an
end. What cannot be parsed gets Node's own bare answer and a closed connection.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
import re
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, unquote

HEADER_LIMIT: Final = 16 * 1024
"""Bytes of a request's head; Node's ``--max-http-header-size``."""
PARSED_LIMIT: Final = 3 * 1024 * 1024
"""Bytes of a body that Express parses: ``limit: '3mb'`` (api/server/index.js:178, v0.8.7)."""
BODY_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a body that are read and thrown away before the connection is closed."""
COMPRESSED_FROM: Final = 1024
"""Bytes from which on the ``compression`` middleware packs a text."""

_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_START: Final = re.compile(rb"(?P<method>[A-Z]{1,20}) (?P<target>[!-~\x80-\xff]{1,8192}) HTTP/1\.(?P<minor>[01])")
_BAD_VALUE: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
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
    """What stands in the request line: path and query."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """Names in lower case, in the order sent."""
    body: bytes = field(default=b"", repr=False)
    size: int = 0
    """Bytes of the body; ``body`` is empty where there were more than Express parses."""
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
        """Return a header's value as Node gives it, ``None`` where it was not sent."""
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


async def read_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, idle: float, patience: float
) -> Request | None:
    """Read one request; ``None`` when the client is done. ``Malformed`` for what Node would refuse.

    ``idle`` is how many seconds may pass before a request begins, ``patience`` how many it may then take as a whole.
    """
    try:
        async with asyncio.timeout(idle):
            first = await reader.read(1)
    except TimeoutError:
        return None
    if not first:
        return None
    try:
        async with asyncio.timeout(patience):
            return await _request(first, reader, writer)
    except TimeoutError:
        raise Malformed(408) from None
    except asyncio.LimitOverrunError:
        raise Malformed(431) from None
    except asyncio.IncompleteReadError:
        raise Malformed(0) from None


async def _request(first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request:
    head = (first + await reader.readuntil(b"\r\n\r\n")).lstrip(b"\r\n")
    if len(head) > HEADER_LIMIT:
        raise Malformed(431)
    start, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    if (match := _START.fullmatch(start)) is None:
        raise Malformed(400)
    headers = tuple(_header(line) for line in lines if line)
    names = [name for name, _ in headers]
    if match["minor"] == b"1" and names.count("host") != 1:
        raise Malformed(400)
    values = dict(headers)
    if values.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body, size = await _body(values, names, reader)
    options = values.get("connection", "").lower()
    peer = writer.get_extra_info("peername") or ("",)
    return Request(
        method=match["method"].decode(),
        target=match["target"].decode("latin-1"),
        headers=headers,
        body=body,
        size=size,
        peer=str(peer[0]),
        encrypted=writer.get_extra_info("ssl_object") is not None,
        persistent="close" not in options if match["minor"] == b"1" else "keep-alive" in options,
    )


def _header(line: bytes) -> tuple[str, str]:
    name, colon, value = line.partition(b":")
    if not colon or not _TOKEN.fullmatch(name) or _BAD_VALUE.search(value):
        raise Malformed(400)
    return name.decode().lower(), value.strip(b" \t").decode("latin-1")


async def _body(values: dict[str, str], names: list[str], reader: asyncio.StreamReader) -> tuple[bytes, int]:
    if "transfer-encoding" in names:
        if values["transfer-encoding"].lower() != "chunked" or "content-length" in names:
            raise Malformed(400)
        return await _chunks(reader)
    length = values.get("content-length", "0")
    if names.count("content-length") > 1 or not re.fullmatch(r"[0-9]{1,15}", length):
        raise Malformed(400)
    return await _sized(reader, int(length))


async def _sized(reader: asyncio.StreamReader, size: int) -> tuple[bytes, int]:
    if size > BODY_LIMIT:
        raise Malformed(413)
    kept, left = bytearray(), size
    while left:
        part = await reader.readexactly(min(left, HEADER_LIMIT))
        left -= len(part)
        if size <= PARSED_LIMIT:
            kept += part
    return bytes(kept), size


async def _chunks(reader: asyncio.StreamReader) -> tuple[bytes, int]:
    kept, size = bytearray(), 0
    while True:
        line = await reader.readuntil(b"\r\n")
        number = line.partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", number):
            raise Malformed(400)
        part, length = await _sized(reader, int(number, 16))
        size += length
        if size > BODY_LIMIT:
            raise Malformed(413)
        if size <= PARSED_LIMIT:
            kept += part
        if not length:
            break
        if await reader.readexactly(2) != b"\r\n":
            raise Malformed(400)
    trailers = 0
    while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
        trailers += len(line)
        if trailers > HEADER_LIMIT:
            raise Malformed(431)
    return (bytes(kept) if size <= PARSED_LIMIT else b""), size


def encoded(request: Request, response: Response, *, keep_alive: bool) -> bytes:
    """Return the bytes of an answer."""
    phrase = HTTPStatus(response.status).phrase
    lines = [f"HTTP/1.1 {response.status} {phrase}", *(f"{name}: {value}" for name, value in response.headers)]
    if response.status != HTTPStatus.NO_CONTENT:
        lines.append(f"Content-Length: {len(response.body)}")
    lines.append(f"Date: {http_date(time.time())}")
    lines += ["Connection: keep-alive", "Keep-Alive: timeout=5"] if keep_alive else ["Connection: close"]
    head = "\r\n".join((*lines, "", "")).encode("latin-1", "replace")
    return head if request.method == "HEAD" else head + response.body


def refusal(status: int) -> bytes:
    """Return Node's bare answer to what it cannot read."""
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nConnection: close\r\n\r\n".encode()


def http_date(seconds: float) -> str:
    """Return a time as it stands in ``Date`` and in a cookie's ``Expires`` (RFC 9110 section 5.6.7)."""
    return formatdate(int(seconds // 1), usegmt=True)
