"""The parts of a live test: what the checks found, then what each trial of a person's own found, below its heading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from checks.report_builder import ReportBuilder
from screens.full.check_list import CheckList
from screens.full.finding_rows import FindingRow
from wizard.basics.finding import SIGNS, Status
from wizard.basics.plain_text import plain

if TYPE_CHECKING:
    from textual.widget import Widget

    from checks.model import Report
    from screens.full.progress import Rows
    from wizard.basics.check_events import CheckEvent, Found
    from wizard.basics.finding import Finding

_WAY: Final = {
    "login": "browser ---- email, password ----> LibreChat",
    "cookie": "browser <--- sign-in cookie ------ LibreChat",
    "refresh": "browser ---- reload: renew ------> LibreChat",
    "rotation": "browser ---- renew again --------> LibreChat",
    "discovery": "LibreChat -- discovery document -> provider",
    "client": "browser ---- sign-in page -------> provider",
    "secret": "LibreChat -- code, secret -------> provider",
}
"""The round trip, drawn beside what was found at each step."""


class LivePart(Vertical):
    """A heading with what was found below it, in the order in which it was found."""

    def __init__(self, *head: Widget, above: LivePart | None = None) -> None:
        """``above`` has said already what is well or a mere warning; what fails is said in each part that it stops."""
        super().__init__(*head, classes="live-part")
        self._above = above
        self._events: list[CheckEvent] = []
        self._drawn: set[str] = set()
        """The stages of the round trip whose line is there already."""

    @classmethod
    def named(cls, title: str, above: LivePart) -> LivePart:
        """Return a part with a heading."""
        return cls(Static(Content.styled(title, "bold"), classes="live-check", markup=False), above=above)

    @property
    def events(self) -> tuple[CheckEvent, ...]:
        """What it was told."""
        return tuple(self._events)

    @property
    def report(self) -> Report:
        """What was found in it so far."""
        return report_of(self)

    @property
    def rows(self) -> list[FindingRow]:
        """The findings that are shown, from above."""
        return [one for one in self.children if isinstance(one, FindingRow)]

    def note(self, event: CheckEvent) -> None:
        """Keep what a check tells for the report."""
        self._events.append(event)

    async def show(self, event: Found) -> FindingRow | None:
        """Show a finding, unless another one says it better; rows that say less than it are taken away."""
        self.note(event)
        kept = {(finding.id, finding.summary): finding for finding in self.report.findings}
        for row in self.rows:
            if (left := kept.pop((row.finding.id, row.finding.summary), None)) is None:
                await row.remove()
            elif left.settings != row.finding.settings:
                await self.mount(FindingRow(left), before=row)
                await row.remove()
        stage = event.finding.stage
        if stage in _WAY and stage not in self._drawn:
            self._drawn.add(stage)
            await self.mount(Static(Content.styled(f"  {_WAY[stage]}", "$text-accent"), markup=False))
        finding = kept.get((event.finding.id, event.finding.summary))
        if finding is None or self.is_shown_elsewhere(finding):
            return None
        row = FindingRow(finding)
        await self.mount(row, before=None if stage in _WAY else self.first_below(event.finding.status))
        return row

    def is_shown_elsewhere(self, finding: Finding) -> bool:
        """Return whether what a finding says is on the screen without a row of its own."""
        if self._above is None or finding.status in (Status.FAIL, Status.UNKNOWN):
            return False
        return (finding.id, finding.summary) in {(one.id, one.summary) for one in self._above.report.findings}

    def first_below(self, status: Status) -> FindingRow | None:
        """Return the row above which a finding of this status goes; ``None``: below all others."""
        del status
        return None


class ChecksPart(LivePart):
    """The list of the checks, and below it what they found: the worst first."""

    def __init__(self) -> None:
        self.list: Final = CheckList()
        super().__init__(self.list)

    def is_shown_elsewhere(self, finding: Finding) -> bool:
        """Return whether the list says all of what is well; the stages of a round trip say it at their own line."""
        is_well = finding.status is Status.PASS and finding.stage not in _WAY and not finding.evidence
        return is_well and plain(finding.summary, limit=300) in self.list.whole_sentences

    def first_below(self, status: Status) -> FindingRow | None:
        """Return the first row that is less bad."""
        order = tuple(SIGNS)
        return next((row for row in self.rows if order.index(row.finding.status) > order.index(status)), None)

    async def complete(self) -> None:
        """Show what is well once: in the list, or in a row of its own where the list says something else by now."""
        rows = {(row.finding.id, row.finding.summary): row for row in self.rows}
        below: FindingRow | None = None
        for finding in reversed(self.report.having(Status.PASS)):
            row = rows.get((finding.id, finding.summary))
            if self.is_shown_elsewhere(finding):
                if row is not None:
                    await row.remove()
                continue
            if row is None:
                row = FindingRow(finding)
                await self.mount(row, before=below)
            below = row


class LiveParts:
    """All parts of a test, in the rows where they are shown."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.checks = ChecksPart()
        self._tried: dict[str, LivePart] = {}
        """What the person tried, by its heading."""

    @property
    def report(self) -> Report:
        """What was found so far, and which checks have ended."""
        return report_of(self.checks, *self._tried.values())

    async def show_alone(self, *rows: Widget) -> None:
        """Show this instead of all that was there."""
        self._tried.clear()
        await self._rows.show(*rows)

    async def begin(self, title: str) -> LivePart:
        """Return an empty part with this heading, below all that is there; it replaces the one of an earlier time."""
        if (earlier := self._tried.pop(title, None)) is not None:
            await earlier.remove()
        part = self._tried[title] = LivePart.named(title, self.checks)
        await self._rows.add(part)
        return part

    async def get(self, title: str) -> LivePart:
        """Return the part with this heading, to add to it."""
        return self._tried.get(title) or await self.begin(title)


def report_of(*parts: LivePart) -> Report:
    """Return what was found in some parts, and which checks have ended."""
    builder = ReportBuilder()
    for part in parts:
        for event in part.events:
            builder.add(event)
    return builder.report
