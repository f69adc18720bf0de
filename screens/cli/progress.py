"""Progress of checks on a terminal: a line for each as it ends, and one that names those still running."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from screens.cli import color
from screens.cli.streams import show_status, tell
from wizard.basics.check_events import CheckEvent, Finished, Found, Started
from wizard.basics.check_outcomes import Crashed, Ran, TimedOut
from wizard.basics.finding import SIGNS, Finding, Status
from wizard.basics.plain_text import plain

if TYPE_CHECKING:
    from checks.model import Check, Report, Subject

_LONGEST: Final = 300


class CheckProgress:
    """Shows the progress of checks on standard error. Without a terminal, or on a dumb one, only each check that has to wait."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._checks: Final = checks
        self._titles: Final = {check.id: check.title for check in checks}
        self._waiting: Final = {check.id for check in checks if check.run is not None}
        self._begun: dict[str, float] = {}
        self._worst: dict[str, Finding] = {}
        self._ended = 0
        self._is_live: Final = color.is_terminal(sys.stderr) and os.environ.get("TERM", "dumb") != "dumb"

    async def follow(self, subject: Subject) -> Report:
        """Run the checks, show how far they are, and leave no half line behind."""
        import asyncio

        from checks.runner import report

        clock = asyncio.create_task(self._tick())
        try:
            return await report(self._checks, subject, self.show)
        finally:
            clock.cancel()
            show_status("")

    async def _tick(self) -> None:
        """Show that time passes: a server that does not answer gives no event."""
        import asyncio

        while self._is_live:
            await asyncio.sleep(1)
            show_status(self._status())

    def show(self, event: CheckEvent) -> None:
        """Show what has happened."""
        match event:
            case Started(check=check):
                self._begun[check] = time.monotonic()
                if check in self._waiting and not self._is_live:
                    tell(f"checking: {self._titles[check]}")
            case Found(check=check, finding=finding):
                order = tuple(SIGNS)
                worst = self._worst.setdefault(check, finding)
                if order.index(finding.status) < order.index(worst.status):
                    self._worst[check] = finding
            case Finished(check=check, outcome=outcome):
                self._ended += 1
                begun = self._begun.pop(check, None)
                if self._is_live and begun is not None and isinstance(outcome, Ran | TimedOut | Crashed):
                    tell(self._line(check, time.monotonic() - begun, is_whole=isinstance(outcome, Ran)))
        if self._is_live:
            show_status(self._status())

    def _status(self) -> str:
        waiting = [check for check in self._begun if check in self._waiting]
        if not waiting:
            return ""
        seconds = time.monotonic() - min(self._begun[check] for check in waiting)
        titles = ", ".join(self._titles[check] for check in waiting)
        return f"{self._ended} of {len(self._titles)} done, {seconds:.0f} s, checking: {titles}"

    def _line(self, check: str, seconds: float, *, is_whole: bool) -> str:
        """Return how a check ended: ``FAIL  Mail server (0.4 s): The server rejected the password.``."""
        worst = self._worst.get(check)
        status = worst.status if worst is not None and is_whole else Status.UNKNOWN if not is_whole else Status.PASS
        summary = f": {plain(worst.summary, limit=_LONGEST)}" if worst is not None and status is not Status.PASS else ""
        line = color.cut(f"{SIGNS[status].tag}  {self._titles[check]} ({seconds:.1f} s){summary}", sys.stderr)
        return color.report(line, sys.stderr)
