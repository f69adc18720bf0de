"""Fetches a value that is not in the answers file itself: from a file, a variable or a command."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from wizard.basics.named_files import open_named
from wizard.basics.own_command import own_command
from wizard.basics.problem import Problem
from wizard.yamlfile.nodes import Node

LONGEST: Final = 64 * 1024
"""Bytes; a certificate chain is the longest value that anything here reads."""
_COMMAND_SECONDS: Final = 120
"""A password store may ask its owner for a passphrase first."""


def fetch(node: Node, base: Path, secret_variables: frozenset[str]) -> str | Problem:
    """Return the text that ``{file}``, ``{env}`` or ``{command}`` names, without its one final line end.

    ``base`` is the folder that a relative file name counts from (that of the answers file). A child process does not get
    ``secret_variables``. The returned problem has no field, file or line yet.
    """
    how, value = next(iter((key.text, value) for key, value in node.pairs))
    words = (value, *value.items)
    if not all(_is_argument(word.text) for word in words if word.kind == "text"):
        return Problem(field="", message=f"the value of {how!r} contains a character that is not allowed.")
    if how == "file" and value.kind == "text":
        try:
            return _from_file(base / Path(value.text).expanduser())
        except RuntimeError:
            return Problem(field="", message=f"{value.text} names a user whose home directory is unknown.")
    if how == "env" and value.kind == "text":
        return _from_variable(value.text)
    if how == "command" and value.items and all(item.kind in ("text", "number", "bool") for item in value.items):
        return _from_command([item.text for item in value.items], base, secret_variables)
    forms = "{file: PATH}, {env: NAME} or {command: [PROGRAM, ARGUMENT]}"
    return Problem(field="", message=f"{how!r} does not have a valid value.", remedy=f"Write {forms}.")


def _is_argument(text: str) -> bool:
    """Return whether the system takes a text as a name or an argument: no NUL, no half of a character (a surrogate)."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def _cleaned(data: bytes, where: str) -> str | Problem:
    if len(data) > LONGEST:
        return Problem(field="", message=f"{where} is larger than {LONGEST // 1024} KiB.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return Problem(field="", message=f"{where} is not UTF-8 text.")
    text = text.removesuffix("\n").removesuffix("\r")
    return text or Problem(field="", message=f"{where} is empty.")


def _from_file(path: Path) -> str | Problem:
    try:
        # A pipe (process substitution) is read too; a terminal or an endless device is not.
        if stat.S_ISCHR(path.stat().st_mode) or path.is_dir():
            return Problem(field="", message=f"{path} is not a regular file.")
        with open_named(path) as source:
            return _cleaned(source.read(LONGEST + 1), str(path))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path"
        return Problem(field="", message=f"cannot read {path}: {reason}.")


def _from_variable(name: str) -> str | Problem:
    if name not in os.environ:
        message = f"the environment variable {name} is not set."
        return Problem(
            field="", message=message, remedy=f"Set it for this command: {name}=VALUE {own_command('--answers FILE')}"
        )
    return _cleaned(os.environb[os.fsencode(name)], f"the environment variable {name}")


def _from_command(arguments: list[str], base: Path, secret_variables: frozenset[str]) -> str | Problem:
    from wizard.basics import environments, processes

    # No shell; the operator's own command. It may ask for a passphrase at the terminal.
    done = processes.run(
        processes.Invocation(
            arguments=tuple(arguments),
            environment=environments.environment_without(secret_variables),
            seconds=_COMMAND_SECONDS,
            folder=base,
            largest=LONGEST + 1,
            errors=processes.ErrorOutput.SHOWN,
            has_terminal=True,
        )
    )
    if done.failure is processes.ProcessFailure.SILENT:
        return Problem(field="", message=f"the command {arguments[0]} did not finish within {_COMMAND_SECONDS} s.")
    if done.failure is processes.ProcessFailure.ABSENT:
        reason = done.reason or "it could not be started"
        return Problem(field="", message=f"the command {arguments[0]} failed: {reason}.")
    if done.status:
        return Problem(field="", message=f"the command {arguments[0]} exited with status {done.status}.")
    return _cleaned(done.out, f"the output of the command {arguments[0]}")
