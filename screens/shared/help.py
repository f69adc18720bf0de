"""Longer texts: the keys, and the whole story of a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.shared.field_state import about, field_state
from wizard.basics.plain_text import plain
from wizard.catalogue.model import holds_secret

if TYPE_CHECKING:
    from wizard.interview.interview import Interview

_WIDTH = 70

_KEYS = """\
Tab, Shift+Tab, Up, Down   from field to field
Enter                      take it and go to the next field
Left, Right, Space         change a choice
Ctrl+N, Ctrl+P             next step, step before
F1    the whole story of the field
F2    list of steps, to jump to one
F3    find a setting among all of them
F4    take the answer of the field back
F5    use the recommended (in Checks: run again)
F6    show all settings of the step, or only the usual ones
F7    show or hide the secret that you typed
F8    make a random secret
F9    copy what has to be entered at the provider
F10   save the answers as a file for --answers
F12   dark or light
Ctrl+T   test it: the mail server (in Mail), the sign-in (in Done)
Ctrl+W   write the files (in Review)
Ctrl+C   leave; asks first. With text selected by the mouse: copy it

Every answer is kept at once in .librechat-wizard/ (secrets are not): after a
broken connection, start the wizard again and go on where you were.
"""


def keys_text() -> str:
    """Return what the keys do."""
    return _KEYS


def question_text(identity: str, interview: Interview) -> str:
    """Return everything about a question."""
    state = field_state(interview, identity)
    asked = state.asked
    shown = "(secret)" if state.value and holds_secret(asked, state.value) else plain(state.value, limit=300)
    now = f"Now: {shown} {state.origin}".replace("  ", " ")
    if asked.is_variable:
        from screens.shared.explain import setting_text
        from wizard.deployment.assembled import deployment

        here = deployment(interview.snapshot, {}).effective
        return f"{setting_text(asked.key, _WIDTH, here)}\n{now}"
    lines = [asked.title, "", asked.help]
    lines += [f"{name}: {text}" for name, text in about(asked, interview)[1:]]
    lines += [f"* {one.label}{f': {one.consequence}' if one.consequence else ''}" for one in state.choices]
    return "\n".join((*lines, "", now))
