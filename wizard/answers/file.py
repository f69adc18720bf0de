"""Loads an answers file and parses its YAML."""

from __future__ import annotations

import shlex
from pathlib import Path

from wizard.answers.reader import AnswersRead, read
from wizard.basics.named_files import open_named
from wizard.basics.problem import InvalidInput, Problem
from wizard.yamlfile.nodes import MAXIMUM_BYTES, composed


def load(path: Path) -> AnswersRead:
    """Read the answers file at ``path`` (``-``: standard input).

    ``InvalidInput`` carries all problems of the file at once.
    """
    if str(path) == "-":
        import sys

        if sys.stdin is None:
            raise InvalidInput(Problem(field="--answers", message="standard input is closed."))
        return parse(sys.stdin.buffer.read(MAXIMUM_BYTES + 1), "(standard input)", _current_folder())
    try:
        with open_named(path) as file:
            # Bounded: a device by mistake has no end.
            data = file.read(MAXIMUM_BYTES + 1)
        shared = bool(path.stat().st_mode & 0o077)
    except OSError as error:
        problem = Problem(field="", file=str(path), message=f"cannot be read: {error.strerror or error}.")
        raise InvalidInput(problem) from None
    done = parse(data, str(path), path.resolve().parent)
    if done.warnings and shared:
        advice = f"Other users on this machine can read {path}. Run: chmod 600 {shlex.quote(str(path))}"
        return done._replace(warnings=(*done.warnings, advice))
    return done


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except OSError:
        # It was removed, or nobody may look there: a relative name in the answers is then what cannot be read.
        return Path()


def parse(data: bytes, name: str, base: Path) -> AnswersRead:
    """Read the text of an answers file; relative file names in it count from ``base``."""
    root, duplicates = composed(data, name)
    try:
        done = read(root, name=name, base=base)
    except InvalidInput as error:
        raise InvalidInput(*sorted((*duplicates, *error.problems), key=lambda problem: problem.line)) from None
    if duplicates:
        raise InvalidInput(*duplicates)
    return done
