"""ruamel's scanner with one step of its own: blanks and comments are passed over at once, not letter by letter.

Comments are half of most compose files, and of the overrides that the wizard writes.
"""

from __future__ import annotations

from typing import Any, Final

from ruamel.yaml.scanner import Scanner as _Scanner

from wizard.basics.patterns import late_pattern

_LINE_END: Final = late_pattern("[\0\n\r\x85\u2028\u2029]")
"""What ends a comment to ruamel; its buffer ends with a NUL."""


class Scanner(_Scanner):
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
