"""Shows problems reported by the core as notifications over the current screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from wizard.basics.plain_text import plain
from wizard.basics.problem import WizardError

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

_Result = TypeVar("_Result")


def show_problems(app: App[Any], error: WizardError, *, limit: int = 500, seconds: float = 15) -> None:
    """Show each reason for ``seconds``."""
    for problem in error.problems:
        app.notify(plain(str(problem), limit=limit), severity="error", markup=False, timeout=seconds)


def guarded(app: App[Any], action: Callable[[], _Result]) -> _Result | None:
    """Do something with the interview; if the core refuses it, show why and return ``None``."""
    try:
        return action()
    except WizardError as error:
        # A full disk is reported at every key: once on the screen is enough.
        app.clear_notifications()
        show_problems(app, error)
        return None
