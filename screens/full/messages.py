"""What a screen or a widget asks of the application. It posts one of these; it never knows the application itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from wizard.interview.steps import step_of

if TYPE_CHECKING:
    from screens.full.write_result import WriteResult
    from wizard.interview.preview import Outlook
    from wizard.plan.proposal import Proposal


@dataclass
class GoTo(Message):
    """Go to a step, and there to the field of a question if one is named."""

    step: str
    question: str = ""

    @classmethod
    def field_of(cls, question: str) -> GoTo:
        """Return the request for the field of a question, in whichever step it is."""
        return cls(step_of(question).id, question)


@dataclass
class GoBeside(Message):
    """Go to the next (1) or the previous (-1) step."""

    offset: int


class LeaveRequested(Message):
    """End the application, after a question if answers would be lost."""


@dataclass
class Previewed(Message):
    """The background has worked out what the answers so far lead to; the following screens begin with it."""

    outlook: Outlook


@dataclass
class WriteRequested(Message):
    """Write the files of a proposal."""

    proposal: Proposal


@dataclass
class ApplyEnded(Message):
    """The files are written and stay, whether or not LibreChat runs with them."""

    result: WriteResult
