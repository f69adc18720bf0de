"""Finds the causes that a log tells, with the line that proves each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, NamedTuple

from wizard.findings.log_model import ANYTHING, FOREIGN, LINE_END, NO_DIGIT, WORD_START, LogCause, words_of
from wizard.librechat.log_text import LogLine, LogLines, LogText

_MOST_TRIES: Final = 3000
"""Lines that are looked at for one word; a hostile log could have one that is almost right in every line."""
_SHARED: Final = (
    *(
        "ECONNREFUSED",
        "[openidStrategy]",
        "[samlStrategy]",
        "[ldapStrategy]",
        "AADSTS",
        "EACCES",
        "getaddrinfo",
        "ETIMEDOUT",
    ),
    *(
        "EHOSTUNREACH",
        "ENETUNREACH",
        "Unknown authentication strategy",
        "Invalid login: ",
        "Mail command failed: ",
        "/data/db",
    ),
    *(
        "variable is not set",
        "Callback authentication",
        "AcceptSecurityContext",
        "issing script: ",
        "User validation failed",
    ),
    *(
        "[credentials]",
        "certificate",
        "is being used",
        "Invalid greeting",
        "Cannot read properties of",
        "jwt_auth_rejected",
    ),
    *(
        "MongoDB",
        "featureCompatibilityVersion",
        "ENOTFOUND",
        "EAI_AGAIN",
        "535",
        "WiredTiger",
        "SESSION_SECRET",
        "SAML assertion",
    ),
)
"""Words that several patterns have: a log is searched once for each, and not once for every pattern."""

_ONE_EVENT: Final = 5
"""Seconds between two lines of one event at most."""
_CLOCK: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]([0-2]\d):([0-5]\d):([0-5]\d)")
_QUIET: Final = re.compile(r"^[^:]{0,60}\d\d:\d\d:\d\d (?:info|debug): |\"level\":\s?\"(?:info|debug)\"")
"""The level of winston, as text and as JSON."""


@dataclass(frozen=True, slots=True)
class LogMatch:
    """A cause that a log tells."""

    cause: LogCause
    line: LogLine
    """The first line that proves it, since LibreChat's last start where there is one."""
    count: int
    """How many lines do."""
    is_quiet: bool
    """Whether all of them are information, not warnings or errors: what people type can stand there too."""
    is_earlier: bool
    """Whether all of them are from before LibreChat's last start."""
    also: tuple[str, ...] = ()
    """Ids of what follows from it and is in the log, too."""


class _Pattern(NamedTuple):
    cause: LogCause
    parts: tuple[str, ...]
    at_end: bool

    @classmethod
    def of(cls, cause: LogCause, text: str) -> _Pattern:
        parts = tuple(part for part in text.removesuffix(LINE_END).split(ANYTHING) if part)
        return cls(cause, parts, at_end=text.endswith(LINE_END))

    @property
    def word(self) -> str:
        """What a log is searched for first."""
        words = [words_of(part) for part in self.parts]
        shared = (word for word in _SHARED if any(word in each for each in words))
        return next(shared, "") or max(words, key=len)

    def is_in(self, text: str) -> bool:
        """Whether the parts stand in the text in this order."""
        position = 0
        for part in self.parts:
            position = _after(text, part, position)
            if position < 0:
                return False
        return not self.at_end or not text[position:].strip()


def _after(text: str, part: str, position: int) -> int:
    """Return where the text goes on behind a part; -1 where it does not have it."""
    word = words_of(part)
    while (found := text.find(word, position)) >= 0:
        end = found + len(word)
        is_inside = part.startswith(WORD_START) and text[max(0, found - 1) : found].isalnum()
        goes_on = part.endswith(NO_DIGIT) and text[end : end + 1].isdigit()
        if not is_inside and not goes_on:
            return end
        position = found + 1
    return -1


@cache
def _patterns(causes: tuple[LogCause, ...]) -> Mapping[bytes, Sequence[_Pattern]]:
    found: dict[bytes, list[_Pattern]] = defaultdict(list)
    for cause in causes:
        for text in cause.lines:
            pattern = _Pattern.of(cause, text)
            found[pattern.word.encode()].append(pattern)
    return found


def search(log: LogText, causes: tuple[LogCause, ...]) -> tuple[LogMatch, ...]:
    """Return what a log tells: what follows from another cause in it is left out, and named there."""
    current = dict(_matches(log.current, causes, is_earlier=False))
    earlier = {name: match for name, match in _matches(log.earlier, causes, is_earlier=True) if name not in current}
    found = (*current.values(), *earlier.values())
    kept = []
    for match in found:
        if not any(_explains(other, match) for other in found):
            also = tuple(other.cause.id for other in found if _explains(match, other) and other.line != match.line)
            kept.append(replace(match, also=also))
    return tuple(sorted(kept, key=lambda match: (match.is_earlier, match.line.number)))


def _explains(cause: LogMatch, effect: LogMatch) -> bool:
    return effect.cause.id in cause.cause.supersedes and cause.is_earlier == effect.is_earlier


def _matches(lines: LogLines, causes: tuple[LogCause, ...], *, is_earlier: bool) -> Iterator[tuple[str, LogMatch]]:
    found: dict[str, dict[int, tuple[LogCause, LogLine]]] = defaultdict(dict)
    for word, patterns in _patterns(causes).items():
        for which, line in _lines(lines, word):
            for pattern in patterns:
                if (
                    which not in found[pattern.cause.id]
                    and pattern.is_in(line.text)
                    and _fits(lines, pattern.cause, line)
                ):
                    found[pattern.cause.id][which] = pattern.cause, line
    for name, places in found.items():
        if places:
            loud = [which for which, (each, line) in places.items() if not lines.is_quiet(line, each.at_info)]
            cause, line = places[min(loud or places)]
            count = sum(map(lines.count, places))
            yield name, LogMatch(cause, line, count, not loud, is_earlier)


def _lines(lines: LogLines, word: bytes) -> Iterator[tuple[int, LogLine]]:
    """Give the lines that hold a word; of a long line every stretch that does."""
    start = tries = 0
    while tries < _MOST_TRIES and (position := lines.blob.find(word, start)) >= 0:
        tries += 1
        which = lines.at(position)
        line = lines.line(which, position)
        yield which, line
        start = min(lines.end(which), position + len(line.text)) if len(line.text) else position + len(word)
        start = max(start, position + len(word))


def _fits(lines: LogLines, cause: LogCause, line: LogLine) -> bool:
    if is_foreign(line.text) or any(word in line.text for word in cause.unless):
        return False
    if not cause.near or any(word in line.text for word in cause.near):
        return True
    return any(
        any(word in other for word in cause.near) and is_of_one_event(line.text, other) for other in lines.around(line)
    )


def is_foreign(text: str) -> bool:
    """Whether a line is about chats, tools or MCP servers."""
    return any(word in text for word in FOREIGN)


def is_of_one_event(text: str, other: str) -> bool:
    """Whether a line near to another can say which part of LibreChat that one comes from.

    What went well, or is about something else, says nothing; nor does what was seconds earlier or later.
    """
    if is_foreign(other) or _QUIET.search(other):
        return False
    first, second = _moment(text), _moment(other)
    return first is None or second is None or abs(first - second) <= _ONE_EVENT


def _moment(text: str) -> int | None:
    """Return the second of the day in a line's first time."""
    found = _CLOCK.search(text)
    return None if found is None else int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])
