"""The part ``checks.imap`` of the answers: what it may say, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from wizard.answers.model import Imap
from wizard.basics.secret import Secret

NAMES: Final = ("host", "port", "user", "password", "folder", "tls")
_PORTS: Final = {"true": 993, "starttls": 143}
"""RFC 8314 section 3.2 and RFC 3501."""
_LARGEST_PORT: Final = 0xFFFF


def faults(texts: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the name, what is wrong with it and the way out, for each fault."""
    for name in ("host", "user"):
        if not texts.get(name):
            yield name, "missing.", "checks.imap needs host and user."
    for name, text in texts.items():
        if any(ord(char) < ord(" ") for char in text):
            yield name, "holds a control character.", "Type it anew."
    port = texts.get("port", "")
    if port and not (re.fullmatch("[0-9]{1,5}", port) and 1 <= int(port) <= _LARGEST_PORT):
        yield "port", f"{port!r} is no port.", "Write 993, or 143 with tls: starttls."
    if texts.get("tls", "true").lower() not in _PORTS:
        yield "tls", f"{texts['tls']!r} is no choice.", "One of: true, starttls. No mailbox is read in clear."


def imap(texts: Mapping[str, str], password: Secret | None) -> Imap | None:
    """Return the mailbox; ``None`` where none is given, or not rightly."""
    if not texts or any(faults(texts)):
        return None
    tls = texts.get("tls", "true").lower()
    return Imap(
        host=texts["host"],
        port=int(texts.get("port") or _PORTS[tls]),
        user=texts["user"],
        password=password,
        folder=texts.get("folder") or "INBOX",
        starttls=tls == "starttls",
    )
