"""Why a network request failed: one exception per protocol, one list of reasons for all of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Failure(StrEnum):
    """Why there is no answer, from the name to the last byte; stable, because finding ids end with it."""

    NAME = "name"
    """The name has no address."""
    UNRESOLVED = "unresolved"
    """No name server answered the question for the address."""
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    """Nothing came in time, or not all of it."""
    CERTIFICATE = "certificate"
    HANDSHAKE = "handshake"
    """No TLS handshake; a port that speaks plain HTTP looks like this."""
    CLOSED = "closed"
    GARBLED = "garbled"
    """What came is not the protocol that was asked for."""


INCONCLUSIVE: Final = frozenset({Failure.UNRESOLVED, Failure.UNREACHABLE, Failure.SILENT})
"""Reasons that prove nothing about a server: this machine's own network may be at fault, or it answers a moment later."""


class NetworkError(Exception):
    """There was no usable answer. The exception's own text is the reason alone, so that no traceback shows foreign text."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(failure.value)
        self.failure = failure
        self.detail = detail
        """More about it in words of the system, of OpenSSL or of the server: hostile until drawn as plain text."""


class DnsError(NetworkError):
    """DNS gave no usable answer, so nothing is known about the record. ``detail`` is the program's own text, and safe."""

    def __init__(self, detail: str) -> None:
        super().__init__(Failure.UNRESOLVED, detail)

    def __str__(self) -> str:
        return self.detail


class HttpError(NetworkError):
    """No HTTP response came. ``detail`` holds nothing that was sent."""


class SmtpError(NetworkError):
    """The server did not reply as SMTP requires. ``detail`` is the reply."""

    def __init__(self, failure: Failure, detail: str = "", cause: BaseException | None = None) -> None:
        super().__init__(failure, detail)
        self.cause = cause
        """The error of the connection, if there was one: a TLS alert, for example."""
