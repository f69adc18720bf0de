"""What checks and review are made of: a finding, and a reason why nothing can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from screens.full.buttons import Push
from screens.full.theme import STYLES
from screens.shared.lines import Line, Tone
from screens.shared.person_words import for_person
from wizard.basics.finding import SIGNS, Finding, Status
from wizard.basics.plain_text import plain
from wizard.catalogue.questions import is_question, label, variable_id
from wizard.findings.model import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from wizard.basics.problem import Problem

_TONES = {
    Tone.PLAIN: "",
    Tone.TITLE: "bold",
    Tone.COMMAND: "$text-accent",
    Tone.ASIDE: "dim",
    Tone.WARNING: "$text-warning",
    Tone.FAILURE: "$text-error",
}


def drawn(line: Line) -> Content:
    """Return a line in its colour; what failed has its sign, too."""
    sign = f"{SIGNS[Status.FAIL].mark} " if line.tone is Tone.FAILURE else ""
    said = Content.styled(f"{sign}{line.text}", _TONES[line.tone])
    return Content.assemble(said, "\n", (f"  {line.detail}", "dim")) if line.detail else said


def signed(status: Status) -> tuple[str, str]:
    """Return what begins a line about a finding, and its style."""
    return f"{SIGNS[status].mark} {SIGNS[status].word}: ", f"bold {STYLES[status]}"


class FindingRow(Vertical):
    """One finding; Enter or a click on its settings jumps there."""

    def __init__(self, finding: Finding, can_jump_to: tuple[str, ...] | None = None) -> None:
        """``can_jump_to`` holds ids of questions; left out, the settings that the finding names."""
        super().__init__()
        self.finding = finding
        self._targets = tuple(map(variable_id, finding.settings)) if can_jump_to is None else can_jump_to

    def compose(self) -> Iterator[Widget]:
        """Lay out summary, evidence, remedy and the ways to the settings."""
        finding = self.finding
        lines = [Content.assemble(signed(finding.status), plain(for_person(finding.summary), limit=1000))]
        lines += [Content.styled(f"  | {plain(text, limit=LONGEST)}", "dim") for text in finding.evidence]
        if finding.remedy:
            lines.append(Content(f"  -> {plain(for_person(finding.remedy), limit=1000)}"))
        yield Static(Content("\n").join(lines), markup=False)
        with Horizontal(classes="jumps"):
            for name in self._targets[:3]:
                yield Push(f"Go to {label(name)}", name, classes="jump")


class ProblemRow(FindingRow):
    """Why nothing can be written yet."""

    def __init__(self, problem: Problem) -> None:
        where = f"{label(problem.field)}: " if problem.field else f"{problem.file}: " if problem.file else ""
        from wizard.findings.values import ANSWERS

        finding = ANSWERS.fail(f"{where}{problem.message}", remedy=problem.remedy)
        super().__init__(finding, (problem.field,) if is_question(problem.field) else ())
