"""One connection to one address: TCP, TLS, and the certificate. Sends nothing after the handshake."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from checks.net.identity import CertificateFacts, certificate_facts
from checks.net.openssl import NOT_TLS, OLD_VERSION, UNNAMED


class TlsFault(StrEnum):
    """How far a connection came; stable, for finding ids."""

    REFUSED = "connect.refused"
    SILENT = "connect.silent"
    UNREACHABLE = "connect.unreachable"
    """This machine has no way there: no IPv6, most often."""
    PLAIN = "handshake.plain"
    OLD = "handshake.old"
    UNNAMED = "handshake.unnamed"
    STALLED = "handshake.silent"
    CLOSED = "handshake.closed"
    BROKEN = "handshake.failed"
    CERTIFICATE = "certificate"


CONNECTING: Final = frozenset({TlsFault.REFUSED, TlsFault.SILENT, TlsFault.UNREACHABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class HandshakeLimits:
    """Seconds."""

    connect: float = 7
    handshake: float = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """What one address gave."""

    address: str
    version: str = ""
    """``TLSv1.3``; empty if no handshake came to its end."""
    certificate: CertificateFacts | None = None
    der: bytes = b""
    sent: int = 0
    """How many certificates the server sent; 0 if Python does not tell."""
    fault: TlsFault | None = None
    detail: str = ""
    """Words of the system or of OpenSSL: hostile until drawn as plain text."""
    code: int = 0
    """OpenSSL's X509_V_ERR number for a certificate that was refused."""


async def tls_handshake(
    address: str, port: int, host: str, context: ssl.SSLContext, limits: HandshakeLimits
) -> Handshake:
    """Connect to an address and ask, in the handshake, for the host's certificate."""
    kind = socket.AF_INET6 if ":" in address else socket.AF_INET
    line = socket.socket(kind, socket.SOCK_STREAM)
    line.setblocking(False)  # noqa: FBT003 - the standard library's signature
    try:
        async with asyncio.timeout(limits.connect):
            await asyncio.get_running_loop().sock_connect(line, (address, port))
    except TimeoutError:
        line.close()
        return Handshake(address=address, fault=TlsFault.SILENT, detail=f"no connection within {limits.connect:g} s")
    except OSError as error:
        line.close()
        refused = isinstance(error, ConnectionRefusedError | ConnectionResetError)
        fault = TlsFault.REFUSED if refused else TlsFault.UNREACHABLE
        return Handshake(address=address, fault=fault, detail=error.strerror or type(error).__name__)
    return await _secured(line, address, host, context, limits.handshake)


async def _secured(line: socket.socket, address: str, host: str, context: ssl.SSLContext, seconds: float) -> Handshake:
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(sock=line, ssl=context, server_hostname=host)
        talk = writer.get_extra_info("ssl_object")
        der = talk.getpeercert(binary_form=True) or b""
        return Handshake(
            address=address, version=talk.version() or "", certificate=certificate_facts(der), der=der, sent=_sent(talk)
        )
    except TimeoutError:
        return Handshake(address=address, fault=TlsFault.STALLED, detail=f"no handshake within {seconds:g} s")
    except ssl.SSLCertVerificationError as error:
        return Handshake(
            address=address, fault=TlsFault.CERTIFICATE, detail=error.verify_message, code=error.verify_code
        )
    except ssl.SSLError as error:
        return Handshake(address=address, fault=_kind(error.reason or ""), detail=error.reason or "TLS error")
    except (OSError, ValueError) as error:
        return Handshake(
            address=address, fault=TlsFault.CLOSED, detail=getattr(error, "strerror", "") or type(error).__name__
        )
    finally:
        if writer is not None:
            writer.transport.abort()
        line.close()


def _kind(reason: str) -> TlsFault:
    for reasons, fault in ((NOT_TLS, TlsFault.PLAIN), (OLD_VERSION, TlsFault.OLD), (UNNAMED, TlsFault.UNNAMED)):
        if reason in reasons:
            return fault
    return TlsFault.CLOSED if reason == "UNEXPECTED_EOF_WHILE_READING" else TlsFault.BROKEN


def _sent(talk: Any) -> int:
    # Public since Python 3.13, and there before under the private object.
    ask = getattr(talk, "get_unverified_chain", None) or getattr(
        getattr(talk, "_sslobj", None), "get_unverified_chain", None
    )
    return len(ask() or ()) if ask is not None else 0


def unverified_context() -> ssl.SSLContext:
    """Return a context that takes every certificate, to look at the one that was refused. No secret goes through it."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


def obsolete_context() -> ssl.SSLContext:
    """Return a context that offers nothing later than TLS 1.1, to see whether a server would still agree to that."""
    import warnings

    made = unverified_context()
    made.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.maximum_version = ssl.TLSVersion.TLSv1_1
    return made
