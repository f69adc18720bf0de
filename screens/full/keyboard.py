"""What comes from the keyboard, also from a terminal that is not UTF-8."""

from __future__ import annotations

import codecs
from functools import partial

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.drivers import linux_driver


def forgive_bytes() -> None:
    """Let bytes that are no UTF-8 (an umlaut from a Latin-1 terminal) come in as U+FFFD.

    Textual's driver decodes strictly, in a thread whose end is the end of the application.
    """
    linux_driver.getincrementaldecoder = _replacing  # type: ignore[assignment,attr-defined]


def free_digits_behind_escape() -> None:
    """Let Escape and a digit come in as Alt with that digit, which stands for an F-key.

    Textual takes some of them for the characters of a Mac's keyboard: ``ESC 3`` for a pound sign.
    """
    for sequence in [text for text in ANSI_SEQUENCES_KEYS if len(text) == 2 and text[1].isdigit()]:  # noqa: PLR2004 - Escape and a digit
        ANSI_SEQUENCES_KEYS.pop(sequence)  # type: ignore[attr-defined]


def _replacing(encoding: str) -> partial[codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), "replace")
