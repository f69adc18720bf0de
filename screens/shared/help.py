"""Longer texts: the keys, and everything about a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.shared.field_state import about, field_state
from wizard.basics.plain_text import plain
from wizard.catalogue.model import holds_secret

if TYPE_CHECKING:
    from wizard.interview.interview import Interview

_KEYS = """\
Tab, Shift+Tab, Up, Down   move between fields
Enter                      accept the value and go to the next field
Left, Right, Space, 1-9    change a choice
Ctrl+N or Alt+N            next step
Ctrl+P or Alt+P            previous step
F1 or ?   show everything about the field
F2        list the steps and jump to one
F3 or /   find a setting, a step or an action
F4        undo the answer in this field; press again to restore it
F5        use the recommended value (in Checks: run again)
F6        show all settings of the step, or only the common ones
F7        show or hide the secret that you typed
F8        generate a random secret
F9        copy the values for the provider's console
F10       save the answers as a file for --answers
F12       switch between dark and light
Ctrl+T or Alt+T   test the mail server, the provider or the sign-in
Ctrl+L    LibreChat's accounts: list, add, remove, ban, unlock
Ctrl+W or Alt+W   write the files (in Review)
Ctrl+C    leave (asks first), or copy the text selected with the mouse

If your terminal uses the F keys itself, press Esc, then the digit (Esc 3 is
F3; Esc 0, - and = are F10, F11 and F12). ? and / work outside text fields.

Every answer except secrets is saved at once in .librechat-wizard/. If the
connection drops, start the wizard again to continue where you left off.
"""


def keys_text() -> str:
    """Return what the keys do."""
    return _KEYS


def question_text(identity: str, interview: Interview, width: int = 64) -> str:
    """Return everything about a question, in lines of at most ``width`` characters."""
    state = field_state(interview, identity)
    asked = state.asked
    shown = "(secret)" if state.value and holds_secret(asked, state.value) else plain(state.named_value, limit=300)
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
