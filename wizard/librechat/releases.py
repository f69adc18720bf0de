"""LibreChat releases: their order, and the names and features that each introduced."""

from __future__ import annotations

from dataclasses import dataclass
from functools import total_ordering
from typing import Final

from wizard.basics.patterns import late_pattern

_LONGEST: Final = 40
_FORM: Final = late_pattern(r"v?(\d+)\.(\d+)\.(\d+)(?:-rc(\d*))?$")


@total_ordering
@dataclass(frozen=True, slots=True)
class Release:
    """A release tag of danny-avila/LibreChat, ordered as released: ``v0.8.6-rc1 < v0.8.6 < v0.8.7``."""

    major: int
    minor: int
    patch: int
    candidate: int | None = None
    """Number of the release candidate, ``None`` for a final release (``-rc`` alone, as in v0.7.3-rc, is 0)."""

    @classmethod
    def parse(cls, text: str) -> Release:
        """Read ``v0.8.7``, ``0.8.7`` or ``v0.8.8-rc1``; ``ValueError`` for anything else."""
        if len(text) > _LONGEST or not (match := _FORM.match(text.strip())):
            raise ValueError(f"{text!r} is not a LibreChat release")
        major, minor, patch, candidate = match.groups()
        return cls(int(major), int(minor), int(patch), None if candidate is None else int(candidate or 0))

    def _key(self) -> tuple[int, int, int, float]:
        candidate = float("inf") if self.candidate is None else float(self.candidate)
        return (self.major, self.minor, self.patch, candidate)

    def __lt__(self, other: Release) -> bool:
        return self._key() < other._key()

    def __str__(self) -> str:
        candidate = "" if self.candidate is None else f"-rc{self.candidate or ''}"
        return f"v{self.major}.{self.minor}.{self.patch}{candidate}"


NEWEST: Final = Release(0, 8, 8)
"""The newest release that the wizard knows, from its documentation and parts of its source; nothing of it was run."""
RECORDED: Final = Release(0, 8, 8, 1)
"""The newest release whose whole code was read and whose answers were recorded (v0.8.8-rc1, commit eaef87fa2)."""
