"""Completion scripts and the manual page have every command and option that help has."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from screens.cli.completion import SHELLS, completion
from screens.cli.manual import manual
from screens.cli.parser import COMMANDS, options_of
from tests.screens.cli.program import CHECKOUT, run

_ASK = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_librechat_wizard 2>/dev/null
echo "${COMPREPLY[*]}"
"""


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("do",), "doctor"),
        (("doctor", "--mail"), "--mail-to"),
        (("--color", "al"), "always"),
        (("completion", "z"), "zsh"),
        (("--json", "res"), "restore"),
        (("restore", "--fix"), ""),
    ],
)
def test_bash_completes(typed: tuple[str, ...], offered: str, tmp_path: Path) -> None:
    script = tmp_path / "completion"
    script.write_text(run("completion", "bash").out, encoding="utf-8")
    done = subprocess.run(
        ["bash", "-c", _ASK, "bash", script, "librechat-wizard", *typed], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == offered


@pytest.mark.parametrize("shell", SHELLS)
def test_each_script_has_every_command_and_option(shell: str) -> None:
    text = completion(shell)
    for command in COMMANDS:
        assert command in text
        for option in options_of(command):
            assert (f"-l {option.name.removeprefix('--')}" if shell == "fish" else option.name) in text


def test_another_shell_is_refused_by_name() -> None:
    done = run("completion", "tcsh")
    assert done.status == 2
    assert "bash, zsh or fish" in done.err


def test_the_manual_page_has_every_command_and_option() -> None:
    lines = manual().splitlines()
    for command in COMMANDS:
        assert any(line.startswith(f".SS {command}") for line in lines)
        for option in options_of(command):
            assert any(line.startswith(rf"\fB{option.name}".replace("-", r"\-")) for line in lines)
    assert [line for line in lines if line.startswith(("'", ".."))] == []


def test_the_document_of_commands_has_every_command_and_option() -> None:
    text = (CHECKOUT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [command for command in COMMANDS if f"./run {command}" not in text] == []
    options = {one.name for name in ("", *COMMANDS) for one in options_of(name)}
    assert [name for name in sorted(options) if name not in text] == []


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_a_script_says_how_to_load_it_as_this_program_was_started(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBRECHAT_WIZARD_STARTED_AS", "/opt/wizard/run")
    text = completion(shell)
    assert f"/opt/wizard/run completion {shell}" in text.splitlines()[0]
    assert shell == "fish" or text.endswith(" /opt/wizard/run\n")
