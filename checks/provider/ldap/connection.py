"""One connection to a directory: bind and search, bounded in time and size. Like LibreChat, it follows no referrals."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass
from typing import Final, Self

from checks.provider.ldap.messages import (
    LdapAnswer,
    NotLdapError,
    answer_of,
    bind_request,
    search_request,
    unbind_request,
)
from wizard.librechat.ldap_filter import LdapFilter
from wizard.librechat.ldap_verdict import LdapReply, LdapResult, NoLdapResult

LARGEST_MESSAGE: Final = 1024 * 1024
"""Bytes of one message that are read; an entry with LibreChat's attributes has a thousandth of that."""
_LARGEST_SEARCH: Final = 4 * 1024 * 1024
_MOST_ENTRIES: Final = 20
"""Two are one too many; more are not waited for."""
_MOST_MESSAGES: Final = 2000
_SEQUENCE: Final = 0x30
_LONG_FORM: Final = 0x80
_SIZE_BYTES: Final = 4
_GOODBYE: Final = 0.5
"""Seconds."""


class TooLargeAnswerError(Exception):
    """A message, or all of them together, is larger than what is read."""


@dataclass(frozen=True, slots=True)
class DirectoryAnswer:
    """What a search gave."""

    reply: LdapReply
    entries: tuple[LdapAnswer, ...] = ()
    cut: bool = False
    """Whether more entries came than are looked at."""


class LdapConnection:
    """A connection; close it with ``async with``."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
        self._reader = reader
        self._writer = writer
        self._seconds = seconds
        self._number = 0

    @classmethod
    async def open(
        cls, address: str, port: int, *, seconds: float, context: ssl.SSLContext | None = None, server_name: str = ""
    ) -> LdapConnection:
        """Connect, with TLS from the first byte if there is a context; ``OSError`` and ``TimeoutError`` as they come."""
        name = server_name if context is not None else None
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(
                address, port, ssl=context, server_hostname=name, limit=LARGEST_MESSAGE
            )
        return cls(reader, writer, seconds)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Send an unbind and close, without waiting."""
        self._number += 1
        with contextlib.suppress(OSError, RuntimeError, TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                await self._send(unbind_request(self._number))
        # Not by TLS's own farewell, for which a server can let one wait.
        self._writer.transport.abort()

    @property
    def certificate(self) -> bytes:
        """The server's certificate, DER; empty without TLS."""
        secured = self._writer.get_extra_info("ssl_object")
        return (secured.getpeercert(binary_form=True) or b"") if secured is not None else b""

    async def bind(self, name: str, password: str) -> LdapReply:
        """Bind once; the caller has made sure that the password may go to this server."""
        self._number += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._send(bind_request(self._number, name, password))
                answer = await self._answer()
        except TimeoutError:
            return NoLdapResult.SILENT
        except (OSError, NotLdapError, asyncio.IncompleteReadError, TooLargeAnswerError):
            return NoLdapResult.CLOSED
        return LdapResult(answer.code, answer.text)

    async def search(self, base: str, scope: int, asked: LdapFilter, attributes: tuple[str, ...]) -> DirectoryAnswer:
        """Search and read up to the result; ``TooLargeAnswerError`` if that is too much."""
        self._number += 1
        entries: list[LdapAnswer] = []
        try:
            async with asyncio.timeout(self._seconds):
                await self._send(search_request(self._number, base, scope, asked, attributes))
                read = 0
                for _ in range(_MOST_MESSAGES):
                    answer, size = await self._message()
                    read += size
                    if read > _LARGEST_SEARCH:
                        raise TooLargeAnswerError
                    if answer.kind == "result":
                        return DirectoryAnswer(LdapResult(answer.code, answer.text), tuple(entries))
                    if answer.kind == "entry":
                        entries.append(answer)
                    if len(entries) >= _MOST_ENTRIES:
                        return DirectoryAnswer(LdapResult(), tuple(entries), cut=True)
        except TimeoutError:
            return DirectoryAnswer(NoLdapResult.SILENT)
        except (OSError, NotLdapError, asyncio.IncompleteReadError):
            return DirectoryAnswer(NoLdapResult.CLOSED)
        raise TooLargeAnswerError

    async def _send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def _answer(self) -> LdapAnswer:
        """Return the next result."""
        for _ in range(_MOST_MESSAGES):
            answer, _size = await self._message()
            if answer.kind == "result":
                return answer
        raise TooLargeAnswerError

    async def _message(self) -> tuple[LdapAnswer, int]:
        """Read one message: its length first (X.690 section 8.1.3), and no more than what is allowed."""
        # Messages that are there already are read without waiting: others, and the time limit, get their turn here.
        await asyncio.sleep(0)
        head = await self._reader.readexactly(2)
        if head[0] != _SEQUENCE:
            raise NotLdapError("it does not begin like an LDAP message")
        size = head[1]
        if size & _LONG_FORM:
            count = size & ~_LONG_FORM
            if not 0 < count <= _SIZE_BYTES:
                raise NotLdapError("its length is not encoded in a way that LDAP allows")
            written = await self._reader.readexactly(count)
            head, size = head + written, int.from_bytes(written)
        if size > LARGEST_MESSAGE:
            raise TooLargeAnswerError
        body = await self._reader.readexactly(size)
        answer = answer_of(head + body)
        if answer.number not in (0, self._number):
            raise NotLdapError("it belongs to a different request")
        return answer, len(head) + size
