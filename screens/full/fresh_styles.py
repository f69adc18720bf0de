"""A screen is styled once before it is seen, not twice: the first frame, and each further step and dialog, comes sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual import events


class StyledAsMade:
    """A screen whose parts get their styles while they are put in. Textual would style all of them anew when it is shown.

    What happened to a screen in the meantime (another theme) can matter only from the second time on.
    """

    _was_shown = False

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Leave the styles as they are the first time."""
        event.refresh_styles = event.refresh_styles and self._was_shown
        self._was_shown = True
