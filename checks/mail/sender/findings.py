"""The wording of the sender check's findings. Text from DNS is untrusted and shown only as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain

_MOST_SHOWN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFindings:
    """What was found about one of SPF and DKIM."""

    findings: tuple[Finding, ...] = ()
    ok: bool | None = None
    """Whether receivers find it in order for LibreChat's mail; ``None``: not known."""


def record_text(data: bytes | str) -> str:
    """Return a record as evidence: one line, nothing that steers a terminal, no more than 200 characters."""
    text = data if isinstance(data, str) else data[:1000].decode("utf-8", "backslashreplace")
    return plain(text, limit=200)


def record_texts(records: tuple[bytes, ...]) -> tuple[str, ...]:
    """Return the first few records as evidence."""
    more = len(records) - _MOST_SHOWN
    return (*(record_text(record) for record in records[:_MOST_SHOWN]), *([f"and {more} more"] if more > 0 else []))


def txt_line(name: str, text: str) -> str:
    """Return a TXT record as it is entered in DNS: ``example.org. IN TXT "v=spf1 -all"``."""
    return f'{plain(name, limit=255)}. IN TXT "{plain(text, limit=600)}"'
