"""LibreChat releases: their order, and the names and features that each introduced."""

from math import inf
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern

_LONGEST: Final = 40
_FORM: Final = late_pattern(r"v?(\d+)\.(\d+)\.(\d+)(?:-rc(\d*))?$")


class Release(NamedTuple):
    """A release tag of danny-avila/LibreChat, ordered as released: ``v0.8.6-rc1 < v0.8.6 < v0.8.7``."""

    major: int
    minor: int
    patch: int
    candidate: float = inf
    """Number of the release candidate (``-rc`` alone, as in v0.7.3-rc, is 0); infinite for a final release, which comes after them."""

    @classmethod
    def parse(cls, text: str) -> "Release":
        """Read ``v0.8.7``, ``0.8.7`` or ``v0.8.8-rc1``; ``ValueError`` for anything else."""
        if len(text) > _LONGEST or not (match := _FORM.match(text.strip())):
            raise ValueError(f"{text!r} is not a LibreChat release")
        major, minor, patch, candidate = match.groups()
        return cls(int(major), int(minor), int(patch), inf if candidate is None else int(candidate or 0))

    def __str__(self) -> str:
        candidate = "" if self.candidate == inf else f"-rc{self.candidate or ''}"
        return f"v{self.major}.{self.minor}.{self.patch}{candidate}"


NEWEST: Final = Release(0, 8, 8)
"""The newest release that the wizard knows, from its documentation and parts of its source; nothing of it was run."""
RECORDED: Final = Release(0, 8, 8, 1)
"""The newest release whose whole code was read and whose answers were recorded (v0.8.8-rc1, commit eaef87fa2)."""
