"""Keeps library logs off the terminal: asyncio reports a lost error as a traceback with its message."""

from __future__ import annotations


def keep_off_terminal() -> None:
    """Let the logging module write nothing by itself. Who sets a handler up (the tests) still gets everything.

    For whatever starts an event loop: only then logging is loaded.
    """
    import logging

    logging.lastResort = None
    # Without a handler it would say so, and print what goes wrong in one.
    logging.raiseExceptions = False
