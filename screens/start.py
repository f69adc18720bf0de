"""Chooses the front: full screen, or line prompts where the terminal cannot do more."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from screens import crash
from wizard.interview import Interview
from wizard.problem import WizardError

if TYPE_CHECKING:
    from collections.abc import Mapping


def wants_plain(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Tell whether line prompts are the only thing that works: ``TERM=dumb``, no ``TERM``, or output to no terminal."""
    return not is_terminal or environment.get("TERM", "") in ("", "dumb", "unknown")


def start(folder: Path, *, plain: bool, banner: str = "") -> int:
    """Ask a person; return the exit status."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    interview = Interview(folder)
    try:
        if plain or wants_plain(os.environ, is_terminal=is_terminal):
            from screens.plain import run as run_plain

            gc.enable()

            return run_plain(interview, banner)
        from screens.app import run

        return run(interview, banner)
    except WizardError:
        raise
    except Exception as error:  # noqa: BLE001 - a traceback would show what an error's message quotes
        return crash.tell(crash.where(error))
    finally:
        interview.close()
