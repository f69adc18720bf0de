"""The test mail as it arrived: found by its reference; its code is read as a person would read it."""

from __future__ import annotations

import email
import html
import re
from dataclasses import dataclass
from email.message import Message
from typing import Final

from checks.mail.delivery.code import LENGTH, LETTERS
from wizard.basics.patterns import late_pattern

_CODE: Final = late_pattern(rf"(?<![A-Z0-9-])[{LETTERS}]{{{LENGTH // 2}}}-[{LETTERS}]{{{LENGTH // 2}}}(?![A-Z0-9-])")
_HEADER: Final = 64 * 1024
_TEXT: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A mail out of a mailbox; all of it is foreign text."""

    code: str
    header: str


def read(data: bytes, reference: str) -> Received | None:
    """Return the mail if it has the reference in its text and a code; ``None`` if it is another one.

    The text counts and not the header that holds the reference too: some relays take unknown headers out.
    """
    try:
        text = _text(email.message_from_bytes(data))
    except (RecursionError, ValueError, LookupError):  # somebody else's mail, made to break programs that read mail
        return None
    if reference not in text:
        return None
    found = _CODE.search(text)
    if found is None:
        return None
    header = re.split(rb"\r?\n\r?\n", data[:_HEADER], maxsplit=1)[0].decode("utf-8", "replace")
    return Received(code=found[0], header=header)


def _text(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() not in ("text/plain", "text/html"):
            continue
        payload = part.get_payload(decode=True)
        content = payload[:_TEXT].decode(_charset(part), "replace") if isinstance(payload, bytes) else ""
        if _CODE.search(content):
            return html.unescape(content)
    return ""


def _charset(part: Message) -> str:
    """Return the character set of a part where it is one that relays write; the code and the reference are ASCII anyway."""
    named = str(part.get_content_charset("utf-8"))
    return named if named in ("us-ascii", "utf-8", "utf-16", "iso-8859-1", "iso-8859-15", "windows-1252") else "utf-8"
