"""Shows problems reported by the core as notifications over the current screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from textual.notifications import Notify

from screens.full.notes import NotesApp, ProblemNote
from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

_Result = TypeVar("_Result")
_ANSWERS: Final = "answers"


def show_problems(
    app: App[Any], error: WizardError, *, limit: int = 500, seconds: float = 15, about: str = _ANSWERS
) -> None:
    """Show each reason for ``seconds``, or until ``about`` is withdrawn."""
    for problem in error.problems:
        text = plain(str(problem), limit=limit)
        app.post_message(Notify(ProblemNote(text, severity="error", timeout=seconds, about=about)))


def guarded(app: App[Any], action: Callable[[], _Result]) -> _Result | None:
    """Do something with the interview; if the core refuses it, show why and return ``None``.

    What was said about an earlier try goes once it is done; ``False`` says that there was nothing to do.
    """
    try:
        result = action()
    except WizardError as error:
        # A full disk is reported at every key: once on the screen is enough.
        app.clear_notifications()
        show_problems(app, error)
        return None
    if result is not False and isinstance(app, NotesApp):
        app.withdraw(_ANSWERS)
    return result
