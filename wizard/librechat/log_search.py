"""Finds the causes that a log shows, with the line that proves each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.findings.log_model import ANYTHING, FOREIGN, LINE_END, NO_DIGIT, WORD_START, LogCause, words_of
from wizard.librechat.log_subject import SERVERS, parts_of
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

_NEAR_LINES: Final = 6
"""Lines between two lines of one event at most, where one has no time."""
_ONE_EVENT: Final = 5
"""Seconds between two lines of one event at most."""
_CLOCK: Final = late_pattern(r"\d{4}-\d\d-\d\d[T ]([0-2]\d):([0-5]\d):([0-5]\d)")
_QUIET: Final = late_pattern(r"^[^:]{0,60}\d\d:\d\d:\d\d (?:info|debug): |\"level\":\s?\"(?:info|debug)\"")
"""The level of winston, as text and as JSON."""


class LogProof(NamedTuple):
    """A line that proves a cause."""

    cause: LogCause
    line: LogLine
    lines: int
    """How many lines say the same."""
    is_quiet: bool
    """Whether it is information, not a warning or an error."""


@dataclass(frozen=True, slots=True)
class LogMatch:
    """A cause that a log tells."""

    cause: LogCause
    line: LogLine
    """The first line that proves it, since LibreChat's last start if there is one."""
    count: int
    """How many lines do."""
    is_quiet: bool
    """Whether all of them are information, not warnings or errors: what people type can be there too."""
    is_earlier: bool
    """Whether all of them are from before LibreChat's last start."""
    proofs: tuple[LogProof, ...] = ()
    """All of them."""
    also: tuple[str, ...] = ()
    """Ids of what follows from it and is in the log, too."""

    @classmethod
    def of(cls, proofs: tuple[LogProof, ...], *, is_earlier: bool) -> "LogMatch":
        """Return what these lines prove; the first that is not mere information is the one that is shown."""
        loud = [one for one in proofs if not one.is_quiet]
        first = (loud or proofs)[0]
        return cls(first.cause, first.line, sum(one.lines for one in proofs), not loud, is_earlier, proofs)


class _Pattern(NamedTuple):
    cause: LogCause
    parts: tuple[str, ...]
    at_end: bool

    @classmethod
    def of(cls, cause: LogCause, text: str) -> "_Pattern":
        parts = tuple(part for part in text.removesuffix(LINE_END).split(ANYTHING) if part)
        return cls(cause, parts, at_end=text.endswith(LINE_END))

    @property
    def word(self) -> str:
        """What a log is searched for first."""
        words = [words_of(part) for part in self.parts]
        shared = (word for word in _SHARED if any(word in each for each in words))
        return next(shared, "") or max(words, key=len)

    def is_in(self, text: str) -> bool:
        """Whether the parts are in the text in this order."""
        position = 0
        for part in self.parts:
            position = _after(text, part, position)
            if position < 0:
                return False
        return not self.at_end or not text[position:].strip()


def _after(text: str, part: str, position: int) -> int:
    """Return where the text continues behind a part; -1 if it does not have it."""
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
    kept, also = [], defaultdict[str, list[str]](list)
    for effect in found:
        left = effect.proofs
        for cause in found:
            if effect.cause.id in cause.cause.supersedes and cause.is_earlier == effect.is_earlier:
                origin = _Origin.of(cause)
                apart = tuple(one for one in effect.proofs if not origin.leads_to(one))
                if len(apart) < len(effect.proofs) and effect.line != cause.line:
                    also[cause.cause.id].append(effect.cause.id)
                numbers = {one.line.number for one in apart}
                left = tuple(one for one in left if one.line.number in numbers)
        if left:
            kept.append(effect if left == effect.proofs else LogMatch.of(left, is_earlier=effect.is_earlier))
    named = (replace(match, also=tuple(also[match.cause.id])) for match in kept)
    return tuple(sorted(named, key=lambda match: (match.is_earlier, match.line.number)))


@dataclass(frozen=True, slots=True)
class _Origin:
    """The lines of a cause, for the question what follows from it."""

    numbers: Sequence[int]
    moments: Sequence[int]
    parts: frozenset[str]
    is_about_any: bool
    """Whether a line names no part."""

    @classmethod
    def of(cls, cause: LogMatch) -> "_Origin":
        lines = [one.line for one in cause.proofs]
        parts = [parts_of(line.text) for line in lines]
        moments = sorted({moment for line in lines if (moment := _moment(line.text)) is not None})
        numbers = sorted({line.number for line in lines})
        return cls(numbers, moments, frozenset().union(*parts), is_about_any=not all(parts))

    def leads_to(self, proof: LogProof) -> bool:
        """Return whether a line follows from the cause: it is a line of it, about the same part, or of the same event.

        A line that names another part does not, whenever it was. One that names none, and alone says no more than that something failed,
        has to be near in time: it could be about anything.
        """
        number, text = proof.line
        if _nearest(self.numbers, number) == 0:
            return True
        parts = parts_of(text)
        if parts and self.parts and not self.is_about_any:
            return not parts.isdisjoint(self.parts)
        if proof.cause.certain:
            return True
        moment = _moment(text)
        if moment is None or not self.moments:
            return _nearest(self.numbers, number) <= _NEAR_LINES
        return _nearest(self.moments, moment) <= _ONE_EVENT


def _nearest(places: Sequence[int], place: int) -> int:
    """Return how far the nearest of some sorted places is."""
    from bisect import bisect_left

    after = bisect_left(places, place)
    return min(abs(each - place) for each in places[max(0, after - 1) : after + 1])


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
            proofs = tuple(
                LogProof(cause, line, lines.count(which), lines.is_quiet(line, cause.at_info))
                for which, (cause, line) in sorted(places.items())
            )
            yield name, LogMatch.of(proofs, is_earlier=is_earlier)


def _lines(lines: LogLines, word: bytes) -> Iterator[tuple[int, LogLine]]:
    """Yield the lines that hold a word; of a long line every stretch that does."""
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
    return not cause.near or _is_about(lines, cause, line)


def _is_about(lines: LogLines, cause: LogCause, line: LogLine) -> bool:
    """Whether a line, or else the nearest beside it that tells, is about the part of LibreChat that the cause is about."""
    named, wanted = parts_of(line.text), parts_of("\n".join(cause.near))
    if wanted and named & SERVERS and named.isdisjoint(wanted & SERVERS):
        # Who asked does not matter: it is that server which did not answer.
        return False
    if any(word in line.text for word in cause.near):
        return True
    if named and wanted and named.isdisjoint(wanted):
        # It says itself what it is about: what is beside it is another matter.
        return False
    for other in (each for each in lines.around(line) if is_of_one_event(line.text, each)):
        is_near = any(word in other for word in cause.near)
        if is_near or (wanted and parts_of(other)):
            # A line that is nearer can tell of another part.
            return is_near
    return False


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
