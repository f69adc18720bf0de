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


def replace_invalid_bytes() -> None:
    """Read bytes that are not UTF-8 (an umlaut from a Latin-1 terminal) as U+FFFD.

    Textual's driver decodes strictly, in a thread; an error there would end the application.
    """
    linux_driver.getincrementaldecoder = _replacing  # type: ignore[assignment,attr-defined]


def recognize_second_keys() -> None:
    """Read Escape followed by a character that stands for another key as Alt with that character, whatever follows.

    Textual reads ``ESC 3`` as the pound sign of a Mac's keyboard, and ``ESC n`` as Alt+N only if nothing follows within a tenth of a
    second: typed ahead or in one packet, it would become the text ``^n``. No longer escape sequence begins like this.
    """
    for key in second_keys.WITH_ALT:
        _, _, name = key.partition("+")
        ANSI_SEQUENCES_KEYS[f"\x1b{_CHARACTERS.get(name, name)}"] = (SimpleNamespace(value=key),)  # type: ignore[index]


def _replacing(encoding: str) -> partial[codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), "replace")
