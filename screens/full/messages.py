"""Messages from a screen or widget to the application, which they do not know directly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from wizard.interview.steps import step_of

if TYPE_CHECKING:
    from checks.model import Report
    from screens.shared.review import CheckedAnswers
    from screens.shared.write_result import WriteResult
    from wizard.answers.draft import Draft
    from wizard.interview.preview import Preview
    from wizard.interview.steps import Step
    from wizard.plan.proposal import Proposal


class GoTo(Message):
    """Go to a step, and there to the field of a question if one is named."""

    def __init__(self, step: str, question: str = "") -> None:
        super().__init__()
        self.step = step
        self.question = question

    @classmethod
    def field_of(cls, question: str) -> GoTo:
        """Return the request for the field of a question, in whichever step it is."""
        return cls(step_of(question).id, question)


class GoBeside(Message):
    """Go to the next (1) or the previous (-1) step."""

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


class LeaveRequested(Message):
    """End the application, after a question if answers would be lost."""


class Previewed(Message):
    """The background has computed what the answers so far lead to; the following screens start from it."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self.preview = preview


class ChecksEnded(Message):
    """The checks have come to their end; the verdict on these answers is kept for the steps that follow."""

    def __init__(self, checked: CheckedAnswers) -> None:
        super().__init__()
        self.checked = checked


class StepTested(Message):
    """The test of a step has ended: ``report`` is what it found with these answers."""

    def __init__(self, tested: Step, draft: Draft, report: Report) -> None:
        super().__init__()
        self.tested = tested
        self.draft = draft
        self.report = report


class WriteRequested(Message):
    """Write the files of a proposal; ``report`` is what the checks said about it."""

    def __init__(self, proposal: Proposal, report: Report | None) -> None:
        super().__init__()
        self.proposal = proposal
        self.report = report


class ResultChanged(Message):
    """The commands of the last step have a person's data in them now."""

    def __init__(self, result: WriteResult) -> None:
        super().__init__()
        self.result = result


class ApplyEnded(Message):
    """The files are written and stay, whether or not LibreChat runs with them."""

    def __init__(self, result: WriteResult) -> None:
        super().__init__()
        self.result = result
