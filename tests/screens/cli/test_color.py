"""Color, width and progress on a terminal; none of it where a program reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from screens.cli.parser import COMMANDS
from tests.screens.cli.program import answers, run
from tests.screens.terminal.terminal import Terminal

SampleFolder = Callable[..., Path]
ESCAPE = "\x1b["
FAULTY = "version: 1\nsettings: {EMAIL_ENCRYPTION: ssl, SESSION_EXPIRY: 1500, EMAIL_PORT: 99999}\n"


@pytest.fixture
def folder(sample_folder: SampleFolder) -> Path:
    """A folder whose mail server refuses connections."""
    made = sample_folder("v0.8.7")
    mail = "EMAIL_HOST=127.0.0.1\nEMAIL_PORT=1\nEMAIL_FROM=chat@ours.example\n"
    (made / ".env").write_text(f"{mail}DOMAIN_CLIENT=http://localhost:3080\n", encoding="utf-8")
    return made


def at_a_terminal(*arguments: str | Path, **environment: str) -> str:
    with Terminal(*arguments, size=(80, 200), environment=environment) as terminal:
        terminal.wait()
        return terminal.raw.decode()


def test_the_doctor_shows_at_a_terminal_what_it_does_and_ends_in_a_sentence(folder: Path) -> None:
    raw = at_a_terminal("doctor", "--only", "smtp", "--dir", folder)
    assert "checking: Mail server" in raw
    assert re.search(r"\x1b\[31mFAIL\x1b\[0m  Mail server \(\d+\.\d s\): ", raw)
    last = raw.rstrip().splitlines()
    assert "Mail will not arrive" in " ".join(last[-4:])
    shown = [re.sub(r"\x1b\[[0-9;]*[mK]", "", line).rpartition("\r")[2] for line in raw.splitlines()]
    assert [line for line in shown if len(line) > 80 and "compose stack" not in line] == []


@pytest.mark.parametrize(
    ("words", "environment", "is_colored"),
    [
        ((), {}, True),
        ((), {"NO_COLOR": "1"}, False),
        (("--color", "never"), {}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
    ],
)
def test_colour_at_a_terminal(
    folder: Path, words: tuple[str, ...], environment: dict[str, str], is_colored: bool
) -> None:
    raw = at_a_terminal("doctor", "--only", "rules", "--offline", *words, "--dir", folder, **environment)
    assert ("\x1b[31m" in raw) is is_colored
    assert "FAIL" in raw


def test_a_pipe_gets_colour_only_when_it_is_asked_for(folder: Path) -> None:
    words = ("doctor", "--only", "rules", "--offline", "--dir", folder)
    assert ESCAPE not in run(*words).text
    assert ESCAPE in run(*words, "--color", "always").out
    document = run(*words, "--color", "always", "--json").out
    assert ESCAPE not in document
    json.loads(document)


def test_a_difference_is_coloured(folder: Path) -> None:
    file = answers(folder, "version: 1\nsettings: {APP_TITLE: Ours}\n")
    done = run("--answers", file, "--dir", folder, "--dry-run", "--offline", "--color", "always")
    assert "\x1b[32m+APP_TITLE=Ours\x1b[0m" in done.out


def test_progress_is_one_quiet_line_a_check_where_nobody_looks(folder: Path) -> None:
    done = run("doctor", "--only", "smtp", "--dir", folder)
    assert done.err.count("checking: Mail server\n") == 1
    assert ESCAPE not in done.err
    assert "\r" not in done.err


def test_no_word_of_an_error_is_cut_at_a_terminal(folder: Path) -> None:
    file = answers(folder, FAULTY)
    raw = at_a_terminal("--answers", file, "--dir", folder, TERM="dumb")
    piped = run("--answers", file, "--dir", folder).err
    assert max(map(len, piped.splitlines())) > 80
    # A path is one word.
    assert [line for line in raw.replace("\r", "").splitlines() if len(line) > 80 and " " in line] == []
    assert raw.split() == piped.split()


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_takes_it(command: str) -> None:
    told = run(*filter(None, (command, "--help"))).out
    assert "--color WHEN" in told
    assert "https://" in told
    assert "examples:" in told
    assert max(map(len, told.splitlines())) <= 80 or command != ""
    assert run(*filter(None, (command, "--color=canary"))).err.startswith("librechat-wizard: argument --color")
