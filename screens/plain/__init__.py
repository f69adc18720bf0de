"""The wizard as line prompts: for screen readers, serial lines and dumb terminals. No cursor movement, no color."""

from screens.plain.steps import run

__all__ = ["run"]
