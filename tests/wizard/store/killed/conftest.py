"""What the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wizard.store.killed.victims import Victims


@pytest.fixture(scope="session")
def victims() -> Iterator[Victims]:
    """Start the process that forks victims."""
    with Victims() as running:
        yield running
