"""The completion scripts in the real shells: bash, zsh at a terminal, and fish; each offers the same."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screens.cli.completion import completion
from tests.judge import JUDGES, need_path
from tests.screens.terminal.terminal import Terminal

CASES = (
    ("librechat-wizard do", "doctor"),
    ("librechat-wizard --json res", "restore"),
    ("librechat-wizard --dir /tmp doc", "doctor"),
    ("librechat-wizard --color al", "always"),
    ("librechat-wizard completion z", "zsh"),
    ("librechat-wizard doctor --mail", "--mail-to"),
    ("librechat-wizard users unb", "unban"),
    ("librechat-wizard keys rotate cr", "creds"),
    ("librechat-wizard explain {files}/some", "{files}/some-log.txt"),
    ("librechat-wizard doctor --bundle {files}/some", "{files}/some-log.txt"),
    ("./run doct", "doctor"),
    ("librechat-wizard restore --fix", ""),
)
"""What is typed, and the one word that its last word becomes; nothing: it stays as it is."""
_BASH = """
source "$1"; shift
read -ra COMP_WORDS <<<"$1"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
read -ra rule <<<"$(complete -p "${COMP_WORDS[0]}")"; "${rule[2]}" 2>/dev/null
echo "${COMPREPLY[*]}"
"""
Complete = Callable[[str], str]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file, and with the program as ``./run``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIBRECHAT_WIZARD_STARTED_AS", "./run")
    (tmp_path / "some-log.txt").touch()
    (tmp_path / "run").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "run").chmod(0o755)
    return tmp_path


def unpacked(*parts: str) -> Path:
    return need_path("zsh and fish", JUDGES.joinpath("shells", *parts))


@pytest.fixture
def bash(checkout: Path) -> Complete:
    script = checkout / "completion"
    script.write_text(completion("bash"), encoding="utf-8")

    def ask(typed: str) -> str:
        done = subprocess.run(["bash", "-c", _BASH, "bash", script, typed], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    return ask


@pytest.fixture
def fish(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Complete:
    # It finds its own functions beside the folder that its program stands in.
    home = tmp_path_factory.mktemp("fish")
    (home / "bin").mkdir()
    program = shutil.copy(unpacked("usr", "bin", "fish"), home / "bin" / "fish")
    (home / "share").symlink_to(unpacked("usr", "share"))
    (home / "etc").symlink_to(unpacked("etc"))
    script = home / "completion"
    script.write_text(completion("fish"), encoding="utf-8")
    libraries = ":".join(map(str, unpacked("usr", "lib").glob("*-linux-*")))
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "LD_LIBRARY_PATH": libraries}

    def ask(typed: str) -> str:
        done = subprocess.run(
            [program, "--no-config", "-c", f"source {script}; complete -C '{typed}'"],
            cwd=checkout, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stderr == ""
        return " ".join(line.partition("\t")[0] for line in done.stdout.splitlines())

    return ask


@pytest.fixture
def zsh(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Complete]:
    home = tmp_path_factory.mktemp("zsh")
    (home / "_librechat-wizard").write_text(completion("zsh"), encoding="utf-8")
    modules = next(unpacked("usr", "lib").glob("*/zsh/*"))
    own = unpacked("usr", "share", "zsh", "functions")
    folders = " ".join(map(str, (home, own / "Completion", *(own / "Completion").glob("*/"))))
    program = str(unpacked("bin", "zsh"))
    with Terminal("-f", "-i", program=(program,), size=(150, 24), environment={"HOME": str(home)}) as terminal:
        terminal.type(f"PS1='%%''> '; module_path=({modules}); fpath=({folders})\r")
        terminal.type(f"cd {checkout}; autoload -Uz compinit; compinit -u -D; clear; echo rea''dy\r")
        terminal.until("ready %>")

        asked = itertools.count()

        def ask(typed: str) -> str:
            number = next(asked)
            # The line is completed, then made the argument of a command that prints it: nothing has to be waited for.
            terminal.process.send(f"{typed}\t\x01clear; print -r -- '<\x05'\\>{number}\r")
            terminal.until(f">{number} %>")
            word = terminal.flat.partition("<")[2].partition(">")[0].split()[-1]
            return "" if word == typed.rsplit(maxsplit=1)[-1] else word

        yield ask


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_each_shell_completes(shell: str, checkout: Path, request: pytest.FixtureRequest) -> None:
    ask: Complete = request.getfixturevalue(shell)
    answered = {typed: ask(typed.format(files=checkout)) for typed, _ in CASES}
    assert answered == {typed: word.format(files=checkout) for typed, word in CASES}


def test_what_a_shell_says_of_a_word_is_whole(checkout: Path, fish: Complete) -> None:
    script = completion("fish") + completion("zsh")
    assert "check LibreChat\\'s own secrets" in script, "an apostrophe is lost"
    assert "check LibreChat'\\''s own secrets" in script
    assert fish("librechat-wizard keys stat") == "status"
    del checkout
