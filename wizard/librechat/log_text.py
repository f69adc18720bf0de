"""A log as searchable lines: from any log driver, without colors, divided into LibreChat's runs.

LibreChat's console is winston's (api/config/winston.js): a time, a level, a message; with CONSOLE_JSON=true a JSON object a line.
Docker Compose puts the container's name before each line.
"""

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.librechat.releases import Release

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a log that are read; of a longer one its end."""
MOST_LINES: Final = 500_000
"""Lines that are read; of more the last ones."""
LONGEST_LINE: Final = 4000
"""Bytes to each side of a word that count as its line."""
_STEERING: Final = late_pattern(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
"""Escape sequences (ECMA-48, sections 5.4 and 8.3.89)."""
_STARTS: Final = (b"cross-env NODE_ENV=production node api/server/index.js", b"npx nodemon api/server/index.js")
"""What npm prints before it starts LibreChat (package.json:40,42)."""
_CONNECTED: Final = b"info: Connected to MongoDB"
_LISTENING: Final = b"Server listening"
_NAMES: Final = (b"LibreChat@v", b"LibreChat@")
_VARYING: Final = b"0123456789abcdef-"
"""What differs between two lines that say the same: times, addresses, identifiers."""
_TELLING: Final = late_pattern(
    rb":(?:25|465|587|1025|2525|389|636|6379|7700|27017)(?![\d:])|(?<![\d.])[45]\d\d(?=[ -])|AADSTS\d+|data \w+|5\.7\.\d+"
)
"""Numbers that make a difference all the same: ports, replies of mail servers, codes of Entra and Active Directory."""
_COLLAPSES: Final = 0.7
_LEVEL: Final = late_pattern(
    rb"^(?:[^|\n]{1,60}\| ?)?(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S* )?(?:\[?\d[^a-z\n]{0,30}\]? )?(error|warn|info|http|verbose|debug|silly)\b:? "
    rb'|^(?:[^|\n]{1,60}\| ?)?(?:\d{4}-\d\d-\d\dT\S+ )?\{.*?"level": ?"(error|warn|info|http|verbose|debug|silly)"'
)
"""The level of a line of winston's (api/config/winston.js, v0.8.8), behind what Docker and Docker Compose put before it."""
_QUIET_LEVELS: Final = (b"info", b"http", b"verbose", b"debug", b"silly")
_GOES_ON: Final = late_pattern(rb"(?:[^|\n]{1,60}\| ?)?(?:\s|[{}\]]|$)")
_LONGEST_OBJECT: Final = 60
"""Lines of one printed object that are looked back over."""


class LogLine(NamedTuple):
    """A line, or the part of a long one around a word."""

    number: int
    """Counted from 1."""
    text: str


class LogLines:
    """A stretch of a log. Lines that say the same are in ``blob`` once, so that a long log takes no longer to search."""

    def __init__(self, data: bytes, first: int) -> None:
        self._lines = data.split(b"\n")
        self._first = first
        keys: Sequence[object] = [
            key if b" info" in line or b" debug" in line else (key, *_TELLING.findall(line))
            for line, key in zip(self._lines, data.translate(None, _VARYING).split(b"\n"), strict=True)
        ]
        self._picked: Sequence[int] = range(len(keys))
        self._counts: Sequence[int] = ()
        counted = Counter(keys)
        self.blob = data
        if len(counted) < _COLLAPSES * len(keys):
            seen: dict[object, int] = {}
            for index, key in enumerate(keys):
                seen.setdefault(key, index)
            self._picked = tuple(seen.values())
            self._counts = tuple(counted[key] for key in seen)
            self.blob = b"\n".join(self._lines[index] for index in self._picked)
        lengths = (len(self._lines[index]) + 1 for index in self._picked)
        self._starts = (0, *accumulate(lengths))

    def at(self, position: int) -> int:
        """Return which line of ``blob`` a position is in."""
        from bisect import bisect_right

        return bisect_right(self._starts, position) - 1

    def line(self, which: int, position: int) -> LogLine:
        """Return that line, the part of it around a position."""
        index, start = self._picked[which], self._starts[which]
        begin = max(0, position - start - LONGEST_LINE)
        text = self._lines[index][begin : position - start + LONGEST_LINE]
        return LogLine(self._first + index, text.decode("utf-8", "replace"))

    def end(self, which: int) -> int:
        """Return where the line ends in ``blob``."""
        return self._starts[which + 1]

    def count(self, which: int) -> int:
        """Return how many lines say the same as that one."""
        return self._counts[which] if self._counts else 1

    def last(self, most: int) -> list[str]:
        """Return the last lines that are not empty."""
        lines = [line for line in self._lines[-4 * most :] if line.strip()]
        return [line[:LONGEST_LINE].decode("utf-8", "replace") for line in lines[-most:]]

    def is_quiet(self, line: LogLine, starts: tuple[str, ...] = ()) -> bool:
        """Return whether a line is of a level below a warning, or continues what such a line begins: LibreChat writes there what people type.

        A line without a level belongs to the one before it only if it is indented, as an object that winston prints. A message that begins
        as in ``starts`` is LibreChat's own.
        """
        index = line.number - self._first
        for position in range(index, max(-1, index - _LONGEST_OBJECT), -1):
            text = self._lines[position][:LONGEST_LINE]
            if (found := _LEVEL.search(text)) is not None:
                is_own = position == index and any(_begins(text, found.end(), start.encode()) for start in starts)
                return (found[1] or found[2]) in _QUIET_LEVELS and not is_own
            if not _GOES_ON.match(text):
                return False
        return False

    def around(self, line: LogLine, lines: int = 6) -> list[str]:
        """Return the lines next to one, the nearest first and of two the one before it, each as far as it is not too long."""
        index = line.number - self._first
        places = (place for distance in range(1, lines + 1) for place in (index - distance, index + distance))
        near = [self._lines[place] for place in places if 0 <= place < len(self._lines)]
        return [each[:LONGEST_LINE].decode("utf-8", "replace") for each in near]


def _begins(line: bytes, position: int, start: bytes) -> bool:
    """Whether the message of a line begins so: behind its level, or as the text of a JSON object's ``message``."""
    return line.startswith(start, position) or re.search(rb'"message": ?"' + re.escape(start), line) is not None


class LogText:
    """A log, made ready for a search. Every operation takes time in proportion to its length, whatever it holds."""

    def __init__(self, data: bytes, first: int = 1) -> None:
        whole = _readable(data[-LARGEST:])
        self.is_cut = len(data) > LARGEST or whole.count(b"\n") > MOST_LINES
        """Whether only its end was read; line numbers are then counted from there."""
        data = (
            b"\n".join(whole.rsplit(b"\n", MOST_LINES)[1:])
            if self.is_cut and whole.count(b"\n") > MOST_LINES
            else whole
        )
        begin = _last_start(data)
        self.release = _release(data)
        """What npm names at start (``LibreChat@v0.8.7``); ``None`` if it does not."""
        self.earlier = LogLines(data[:begin], first)
        """What is before LibreChat's last start."""
        self.current = LogLines(data[begin:], first + data.count(b"\n", 0, begin))
        """What stands since."""


def _last_start(data: bytes) -> int:
    """Return where the line of LibreChat's last start begins; 0 if the log has none.

    A run that is the last thing in the log and has not come to its end tells nothing yet: then the one before it counts.
    """
    marks = _STARTS if any(mark in data for mark in _STARTS) else (_CONNECTED,)
    begin = max(data.rfind(mark) for mark in marks)
    if begin > 0 and data.find(_LISTENING, begin) < 0:
        earlier = max(data.rfind(mark, 0, begin) for mark in marks)
        # It may be in a loop: then the last whole round says why.
        begin = earlier if earlier > data.rfind(_LISTENING, 0, begin) else begin
    return data.rfind(b"\n", 0, begin) + 1 if begin > 0 else 0


def _release(data: bytes) -> Release | None:
    for name in _NAMES:
        position = data.rfind(name)
        words = data[position + len(name) : position + len(name) + 40].split(None, 1)
        if position >= 0 and words:
            try:
                return Release.parse(words[0].decode("ascii", "replace"))
            except ValueError:
                continue
    return None


def _readable(data: bytes) -> bytes:
    """Return a log in UTF-8 with a line feed behind each line, without escape sequences and with quotes as they were meant.

    PowerShell writes UTF-16 where a command's output goes into a file.
    """
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            data = data[len(mark) :].decode(encoding, "replace").encode()
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\x1b" in data:
        data = _STEERING.sub(b"", data)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data.replace(b'\\"', b'"') if b'\\"' in data else data
