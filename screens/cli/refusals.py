"""How a wrong command line is refused: the words of it that are repeated, and the object of ``--json``."""

import sys
from collections.abc import Collection, Sequence
from typing import Final, NoReturn

from wizard.basics.exit_status import ExitStatus
from wizard.basics.own_command import program

SLIPS: Final = 2
"""Letters by which a misspelled command may be longer or shorter."""
PLAUSIBLE: Final = frozenset(
    [
        "answers",
        "apply",
        "backup",
        "check",
        "config",
        "configure",
        "fix",
        "init",
        "install",
        "list",
        "login",
        "repair",
        "rollback",
        "run",
        "setup",
        "show",
        "start",
        "status",
        "test",
        "undo",
        "update",
        "upgrade",
        "version",
        "wizard",
    ]
)
"""Words that are repeated although they are near no command; anything else could be a secret."""


def refuse(fault: str, arguments: Sequence[str], commands: Collection[str]) -> NoReturn:
    """Print a fault of the command line and the remedy, and exit; with ``--json`` among the arguments also the object."""
    if any(word.partition("=")[0] == "--json" for word in arguments):
        command = next((word for word in arguments if word in commands), "answers")
        print_refusal(command, ExitStatus.INVALID, [f"{fault}. Try: {program()} --help"])
    from screens.cli.color import fitted

    sys.stderr.write(fitted(f"librechat-wizard: {fault}\nTry: {program()} --help", sys.stderr) + "\n")
    raise SystemExit(ExitStatus.INVALID)


def print_refusal(command: str, status: ExitStatus, problems: Sequence[str]) -> None:
    """Print the object of ``--json`` for a run that was refused before its command began."""
    import json

    document = {
        "version": 1,
        "command": command,
        "exit": int(status),
        "findings": [],
        "outcomes": [],
        "problems": list(problems),
    }
    if sys.stdout is not None:
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
        sys.stdout.flush()


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the known word that was meant, or nothing."""
    import difflib

    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.7)), "")
