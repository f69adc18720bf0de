"""One-time codes that a test mail contains and a person types back. Pure; the caller passes the time."""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections.abc import Callable
from enum import Enum
from typing import Final

LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""Consonants only, so that no code is a word or takes O for 0 (RFC 8628 section 6.1)."""
LENGTH: Final = 8
SECONDS: Final = 600.0
"""How long a code is good for."""
TRIES: Final = 3
_REMEMBERED: Final = 32


class CodeVerdict(Enum):
    """What became of a code that was typed."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    LATE = "late"
    """Right, and more than ten minutes old."""
    EARLIER = "earlier"
    """The code of a mail before the last one. That costs no try: the mail did arrive, only the wrong one was opened."""
    USED = "used"
    """Right, and accepted once already."""
    SPENT = "spent"
    """There are no tries left, or there is no code at all."""


class OneTimeCode:
    """The code of the last mail, with the time and the tries that are left; codes of earlier mails are refused."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take ``clock`` for the time: seconds that never run backwards."""
        self._clock = clock
        self._code = ""
        self._made = 0.0
        self._tries = 0
        self._is_used = False
        self._earlier: list[str] = []

    def __repr__(self) -> str:
        return f"OneTimeCode(left={self.left})"

    def make(self) -> str:
        """Make a code and return it as it is written in the mail: ``BCDF-GHJK``. The one before stops to count."""
        self.withdraw()
        self._code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        self._made = self._clock()
        self._tries, self._is_used = TRIES, False
        return f"{self._code[: LENGTH // 2]}-{self._code[LENGTH // 2 :]}"

    def withdraw(self) -> None:
        """Let the code no longer count, as when its mail was not taken."""
        if self._code:
            self._earlier = [*self._earlier, self._code][-_REMEMBERED:]
        self._code, self._tries = "", 0

    @property
    def left(self) -> int:
        """How often a code may still be typed."""
        return 0 if self._is_used or not self.seconds_left else self._tries

    @property
    def seconds_left(self) -> float:
        """For how long the code is still good."""
        return max(0.0, self._made + SECONDS - self._clock()) if self._code else 0.0

    def enter(self, text: str) -> CodeVerdict:
        """Judge a text that was typed; blanks, dashes and small letters do no harm."""
        typed = re.sub(r"[\s-]", "", text[:100]).upper()
        is_right = _same(typed, self._code)
        if any([_same(typed, code) for code in self._earlier]):  # noqa: C419 - all of them, so that time tells nothing
            return CodeVerdict.EARLIER
        if is_right and self._is_used:
            return CodeVerdict.USED
        if self._tries == 0 or self._is_used:
            return CodeVerdict.SPENT
        if not self.seconds_left:
            return CodeVerdict.LATE if is_right else CodeVerdict.SPENT
        if is_right:
            self._is_used = True
            return CodeVerdict.ACCEPTED
        self._tries -= 1
        return CodeVerdict.WRONG


def _same(typed: str, code: str) -> bool:
    return bool(code) and hmac.compare_digest(typed.encode(errors="replace"), code.encode())
