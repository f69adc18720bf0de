"""A mail server on loopback that delivers nothing: it stores accepted mail in its inbox."""

from __future__ import annotations

import asyncio
import email
import email.policy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from types import TracebackType

_LARGEST = 1_000_000
_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that was taken; everything in it is foreign text."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str


class _Controller(Controller):
    """Looks for the server where the system has put it; the library looks at port 0."""

    def _trigger_server(self) -> None:
        if isinstance(self.server, asyncio.Server):
            self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class MailServer:
    """Takes every message on 127.0.0.1, at a port of the system's choice. Use as a context manager."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._controller = _Controller(self, hostname="127.0.0.1", port=0, data_size_limit=_LARGEST)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._controller.port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a message."""
        parsed = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
        body = parsed.get_body(preferencelist=("plain", "html"))
        text = body.get_content() if body is not None else ""
        if len(self.messages) >= _MOST:
            return "452 4.2.2 The practice mailbox is full"
        self.messages.append(
            Message(
                sender=str(envelope.mail_from),
                recipients=tuple(map(str, envelope.rcpt_tos)),
                subject=str(parsed.get("subject", "")),
                text=str(text),
            )
        )
        return "250 2.0.0 Accepted; practice server, nothing is delivered"
