"""``librechat-wizard settings``: the catalogue as text and as JSON."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from screens.shared.effective_values import effective_text
from wizard import catalogue
from wizard.basics.own_command import own_command
from wizard.basics.problem import InvalidInput, Problem
from wizard.catalogue.model import Kind, Setting
from wizard.librechat.durations import describe_duration, duration_expression, shortest_duration

if TYPE_CHECKING:
    from wizard.deployment.effective import EffectiveConfiguration
    from wizard.librechat.releases import Release

_WIDTH: Final = 78


def setting(name: str) -> Setting:
    """Return one setting; ``InvalidInput`` names the nearest if no setting has that name."""
    found = catalogue.by_key().get(name)
    if found is None:
        near = catalogue.nearest(name)
        remedy = f"Did you mean {near}?" if near else f"To list all names, run: {own_command('settings')}"
        raise InvalidInput(Problem(field=name[:80], message="no such setting.", remedy=remedy))
    return found


def settings_for(text: str, release: Release | None = None) -> list[Setting]:
    """Return the settings that words mean, the nearest first: those of LibreChat's names, and those of people.

    What ``release`` does not read comes last.

    ``InvalidInput`` with the nearest name or word if nothing is found.
    """
    from wizard.basics.nearest import nearest_of
    from wizard.interview.search import WORDS, commands_for, search

    # The search has the wizard's own questions, too; those are in no file of LibreChat's.
    known = catalogue.by_key()

    def matching(words: str) -> list[Setting]:
        return [one for one in search(words, release) if one.key in known]

    found = matching(text) if text.strip() else []
    if not found:
        word = nearest_of(text, WORDS, at_least=0.8) or ""
        word = word if word and matching(word) else ""
        # A mistyped variable is near to a phrase of the same words, too. Several words are typed as one.
        is_name = "_" in text or text.isupper()
        near = (is_name and catalogue.nearest(text)) or (word and shlex.quote(word)) or catalogue.nearest(text)
        remedy = f"Did you mean {near}?" if near else f"To list all names, run: {own_command('settings')}"
        if commands := commands_for(text):
            remedy = " ".join(f"{one.title}: {own_command(one.command)}" for one in commands)
        raise InvalidInput(Problem(field=text[:80], message="no setting matches this name or word.", remedy=remedy))
    return found


def found_text(found: list[Setting], release: Release | None = None) -> str:
    """Return settings that were found, a line each, with a remark on what ``release`` does not read."""
    from wizard.interview.search import not_read

    width = max(len(entry.key) for entry in found)
    remarks = (not_read(entry, release) if release is not None else "" for entry in found)
    return "".join(
        f"{entry.key:<{width}}  {entry.title}{f' ({remark})' * bool(remark)}\n"
        for entry, remark in zip(found, remarks, strict=True)
    )


def setting_text(name: str, width: int = _WIDTH, here: EffectiveConfiguration | None = None, now: str = "") -> str:
    """Return everything about one setting, in lines of at most ``width`` characters.

    ``here`` is what counts in a folder, ``now`` the answer of this run. What only readers of LibreChat's code need comes last.
    """
    entry = setting(name)
    lines = [f"{entry.key}: {entry.title}", *_labelled("Now", now, width), "", *_wrapped(entry.help, width=width)]
    if entry.renamed_to:
        lines += ["", *_wrapped(f"Renamed. Use {entry.renamed_to}.", width=width)]
    if entry.unread:
        lines += ["", *_wrapped("This variable is documented, but no LibreChat release reads it.", width=width)]
    lines += ["", *_labelled("If not set", entry.empty, width), *_labelled("If wrong", entry.consequence, width)]
    for choice in entry.choices:
        text = f"{choice.value or '(empty)'}: {choice.label}"
        lines += _labelled("Value", f"{text}. {choice.consequence}" if choice.consequence else text, width)
    if entry.default is not None:
        lines += _labelled("Default", _with_meaning(entry, entry.default), width)
    lines += _labelled("Example", _example(entry), width)
    lines += _labelled("Applies if", f"{entry.applies.words}." if entry.applies else "", width)
    lines += _labelled("Required if", f"{entry.required.words}." if entry.required else "", width)
    lines += _labelled("Conflicts", ", ".join(entry.conflicts), width)
    lines += _labelled("Here", effective_text(entry.key, here) if here is not None else "", width)
    lines += _labelled("Manual", entry.docs, width)
    lines += ["", "In LibreChat's code", *_labelled("Kind", f"{_kind(entry)}{_generated(entry)}", width)]
    lines += _labelled("Releases", releases(entry), width)
    lines += _labelled("Read in", ", ".join(entry.source_lines), width)
    return "\n".join(lines) + "\n"


def _kind(entry: Setting) -> str:
    return f"{entry.kind.value}, in milliseconds" if entry.kind is Kind.DURATION else entry.kind.value


def _with_meaning(entry: Setting, text: str) -> str:
    """Return a value, with what it means in words if it is a duration: ``900000 (15 minutes)``."""
    milliseconds = _milliseconds(entry, text)
    return text if milliseconds is None else f"{text} ({describe_duration(milliseconds)})"


def _example(entry: Setting) -> str:
    """Return how the value of a duration is written, in .env and in the wizard; nothing for other kinds."""
    if entry.kind is not Kind.DURATION:
        return ""
    milliseconds = _milliseconds(entry, entry.default) if entry.default else None
    short = shortest_duration(milliseconds) if milliseconds else "1h"
    return f"{entry.key}={duration_expression(short) or short} ({describe_duration(milliseconds or 3_600_000)}). In the wizard, you can also type {short}."


def _milliseconds(entry: Setting, text: str) -> float | None:
    from wizard.librechat.math_expression import evaluate

    value = evaluate(text) if entry.kind in (Kind.DURATION, Kind.MINUTES) else None
    return value * 60_000 if value is not None and entry.kind is Kind.MINUTES else value


def _generated(entry: Setting) -> str:
    return ", can be generated" if entry.generate is not None else ""


def releases(entry: Setting) -> str:
    """Return in words which releases of LibreChat read it."""
    if entry.since is None:
        return "none" if entry.unread else "any (read by Node.js, not by LibreChat)"
    return f"since {entry.since}" + (f", until {entry.until}" if entry.until else "")


def _wrapped(text: str, indent: str = "", width: int = _WIDTH) -> list[str]:
    import textwrap

    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=" " * len(indent), break_long_words=False
    )


def _labelled(label: str, text: str, width: int) -> list[str]:
    return _wrapped(text, f"{label + ':':<13}", width) if text else []


def settings_list_text() -> str:
    """Return all settings by section, a line each."""
    return "\n".join(_list_lines()) + "\n"


def _list_lines() -> Iterator[str]:
    width = max(len(entry.key) for entry in catalogue.SETTINGS)
    for number, section in enumerate(catalogue.SECTIONS):
        yield from ("",) * bool(number)
        yield section.title
        yield from _wrapped(section.intro)
        for entry in catalogue.SETTINGS:
            if entry.section == section.id:
                yield f"  {entry.key:<{width}}  {entry.title}"


def settings_json() -> list[dict[str, Any]]:
    """Return all settings as plain data."""
    return [described(entry) for entry in catalogue.SETTINGS]


def described(entry: Setting) -> dict[str, Any]:
    """Return one setting as plain data."""
    return {
        "name": entry.key,
        "section": entry.section,
        "kind": entry.kind.value,
        "title": entry.title,
        "secret": entry.secret,
        "default": entry.default,
        "choices": [choice.value for choice in entry.choices],
        "since": str(entry.since) if entry.since else None,
        "until": str(entry.until) if entry.until else None,
        "renamed_to": entry.renamed_to or None,
        "unread": entry.unread,
        "help": entry.help,
        "empty": entry.empty,
        "consequence": entry.consequence,
        "applies": entry.applies.words if entry.applies else None,
        "required": entry.required.words if entry.required else None,
        "conflicts": list(entry.conflicts),
        "docs": entry.docs,
        "source": list(entry.source_lines),
    }
