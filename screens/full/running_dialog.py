"""What goes on by itself over a step, and has to be stopped before anything else can be."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from textual.screen import ModalScreen

Result = TypeVar("Result")


class RunningDialog(ModalScreen[Result], Generic[Result]):
    """A window in which something is under way."""

    def action_stop(self) -> Any:
        """Stop it; where nothing is under way, close the window."""
        raise NotImplementedError
