"""What checks and review are made of: a finding, and a reason why nothing can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from screens.full.buttons import Push
from screens.shared import field_texts
from screens.shared.lines import Line, Tone
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.catalogue.questions import label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from wizard.basics.problem import Problem

_SIGNS = {
    Status.PASS: ("\u221a", "ok", "$text-success"),
    Status.WARN: ("!", "warning", "$text-warning"),
    Status.FAIL: ("x", "FAILED", "$text-error"),
    Status.UNKNOWN: ("?", "could not tell", "$text-warning"),
}


_STYLES = {
    Tone.PLAIN: "",
    Tone.TITLE: "bold",
    Tone.COMMAND: "$text-accent",
    Tone.ASIDE: "dim",
    Tone.WARNING: "$text-warning",
    Tone.FAILURE: "$text-error",
}


def drawn(line: Line) -> Content:
    """Return a line in its colour; what failed has its sign, too."""
    sign = "x " if line.tone is Tone.FAILURE else ""
    said = Content.styled(f"{sign}{line.text}", _STYLES[line.tone])
    return Content.assemble(said, "\n", (f"  {line.detail}", "dim")) if line.detail else said


class FindingRow(Vertical):
    """One finding; Enter or a click on its settings jumps there."""

    def __init__(self, finding: Finding, can_jump_to: tuple[str, ...]) -> None:
        super().__init__()
        self._finding = finding
        self._targets = can_jump_to

    def compose(self) -> Iterator[Widget]:
        """Lay out summary, evidence, remedy and the ways to the settings."""
        finding = self._finding
        sign, word, style = _SIGNS[finding.status]
        lines = [Content.assemble((f"{sign} {word}: ", f"bold {style}"), plain(finding.summary, limit=1000))]
        lines += [Content.styled(f"  | {plain(text, limit=300)}", "dim") for text in finding.evidence]
        if finding.remedy:
            lines.append(Content(f"  -> {plain(finding.remedy, limit=1000)}"))
        yield Static(Content("\n").join(lines), markup=False)
        with Horizontal(classes="jumps"):
            for name in self._targets[:3]:
                yield Push(f"Go to {label(name)}", name, classes="jump")


class ProblemRow(FindingRow):
    """Why nothing can be written yet."""

    def __init__(self, problem: Problem) -> None:
        where = f"{label(problem.field)}: " if problem.field else f"{problem.file}: " if problem.file else ""
        finding = Finding(
            id="rules.answers", status=Status.FAIL, summary=f"{where}{problem.message}", remedy=problem.remedy
        )
        super().__init__(finding, (problem.field,) if field_texts.is_question(problem.field) else ())
