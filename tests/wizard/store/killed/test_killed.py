"""SIGKILL at every step and at random instants: each file stays whole, the next run knows, goes on or goes back."""

from __future__ import annotations

import os
import random
import re
import signal
from pathlib import Path
from typing import Final

from tests.rounds import ROUNDS
from tests.wizard.store.killed import scenario
from tests.wizard.store.killed.faults import before_each_call, killing, nothing
from tests.wizard.store.killed.victims import Victims
from wizard.store.folder_store import FolderStore

_KILLED: Final = -signal.SIGKILL


def _fresh(tmp_path: Path, name: object) -> Path:
    folder = tmp_path / str(name)
    scenario.lay_out(folder)
    return folder


def _steps(tmp_path: Path) -> int:
    folder = _fresh(tmp_path, "count")
    with before_each_call(nothing) as calls:
        scenario.write(folder)
    assert scenario.is_all(folder, "new")
    return len(calls.names)


def test_killed_at_every_step(tmp_path: Path, victims: Victims) -> None:
    reported = []
    steps = _steps(tmp_path)
    for call in range(1, steps + 1):
        folder = _fresh(tmp_path, call)
        assert victims.order(folder, call=call)["status"] == _KILLED
        found = FolderStore(folder).interrupted()
        reported.append(() if found is None else tuple(state for _, state in found.files))
        scenario.assert_recovers(folder, finish=call % 2 == 0)
    # The kills must have hit every kind of instant, or this shows nothing.
    assert {(), ("old",) * 5, ("new",) * 5} <= set(reported)
    assert sum(len(set(states)) == 2 for states in reported) >= 4
    assert steps > 60


def test_killed_at_random_instants(tmp_path: Path, victims: Victims) -> None:
    duration = min(victims.order(_fresh(tmp_path, f"timed{number}"))["seconds"] for number in range(5))
    seed = random.randrange(2**32)
    spread = random.Random(seed)
    hits = 0
    for kill in range(ROUNDS.kills):
        folder = _fresh(tmp_path, kill)
        after = spread.uniform(0, duration)
        hits += victims.order(folder, after=after)["status"] == _KILLED
        try:
            scenario.assert_recovers(folder, finish=kill % 2 == 0)
        except AssertionError as error:
            error.add_note(f"seed {seed}, kill {kill}, after {after:.6f} s")
            raise
    assert hits > ROUNDS.kills // 2, "most victims had finished before they were killed: this shows nothing"


def test_killed_again_while_going_back(tmp_path: Path, victims: Victims) -> None:
    """The run that mends a cut one is itself cut, at every step of it."""
    middle = _first_mixed_step(tmp_path, victims)
    steps = _steps_of_restore(tmp_path, victims, middle)
    for call in range(1, steps + 1):
        folder = _fresh(tmp_path, f"again{call}")
        victims.order(folder, call=middle)
        cut = FolderStore(folder).interrupted()
        assert cut is not None
        assert victims.order(folder, work="restore", call=call)["status"] == _KILLED
        scenario.sides(folder)
        store = FolderStore(folder)
        with store.lock():
            store.clean_up()
        assert scenario.strangers(folder) == set()
        scenario.restore(folder, cut.backup)
        assert scenario.is_all(folder, "old")
        assert scenario.strangers(folder) == set()


def _first_mixed_step(tmp_path: Path, victims: Victims) -> int:
    for call in range(_steps(tmp_path / "mixed"), 0, -1):
        folder = _fresh(tmp_path / "mixed", call)
        victims.order(folder, call=call)
        if len(set(scenario.sides(folder).values())) == 2:
            return call
    raise AssertionError("no kill left some files old and some new")


def _steps_of_restore(tmp_path: Path, victims: Victims, middle: int) -> int:
    folder = _fresh(tmp_path, "restored")
    victims.order(folder, call=middle)
    with before_each_call(nothing) as calls:
        scenario.restore(folder)
    assert scenario.is_all(folder, "old")
    return len(calls.names)


def test_a_victim_dies_in_the_middle_of_a_write_call(tmp_path: Path, victims: Victims) -> None:
    """The instrument itself: half a temporary file is there after such a kill, and it is private."""
    folder = _fresh(tmp_path, "count")
    with before_each_call(nothing) as calls:
        scenario.write(folder)
    halves = []
    for call in (number for number, name in enumerate(calls.names, start=1) if name == "write"):
        folder = _fresh(tmp_path, call)
        assert victims.order(folder, call=call)["status"] == _KILLED
        halves += [path for path in folder.iterdir() if re.fullmatch(r"\.\.env\.librechat-wizard-.*\.tmp", path.name)]
    whole = scenario.NEW[".env"]
    assert whole is not None
    sizes = [path.stat().st_size for path in halves]
    assert len(whole.data) // 2 in sizes
    assert {path.stat().st_mode & 0o777 for path in halves} == {0o600}


def test_killing_needs_a_process_of_its_own() -> None:
    """A kill that is not reached harms nobody."""
    with before_each_call(killing(10**9)) as calls:
        os.close(os.open(os.devnull, os.O_RDONLY))
    assert calls.names == ["open"]
