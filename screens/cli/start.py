"""Chooses the front: full screen, or line prompts where the terminal cannot do more."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.basics.problem import InvalidInput, WriteRefused
from wizard.interview.interview import Interview

if TYPE_CHECKING:
    from collections.abc import Mapping

    from screens.demo import Practice


def wants_plain(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Tell whether line prompts are the only thing that works: ``TERM=dumb``, no ``TERM``, or output to no terminal."""
    return not is_terminal or environment.get("TERM", "") in ("", "dumb", "unknown")


def start(folder: Path, *, plain: bool, practice: Practice | None = None) -> int:
    """Ask a person; return the exit status."""
    if sys.stdin is None or sys.stdout is None:
        # Closed by whoever started us: neither a question nor an answer has a way.
        raise InvalidInput("Nobody can be asked: standard input or output is closed. Use --answers FILE.")
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    interview = Interview(folder)
    if practice is not None:
        interview.suggestions = practice.suggestions
    try:
        if plain or wants_plain(os.environ, is_terminal=is_terminal):
            from screens.plain import run as run_plain

            gc.enable()

            return run_plain(interview, practice)
        from screens.full.app import run

        return run(interview, practice)
    finally:
        interview.close()


def demo(*, plain: bool) -> int:
    """Let a person practise; nothing stays. Return the exit status."""
    from screens.demo.run import practice

    with contextlib.ExitStack() as stack:
        try:
            folder, what = stack.enter_context(practice())
        except OSError as error:
            raise WriteRefused(
                f"The practice cannot begin: {error.strerror or 'no temporary folder or port'}."
            ) from None
        return start(folder, plain=plain, practice=what)
