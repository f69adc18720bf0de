"""A run does its work whoever reads its output, and its exit status says what came of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.cli.program import CHECKOUT, answers

SampleFolder = Callable[..., Path]
_ANSWERS = "version: 1\naccess: localhost\nsettings: {ALLOW_REGISTRATION: false}\n"
_LOST = "The output could not be written (No space left on device)."
_GONE = {
    "its reader has gone": ("| true", 0),
    "the reader of both has gone": ("2>&1 | true", 0),
    "the reader of the errors has gone": ("2>&1 >/dev/null | true", 0),
    "standard output is closed": (">&-", 0),
    "standard error is closed": ("2>&-", 0),
    "both are closed": (">&- 2>&-", 0),
    "no room for errors": ("2>/dev/full", 0),
    "no room for the output": (">/dev/full", 3),
    "no room for anything": (">/dev/full 2>&1", 3),
}


def shell(words: str, ending: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    """Run the program in a shell that puts ``ending`` behind the command; the status is the program's own."""
    # The reader goes before the first byte comes.
    script = f'exec 3>&1; {{ {{ sleep 0.1; "$0" -P -m wizard {words} 3>&- 4>&-; echo $? >&4; }} {ending}; }} 4>&3'
    return subprocess.run(
        ["/bin/bash", "-c", script, sys.executable, *map(str, arguments)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("way", _GONE)
@pytest.mark.parametrize("flag", ["", "--json"])
def test_answers_are_written_whoever_reads(sample_folder: SampleFolder, way: str, flag: str) -> None:
    folder = sample_folder("v0.8.7")
    ending, status = _GONE[way]
    done = shell(f'--answers "$1" --offline --dir "$2" {flag}', ending, answers(folder, _ANSWERS), folder)
    assert done.stdout.split("\n")[-2] == str(status), done.stderr
    assert (folder / ".env").exists()
    assert (_LOST in done.stderr) is (status == 3 and "2>&1" not in ending)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("way", _GONE)
def test_doctor_ends_with_what_it_found(sample_folder: SampleFolder, way: str) -> None:
    folder = sample_folder("v0.8.7")
    ending, status = _GONE[way]
    for flag in ("", "--json"):
        found = shell(f'doctor --offline --dir "$1" {flag}', ">/dev/null 2>&1", folder).stdout.strip()
        done = shell(f'doctor --offline --dir "$1" {flag}', ending, folder)
        assert found == "1"
        assert done.stdout.split("\n")[-2] == (str(status) if status else found), done.stderr
        assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("way", _GONE)
@pytest.mark.parametrize("words", ["--help", "schema", "settings", "--version"])
def test_what_only_prints_is_done(way: str, words: str) -> None:
    ending, status = _GONE[way]
    done = shell(words, ending)
    assert done.stdout.split("\n")[-2] == str(status), done.stderr


def test_restore_puts_back_where_nobody_reads(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    shell('--answers "$1" --offline --dir "$2"', ">/dev/null", answers(folder, _ANSWERS), folder)
    assert (folder / ".env").exists()
    done = shell('restore --dir "$1"', "2>&1 | true", folder)
    assert done.stdout.strip() == "0"
    assert not (folder / ".env").exists()


def test_a_pipe_that_does_not_wait_loses_nothing() -> None:
    script = (
        "import fcntl, os, subprocess, sys, time\n"
        "ours, theirs = os.pipe()\n"
        "fcntl.fcntl(theirs, fcntl.F_SETFL, os.O_NONBLOCK)\n"
        "child = subprocess.Popen([sys.executable, '-P', '-m', 'wizard', 'settings', '--json'], stdout=theirs)\n"
        "os.close(theirs)\n"
        "time.sleep(1)\n"
        "sys.stdout.write(open(ours).read())\n"
        "sys.exit(child.wait())\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) > 100
