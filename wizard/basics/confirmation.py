"""What a person has confirmed, for the duration of a block."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


class Confirmation:
    """One thing that is not done before a person said so: as a truth value, whether somebody did."""

    def __init__(self) -> None:
        self._states: list[bool] = []

    def __bool__(self) -> bool:
        return bool(self._states and self._states[-1])

    @contextlib.contextmanager
    def given(self, *, accepted: bool = True) -> Iterator[None]:
        """Take it for confirmed during the block, or with ``accepted`` false for not confirmed, whatever holds around it."""
        self._states.append(accepted)
        try:
            yield
        finally:
            self._states.pop()
