"""Longer texts: the keys, and the whole story of a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.shared import field_texts
from wizard.basics.plain_text import plain
from wizard.catalogue.model import holds_secret
from wizard.catalogue.questions import SETTINGS, label, question
from wizard.interview.field import standing_of

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
    if identity.startswith(SETTINGS):
        from screens.shared.explain import setting_text

        return f"{setting_text(label(identity), _WIDTH)}\n{_now(identity, interview)}"
    asked = question(identity)
    lines = [asked.title, "", asked.help]
    lines += [f"{name}: {text}" for name, text in field_texts.about(asked, interview)[1:]]
    lines += [f"* {choice.label}" for choice in field_texts.choices(asked)]
    return "\n".join((*lines, "", _now(identity, interview)))


def _now(identity: str, interview: Interview) -> str:
    standing = standing_of(interview, identity)
    shown = plain(standing.text or "", limit=300)
    shown = "(secret)" if standing.text and holds_secret(question(identity), standing.text) else shown
    return f"Now: {shown} {field_texts.origin(standing)}".replace("  ", " ")
