"""A directory on loopback that speaks LDAP: it answers out of a simulated one, and can fail at any point."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from pyasn1.codec.ber import decoder, encoder
from pyasn1.type import tag, univ
from pyasn1_modules import rfc2251

from tests.servers.lines import Reader, Writer
from wizard.librechat.ldap_filter import (
    LdapComparison,
    LdapExtensible,
    LdapFilter,
    LdapGroup,
    LdapPresence,
    LdapSubstrings,
)
from wizard.librechat.ldap_verdict import LdapReply, LdapResult, NoLdapResult

BIND, SEARCH, UNBIND = 0x60, 0x63, 0x42
BIND_RESPONSE, ENTRY, DONE, REFERENCE = 1, 4, 5, 19


async def read_message(reader: Reader) -> bytes | None:
    """Return the next message; ``None`` where the client has gone."""
    try:
        head = await reader.readexactly(2)
        size = head[1]
        if size & 0x80:
            written = await reader.readexactly(size & 0x7F)
            head, size = head + written, int.from_bytes(written)
        return head + await reader.readexactly(size)
    except (asyncio.IncompleteReadError, OSError):
        return None


def parts(message: bytes) -> tuple[int, int, bytes]:
    """Return number, tag and content of a request."""
    inside = _content(message)
    number, rest = decoder.decode(inside, asn1Spec=univ.Integer())
    return int(number), rest[0], _content(rest)


def _content(data: bytes) -> bytes:
    size = data[1]
    skip = 2 + (size & 0x7F if size & 0x80 else 0)
    length = int.from_bytes(data[2:skip]) if size & 0x80 else size
    return data[skip : skip + length]


def bind_of(content: bytes) -> tuple[str, str]:
    """Return name and password of a bind."""
    _, rest = decoder.decode(content, asn1Spec=univ.Integer())
    name, rest = decoder.decode(rest, asn1Spec=univ.OctetString())
    return bytes(name).decode(), _content(rest).decode()


def search_of(content: bytes) -> tuple[str, int, bytes, tuple[str, ...]]:
    """Return base, scope, filter (as it was sent) and attributes of a search."""
    base, rest = decoder.decode(content, asn1Spec=univ.OctetString())
    scope, rest = decoder.decode(rest, asn1Spec=univ.Enumerated())
    for kind in (univ.Enumerated, univ.Integer, univ.Integer, univ.Boolean):
        _, rest = decoder.decode(rest, asn1Spec=kind())
    length = len(rest) - len(_after(rest))
    asked, rest = rest[:length], rest[length:]
    names, _ = decoder.decode(rest, asn1Spec=univ.SequenceOf(componentType=univ.OctetString()))
    return bytes(base).decode(), int(scope), asked, tuple(bytes(name).decode() for name in names)


def filter_of(data: bytes) -> LdapFilter:
    """Return the filter of a search (RFC 4511 section 4.5.1.7)."""
    kind, content = data[0] & 0x1F, _content(data)
    if kind in (0, 1, 2):
        return LdapGroup("&|!"[kind], tuple(map(filter_of, _pieces(content))))
    if kind == 7:
        return LdapPresence(content.decode())
    pieces = _pieces(content)
    if kind == 4:
        inside = [(piece[0] & 0x1F, _content(piece).decode()) for piece in _pieces(_content(pieces[1]))]
        middle = tuple(value for place, value in inside if place == 1)
        return LdapSubstrings(_content(pieces[0]).decode(), dict(inside).get(0, ""), middle, dict(inside).get(2, ""))
    if kind == 9:
        named = {piece[0] & 0x1F: _content(piece).decode(errors="replace") for piece in pieces}
        return LdapExtensible(named.get(2, ""), named.get(1, ""), named.get(3, ""), 4 in named)
    attribute, value = (_content(piece).decode() for piece in pieces)
    return LdapComparison(attribute, {3: "=", 5: ">=", 6: "<=", 8: "~="}[kind], value)


def _pieces(data: bytes) -> list[bytes]:
    found = []
    while data:
        rest = _after(data)
        found.append(data[: len(data) - len(rest)])
        data = rest
    return found


def _after(data: bytes) -> bytes:
    size = data[1]
    skip = 2 + (size & 0x7F if size & 0x80 else 0)
    length = int.from_bytes(data[2:skip]) if size & 0x80 else size
    return data[skip + length :]


def result(number: int, kind: int, code: int = 0, text: str = "") -> bytes:
    """Return a bind response or the end of a search."""
    message = rfc2251.LDAPMessage()
    message["messageID"] = number
    operation = message["protocolOp"]["bindResponse" if kind == BIND_RESPONSE else "searchResDone"]
    operation["resultCode"], operation["matchedDN"], operation["errorMessage"] = code, "", text
    return bytes(encoder.encode(message))


def entry(number: int, name: str, attributes: dict[str, list[bytes]]) -> bytes:
    """Return one entry of a search."""
    message = rfc2251.LDAPMessage()
    message["messageID"] = number
    operation = message["protocolOp"]["searchResEntry"]
    operation["objectName"] = name.encode()
    operation["attributes"].clear()
    for index, (kind, values) in enumerate(attributes.items()):
        operation["attributes"][index]["type"] = kind.encode()
        operation["attributes"][index]["vals"].extend(values)
    return bytes(encoder.encode(message))


def reference(number: int, *urls: str) -> bytes:
    """Return a search result reference."""
    message = rfc2251.LDAPMessage()
    message["messageID"] = number
    message["protocolOp"]["searchResRef"].extend([url.encode() for url in urls])
    return bytes(encoder.encode(message))


def in_message(number: int, kind: int, content: bytes) -> bytes:
    """Return a message with any content, for what no library writes."""
    operation = univ.OctetString(content).subtype(
        implicitTag=tag.Tag(tag.tagClassApplication, tag.tagFormatConstructed, kind)
    )
    written = bytes(encoder.encode(univ.Integer(number))) + bytes(encoder.encode(operation))
    size = len(written)
    length = bytes([size]) if size < 0x80 else bytes([0x84]) + size.to_bytes(4)
    return b"\x30" + length + written


class Directory:
    """Answers out of something that has ``bind`` and ``search``; counts the binds with a password."""

    def __init__(self, behind: Any, *, secure: bool = False) -> None:
        self.behind = behind
        self.secure = secure
        self.binds: list[tuple[str, str]] = []
        self.searches: list[tuple[str, int, bytes, tuple[str, ...]]] = []

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        while (message := await read_message(reader)) is not None:
            if message[0] != 0x30:
                return
            number, kind, content = parts(message)
            if kind not in (BIND, SEARCH):
                return
            answer = self._bound(number, content) if kind == BIND else self._searched(number, content)
            if answer is None:
                await asyncio.sleep(3600)
            if not answer:
                return
            writer.write(answer)
            await writer.drain()

    def _bound(self, number: int, content: bytes) -> bytes | None:
        name, password = bind_of(content)
        if password:
            self.binds.append((name, password))
        return _written(number, BIND_RESPONSE, self.behind.bind(name, password, secure=self.secure))

    def _searched(self, number: int, content: bytes) -> bytes | None:
        base, scope, asked, attributes = search_of(content)
        self.searches.append((base, scope, asked, attributes))
        reply, entries = self.behind.search(base, scope, filter_of(asked), attributes)
        found = b"".join(entry(number, name, values) for name, values in entries)
        done = _written(number, DONE, reply)
        return done if not done else found + done


def _written(number: int, kind: int, reply: LdapReply) -> bytes | None:
    if isinstance(reply, NoLdapResult):
        return None if reply is NoLdapResult.SILENT else b""
    assert isinstance(reply, LdapResult)
    return result(number, kind, reply.code, reply.message)


@contextlib.asynccontextmanager
async def served(directory: Any, context: Any = None) -> AsyncIterator[int]:
    """Serve a directory and give its port."""
    from tests.servers.smtp import listening

    async with listening(directory, context=context) as port:
        yield port
