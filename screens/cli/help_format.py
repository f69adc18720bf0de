"""The width of help texts."""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import sys


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Makes help as wide as the terminal.

    argparse makes one for every option, and without a width each of them would ask the system again, with ``shutil``, which
    loads three decompressors first.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


@functools.cache
def _columns() -> int:
    """Return what ``shutil.get_terminal_size()`` does."""
    columns = 0
    with contextlib.suppress(KeyError, ValueError):
        columns = int(os.environ["COLUMNS"])
    if columns <= 0 and sys.__stdout__ is not None:
        with contextlib.suppress(ValueError, OSError):
            columns = os.get_terminal_size(sys.__stdout__.fileno()).columns
    return columns if columns > 0 else 80
