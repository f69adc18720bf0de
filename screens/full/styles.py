"""The style sheets that the first frame does not wait for: screens name theirs, and they are read right after it.

Textual reads what a screen names when it is shown for the first time, and then every style sheet again from its start.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import App

FINDINGS: Final = Path(__file__).with_name("findings.tcss")
"""Findings, checks, the review and the last step."""
DIALOGS: Final = Path(__file__).with_name("dialogs.tcss")
"""Windows over a step, with the findings in them; toasts."""
INPUTS: Final = Path(__file__).with_name("inputs.tcss")
"""Fields that somebody types into; the first step has none."""
ANSI: Final = Path(__file__).with_name("ansi.tcss")
"""Sixteen colors, or none."""


def read_styles(app: App[Any], paths: Iterable[Path] = (INPUTS, FINDINGS, DIALOGS, ANSI)) -> None:
    """Read style sheets that have not been read yet. What is on the screen already does not use them."""
    sheet = app.stylesheet
    wanted = [path for path in paths if not sheet.has_source(str(path))]
    if wanted:
        sheet.read_all(wanted)
        sheet.parse()
