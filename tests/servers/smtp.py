"""A mail server that does as it is told: every kind in the recorded runs of LibreChat's own code, and hostile ones."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from tests.servers.certificates import Certificates

GOOD = ("user", "secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a server behaves; the defaults are a relay that speaks in clear and asks for nothing."""

    implicit: bool = False
    certificate: str = ""
    """Of the TLS that it speaks; empty: none."""
    old_tls: bool = False
    wants_client: bool = False
    offers_starttls: bool | None = None
    """``None``: exactly where it has a certificate and does not begin with TLS."""
    auth: str = ""
    """The line that it announces (``AUTH PLAIN LOGIN``); empty: it knows no sign-in."""
    auth_in_clear: bool = False
    auth_required: bool = False
    answers: Mapping[str, bytes] = field(default_factory=dict)
    """Instead of the usual answer to a command: ``GREETING``, ``EHLO``, ``END``, ``JUDGED`` (of a sign-in), ...; an empty one closes the connection."""
    extensions: tuple[str, ...] = ()
    name: str = "mail.test"
    delay: float = 0
    """Seconds before the greeting."""

    @property
    def refuses_tls(self) -> bool:
        """Whether its handshakes always fail: LibreChat speaks nothing so old, and has no certificate to show."""
        return self.old_tls or self.wants_client

    @property
    def has_starttls(self) -> bool:
        return bool(self.certificate) and not self.implicit if self.offers_starttls is None else self.offers_starttls


CLEAR = Kind(auth="AUTH PLAIN LOGIN", auth_in_clear=True)
"""Offers a sign-in without encryption."""


def _answering(base: Kind = Kind(), **answers: bytes) -> Kind:
    return replace(base, answers=answers)


SPECIAL: Mapping[str, Kind] = {
    "plain-noauth": Kind(),
    "plain-auth": replace(CLEAR, auth_required=True),
    "implicit-tls11": Kind(implicit=True, certificate="valid", old_tls=True),
    "starttls-tls11": Kind(certificate="valid", old_tls=True),
    "implicit-tls12": Kind(implicit=True, certificate="valid"),
    "implicit-mtls": Kind(implicit=True, certificate="valid", wants_client=True),
    "plain-auth-optional": CLEAR,
    "starttls-auth-optional": Kind(certificate="valid", auth="AUTH PLAIN LOGIN"),
    "starttls-authbefore": replace(CLEAR, certificate="valid", auth_required=True),
    "starttls-hidden": replace(CLEAR, certificate="valid", auth_required=True, offers_starttls=False),
    "plain-auth-LOGIN": replace(CLEAR, auth="AUTH LOGIN", auth_required=True),
    "plain-auth-CRAM-MD5": replace(CLEAR, auth="AUTH CRAM-MD5", auth_required=True),
    "plain-auth-XOAUTH2": replace(CLEAR, auth="AUTH XOAUTH2", auth_required=True),
    "auth-gssapi-only": replace(
        CLEAR, auth="AUTH GSSAPI NTLM", answers={"AUTH": b"504 5.5.4 Unrecognized authentication type"}
    ),
    "starttls-454": _answering(
        replace(CLEAR, certificate="valid"), STARTTLS=b"454 4.7.0 TLS not available due to temporary reason"
    ),
    "starttls-drop": _answering(Kind(certificate="valid"), STARTTLS=b""),
    "starttls-garbage": _answering(Kind(certificate="valid"), STARTTLS=b"220 go ahead\r\nGARBAGE GARBAGE\r\nGARBAGE"),
    "greet-554": _answering(GREETING=b"554 5.7.1 no"),
    "greet-421": _answering(GREETING=b"421 4.3.2 busy"),
    "greet-554-close": _answering(GREETING=b"554 5.7.1 no\r\n\0"),
    "greet-none": Kind(delay=3600),
    "greet-slow5": Kind(delay=5),
    "greet-multi": _answering(GREETING=b"220-mail.test one\r\n220-two\r\n220 three"),
    "greet-http": _answering(GREETING=b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n\0"),
    "helo-only": _answering(EHLO=b"502 5.5.1 what"),
    "helo-auth": _answering(EHLO=b"502 5.5.1 what", AUTH=b"503 5.5.1 AUTH not available"),
    "ehlo-421": _answering(EHLO=b"421 4.7.0 later"),
    "ehlo-550": _answering(EHLO=b"550 5.7.1 bad helo", HELO=b"550 5.7.1 bad helo"),
    "mail-530": _answering(MAIL=b"530 5.7.0 Authentication required"),
    "mail-550": _answering(MAIL=b"550 5.7.60 not permitted to send as this sender"),
    "mail-starttls-530": _answering(MAIL=b"530 5.7.0 Must issue a STARTTLS command first"),
    "rcpt-550": _answering(RCPT=b"550 5.1.1 unknown user"),
    "rcpt-450": _answering(RCPT=b"450 4.2.0 greylisted"),
    "rcpt-554-relay": _answering(RCPT=b"554 5.7.1 Relay access denied"),
    "data-554": _answering(DATA=b"554 5.5.1 no"),
    "dataend-552": _answering(END=b"552 5.3.4 too big"),
    "dataend-550spf": _answering(END=b"550 5.7.23 SPF validation failed"),
    "dataend-close": _answering(END=b""),
    "size-10": Kind(extensions=("SIZE 10",)),
    "size-bare": Kind(extensions=("SIZE",)),
    "auth-535": _answering(CLEAR, AUTH=b"535 5.7.8 bad"),
    "auth-454": _answering(CLEAR, AUTH=b"454 4.7.0 later"),
    "auth-534": _answering(CLEAR, AUTH=b"534 5.7.9 Application-specific password required"),
    "auth-421": _answering(CLEAR, AUTH=b"421 4.7.0 Too many errors"),
    "auth-equals": replace(CLEAR, auth="AUTH=PLAIN LOGIN"),
    "auth-lower": replace(CLEAR, auth="auth plain"),
    "auth-loginfirst": replace(CLEAR, auth="AUTH LOGIN PLAIN"),
    "auth-plain-client": replace(CLEAR, auth="AUTH PLAIN-CLIENTTOKEN"),
    "name-starttls": _answering(Kind(name="mail-starttls.test"), STARTTLS=b"454 4.7.0 TLS not available"),
    "rst": _answering(GREETING=b"\0rst"),
}


def kind_of(server: str) -> Kind:
    """Return the behavior behind a name of the recorded runs: ``starttls-auth-expired``, ``greet-http``."""
    if server in SPECIAL:
        return SPECIAL[server]
    mode, _, rest = server.partition("-")
    auth, _, certificate = rest.partition("-") if rest.startswith(("auth-", "noauth-")) else ("noauth", "", rest)
    signs_in = auth == "auth"
    return Kind(
        implicit={"implicit": True, "starttls": False}[mode],
        certificate=certificate,
        auth="AUTH PLAIN LOGIN" if signs_in else "",
        auth_required=signs_in,
    )


@dataclass(slots=True)
class Session:
    """What one client did."""

    heard: bytearray = field(default_factory=bytearray)
    """Every byte that it sent, TLS taken off."""
    encrypted: bool = False
    signed_in: bool = False
    messages: list[bytes] = field(default_factory=list)


class Talk:
    """One conversation."""

    def __init__(
        self, kind: Kind, context: ssl.SSLContext | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._kind, self._context, self._reader, self._writer = kind, context, reader, writer
        self.session = Session(encrypted=kind.implicit)

    async def run(self) -> None:
        await asyncio.sleep(self._kind.delay)
        if not await self._say("GREETING", f"220 {self._kind.name} ESMTP".encode()):
            return
        while line := await self._reader.readline():
            self.session.heard += line
            verb = line.strip().split(b" ")[0].decode("ascii", "replace").upper()
            if not await self._do(verb, line.strip()):
                return

    async def _do(self, verb: str, line: bytes) -> bool:
        handler: Callable[[bytes], Awaitable[bool]] | None = {
            "EHLO": self._ehlo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "DATA": self._data,
        }.get(verb)
        if verb == "QUIT":
            await self._say("QUIT", b"221 bye")
            return False
        if handler is not None:
            return await handler(line)
        known = verb in ("HELO", "RCPT", "RSET", "NOOP")
        return await self._say(verb, b"250 OK" if known else b"500 what")

    async def _say(self, verb: str, usual: bytes) -> bool:
        """Answer; False where the connection ends with it."""
        answer = self._kind.answers.get(verb, usual)
        if answer == b"\0rst":
            sock = self._writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        self._writer.write(answer.removesuffix(b"\0") + (b"" if not answer or answer.endswith(b"\0") else b"\r\n"))
        await self._writer.drain()
        return bool(answer) and not answer.endswith(b"\0")

    async def _ehlo(self, _: bytes) -> bool:
        kind = self._kind
        lines = [kind.name, "PIPELINING", "8BITMIME", "SMTPUTF8", *kind.extensions]
        if kind.has_starttls and not self.session.encrypted:
            lines.append("STARTTLS")
        if kind.auth and (self.session.encrypted or kind.auth_in_clear):
            lines.append(kind.auth)
        text = "".join(f"250-{line}\r\n" for line in lines[:-1]) + f"250 {lines[-1]}"
        return await self._say("EHLO", text.encode())

    async def _starttls(self, _: bytes) -> bool:
        if not await self._say("STARTTLS", b"220 go ahead"):
            return False
        if self._context is None or "STARTTLS" in self._kind.answers:
            return True
        if self._kind.refuses_tls:
            await refuse(self._context, self._reader, self._writer)
            return False
        await self._writer.start_tls(self._context)
        self.session.encrypted, self.session.signed_in = True, False
        return True

    async def _asked(self, question: bytes) -> bytes:
        self._writer.write(b"334 " + base64.b64encode(question) + b"\r\n")
        line = await self._reader.readline()
        self.session.heard += line
        return base64.b64decode(line)

    async def _auth(self, line: bytes) -> bool:
        if "AUTH" in self._kind.answers:
            self.session.signed_in = self._kind.answers["AUTH"].startswith(b"2")
            return await self._say("AUTH", b"")
        parts = line.split(b" ")
        method = parts[1].upper() if len(parts) > 1 else b""
        if method not in self._kind.auth.upper().replace("=", " ").replace("-CLIENTTOKEN", "").encode().split(b" "):
            return await self._say("", b"504 Error: Unrecognized authentication type")
        if method == b"PLAIN":
            fields = base64.b64decode(parts[2]).split(b"\0")
            if len(fields) != 3:
                return await self._say("", b"501 Error: invalid userdata")
            user, password = fields[1:]
        elif method == b"LOGIN":
            user, password = await self._asked(b"Username:"), await self._asked(b"Password:")
        else:
            return await self._cram()
        is_good = (user.decode(), password.decode()) == GOOD
        return await self._judge(is_good=is_good)

    async def _cram(self) -> bool:
        import hmac

        challenge = b"<1.2@mail.test>"
        user, _, digest = (await self._asked(challenge)).partition(b" ")
        right = hmac.new(GOOD[1].encode(), challenge, "md5").hexdigest().encode()
        return await self._judge(is_good=user == GOOD[0].encode() and digest == right)

    async def _judge(self, *, is_good: bool) -> bool:
        answer = self._kind.answers.get("JUDGED")
        self.session.signed_in = is_good if answer is None else answer.startswith(b"2")
        usual = b"235 Authentication successful" if is_good else b"535 5.7.8 Authentication failed"
        return await self._say("JUDGED", usual)

    async def _mail(self, line: bytes) -> bool:
        if self._kind.auth_required and not self.session.signed_in:
            return await self._say("", b"530 Error: authentication Required")
        address = line.partition(b"<")[2].rpartition(b">")[0]
        # npm smtp-server 3.21: nothing, or something with exactly one @ and no blank.
        if address and (address.count(b"@") != 1 or b" " in address):
            return await self._say("", b"501 Error: Bad sender address syntax")
        return await self._say("MAIL", b"250 OK")

    async def _data(self, _: bytes) -> bool:
        if not await self._say("DATA", b"354 go on") or "DATA" in self._kind.answers:
            return True
        message = b""
        while (line := await self._reader.readline()) not in (b".\r\n", b""):
            message += line
        self.session.messages.append(message)
        return await self._say("END", b"250 OK: message queued")


@dataclass(slots=True)
class Server:
    """A running server."""

    port: int
    sessions: list[Session] = field(default_factory=list)

    @property
    def heard(self) -> bytes:
        """Everything that was ever sent to it, TLS taken off."""
        return b"".join(bytes(session.heard) for session in self.sessions)


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(kind: Kind, certificates: Certificates) -> AsyncIterator[Server]:
    """Run a server of a kind on a free port of 127.0.0.1 and, where there is IPv6, of ::1."""
    context = None
    if kind.certificate:
        context = certificates.context(kind.certificate, old=kind.old_tls, wants_client=kind.wants_client)
    server = Server(port=0)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = Talk(kind, context, reader, writer)
        server.sessions.append(conversation.session)
        await conversation.run()

    async def send_away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert context is not None
        await refuse(context, reader, writer)

    begins_with_tls = kind.implicit and not kind.refuses_tls
    handler = send_away if kind.implicit and kind.refuses_tls else talk
    async with listening(handler, context=context if begins_with_tls else None) as port:
        server.port = port
        yield server


async def refuse(context: ssl.SSLContext, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry out a handshake that fails, and send the alert that says why: asyncio's own servers forget to."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=True)
    is_over = False
    while not is_over:
        try:
            tls.do_handshake()
            is_over = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            is_over = True
        writer.write(outgoing.read())
        await writer.drain()
        if not is_over:
            data = await reader.read(65536)
            is_over = not data
            incoming.write(data)
    writer.write_eof()
    await reader.read()


@contextlib.asynccontextmanager
async def listening(handler: Handler, *, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Run a handler for every connection; gives the port. Whatever a client does to it is no error of the test's."""
    tasks: set[asyncio.Task[None]] = set()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        tasks.add(task)
        try:
            with contextlib.suppress(OSError, EOFError, ValueError, asyncio.CancelledError):
                await handler(reader, writer)
        finally:
            tasks.discard(task)
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()

    first = await asyncio.start_server(guarded, "127.0.0.1", 0, ssl=context)
    port: int = first.sockets[0].getsockname()[1]
    running = [first]
    with contextlib.suppress(OSError):
        running.append(await asyncio.start_server(guarded, "::1", port, ssl=context))
    try:
        yield port
    finally:
        for server in running:
            server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
