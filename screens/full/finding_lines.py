"""Findings below a field: signs and colors as everywhere, and no buttons, because the field has the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from screens.full.finding_rows import signed
from screens.full.stable_text import StableText
from screens.shared.person_words import for_person
from wizard.basics.plain_text import plain
from wizard.findings.model import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wizard.basics.finding import Finding

_INDENT = "  "


class FindingLines(StableText):
    """Findings, each with its evidence and its remedy indented below it."""

    def __init__(self) -> None:
        super().__init__(classes="findings")
        self._findings: tuple[Finding, ...] = ()

    def tell(self, findings: tuple[Finding, ...]) -> None:
        """Show these."""
        self._findings = findings
        self.display = bool(findings)
        self._fit()

    def on_resize(self) -> None:
        """Break the lines where the field ends now."""
        self._fit()

    def _fit(self) -> None:
        width = self.content_size.width or self.app.size.width
        self.update(Content("\n").join(line for one in self._findings for line in _lines(one, width)))


def _lines(finding: Finding, width: int) -> Iterator[Content]:
    yield Content.assemble(signed(finding.status), plain(for_person(finding.summary), limit=1000))
    below = [Content.styled(f"| {plain(text, limit=LONGEST)}", "dim") for text in finding.evidence]
    if finding.remedy:
        below.append(Content(f"-> {plain(for_person(finding.remedy), limit=1000)}"))
    for text in below:
        # A line that is too long goes on below its own beginning.
        yield from (Content(_INDENT) + part.rstrip() for part in text.wrap(max(1, width - len(_INDENT))))
