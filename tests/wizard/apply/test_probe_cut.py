"""A run that is cut off while its probe account stands: it removes the account itself, or the next run does."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.wizard.apply.probing import MAKE, ONLY, commands, cut, emails, ended, environment, found, program, wait
from tests.wizard.apply.stack import Stack


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("look", signal.SIGTERM),
        ("make", signal.SIGINT),
        ("make", signal.SIGTERM),
        ("sign-in", signal.SIGHUP),
        ("sign-in", signal.SIGTERM),
        ("remove", signal.SIGINT),
    ],
)
def test_cancelled_run_leaves_nothing(used: Stack, record: Path, moment: str, number: signal.Signals) -> None:
    (used.state / "slow").write_text("0.5")
    status, err = cut(used, moment, number)
    assert status == 130, err
    assert emails(used) == ["ada@example.com"], err
    assert not record.exists()


def test_stop_signal_ends_apply_without_a_leftover(used: Stack, record: Path) -> None:
    answers = used.answers("APP_TITLE: New")
    answers.write_text(answers.read_text() + "checks: {login: {create: true}}\n")
    (used.state / "slow").write_text("1")
    child = subprocess.Popen(
        [*program(used), "--answers", str(answers), "--apply"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(used),
    )
    wait(lambda: any("create-user.js" in command for command in commands(used)))
    child.terminate()
    status, err = ended(child)
    assert status == 130, err
    assert emails(used) == ["ada@example.com"], err
    assert not record.exists()
    assert "An earlier --apply was interrupted" in err


@pytest.mark.parametrize("moment", ["look", "make", "sign-in", "remove"])
def test_killed_run_is_made_up_for_by_the_next(used: Stack, record: Path, moment: str) -> None:
    cut(used, moment, signal.SIGKILL)
    if moment == "make":
        wait(lambda: len(emails(used)) == 2)
    was_left = record.exists()
    assert was_left == (moment != "look")
    done = used.wizard(*ONLY)
    assert emails(used) == ["ada@example.com"], done.text
    assert not record.exists()
    assert ("session.probe.leftover" in found(done)) == was_left
    assert ("session.probe.removing" in found(done)) == was_left


def test_account_that_comes_after_the_next_run_is_removed_by_the_one_after(used: Stack, record: Path) -> None:
    """The wizard was killed, and create-user goes on in the container."""
    (used.state / "slow").write_text("4")
    cut(used, "make", signal.SIGKILL)
    done = used.wizard(*ONLY)
    assert found(done)["session.probe.left"]["status"] == "WARN", done.text
    assert record.exists()
    wait(lambda: len(emails(used)) == 2)
    done = used.wizard(*ONLY)
    assert emails(used) == ["ada@example.com"], done.text
    assert not record.exists()


def test_leftover_is_told_where_docker_is_gone(used: Stack, record: Path, tmp_path: Path) -> None:
    cut(used, "sign-in", signal.SIGKILL)
    empty = tmp_path / "empty"
    empty.mkdir()
    done = used.wizard(*ONLY, PATH=str(empty))
    assert found(done)["session.probe.left"]["status"] == "WARN"
    done = used.wizard("doctor", "--offline")
    assert "was interrupted before it removed" in done.err
    assert len(emails(used)) == 2
    assert record.exists()


def test_next_making_removes_the_leftover_first(used: Stack) -> None:
    cut(used, "sign-in", signal.SIGKILL)
    done = used.wizard(*MAKE)
    assert done.status == 0, done.text
    assert {"session.probe.leftover", "session.probe.made", "session.kept"} <= found(done).keys()
    assert emails(used) == ["ada@example.com"]
