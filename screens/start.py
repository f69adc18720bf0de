"""Chooses the front: full screen, or line prompts where the terminal cannot do more."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.interview import Interview
from wizard.problem import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping


def wants_plain(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Tell whether line prompts are the only thing that works: ``TERM=dumb``, no ``TERM``, or output to no terminal."""
    return not is_terminal or environment.get("TERM", "") in ("", "dumb", "unknown")


def start(folder: Path, *, plain: bool, banner: str = "") -> int:
    """Ask a person; return the exit status."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if plain or wants_plain(os.environ, is_terminal=is_terminal):
        from screens.plain import run as run_plain

        interview = Interview(folder)
        try:
            return run_plain(interview, banner)
        finally:
            interview.close()
    interview = Interview(folder)
    try:
        from screens.app import run

        return run(interview, banner)
    finally:
        interview.close()


__all__ = ["InvalidInput", "start", "wants_plain"]
