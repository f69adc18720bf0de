"""One connection to a mail server, through aiosmtplib, bounded in time and memory.

Only what nodemailer does otherwise is done here, by overriding public methods of aiosmtplib's protocol: how replies are read
(any length of line, codes too short or too long, what comes unasked), which codes go on, and when STARTTLS may begin.
"""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

from checks.mail.smtp.protocol_library import SMTPProtocol, SMTPResponse, SMTPServerDisconnected
from checks.net.errors import Failure, SmtpError
from wizard.basics.patterns import late_pattern

_QUIT_SECONDS: Final = 2.0
_CODE: Final = 100
_LARGEST: Final = 32 * 1024
"""Bytes of an answer, and of what is kept of a server that talks without being asked."""
_NUMBER: Final = late_pattern(rb"([0-9]+)([- ]?)")


class SmtpReply(NamedTuple):
    """One answer, its lines without their codes."""

    code: int
    text: str

    @property
    def is_good(self) -> bool:
        """Whether nodemailer continues: it looks at the first digit only."""
        return self.code // _CODE == 2  # noqa: PLR2004 - 2xx

    @property
    def is_temporary(self) -> bool:
        """Whether the server asks to come again later."""
        return self.code // _CODE == 4  # noqa: PLR2004 - 4xx

    def __str__(self) -> str:
        return f"{self.code} {' / '.join(self.text.splitlines())}"


class _Protocol(SMTPProtocol):
    """Reads replies as nodemailer does.

    aiosmtplib refuses lines of more than 8192 bytes and drops what comes unasked; nodemailer takes the former, and the latter for
    the answer to the next question.
    """

    def __init__(self, *, skips_blank_lines: bool = False) -> None:
        super().__init__(asyncio.get_running_loop())
        self._skips_blank_lines = skips_blank_lines
        self._received = bytearray()
        self._changed = asyncio.Event()
        self._talked_over = False
        self._error: SmtpError | None = None

    def data_received(self, data: bytes) -> None:
        if self._error is None:
            self._received += data
            if len(self._received) > _LARGEST:
                self._received.clear()
                self._end(SmtpError(Failure.GARBLED, "a response that is too long"))
            self._changed.set()

    def eof_received(self) -> bool:
        self._end(SmtpError(Failure.CLOSED))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._end(SmtpError(Failure.CLOSED, cause=exc))

    def _end(self, error: SmtpError) -> None:
        self._error = self._error or error
        self._changed.set()

    @property
    def ended(self) -> SmtpError:
        """Why the connection has ended."""
        return self._error or SmtpError(Failure.CLOSED)

    def write(self, data: bytes) -> None:
        """Send; ``SMTPServerDisconnected`` if the connection has ended."""
        self._talked_over = self.left_over
        super().write(data)

    async def read_response(self, timeout: float | None = None) -> SMTPResponse:  # noqa: ASYNC109 - the library's signature
        """Wait for an answer; ``SmtpError`` if none comes."""
        try:
            async with asyncio.timeout(timeout):
                while (reply := self._next()) is None:
                    if self._error is not None:
                        raise self._error
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise SmtpError(Failure.SILENT) from None
        return reply

    def _next(self) -> SMTPResponse | None:
        """Take one answer out of what came, where it is whole, as nodemailer does (``_onData``, 9.0.1).

        The first line's code counts, be it too short or too long, and what does not go on with a dash is the end.
        """
        offset, code = 0, ""
        texts: list[bytes] = []
        while (end := self._received.find(b"\n", offset)) >= 0:
            line = bytes(self._received[offset:end])
            offset = end + 1
            number = _NUMBER.match(line)
            if self._skips_blank_lines and not texts and not line.strip():
                continue
            if number is None and not texts:
                raise SmtpError(Failure.GARBLED, line.strip().decode("utf-8", "replace"))
            code = code or (number[1].decode() if number else "")
            texts.append(line[number.end() if number else 0 :].strip())
            if number is None or number[2] != b"-":
                del self._received[:offset]
                return SMTPResponse(int(code[:3].ljust(3, "0")), b"\n".join(texts).decode("utf-8", "surrogateescape"))
        return None

    @property
    def left_over(self) -> bool:
        """Whether more came, at any time, than was asked for; from then on each answer is that to an earlier question."""
        more = self._received.strip() if self._skips_blank_lines else self._received
        return self._talked_over or bool(more)


class SmtpConnection:
    """A connection; ``open`` makes one, ``close`` ends it without waiting."""

    def __init__(self, protocol: _Protocol, *, secure: bool) -> None:
        self._protocol = protocol
        self.secure = secure

    @classmethod
    async def open(
        cls,
        address: str,
        port: int,
        *,
        seconds: float,
        context: ssl.SSLContext | None = None,
        server_name: str = "",
        skips_blank_lines: bool = False,
    ) -> "SmtpConnection":
        """Connect, with TLS from the first byte where a context is given; raises what the attempt ended with.

        That is ``OSError`` (``ssl.SSLError`` is one) or ``TimeoutError``.
        """
        loop = asyncio.get_running_loop()
        options: dict[str, Any] = {}
        if context is not None:
            options = {"ssl": context, "server_hostname": sendable(server_name), "ssl_handshake_timeout": seconds}
        async with asyncio.timeout(seconds):
            _, protocol = await loop.create_connection(
                lambda: _Protocol(skips_blank_lines=skips_blank_lines), address, port, **options
            )
        return cls(protocol, secure=context is not None)

    async def greeting(self, seconds: float) -> SmtpReply:
        """Wait for the first answer."""
        return SmtpReply(*await self._protocol.read_response(seconds))

    async def ask(self, command: bytes, seconds: float) -> SmtpReply:
        """Send one line and wait for its answer; ``ValueError`` for control characters in the line."""
        try:
            return SmtpReply(*await self._protocol.execute_command(command, timeout=seconds))
        except SMTPServerDisconnected:
            raise self._protocol.ended from None

    async def give(self, message: bytes, seconds: float) -> SmtpReply:
        """Send a message after DATA was answered with 354: dots doubled, the end marked (RFC 5321 section 4.5.2)."""
        lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
        body = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
        try:
            self._protocol.write(body + b"\r\n.\r\n")
        except SMTPServerDisconnected:
            raise self._protocol.ended from None
        return SmtpReply(*await self._protocol.read_response(seconds))

    @property
    def has_more(self) -> bool:
        """Whether the server has sent more than it was asked for."""
        return self._protocol.left_over

    async def upgrade(self, context: ssl.SSLContext, server_name: str, seconds: float) -> None:
        """Go on with TLS; raises as :meth:`open`."""
        loop = asyncio.get_running_loop()
        transport = cast("asyncio.Transport | None", self._protocol.transport)
        if transport is None:
            raise ConnectionResetError("closed before TLS began")
        async with asyncio.timeout(seconds):
            secured = await loop.start_tls(
                transport,
                self._protocol,
                context,
                server_hostname=sendable(server_name) or None,
                ssl_handshake_timeout=seconds,
            )
        if secured is None:
            raise ConnectionResetError("closed during TLS setup")
        self._protocol.transport = secured
        self.secure = True

    @property
    def certificate(self) -> Mapping[str, Any]:
        """The server's verified certificate in the form of ``getpeercert()``; empty if it was not verified."""
        return dict(self._ssl_object.getpeercert() or {}) if self._ssl_object else {}

    @property
    def certificate_bytes(self) -> bytes:
        """The server's certificate, verified or not (DER)."""
        return (self._ssl_object.getpeercert(binary_form=True) or b"") if self._ssl_object else b""

    @property
    def tls_version(self) -> str:
        """``TLSv1.3``; empty without TLS."""
        return (self._ssl_object.version() or "") if self._ssl_object else ""

    @property
    def _ssl_object(self) -> ssl.SSLObject | None:
        transport = self._protocol.transport
        return None if transport is None else cast("ssl.SSLObject | None", transport.get_extra_info("ssl_object"))

    async def leave(self) -> None:
        """Take leave where the server still listens, then close; a mail that was only asked about ends with that."""
        try:
            await self.ask(b"QUIT", _QUIT_SECONDS)
        except SmtpError:
            pass  # it has nothing to say any more: that was no question
        finally:
            self.close()

    def close(self) -> None:
        """Drop the connection."""
        transport = cast("asyncio.Transport | None", self._protocol.transport)
        if transport is not None:
            transport.abort()


def sendable(server_name: str) -> str:
    """Return a name that can be sent in the TLS handshake, or nothing: Python refuses to encode some that Node sends."""
    try:
        encoded = server_name.encode("idna")
    except UnicodeError:
        return ""
    return server_name if encoded and not encoded.startswith(b".") and b"\0" not in encoded else ""
