"""The list of steps: the current one, the completed ones, those with a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from screens.full.messages import GoTo
from screens.full.stable_text import StableText
from screens.full.theme import STYLES
from screens.shared.field_state import is_still_to_come
from wizard.basics.plain_text import counted
from wizard.basics.status import SIGNS, Status
from wizard.catalogue.questions import question
from wizard.interview.steps import Step, StepKind, listed, steps_in_order

if TYPE_CHECKING:
    from textual import events

    from screens.shared.review import CheckedAnswers
    from wizard.interview.interview import Interview
    from wizard.interview.preview import Preview


_AROUND_THE_LIST: Final = 3
"""Lines of a window that the list has not: above it, below it, and its own empty first one."""
_VISITED: Final = "\u00b7"
"""A step that was on the screen and has no answer."""
_FOUND: Final = {Status.FAIL: "has a problem", Status.WARN: "has a warning", Status.UNKNOWN: "could not be checked"}
"""What is said of a step for the worst that was found there."""


def listed_steps(interview: Interview) -> list[Step]:
    """Return the steps of the list: all of them; providers and Kubernetes only if they are chosen."""
    return list(listed(interview.step.id, interview.draft, interview.present))


def step_mark(
    interview: Interview, preview: Preview | None, one: Step, checked: CheckedAnswers | None = None
) -> tuple[str, str]:
    """Return a sign and a word for the state of a step; never a color alone, and a tick only for what was answered or passed."""
    if one.kind is StepKind.CHECKS:
        return _checks_mark(interview, checked)
    report = checked.report_on(interview.draft) if checked is not None else None
    is_judged = False
    if checked is not None and report is not None:
        # Not above: nothing was checked before the first frame.
        from screens.shared.step_findings import found_in_step, was_checked

        if (found := found_in_step(report, one)) is not None:
            # A check of what is outside cannot make good what the settings alone rule out.
            is_ruled_out = preview is not None and one.kind is StepKind.QUESTIONS and preview.mark(one) == "problem"
            found = Status.FAIL if is_ruled_out else found
            return SIGNS[found].mark, _FOUND[found]
        is_judged = checked.of_settings is not None and was_checked(report, one)
    if one.id not in interview.reached and interview.snapshot.state(".env").data is None:
        # Before anything is in the folder, what nobody has looked at yet is not held against them.
        return " ", ""
    # What the checks proved wrong, the settings alone may still suspect.
    mark = preview.mark(one) if preview is not None and one.kind is StepKind.QUESTIONS and not is_judged else ""
    if mark == "problem" and one.id == interview.step.id and _is_still_to_come(interview, preview, one):
        mark = ""
    if mark:
        status = Status.FAIL if mark == "problem" else Status.WARN
        return SIGNS[status].mark, _FOUND[status]
    if one.id == interview.step.id or one.id not in interview.reached:
        return " ", ""
    return _reached_mark(interview, preview, one)


def _reached_mark(interview: Interview, preview: Preview | None, one: Step) -> tuple[str, str]:
    """Return what is said of a step that was on the screen, and in which nothing is wrong."""
    if one.kind is StepKind.REVIEW:
        # Whoever has read it has done nothing there: what counts is whether it lets anything be written.
        is_blocked = preview is not None and preview.proposal is None
        return (SIGNS[Status.FAIL].mark, "nothing can be written yet") if is_blocked else (_VISITED, "visited")
    is_empty = one.kind is StepKind.QUESTIONS and not _is_answered(interview, one)
    return (_VISITED, "visited, nothing answered") if is_empty else (SIGNS[Status.PASS].mark, "done")


def _is_still_to_come(interview: Interview, preview: Preview | None, one: Step) -> bool:
    """Return whether all that is wrong in the present step is what nobody had the time to answer."""
    found = {} if preview is None else preview.by_question
    wrong = [name for name in one.all_questions if any(kind == "problem" for kind, _ in found.get(name, ()))]
    return all(is_still_to_come(interview, name) for name in wrong)


def _is_answered(interview: Interview, one: Step) -> bool:
    """Return whether a step has an answer of this run, or its settings are in .env."""
    entries, present = interview.draft.entries, interview.present
    has_file = interview.snapshot.state(".env").data is not None
    return any(name in entries or (has_file and present.get(question(name).key)) for name in one.all_questions)


def _checks_mark(interview: Interview, checked: CheckedAnswers | None) -> tuple[str, str]:
    report = checked.report_on(interview.draft) if checked is not None else None
    if checked is None or report is None or checked.of_settings is None:
        # A test of one step is not a run of the checks.
        return (_VISITED, "not checked with these answers") if "checks" in interview.left else (" ", "")
    for status, sign in SIGNS.items():
        if status is not Status.PASS and (found := report.having(status)):
            return sign.mark, counted(
                len(found), sign.word
            ) if status is Status.WARN else f"{len(found)} {sign.word.lower()}"
    return SIGNS[Status.PASS].mark, "passed"


class Sidebar(StableText):
    """The list of steps. A click jumps."""

    def __init__(self, interview: Interview, preview: Preview | None, checked: CheckedAnswers | None) -> None:
        self._steps: list[Step] = []
        self._shown = (interview, preview, checked)
        super().__init__(self._list(interview, preview, checked), id="steps")

    def show(self, interview: Interview, preview: Preview | None, checked: CheckedAnswers | None) -> None:
        """Draw the list."""
        self._shown = (interview, preview, checked)
        self.update(self._list(interview, preview, checked))

    def _list(self, interview: Interview, preview: Preview | None, checked: CheckedAnswers | None) -> Content:
        self._steps = self._in_sight(listed_steps(interview), interview.step)
        on_the_way = {one.id for one in steps_in_order(interview.draft, interview.present)}
        lines = []
        for one in self._steps:
            sign, _ = step_mark(interview, preview, one, checked)
            is_here = one.id == interview.step.id
            is_open = one.id in on_the_way and (one.kind is not StepKind.DONE or interview.is_closed)
            style = "bold $text-primary" if is_here else "" if is_open else "dim"
            colour = next((STYLES[status] for status, each in SIGNS.items() if each.mark == sign), "")
            head = "\u00bb" if is_here else " "
            indent = "  " if one.provider else ""
            lines.append(Content.assemble((head, style), (sign, colour), (f" {indent}{one.title}", style)))
        return Content("\n").join(lines)

    def _in_sight(self, steps: list[Step], here: Step) -> list[Step]:
        """Return as many steps as fit, the present one among them with the one behind it."""
        room = max(self.app.size.height - _AROUND_THE_LIST, 1)
        first = max(min(steps.index(here) + 2 - room, len(steps) - room), 0)
        return steps[first : first + room]

    def on_resize(self) -> None:
        """Keep the present step in sight."""
        self.show(*self._shown)

    def on_click(self, event: events.Click) -> None:
        """Jump to the step under the mouse."""
        # The event counts from the edge of the list, which has a line of padding above the first step.
        where = event.get_content_offset(self)
        if where is None or where.y >= len(self._steps):
            return
        self.post_message(GoTo(self._steps[where.y].id))
