"""A stack for each test, and one that runs already."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wizard.apply.probing import ADA
from tests.wizard.apply.stack import Stack


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    made = Stack(tmp_path)
    yield made
    made.end()


@pytest.fixture
def running(stack: Stack) -> Stack:
    """A stack on which LibreChat runs with the title Old."""
    done = stack.apply("APP_TITLE: Old", "ALLOW_REGISTRATION: false")
    assert done.status == 0, done.text
    stack.did()
    return stack


@pytest.fixture
def used(running: Stack) -> Stack:
    """A stack that runs and has an account."""
    (running.state / "users.json").write_text(json.dumps([ADA]))
    return running


@pytest.fixture
def record(used: Stack) -> Path:
    return used.folder / ".librechat-wizard" / "probe.json"
