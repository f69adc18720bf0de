"""What comes from the keyboard, also from a terminal that is not UTF-8."""

from __future__ import annotations

import codecs
from functools import partial

from textual.drivers import linux_driver


def forgive_bytes() -> None:
    """Let bytes that are no UTF-8 (an umlaut from a Latin-1 terminal) come in as U+FFFD.

    Textual's driver decodes strictly, in a thread whose end is the end of the application.
    """
    linux_driver.getincrementaldecoder = _replacing  # type: ignore[assignment,attr-defined]


def _replacing(encoding: str) -> partial[codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), "replace")
