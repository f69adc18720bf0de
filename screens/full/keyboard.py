"""Keyboard input, including from a terminal that is not UTF-8."""

from __future__ import annotations

import codecs
from functools import partial
from types import SimpleNamespace
from typing import Final

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.drivers import linux_driver

from screens.full import second_keys

_CHARACTERS: Final = {"minus": "-", "equals_sign": "=", "slash": "/", "question_mark": "?"}
"""What is typed for keys that Textual calls by a name."""


def forgive_bytes() -> None:
    """Let bytes that are no UTF-8 (an umlaut from a Latin-1 terminal) come in as U+FFFD.

    Textual's driver decodes strictly, in a thread whose end is the end of the application.
    """
    linux_driver.getincrementaldecoder = _replacing  # type: ignore[assignment,attr-defined]


def know_second_keys() -> None:
    """Let Escape and a character that stands for another key come in as Alt with it, whatever follows at once.

    Textual takes ``ESC 3`` for a pound sign of a Mac's keyboard; and ``ESC n`` only when nothing follows for a tenth of a second: with
    what is typed ahead, or comes in one packet, it would be the text ``^n``. No longer sequence of a terminal begins so.
    """
    for key in second_keys.WITH_ALT:
        _, _, name = key.partition("+")
        ANSI_SEQUENCES_KEYS[f"\x1b{_CHARACTERS.get(name, name)}"] = (SimpleNamespace(value=key),)  # type: ignore[index]


def _replacing(encoding: str) -> partial[codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), "replace")
