"""A line that every front can show: plain in a log, colored on the full screen."""

from enum import StrEnum
from typing import NamedTuple


class Tone(StrEnum):
    """What kind of line it is; a front may give each a color."""

    PLAIN = ""
    TITLE = "title"
    COMMAND = "command"
    ASIDE = "aside"
    WARNING = "warning"
    FAILURE = "failure"


class Line(NamedTuple):
    """One line, already inert."""

    text: str
    tone: Tone = Tone.PLAIN
    detail: str = ""
    """Said behind it, or below it."""

    def __str__(self) -> str:
        """Return it unchanged, for a log."""
        return f"{self.text}    ({self.detail})" if self.detail else self.text
