"""Compares the settings that the running LibreChat reports with the files: "edited but not applied" is a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from checks.site.instance.findings import recreate_command
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain, some_of
from wizard.basics.redaction import without_credentials
from wizard.deployment.model import Deployment
from wizard.findings import instance as ids
from wizard.librechat.startup_config import VARIABLES, startup_config

_MOST: Final = 12
"""Differences that are shown."""
_NAMED: Final = 3
"""Differences that are named in the sentence."""
ASKED: Final = VARIABLES
"""The keys that are compared, with the variables that make them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One setting that the running LibreChat has otherwise."""

    key: str
    settings: tuple[str, ...]
    running: object
    """As LibreChat says it: hostile until drawn as plain text."""
    files: object


def differences(shown: Mapping[str, Any], deployment: Deployment) -> Iterator[Difference]:
    """Yield what the running LibreChat says differently than the files would make it say.

    A key that it does not show is not a difference: earlier releases do not know all, and librechat.yaml can hide some.
    """
    expected = startup_config(deployment.settings, deployment.release)
    for key, names in ASKED.items():
        if key in shown and key in expected and shown[key] != expected[key]:
            yield Difference(key=key, settings=names, running=shown[key], files=expected[key])
        elif key == "minPasswordLength" and (key in shown) is not (key in expected):
            # The one key that is there only if its variable is set.
            yield Difference(
                key=key, settings=names, running=shown.get(key, "(not set)"), files=expected.get(key, "(not set)")
            )


def applied(shown: Mapping[str, Any], deployment: Deployment, *, remedy: str = "") -> Finding:
    """Report whether the running LibreChat, according to its own settings, runs with those of the files.

    ``remedy`` stands for the usual one, which is to recreate the container.
    """
    found = list(differences(shown, deployment))
    if not found:
        return ids.APPLIED.passed()
    names = tuple(dict.fromkeys(name for difference in found for name in difference.settings))
    few = ", ".join(difference.key for difference in found[:_NAMED]) + (" and others" if len(found) > _NAMED else "")
    return ids.NOT_APPLIED.fail(
        f"LibreChat is running with different settings from those in the files ({few}): the files were edited but not applied, "
        "or another setting overrides them.",
        settings=names,
        remedy=remedy or f"{recreate_command(deployment)} (a plain 'up -d' does not detect a changed .env)",
        evidence=some_of([_difference_text(difference) for difference in found], _MOST),
    )


def _difference_text(difference: Difference) -> str:
    running, files = (without_credentials(str(value)) for value in (difference.running, difference.files))
    return f"{difference.key}: running {plain(running)}, files {plain(files)}"
