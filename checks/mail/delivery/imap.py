"""Reads a mailbox without changing it: IMAP4rev1 (RFC 3501) over TLS, bounded in time and memory."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Awaitable
from types import TracebackType
from typing import Final, NoReturn, Self, TypeVar

from wizard.answers.model import Imap

_LINE: Final = 64 * 1024
_LARGEST: Final = 256 * 1024
"""Of a message; ours has about 5000 bytes, and whatever filters add to it."""
_LINES: Final = 2000
"""Of one answer. A server may list every message of a folder only if it is asked to, and it is not."""
_MOST: Final = 50
"""New messages that are looked at."""

_Result = TypeVar("_Result")


class MailboxError(Exception):
    """The mailbox cannot be read. ``kind`` is for a finding's id, ``text`` is what the server said: foreign text."""

    def __init__(self, kind: str, text: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.text = text


class Mailbox:
    """A folder that is opened without changing anything in it (EXAMINE, BODY.PEEK). Use as an asynchronous context manager.

    What arrives after it was opened counts as new. Everything raises ``MailboxError`` if the mailbox cannot be read.
    """

    def __init__(self, imap: Imap, context: ssl.SSLContext, seconds: float) -> None:
        """Prepare; ``seconds`` bound every step."""
        self._imap, self._context, self._seconds = imap, context, seconds
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter | None = None
        self._in_clear: asyncio.StreamWriter | None = None
        """The connection below TLS: forgotten, it would be closed."""
        self._number = 0
        self._next = 1

    async def __aenter__(self) -> Self:
        try:
            await self._connect()
            await self._sign_in()
            answer = await self._ask(b"EXAMINE " + _quoted(self._imap.folder), trouble="folder")
            found = re.search(rb"\[UIDNEXT ([0-9]{1,10})\]", b"\n".join(answer))
            self._next = int(found[1]) if found else self._no_number()
        except BaseException:
            self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        for writer in (self._writer, self._in_clear):
            if writer is not None:
                writer.transport.abort()

    def _no_number(self) -> NoReturn:
        raise MailboxError("garbled", "no UIDNEXT")

    async def _connect(self) -> None:
        imap = self._imap
        try:
            async with asyncio.timeout(self._seconds):
                begins = None if imap.starttls else self._context
                self._reader, self._writer = await asyncio.open_connection(
                    imap.host, imap.tcp_port, ssl=begins, limit=_LINE
                )
        except TimeoutError:
            raise MailboxError("silent") from None
        except ssl.SSLCertVerificationError as error:
            raise MailboxError("certificate", error.verify_message) from None
        except (OSError, ValueError) as error:
            raise MailboxError("connect", str(error)) from None
        greeting = await self._within(self._line())
        if not greeting.upper().startswith(b"* OK"):
            raise MailboxError("refused", greeting.decode("utf-8", "replace"))
        if imap.starttls:
            await self._ask(b"STARTTLS", trouble="starttls")
            await self._encrypt(self._writer)

    async def _encrypt(self, writer: asyncio.StreamWriter) -> None:
        # A new reader: what came in clear behind the server's consent must not count as said under TLS (CVE-2011-0411).
        reader = asyncio.StreamReader(limit=_LINE)
        protocol = asyncio.StreamReaderProtocol(reader)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                transport = await loop.start_tls(
                    writer.transport, protocol, self._context, server_hostname=self._imap.host
                )
        except ssl.SSLCertVerificationError as error:
            raise MailboxError("certificate", error.verify_message) from None
        except (OSError, TimeoutError) as error:
            raise MailboxError("starttls", str(error)) from None
        if transport is None:
            raise MailboxError("starttls")
        reader.set_transport(transport)
        self._in_clear = writer
        self._reader, self._writer = reader, asyncio.StreamWriter(transport, protocol, reader, loop)

    async def _sign_in(self) -> None:
        imap = self._imap
        if imap.password is None:
            raise MailboxError("password")
        user, password = imap.user.encode(errors="replace"), imap.password.reveal().encode(errors="replace")
        # Literals: no character of a password needs care in them, and every server knows them (RFC 3501 section 4.3).
        await self._ask(b"LOGIN ", user, b" ", password, trouble="login")

    async def arrived(self) -> AsyncIterator[bytes]:
        """Yield the messages that arrived since the folder was opened or last looked at, the newest fifty at most.

        Raises:
            MailboxError: the mailbox can no longer be read, and why.

        """
        await self._ask(b"NOOP", trouble="garbled")
        answer = await self._ask(b"UID SEARCH UID %d:*" % self._next, trouble="search")
        numbers: set[int] = set()
        for line in answer:
            if line.upper().startswith(b"* SEARCH"):
                numbers.update(int(word) for word in line.split()[2:] if word.isdigit() and len(word) <= 10)  # noqa: PLR2004
        # "n:*" always holds the last message, old as it may be (RFC 3501 section 6.4.8).
        for number in sorted(number for number in numbers if number >= self._next)[-_MOST:]:
            fetched = await self._ask(b"UID FETCH %d (BODY.PEEK[]<0.%d>)" % (number, _LARGEST), trouble="fetch")
            self._next = number + 1
            yield max(fetched, key=len)

    async def _ask(self, *parts: bytes, trouble: str) -> list[bytes]:
        """Send a command, every second part as a literal; return the untagged lines and literals of the answer."""
        return await self._within(self._asked(parts, trouble))

    async def _asked(self, parts: tuple[bytes, ...], trouble: str) -> list[bytes]:
        writer = self._writer
        if writer is None:
            raise MailboxError("closed")
        self._number += 1
        tag = b"w%d" % self._number
        writer.write(tag + b" " + parts[0])
        for place, part in enumerate(parts[1:], 1):
            if place % 2:
                writer.write(b"{%d}\r\n" % len(part))
                await writer.drain()
                await self._leave_to_go_on(trouble)
            writer.write(part)
        writer.write(b"\r\n")
        await writer.drain()
        return await self._answer(tag, trouble)

    async def _leave_to_go_on(self, trouble: str) -> None:
        for _ in range(_LINES):
            line = await self._line()
            if line.startswith(b"+"):
                return
            if not line.startswith(b"* "):
                raise MailboxError(trouble, line.decode("utf-8", "replace"))
        raise MailboxError("too-much")

    async def _answer(self, tag: bytes, trouble: str) -> list[bytes]:
        parts: list[bytes] = []
        size = 0
        for _ in range(_LINES):
            line = await self._line()
            if line.startswith(tag + b" "):
                if line[len(tag) + 1 :].upper().startswith(b"OK"):
                    return parts
                raise MailboxError(trouble, line.decode("utf-8", "replace"))
            if line.upper().startswith(b"* BYE"):
                raise MailboxError("closed", line.decode("utf-8", "replace"))
            parts.append(line)
            literal = re.search(rb"\{([0-9]{1,12})\}$", line)
            length = int(literal[1]) if literal else 0
            size += len(line) + length
            if size > 2 * _LARGEST:
                raise MailboxError("too-much")
            if literal:
                parts.append(await self._reader.readexactly(length))
        raise MailboxError("too-much")

    async def _line(self) -> bytes:
        line = await self._reader.readline()
        if not line.endswith(b"\n"):
            raise MailboxError("closed")
        return line.rstrip(b"\r\n")

    async def _within(self, waiting: Awaitable[_Result]) -> _Result:
        try:
            async with asyncio.timeout(self._seconds):
                return await waiting
        except TimeoutError:
            raise MailboxError("silent") from None
        except (OSError, EOFError) as error:
            raise MailboxError("closed", str(error)) from None
        except ValueError:  # a line without an end (asyncio.StreamReader.readline)
            raise MailboxError("too-much") from None


def _quoted(text: str) -> bytes:
    return b'"' + re.sub(rb'(["\\])', rb"\\\1", text.encode(errors="replace")) + b'"'
