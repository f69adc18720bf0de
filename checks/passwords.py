"""Reads passwords from the files named on the command line: ``--password-file`` and ``--admin-password-file``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from wizard.basics.named_files import open_named
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import Secret

_LONGEST: Final = 4096
"""Bytes of a file; LibreChat takes 128 characters."""


def read(name: str, option: str) -> Secret:
    """Return the password that a file holds on its only line; ``-`` is standard input, which asks a person without showing it.

    ``InvalidInput`` names ``option`` and never a piece of the file.
    """
    try:
        text = _text(name)
    except (OSError, ValueError, EOFError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it contains no text"
        remedy = "Specify a file that contains only the password, or - for standard input."
        raise InvalidInput(Problem(field=option, message=f"cannot be read: {why}.", remedy=remedy)) from None
    if not text or len(text) >= _LONGEST or "\n" in text or "\0" in text:
        remedy = "Provide only the password, on one line."
        message = "is empty, too long, not text, or not a single line."
        raise InvalidInput(Problem(field=option, message=message, remedy=remedy))
    return Secret(text)


def _text(name: str) -> str:
    if name == "-":
        if sys.stdin is None:
            raise OSError(0, "standard input is closed")
        if sys.stdin.isatty():
            import getpass

            return getpass.getpass("Password (not shown): ", stream=sys.stderr)
        data = sys.stdin.buffer.read(_LONGEST)
    else:
        with open_named(Path(name)) as stream:
            data = stream.read(_LONGEST)
    # Editors of Windows write a mark before the first letter and two characters behind the last.
    return data.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
