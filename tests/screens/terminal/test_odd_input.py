"""What nobody means to type or to set up: a message, never the end of the wizard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.cli.program import CHECKOUT
from tests.screens.terminal.operators import answer_full_screen
from tests.screens.terminal.terminal import Terminal, wizard


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    return sample_folder("v0.8.7")


def look_up(terminal: Terminal, name: str) -> None:
    terminal.press("f3")
    terminal.until("Find a setting")
    terminal.type(name)
    terminal.press("enter")
    terminal.until("Find a setting", gone=True)
    terminal.until(name[:30])


def save_as(terminal: Terminal, name: str) -> None:
    terminal.press("f10")
    terminal.until("Save the answers as")
    terminal.press("end", "ctrl-u")
    terminal.type(f"{name}\r")


def is_refused(terminal: Terminal, name: str) -> None:
    """Wait until the dialog says that nothing was written; it stays open, with the name to correct."""
    # Single words: where the lines of the message break depends on the length of the folder's name.
    terminal.until("written.")
    assert "Nothing" in terminal.flat
    assert "Save the answers as" in terminal.flat
    assert name in terminal.flat
    terminal.press("escape")
    terminal.until("Save the answers as", gone=True)


def test_keyboard_that_is_not_utf8(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        look_up(terminal, "APP_TITLE")
        terminal.process.send(b"Caf\xe9 am Markt")
        terminal.until("Caf\ufffd am Markt")
        terminal.process.send(b"\xff\xfe\xc3")
        terminal.settle()
        terminal.press("ctrl-n")
        terminal.until("Checks")
        assert terminal.process.isalive()


def test_password_manager_that_types_at_once(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        look_up(terminal, "EMAIL_USERNAME")
        terminal.type("chat@example.com\tcanary-Pa55\tlibrechat@example.com\x0e")
        terminal.until("Providers step")
        journal = (folder / ".librechat-wizard" / "draft.json").read_text(encoding="utf-8")
        assert json.loads(journal)["entries"] == {
            "settings.EMAIL_USERNAME": {"text": "chat@example.com"},
            "settings.EMAIL_PASSWORD": {"secret": True},
            "settings.EMAIL_FROM": {"text": "librechat@example.com"},
        }
        assert "canary" not in journal
        assert "canary" not in terminal.raw.decode(errors="replace")


def test_whole_line_of_keys_typed_ahead(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        terminal.type("\x1bORAPP_TITLE\rAhead\x0e\x10\x1bOQ\x1b[F\r")
        terminal.until("Review step")
        journal = (folder / ".librechat-wizard" / "draft.json").read_text(encoding="utf-8")
        assert json.loads(journal)["entries"] == {"settings.APP_TITLE": {"text": "Ahead"}}


def test_home_of_nobody(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        answer_full_screen(terminal, "access", "https-proxy")
        answer_full_screen(terminal, "proxy.certificate", "files")
        answer_full_screen(terminal, "proxy.certificate_file", "~nobody-of-that-name/x.pem")
        terminal.until("x Access")
        save_as(terminal, "~nobody-of-that-name/x.yaml")
        is_refused(terminal, "~nobody-of-that-name/x.yaml")
        assert terminal.process.isalive()
    assert not list(folder.glob("*nobody*"))


def test_answers_are_not_saved_as_a_file_of_librechat(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        answer_full_screen(terminal, "access", "localhost")
        save_as(terminal, ".env")
        is_refused(terminal, ".env")
        assert not (folder / ".env").exists()


@pytest.mark.parametrize("name", ["APP_TITLE", "EMAIL_PASSWORD"])
def test_paste_of_megabytes_is_refused_with_a_message(folder: Path, name: str) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        look_up(terminal, name)
        terminal.type("before")
        terminal.paste("A, b" * 500_000)
        terminal.until("longer than 64 KiB")
        terminal.paste("c" * 60_000)
        terminal.press("ctrl-n")
        terminal.settle(0.3)
        journal = folder / ".librechat-wizard" / "draft.json"
        assert 10 < journal.stat().st_size < 70_000
        assert ("beforeccc" in journal.read_text(encoding="utf-8")) is (name == "APP_TITLE")


def test_theme_of_the_environment_that_there_is_not(folder: Path) -> None:
    with wizard(folder, environment={"TEXTUAL_THEME": "no-such-theme"}) as terminal:
        terminal.until("step 1 of")
        terminal.press("ctrl-n")
        terminal.until("step 2 of")
        assert terminal.process.isalive()


@pytest.mark.parametrize("at", ["", ":go checks", ":go review", ":quit"])
def test_line_prompts_bear_a_line_that_is_too_long_everywhere(folder: Path, at: str) -> None:
    with wizard(folder, "--plain", size=(120, 50)) as terminal:
        terminal.until("> ")
        terminal.type(":go APP_TITLE\r")
        terminal.until("(APP_TITLE)")
        terminal.type("x\r")
        terminal.settle()
        if at:
            terminal.type(f"{at}\r")
            terminal.until({":go checks": "Enter to continue>", ":go review": "or back", ":quit": "or stay"}[at])
        terminal.type("y" * 5000 + "\r")
        terminal.until("was truncated")
        terminal.settle()
        assert terminal.process.isalive()


def test_line_prompts_save_under_no_file_name(folder: Path) -> None:
    with wizard(folder, "--plain", size=(120, 50)) as terminal:
        terminal.until("> ")
        terminal.type(":save a\x16\x00b\r")
        terminal.until("not a file name")
        terminal.type(":save ~nobody-of-that-name/x\r")
        terminal.until("Nothing was written")
        assert terminal.process.isalive()
    assert not list(folder.glob("*nobody*"))


@pytest.mark.parametrize(
    ("how", "status", "message"),
    [
        ("<&-", 2, "--answers FILE"),
        (">&-", 2, "--answers FILE"),
        (">/dev/full", 130, "answers are kept"),
        ("| true", 130, "answers are kept"),
    ],
)
@pytest.mark.parametrize("plain", ["", "--plain"])
def test_closed_or_full_standard_streams(folder: Path, how: str, status: int, message: str, plain: str) -> None:
    # Standard output of the pipeline is for the status, which is not the one of its last part.
    line = f"{{ sleep 0.3; {sys.executable} -P -m wizard {plain} --dir {folder}; echo $? >&3; }} {how}"
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec 3>&1; {line}"],
        stdin=subprocess.PIPE,
        capture_output=True,
        text=True,
        check=False,
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "TERM": "xterm", "LANG": "C.UTF-8"},
    )
    assert done.stdout.strip() == str(status), done
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert "broke" not in done.stderr


def test_escape_then_a_digit_is_an_f_key(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        # Both in one packet, as a slow line delivers them; Escape and the digit apart are tried in process, without a clock.
        terminal.type("\x1b2")
        terminal.until("Go to a step")
        terminal.type("\x1b")
        terminal.until("Go to a step", gone=True)
        terminal.type("\x1b3")
        terminal.until("Find a setting")
        terminal.type("\x1b")
        terminal.until("Find a setting", gone=True)
        terminal.type("\x1bn")
        terminal.until("step 2 of")
