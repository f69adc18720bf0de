"""LDAP messages in BER (RFC 4511): requests as LibreChat's ldapjs sends them, and parsed replies.

pyasn1 writes and reads them by the ASN.1 of pyasn1-modules. Its filter ends at three levels, so that filters are put together here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from wizard.librechat.ldap_filter import (
    LdapComparison,
    LdapExtensible,
    LdapFilter,
    LdapGroup,
    LdapPresence,
    LdapSubstrings,
)

BASE_SCOPE: Final = 0
WHOLE_SUBTREE: Final = 2
_VERSION: Final = 3
_SECONDS: Final = 10
"""The time limit that ldapjs asks for (lib/client/client.js, 2.3.3)."""
_LARGEST_CODE: Final = 2**31 - 1
"""RFC 4511 bounds no result code; no server's has more bits, and Python writes no number of thousands of digits."""
_GROUPS: Final = {"&": 0, "|": 1, "!": 2}
_COMPARISONS: Final = {"=": 3, ">=": 5, "<=": 6, "~=": 8}
_SEARCH: Final = 0x63
"""The tag of a search: application 3."""


class NotLdapError(ValueError):
    """The reply is not an LDAP message, or does not belong to a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapAnswer:
    """One message of a server: an entry, a result, or something that does not matter."""

    number: int
    kind: str
    """``entry``, ``result`` or ``other`` (a reference, a notice of disconnection is a result of number 0)."""
    code: int = 0
    text: str = ""
    """Diagnostic message, or the entry's name."""
    attributes: tuple[tuple[str, tuple[bytes, ...]], ...] = ()


def bind_request(number: int, name: str, password: str) -> bytes:
    """Return a simple bind (RFC 4511 section 4.2)."""
    from pyasn1_modules import rfc2251

    request = rfc2251.BindRequest()
    request["version"] = _VERSION
    request["name"] = name.encode()
    request["authentication"]["simple"] = password.encode()
    return _message(number, request)


def search_request(number: int, base: str, scope: int, asked: LdapFilter, attributes: tuple[str, ...]) -> bytes:
    """Return a search without dereferencing and without limit of entries (RFC 4511 section 4.5)."""
    from pyasn1.type import univ

    pieces = (
        _octets(base.encode()),
        _encoded(univ.Enumerated(scope)),
        _encoded(univ.Enumerated(0)),
        _encoded(univ.Integer(0)),
        _encoded(univ.Integer(_SECONDS)),
        _encoded(univ.Boolean(False)),  # noqa: FBT003 - pyasn1's own signature
        _filter(asked),
        _sequence(b"".join(_octets(name.encode()) for name in attributes)),
    )
    content = b"".join(pieces)
    return _enveloped(number, bytes([_SEARCH]) + _length(content) + content)


def unbind_request(number: int) -> bytes:
    """Return an unbind (RFC 4511 section 4.3)."""
    from pyasn1_modules import rfc2251

    return _message(number, rfc2251.UnbindRequest(""))


def _message(number: int, operation: Any) -> bytes:
    return _enveloped(number, _encoded(operation))


def _enveloped(number: int, operation: bytes) -> bytes:
    from pyasn1.type import univ

    return _sequence(_encoded(univ.Integer(number)) + operation)


def _encoded(value: Any) -> bytes:
    from pyasn1.codec.ber import encoder

    return bytes(encoder.encode(value))


def _filter(asked: LdapFilter) -> bytes:
    if isinstance(asked, LdapGroup):
        return _tagged(_GROUPS[asked.operator], b"".join(map(_filter, asked.parts)), constructed=True)
    attribute = asked.attribute.encode()
    if isinstance(asked, LdapPresence):
        return _tagged(7, attribute)
    if isinstance(asked, LdapComparison):
        both = _octets(attribute) + _octets(asked.value.encode())
        return _tagged(_COMPARISONS[asked.operator], both, constructed=True)
    if isinstance(asked, LdapExtensible):
        return _extensible(asked)
    return _substrings(asked)


def _substrings(asked: LdapSubstrings) -> bytes:
    pieces = [_tagged(0, asked.initial.encode())] if asked.initial else []
    pieces += [_tagged(1, piece.encode()) for piece in asked.middle]
    pieces += [_tagged(2, asked.final.encode())] if asked.final else []
    inside = _octets(asked.attribute.encode()) + _sequence(b"".join(pieces))
    return _tagged(4, inside, constructed=True)


def _extensible(asked: LdapExtensible) -> bytes:
    pieces = [_tagged(1, asked.rule.encode())] if asked.rule else []
    pieces += [_tagged(2, asked.attribute.encode())] if asked.attribute else []
    pieces.append(_tagged(3, asked.value.encode()))
    pieces += [_tagged(4, b"\xff")] if asked.with_dn else []
    return _tagged(9, b"".join(pieces), constructed=True)


def _octets(value: bytes) -> bytes:
    from pyasn1.type import univ

    return _encoded(univ.OctetString(value))


def _sequence(value: bytes) -> bytes:
    return b"\x30" + _length(value) + value


def _tagged(number: int, value: bytes, *, constructed: bool = False) -> bytes:
    """Return a value with a context-specific tag."""
    return bytes([0x80 | (0x20 if constructed else 0) | number]) + _length(value) + value


def _length(value: bytes) -> bytes:
    size = len(value)
    if size < 0x80:  # noqa: PLR2004 - the short form
        return bytes([size])
    written = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([0x80 | len(written)]) + written


def answer_of(data: bytes) -> LdapAnswer:
    """Read one whole message; ``NotLdapError`` for anything else."""
    from pyasn1.codec.ber import decoder
    from pyasn1.error import PyAsn1Error
    from pyasn1_modules import rfc2251

    try:
        message, rest = decoder.decode(data, asn1Spec=rfc2251.LDAPMessage())
        if rest:
            raise NotLdapError("there is more data after the message")
        number, operation = int(message["messageID"]), message["protocolOp"]
        return _read(number, operation.getName(), operation.getComponent())
    except (PyAsn1Error, ValueError, TypeError, KeyError, IndexError, RecursionError, MemoryError):
        raise NotLdapError("it is not an LDAP message") from None


def _read(number: int, name: str, operation: Any) -> LdapAnswer:
    if name == "searchResEntry":
        attributes = tuple(
            (
                bytes(attribute["type"]).decode(errors="replace"),
                tuple(bytes(value) for value in attribute["vals"]),
            )
            for attribute in operation["attributes"]
        )
        entry = bytes(operation["objectName"]).decode(errors="replace")
        return LdapAnswer(number=number, kind="entry", text=entry, attributes=attributes)
    if name in ("bindResponse", "searchResDone", "extendedResp"):
        text = bytes(operation["errorMessage"]).decode(errors="replace")
        code = int(operation["resultCode"])
        if not 0 <= code <= _LARGEST_CODE:
            raise NotLdapError("its result code is not valid")
        return LdapAnswer(number=number, kind="result", code=code, text=text)
    return LdapAnswer(number=number, kind="other")
