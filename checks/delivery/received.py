"""The test mail as it arrived: found by its reference, its code read as a person would."""

from __future__ import annotations

import email
import email.policy
import html
import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from checks.delivery.code import LENGTH, LETTERS

_CODE: Final = re.compile(rf"(?<![A-Z0-9-])[{LETTERS}]{{{LENGTH // 2}}}-[{LETTERS}]{{{LENGTH // 2}}}(?![A-Z0-9-])")
_HEADER: Final = 64 * 1024
_TEXT: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A mail out of a mailbox; all of it is foreign text."""

    code: str
    header: str


def read(data: bytes, reference: str) -> Received | None:
    """Return the mail where it bears the reference in its text and a code; ``None`` where it is another one.

    The text counts and not the header that holds the reference too: some relays take unknown headers out.
    """
    text = _text(email.message_from_bytes(data, policy=email.policy.default))
    if reference not in text:
        return None
    found = _CODE.search(text)
    if found is None:
        return None
    header = re.split(rb"\r?\n\r?\n", data[:_HEADER], maxsplit=1)[0].decode("utf-8", "replace")
    return Received(code=found[0], header=header)


def _text(message: EmailMessage) -> str:
    for part in message.walk():
        if part.get_content_type() in ("text/plain", "text/html"):
            try:
                content = part.get_content()
            except (LookupError, ValueError, KeyError):  # a charset or an encoding that Python does not know
                continue
            if isinstance(content, str) and _CODE.search(content):
                return html.unescape(content[:_TEXT])
    return ""
