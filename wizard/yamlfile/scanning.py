"""ruamel's scanner with one step of its own: blanks and comments are passed over at once, not letter by letter.

Comments are half of most compose files, and of the overrides that the wizard writes.
"""

from __future__ import annotations

from typing import Any, Final

from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner

from wizard.basics.patterns import late_pattern

_LINE_END: Final = late_pattern("[\0\n\r\x85\u2028\u2029]")
"""What ends a comment to ruamel; its buffer ends with a NUL."""


class QuickReader(Reader):
    """Goes on by several letters of one line at once."""

    def forward(self, length: int = 1) -> None:
        """Go on by so many characters."""
        begin = self.pointer
        end = begin + length
        if end + 1 >= len(self.buffer) or (length > 1 and _has_line_end(self.buffer, begin, end)):
            super().forward(length)
            return
        if length == 1 and (letter := self.buffer[begin]) in "\n\r\ufeff":
            self.pointer, self.index = end, self.index + 1
            if letter == "\n" or (letter == "\r" and self.buffer[end] != "\n"):
                self.line, self.column = self.line + 1, 0
            elif letter == "\r":
                self.column += 1
            return
        self.pointer, self.index = end, self.index + length
        self.column += length - (self.buffer.count("\ufeff", begin, end) if length > 1 else 0)


def _has_line_end(text: str, begin: int, end: int) -> bool:
    return text.find("\n", begin, end) >= 0 or text.find("\r", begin, end) >= 0


class QuickScanner(Scanner):
    """Finds the same tokens at the same places."""

    def scan_to_next_token(self) -> None:
        """Pass over blanks, line breaks and comments; after a line break a key may begin."""
        reader: Any = self.reader
        if reader.index == 0 and reader.peek() == "\ufeff":
            reader.forward()
        blanks = " \t" if self.flow_level else " "
        while True:
            buffer, begin = reader.buffer, reader.pointer
            end = begin
            while buffer[end] in blanks:
                end += 1
            if buffer[end] == "#" and (found := _LINE_END.search(buffer, end)):
                end = found.start()
            if end > begin:
                reader.pointer = end
                reader.index += end - begin
                # A byte order mark within a line takes no column (ruamel.yaml.reader, forward).
                reader.column += end - begin - buffer.count("\ufeff", begin, end)
            if not self.scan_line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True
