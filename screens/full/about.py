"""The pane below the fields that explains the focused field; F1 shows the full text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from screens.full.stable_text import StableText
from screens.shared.field_state import about, field_state

if TYPE_CHECKING:
    from textual import events

    from wizard.catalogue.model import Choice
    from wizard.interview.interview import Interview

_LOW: Final = 20
"""Rows of a window below which the few lines are for the explanation alone."""
_OF_SIGN: Final = {"*": " (*)", "+": " (+)", "?": " (?)", "=": " (=)", "~": " (~)"}
_MOST: Final = 5
_MORE: Final = "F1 more"
_LEFT_OUT: Final = "\u2026"


class About(StableText):
    """The explanation. It is never cut silently: if it does not fit, its last line ends with an ellipsis and the key that shows the rest."""

    def __init__(self, interview: Interview) -> None:
        super().__init__(id="about")
        self._interview = interview
        self._lines: list[Content] = []
        self._identity: str | None = None
        self._choice: Choice | None = None

    def explain(self, identity: str | None, choice: Choice | None = None) -> None:
        """Explain a question, first the choice that the keys are at, or were at before; nothing for ``None``."""
        if choice is not None or identity != self._identity:
            self._identity, self._choice = identity, choice
        choice = self._choice
        lines: list[Content] = []
        if identity is not None:
            state = field_state(self._interview, identity)
            name = f"{state.name}  " if state.name else ""
            if self.app.size.height >= _LOW:
                lines.append(Content(f"{name}{state.origin}{_OF_SIGN.get(state.sign, '')}"))
            if choice is not None:
                lines.append(Content.styled(choice.consequence, "bold"))
            for label, text in about(state.asked, self._interview):
                lines.append(Content.assemble((f"{label}: ", "bold"), text) if label else Content(text))
        self._lines = lines
        self._fit()

    def on_resize(self, _: events.Resize) -> None:
        """Show as much as fits."""
        self._fit()

    def _fit(self) -> None:
        highest = self.styles.max_height
        # The style sheet says how many lines there are, the rule above them included.
        most = int(highest.value) - 1 if highest is not None else _MOST
        width = self.size.width
        if width <= len(_MORE):
            self.update(Content("\n").join(self._lines))
            return
        wrapped = [part for line in self._lines for part in line.wrap(width)]
        if len(wrapped) > most:
            last = _cut(wrapped[most - 1].rstrip(), width - len(_MORE) - 2)
            wrapped = [*wrapped[: most - 1], Content.assemble(last, "  ", (_MORE, "bold"))]
        self.update(Content("\n").join(part.rstrip() for part in wrapped))


def _cut(line: Content, room: int) -> Content:
    """Return the last line that is shown, with a sign that text was left out behind it."""
    sign = f" {_LEFT_OUT}" if line.plain.endswith((".", "!", "?")) else _LEFT_OUT
    if line.cell_length + len(sign) > room:
        return line.truncate(room - len(_LEFT_OUT)).rstrip() + _LEFT_OUT
    return line + sign
