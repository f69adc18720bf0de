"""Longer texts: the keys, and everything about a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.shared.field_state import about, field_state
from wizard.basics.plain_text import plain
from wizard.catalogue.model import holds_secret

if TYPE_CHECKING:
    from wizard.interview.interview import Interview

_KEYS = """\
Tab, Shift+Tab, Up, Down   from field to field
Enter                      take it and go to the next field
Left, Right, Space, 1-9    change a choice
Ctrl+N or Alt+N            next step
Ctrl+P or Alt+P            step before
F1 or ?   everything about the field
F2        list of steps, to jump to one
F3 or /   find a setting, a step or an action: all that can be done
F4        undo the answer of the field; again: have it back
F5        use the recommended (in Checks: run again)
F6        show all settings of the step, or only the usual ones
F7        show or hide the secret that you typed
F8        make a random secret
F9        copy what has to be entered at the provider
F10       save the answers as a file for --answers
F12       dark or light
Ctrl+T or Alt+T   test it: the mail server (in Mail), the sign-in (in Done)
Ctrl+L    LibreChat's accounts: list, add, remove, ban, who cannot sign in
Ctrl+W or Alt+W   write the files (in Review)
Ctrl+C    leave; asks first. With text selected by the mouse: copy it

A terminal that keeps F-keys for itself: press Esc, then the digit (Esc 3 is
F3; Esc 0, - and = are F10, F11 and F12). ? and / work outside of a text field.

Every answer is kept at once in .librechat-wizard/ (secrets are not): after a
broken connection, start the wizard again and continue where you were.
"""


def keys_text() -> str:
    """Return what the keys do."""
    return _KEYS


def question_text(identity: str, interview: Interview, width: int = 64) -> str:
    """Return everything about a question, in lines of at most ``width`` characters."""
    state = field_state(interview, identity)
    asked = state.asked
    shown = "(secret)" if state.value and holds_secret(asked, state.value) else plain(state.value, limit=300)
    now = f"{shown} ({state.origin})" if shown and state.origin else shown or state.origin
    if asked.is_variable:
        from screens.shared.explain import setting_text
        from wizard.deployment.assembled import deployment

        here = deployment(interview.snapshot, {}).effective
        return setting_text(asked.key, width, here, now)
    lines = [asked.title, f"Now: {now}", "", asked.help]
    lines += [f"{name}: {text}" for name, text in about(asked, interview)[1:]]
    lines += [f"* {one.label}{f': {one.consequence}' if one.consequence else ''}" for one in state.choices]
    return "\n".join(lines)
