"""Rows of the checks and review steps: a finding, or a reason why nothing can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from screens.full.buttons import LineButton
from screens.full.theme import STYLES
from screens.shared.lines import Line, Tone
from screens.shared.person_words import for_person
from wizard.basics.finding import SIGNS, Finding, Status
from wizard.basics.plain_text import plain
from wizard.catalogue.questions import field_name, is_question, variable_id
from wizard.findings.model import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from wizard.basics.problem import Problem

_MOST_JUMPS: Final = 3
_AROUND_A_JUMP: Final = 5
"""Columns around the text of a button."""
_BESIDE_JUMPS: Final = 26
"""Columns of a window that no button has, in a step (the list of steps) and in a dialog (its edges)."""
_TONES = {
    Tone.PLAIN: "",
    Tone.TITLE: "bold",
    Tone.COMMAND: "$text-accent",
    Tone.ASIDE: "dim",
    Tone.WARNING: "$text-warning",
    Tone.FAILURE: "$text-error",
}


def drawn(line: Line) -> Content:
    """Return a line in its color; what failed has its sign, too."""
    sign = f"{SIGNS[Status.FAIL].mark} " if line.tone is Tone.FAILURE else ""
    content = Content.styled(f"{sign}{line.text}", _TONES[line.tone])
    return Content.assemble(content, "\n", (f"  {line.detail}", "dim")) if line.detail else content


def line_row(line: Line) -> Static:
    """Return the widget of a line. A long line wraps below its own text, not at the edge."""
    text = line.text.lstrip(" ")
    row = Static(drawn(line._replace(text=text)), markup=False)
    row.styles.padding = (0, 0, 0, len(line.text) - len(text))
    return row


def signed(status: Status) -> tuple[str, str]:
    """Return the sign at the start of a finding's line, and its style."""
    return f"{SIGNS[status].mark} {SIGNS[status].word}: ", f"bold {STYLES[status]}"


def _in_rows(names: tuple[str, ...], room: int) -> list[list[str]]:
    """Return the settings in rows, each as long as their buttons have room."""
    rows: list[list[str]] = []
    left = 0
    for name in names:
        width = len(f"Go to {field_name(name)}") + _AROUND_A_JUMP
        if not rows or width > left:
            rows.append([])
            left = room
        rows[-1].append(name)
        left -= width
    return rows


class FindingRow(Vertical):
    """One finding; Enter or a click on its settings jumps there."""

    def __init__(self, finding: Finding, can_jump_to: tuple[str, ...] | None = None, *, caused: str = "") -> None:
        """``can_jump_to`` holds ids of questions; left out, the settings that the finding names. ``caused``: what else it explains."""
        super().__init__()
        self.finding = finding
        self._caused = caused
        self._targets = tuple(map(variable_id, finding.settings)) if can_jump_to is None else can_jump_to

    def compose(self) -> Iterator[Widget]:
        """Lay out summary, evidence, remedy and the ways to the settings."""
        finding = self.finding
        summary = plain(for_person(finding.summary), limit=1000)
        yield Static(Content.assemble(signed(finding.status), summary), markup=False)
        evidence = (*finding.evidence, *([self._caused] if self._caused else ()))
        below = [Content.styled(f"| {plain(text, limit=LONGEST)}", "dim") for text in evidence]
        if finding.remedy:
            below.append(Content(f"-> {plain(for_person(finding.remedy), limit=1000)}"))
        if below:
            # Indented as a whole: a line that is too long goes on below its own beginning.
            yield Static(Content("\n").join(below), classes="below", markup=False)
        for row in _in_rows(self._targets[:_MOST_JUMPS], self.app.size.width - _BESIDE_JUMPS):
            with Horizontal(classes="jumps"):
                for name in row:
                    yield LineButton(f"Go to {field_name(name)}", name, classes="jump")


class ProblemRow(FindingRow):
    """Why nothing can be written yet."""

    def __init__(self, problem: Problem) -> None:
        where = f"{field_name(problem.field)}: " if problem.field else f"{problem.file}: " if problem.file else ""
        from wizard.findings.values import ANSWERS

        finding = ANSWERS.fail(f"{where}{problem.message}", remedy=problem.remedy)
        super().__init__(finding, (problem.field,) if is_question(problem.field) else ())
