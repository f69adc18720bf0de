"""The effective value of a setting in a folder, and its origin: for ``settings NAME --dir`` and the help of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from wizard.deployment.effective import EffectiveConfiguration, EffectiveValue
    from wizard.librechat.releases import Release


def effective_in(folder: Path, *, is_sure: bool) -> EffectiveConfiguration | None:
    """Return the effective configuration of a folder; ``None`` if it is not a LibreChat folder and ``is_sure`` is false.

    ``InvalidInput`` if ``is_sure`` and the folder cannot be read.
    """
    from wizard.answers.model import Answers
    from wizard.basics.problem import InvalidInput
    from wizard.deployment.assembled import deployment
    from wizard.deployment.snapshot import take

    try:
        return deployment(take(folder, Answers()), {}).effective
    except InvalidInput:
        if is_sure:
            raise
        return None


def release_in(folder: Path, *, is_sure: bool) -> Release | None:
    """Return the LibreChat release of a folder; as :func:`effective_in` for what is none."""
    from wizard.answers.model import Answers
    from wizard.basics.problem import InvalidInput
    from wizard.deployment.snapshot import take

    try:
        return take(folder, Answers()).release
    except InvalidInput:
        if is_sure:
            raise
        return None


def effective_text(name: str, here: EffectiveConfiguration) -> str:
    """Return a sentence with the effective value, its origin, and the lines that have no effect."""
    from wizard.rules.origins import described

    found = here.values.get(name)
    if found is not None:
        return f"{described(found)}."
    return (
        f"{name} is not set."
        if here.service
        else "Could not determine which service runs LibreChat, so the value is unknown."
    )


def with_effective(entry: Mapping[str, Any], here: EffectiveConfiguration | None) -> dict[str, Any]:
    """Return a setting's data for ``--json`` with its effective value; unchanged without a folder."""
    if here is None:
        return dict(entry)
    found = here.values.get(entry["name"])
    effective = None
    if found is not None:
        effective = {
            **_place(found, is_secret=entry["secret"]),
            "shadowed": [_place(other, is_secret=entry["secret"]) for other in found.shadowed],
        }
    return {**entry, "effective": effective}


def _place(found: EffectiveValue, *, is_secret: bool) -> dict[str, Any]:
    origin = {"mechanism": found.origin.mechanism.value, "file": found.origin.file, "line": found.origin.line}
    return {"value": None if is_secret else found.value, "origin": origin}
