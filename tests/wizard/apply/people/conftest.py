"""LibreChat's people in a database and scripts of a chosen release."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.wizard.apply.people_stack import PeopleStack, people_stack

MakeStack = Callable[[str], PeopleStack]


@pytest.fixture
def make_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeStack]:
    with ExitStack() as stack:

        def make(release: str) -> PeopleStack:
            made = stack.enter_context(people_stack(tmp_path, release))
            for name, value in made.environment.items():
                monkeypatch.setenv(name, value)
            return made

        yield make


@pytest.fixture
def stack(make_stack: MakeStack) -> PeopleStack:
    """The stack of the newest release whose scripts were recorded."""
    return make_stack("v0.8.8-rc1")
