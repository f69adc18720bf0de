"""Rules: placeholders that should have been replaced, and that LibreChat uses literally."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard import catalogue
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.catalogue.accept import NAMING
from wizard.catalogue.placeholders import PlaceholderKind, is_placeholder, placeholder_of_secret
from wizard.findings import secrets as ids
from wizard.librechat.published_secrets import published_name
from wizard.rules.values import known
from wizard.rules.view import View

_WORDS: Final = {
    PlaceholderKind.REFERENCE: ("a secret store reference that is not resolved here", ids.REFERENCE),
    PlaceholderKind.COMMAND: ("a command that is not executed", ids.COMMAND),
    PlaceholderKind.PLACEHOLDER: ("a placeholder, not a secret", ids.PLACEHOLDERS),
}


def found(view: View) -> Iterator[Finding]:
    """H27, H28: references, commands and placeholders; one finding for one kind, with the lines."""
    groups: dict[PlaceholderKind, list[str]] = {}
    for setting, text in known(view):
        if not setting.secret or not text.strip() or published_name(text):
            continue
        kind = placeholder_of_secret(text, is_own=setting.generate is not None)
        if kind is not None:
            groups.setdefault(kind, []).append(setting.key)
    for kind, names in groups.items():
        what, entry = _WORDS[kind]
        if kind is PlaceholderKind.PLACEHOLDER and len(names) == 1:
            summary = f"{_places(view, names)} is a placeholder, not a secret."
            yield ids.PLACEHOLDER.of(names[0]).fail(summary, remedy=_remedy(view, kind, names))
            continue
        is_one = len(names) == 1
        summary = (
            f"{_places(view, names)} {'is' if is_one else 'are each'} {what}: LibreChat uses the text itself as "
            "the secret."
        )
        yield entry.fail(summary, settings=names, remedy=_remedy(view, kind, names))
    empty = [setting.key for setting, text in known(view) if setting.kind in NAMING and is_placeholder(text)]
    if empty:
        is_one = len(empty) == 1
        summary = f"{_places(view, empty)} still {'contains' if is_one else 'contain'} a placeholder from a guide."
        yield ids.NAMES_NOTHING.fail(summary, settings=empty)


def _remedy(view: View, kind: PlaceholderKind, names: list[str]) -> str:
    """Return what to write: the wizard makes only secrets that no other server or provider gave out."""
    made = [name for name in names if catalogue.by_key()[name].generate is not None]
    given = [name for name in names if name not in made]
    generated = f"{', '.join(made)}: {{generate: true, replace: true}}" if made else ""
    if kind is PlaceholderKind.REFERENCE:
        text = "Set the actual value" + (f", or let the wizard generate one: {generated}." if made else ".")
    elif made:
        text = f"Let the wizard generate one: {generated}."
        text += f" Set {' and '.join(given)} to the real value{'s' if given[1:] else ''}." if given else ""
    else:
        text = "Set the actual value."
    kept = [name for name in made if name.startswith("CREDS_")] if view.deployment.may_hold_data else []
    if kept:
        verb = "needs" if len(kept) == 1 else "need"
        text += (
            f" {' and '.join(kept)} also {verb} accept_loss: true, because keys that users stored become unreadable."
        )
    return text


def _places(view: View, names: list[str]) -> str:
    """Return names with the lines that they are on."""
    effective = view.deployment.effective
    values = effective.values if effective is not None else {}
    parts = [f"{name} ({plain(str(values[name].origin))})" if name in values else name for name in names]
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
