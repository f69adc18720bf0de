"""SIGKILL between any two steps: the next start knows, and both ways lead to an end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.screens.cli.program import CHECKOUT
from tests.wizard.apply.stack import Stack
from tests.wizard.apply.victim import killed

NEW = ("APP_TITLE: New", "ALLOW_REGISTRATION: true")
MOMENTS = [(number, moment) for number in range(1, 6) for moment in ("before", "after")]


@pytest.mark.parametrize(("number", "moment"), MOMENTS)
def test_going_on(running: Stack, number: int, moment: str) -> None:
    """Write, start, ready, check, done: five notes; whatever cut them off, the same command goes on."""
    assert killed(running, number, moment, NEW)
    is_known = (number, moment) not in ((1, "before"), (5, "after"))
    assert running.record.exists() == is_known
    if is_known:
        assert "was interrupted" in running.wizard("doctor", "--offline").err
        assert running.record.stat().st_mode & 0o777 == 0o600
    done = running.apply(*NEW)
    assert done.status == 0, done.text
    assert ("was interrupted" in done.err) == is_known
    assert running.told()["appTitle"] == "New"
    assert not running.record.exists()


@pytest.mark.parametrize(("number", "moment"), MOMENTS[1:9:2])
def test_going_back(running: Stack, number: int, moment: str) -> None:
    before = running.files()
    assert killed(running, number, moment, NEW)
    done = running.wizard("restore")
    assert done.status == 0, done.text
    assert running.files() == before
    assert "docker compose up -d --force-recreate" in done.err
    assert not running.record.exists()
    assert "was interrupted" not in running.wizard("doctor", "--offline").err


def test_going_on_and_failing_goes_back_to_what_stood_before_the_cut(running: Stack) -> None:
    before = running.files()
    assert killed(running, 3, "before", NEW)
    running.trouble(New="exits")
    done = running.apply(*NEW)
    assert done.status == 1, done.text
    assert running.files() == before
    assert running.told()["appTitle"] == "Old"


@pytest.mark.parametrize("number", [5, 6, 7])
def test_killed_while_going_back(running: Stack, number: int) -> None:
    """Notes: write, start, ready (fails); back, start-old, done."""
    before = running.files()
    running.trouble(New="exits")
    if not killed(running, number - 1, "after", NEW):
        pytest.fail("it was not killed")
    is_over = number == 7
    assert running.record.exists() != is_over
    done = running.wizard("restore") if not is_over else None
    assert done is None or done.status == 0, done.text
    assert running.files() == before


def test_going_on_after_a_cut_on_the_way_back(running: Stack) -> None:
    running.trouble(New="exits")
    assert killed(running, 4, "after", NEW)
    running.trouble()
    assert "while it was putting the old files back" in running.wizard("doctor", "--offline").err
    done = running.apply(*NEW)
    assert done.status == 0, done.text
    assert running.told()["appTitle"] == "New"
    assert not running.record.exists()


def test_damaged_record_is_told_and_not_acted_upon(running: Stack) -> None:
    running.record.write_text("{")
    assert "its record cannot be read" in running.wizard("doctor", "--offline").err
    done = running.apply(*NEW)
    assert done.status == 0, done.text
    assert not running.record.exists()


def test_another_wizard_at_work_is_no_cut(running: Stack, tmp_path: Path) -> None:
    """While an apply runs, the doctor does not call it cut off."""
    running.trouble(New="never")
    words = ["--answers", str(running.answers(*NEW)), "--apply", "--offline", "--dir", str(running.folder)]
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "wizard", *words],
        cwd=CHECKOUT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**running.environment, "PYTHONPATH": str(CHECKOUT), "HOME": str(tmp_path)},
    ) as child:
        assert child.stderr is not None
        for line in child.stderr:
            if "waiting for LibreChat" in line:
                break
        assert running.record.exists()
        assert "was interrupted" not in running.wizard("doctor", "--offline").err
        child.send_signal(signal.SIGINT)
        rest = child.stderr.read()
        assert child.wait(20) == 130
    assert "was interrupted while LibreChat was starting" in rest
    assert "was interrupted while LibreChat was starting" in running.wizard("doctor", "--offline").err
