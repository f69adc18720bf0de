"""What tests of the command line share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.cli.bare_machine import BareMachine
from tests.screens.cli.program import CHECKOUT
from tests.screens.cli.somebodys_folder import CANARY, Machine, fill


@pytest.fixture
def machine(generated_samples: Path) -> Iterator[Machine]:
    """A fresh folder of v0.8.7 that belongs to user 1000, in a place that everybody can reach."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        made = Machine(Path(place))
        fill(made, generated_samples, "v0.8.7")
        made.roots.mkdir()
        (made.roots / "empty").mkdir()
        made.put("roots/shadow", f"root:{CANARY}:1\nJWT_SECRET={CANARY}\n", uid=0, gid=42, mode=0o640)
        made.put("roots/server.key", f"{CANARY}\n", uid=0)
        made.put("roots/important", "important\n", uid=0, mode=0o644)
        yield made


@pytest.fixture
def bare_machine(tmp_path: Path) -> BareMachine:
    """A machine with a checkout in which nothing has been started yet, and no Python."""
    folder = tmp_path / "machine"
    checkout = folder / "a checkout's folder"
    shutil.copytree(CHECKOUT / "tools", checkout / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run", "requirements.txt"):
        shutil.copy(CHECKOUT / name, checkout / name)
    return BareMachine(folder=folder, script=checkout / "run")
