"""What a field shows: the value in force and who gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wizard.answers.draft import AskAgain, Generate, Typed
from wizard.catalogue.model import holds_secret
from wizard.catalogue.questions import PROVIDERS, SETTINGS, question
from wizard.interview.steps import chosen_providers

if TYPE_CHECKING:
    from wizard.interview.interview import Interview


class Standing(NamedTuple):
    """What a field shows: the value in force and who gave it."""

    text: str | None
    """``None`` where nothing gives a value; a secret in clear only where it was typed in this run."""
    origin: str
    """``typed``, ``generated``, ``.env``, ``.env.example``, ``default``, ``asked again`` or nothing."""
    is_hidden: bool = False
    """A secret stands in ``.env``, and is kept; its text is not shown."""


def standing_of(interview: Interview, identity: str) -> Standing:
    """Return what a field shows."""
    match interview.draft.entries.get(identity):
        case Generate():
            return Standing(text=None, origin="generated")
        case AskAgain():
            return Standing(text=None, origin="asked again")
        case Typed():
            return Standing(text=interview.draft.text(identity), origin="typed")
        case _:
            pass
    return _untouched(interview, identity)


def _untouched(interview: Interview, identity: str) -> Standing:
    asked, name = question(identity), identity.removeprefix(SETTINGS)
    if identity != name and interview.present.get(name):
        origin = ".env" if interview.snapshot.state(".env").data is not None else ".env.example"
        is_hidden = holds_secret(asked, interview.present[name])
        return Standing(text=None if is_hidden else interview.present[name], origin=origin, is_hidden=is_hidden)
    if identity == PROVIDERS and (chosen := chosen_providers(interview.draft, interview.present)):
        return Standing(text=",".join(chosen), origin="set up")
    if identity == "librechat.release":
        return Standing(text=str(interview.release), origin=interview.snapshot.release_source or "assumed")
    if identity == "librechat.stack":
        return Standing(text=interview.snapshot.stack.value, origin="the folder")
    origin = "" if asked.default is None else "default" if identity != name else "proposed"
    return Standing(text=asked.default, origin=origin)
