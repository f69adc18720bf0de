"""Chooses the front: full screen, or line prompts if the terminal cannot do more."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.basics.core_dumps import close_memory
from wizard.basics.docker_engine import REMOTE_ENGINE, docker_engine, refusal
from wizard.basics.links import FOREIGN_FILES
from wizard.basics.plain_text import plain as plain_text
from wizard.basics.problem import ForeignFiles, InvalidInput, WriteRefused
from wizard.interview.interview import Interview

if TYPE_CHECKING:
    from collections.abc import Mapping

    from screens.demo import Practice


def wants_plain(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Return whether line prompts are the only thing that works: ``TERM=dumb``, no ``TERM``, or output to no terminal."""
    return not is_terminal or environment.get("TERM", "") in ("", "dumb", "unknown")


def start(folder: Path, *, plain: bool, practice: Practice | None = None) -> int:
    """Ask a person; return the exit status."""
    if sys.stdin is None or sys.stdout is None:
        # Closed by whoever started us: neither a question nor an answer has a way.
        raise InvalidInput("Cannot prompt: standard input or output is closed. Use --answers FILE.")
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    with REMOTE_ENGINE.given(accepted=practice is None and _may_use_docker(is_terminal=is_terminal)):
        try:
            interview = Interview(folder)
        except ForeignFiles as found:
            if not is_terminal or not _is_confirmed(found):
                raise
            with FOREIGN_FILES.given():
                return _ask(Interview(folder), plain=plain, is_terminal=is_terminal, practice=practice)
        return _ask(interview, plain=plain, is_terminal=is_terminal, practice=practice)


def _may_use_docker(*, is_terminal: bool) -> bool:
    """Name the Docker engine, if something chose one, and ask whether one on another machine is meant."""
    engine = docker_engine()
    if engine.line:
        sys.stderr.write(f"{engine.line}\n")
    if not refusal():
        return not engine.is_local
    return is_terminal and _says_yes(
        "Run docker commands on that engine? Files and ports are checked only on this machine."
    )


def _says_yes(question: str) -> bool:
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _is_confirmed(found: ForeignFiles) -> bool:
    """Ask, before the first screen, whether files that somebody else may have put there are used."""
    for problem in found.problems:
        sys.stderr.write(f"{plain_text(f'{problem.file} {problem.message}', limit=1000)}\n")
    return _says_yes(f"Use {'it' if len(found.problems) == 1 else 'them'}?")


def _ask(interview: Interview, *, plain: bool, is_terminal: bool, practice: Practice | None) -> int:
    if practice is not None:
        interview.suggestions = practice.suggestions
    interview.addresses = own_addresses
    try:
        if plain or wants_plain(os.environ, is_terminal=is_terminal):
            from screens.plain import run as run_plain

            gc.enable()
            close_memory()
            return run_plain(interview, practice)
        from screens.full.app import run

        return run(interview, practice)
    finally:
        interview.close()


@cache
def own_addresses() -> tuple[str, ...]:
    """Return the addresses under which this machine is reached in its network; IPv4 alone, as people type them."""
    import ipaddress

    from checks.net.machine import outgoing_addresses

    found = (ipaddress.ip_address(text) for text in outgoing_addresses())
    return tuple(str(one) for one in found if one.version == 4 and not one.is_loopback and not one.is_link_local)  # noqa: PLR2004 - the protocol's own number


def demo(*, plain: bool) -> int:
    """Let a person practice; nothing stays. Return the exit status."""
    from screens.demo.ending import ignore_further_signals, one_signal_ends
    from screens.demo.run import practice

    with one_signal_ends(), contextlib.ExitStack() as stack:
        try:
            folder, what = stack.enter_context(practice())
        except OSError as error:
            raise WriteRefused(
                f"The practice run could not start: {error.strerror or 'no temporary folder or port is available'}."
            ) from None
        try:
            return start(folder, plain=plain, practice=what)
        finally:
            ignore_further_signals()
