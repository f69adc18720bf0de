"""Regular expressions that are compiled at first use: a command needs only a few of those in the modules it loads.

Compiling all two hundred takes longer than most commands work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from re import compile as late_pattern

    __all__ = ["late_pattern"]
else:

    class late_pattern:  # noqa: N801 - stands for re.compile
        """What ``re.compile`` returns, made when something of it is asked for; its methods cost nothing more from then on."""

        def __init__(self, text: str | bytes, flags: int = 0) -> None:
            self._given = text, flags

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            import re

            # What re has compiled it keeps: each method is looked up once.
            value = vars(self)[name] = getattr(re.compile(*self._given), name)
            return value
