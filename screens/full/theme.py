"""The color themes: calm, with one accent. A 16-color terminal keeps its own colors."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

from textual.theme import Theme

from wizard.basics.status import Status

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from pathlib import Path

STYLES: Final = {
    Status.FAIL: "$text-error",
    Status.UNKNOWN: "$text-warning",
    Status.WARN: "$text-warning",
    Status.PASS: "$text-success",
}
"""The color of a finding's sign."""
DARK: Final = Theme(
    name="wizard-dark",
    primary="#6cb6c9",
    secondary="#8fa3b8",
    accent="#d9b36c",
    warning="#e0af4f",
    error="#e8796f",
    success="#7fbf7f",
    foreground="#d6dbe0",
    background="#14181d",
    surface="#1a2027",
    panel="#232b34",
    dark=True,
    variables={"footer-key-foreground": "#6cb6c9", "input-selection-background": "#6cb6c9 35%"},
)
LIGHT: Final = Theme(
    name="wizard-light",
    primary="#12667a",
    secondary="#4a5d70",
    accent="#8a5a00",
    warning="#8f5b00",
    error="#b3261e",
    success="#2b6e2b",
    foreground="#1c232b",
    background="#fbfaf7",
    surface="#f2f0ea",
    panel="#e6e3da",
    dark=False,
    variables={"footer-key-foreground": "#12667a", "input-selection-background": "#12667a 35%"},
)


def is_light(environment: Mapping[str, str]) -> bool:
    """Return whether the terminal says that its ground is light: COLORFGBG, whose last number is the background."""
    background = environment.get("COLORFGBG", "").rpartition(";")[2]
    return background in ("7", "15")


def _memory(environment: Mapping[str, str]) -> Path | None:
    """Return the file that keeps whether a person wants a light ground; ``None`` if nobody has a home."""
    from pathlib import Path

    home = environment.get("XDG_CONFIG_HOME", "") or (
        f"{environment['HOME']}/.config" if environment.get("HOME") else ""
    )
    return Path(home) / "librechat-wizard" / "ground" if home.startswith("/") else None


def remembered(environment: Mapping[str, str] = os.environ) -> bool | None:
    """Return whether a light ground was chosen with F12 in an earlier run; ``None`` if nothing was."""
    place = _memory(environment)
    try:
        return None if place is None else {"light": True, "dark": False}.get(place.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None


def remember(name: str, environment: Mapping[str, str] = os.environ) -> None:
    """Keep the choice for the next start; if that cannot be, it holds for this run alone."""
    place = _memory(environment)
    with contextlib.suppress(OSError):
        if place is not None:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            place.write_text("light\n" if name in (LIGHT.name, "ansi-light") else "dark\n", encoding="ascii")


def first_theme(color_system: str | None, known: Container[str], environment: Mapping[str, str] = os.environ) -> str:
    """Return the initial theme: TEXTUAL_THEME if it names a ``known`` one, else what the terminal can do."""
    if (wanted := environment.get("TEXTUAL_THEME", "")) in known:
        return wanted
    light = is_light(environment)
    if (chosen := remembered(environment)) is not None:
        light = chosen
    # NO_COLOR (no-color.org): the terminal's own ground, too; a grey one is a box on a white terminal.
    if color_system == "standard" or environment.get("NO_COLOR"):
        return "ansi-light" if light else "ansi-dark"
    return LIGHT.name if light else DARK.name
