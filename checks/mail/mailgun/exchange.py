"""One HTTP question and its answer: no redirect is followed, time and size are bounded, names and certificates as Node's."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import socket
import ssl
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from wizard.basics.os_errors import in_words

_LARGEST: Final = 256 * 1024
_CHUNK: Final = 16 * 1024
_UNTOLD: Final = (socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_SYSTEM, socket.EAI_MEMORY)
"""Answers of the system that say nothing about the name (RFC 3493 section 6.1)."""


class Unreached(Exception):
    """There was no answer. ``kind`` is for a finding's id, ``text`` says more."""

    def __init__(self, kind: str, text: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class MailgunAnswer:
    """What the server said; foreign."""

    status: int
    body: bytes
    location: str = ""

    @property
    def told(self) -> str:
        """The message in Mailgun's JSON, else the beginning of the body."""
        said = self.parsed.get("message")
        return said if isinstance(said, str) else self.body[:300].decode("utf-8", "replace")

    @property
    def parsed(self) -> dict[str, Any]:
        """The body as a JSON object; empty where it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


async def ask(
    method: str, url: str, *, headers: dict[str, str], body: bytes = b"", context: ssl.SSLContext, seconds: float
) -> MailgunAnswer:
    """Ask an https URL once.

    Raises:
        Unreached: no answer came, or none that is HTTP.

    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()] + [f"Content-Length: {len(body)}", "", ""]
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
            writer.write("\r\n".join(lines).encode("utf-8", "replace") + body)
            await writer.drain()
            return _parsed(await _whole(reader), method)
    except TimeoutError:
        raise Unreached("silent") from None
    except ssl.SSLCertVerificationError as error:
        raise Unreached("certificate", error.verify_message) from None
    except http.client.HTTPException as error:  # one of them is an OSError, too: closed without a word
        raise Unreached("garbled", str(error)) from None
    except socket.gaierror as error:
        raise Unreached("dns" if error.errno in _UNTOLD else "name", error.strerror or "") from None
    except UnicodeError:
        raise Unreached("name") from None
    except OSError as error:
        raise Unreached("connect", in_words(error)) from None
    except ValueError as error:
        raise Unreached("garbled", str(error)) from None
    finally:
        if writer is not None:
            writer.transport.abort()


async def _whole(reader: asyncio.StreamReader) -> bytes:
    """Read to the end of the connection, or of the body where its length is told."""
    data = b""
    while chunk := await reader.read(_CHUNK):
        data += chunk
        if len(data) > _LARGEST:
            raise Unreached("too-much")
        head, blank, body = data.partition(b"\r\n\r\n")
        if blank and 0 <= _length(head) <= len(body):
            break
    return data


def _length(head: bytes) -> int:
    """Return the Content-Length in a head; -1 where there is none (chunked, or up to the end)."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return -1


class _Wire:
    """Bytes in the place of a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def _parsed(data: bytes, method: str) -> MailgunAnswer:
    wire: Any = _Wire(data)
    response = http.client.HTTPResponse(wire, method=method)
    try:
        response.begin()
        return MailgunAnswer(
            status=response.status, body=response.read(), location=response.getheader("location") or ""
        )
    finally:
        response.close()
