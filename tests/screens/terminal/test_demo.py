"""Practice: the whole product in a few keys, with mail that arrives, and nothing left behind."""

from __future__ import annotations

import json
import re
import signal
import ssl
import sys
import urllib.request
from pathlib import Path

from tests.patience import wait_until
from tests.screens.terminal.terminal import Terminal


def leftovers(room: Path) -> list[str]:
    return sorted(path.name for path in room.iterdir())


def test_newcomer_sees_the_whole_product(tmp_path: Path) -> None:
    with Terminal("demo", environment={"TMPDIR": str(tmp_path)}, size=(120, 40)) as terminal:
        terminal.until("PRACTICE: nothing here is real")
        terminal.until("step 1 of 8")
        addresses = re.findall(r"https?://127\.0\.0\.1:\d+", terminal.flat)
        for number in range(2, 6):
            terminal.press("ctrl-n")
            terminal.until(f"step {number} of 8")
            terminal.press("f5")
        terminal.press("ctrl-n")
        terminal.until("0 failed")
        terminal.press("ctrl-n")
        terminal.until("Ctrl+W writes ")
        terminal.press("ctrl-w")
        terminal.until("confirmation email has arrived")
        insecure = ssl.create_default_context()
        insecure.check_hostname = False
        insecure.verify_mode = ssl.CERT_NONE  # the stand-in's certificate is its own
        for address in addresses:
            url = f"{address}/api/config"
            with urllib.request.urlopen(url, context=insecure, timeout=60) as answer:  # noqa: S310 - found on the screen
                assert json.load(answer)["registrationEnabled"] is False
        terminal.process.send("\x1b[23~")
        terminal.until("Verify your email")
        terminal.press("escape", "enter")
        assert terminal.wait() == 0
    assert leftovers(tmp_path) == []


def test_practice_line_by_line(tmp_path: Path) -> None:
    with Terminal("demo", "--plain", environment={"TMPDIR": str(tmp_path)}, size=(120, 60)) as terminal:
        terminal.until("PRACTICE")
        terminal.type(":go mail\r")
        terminal.until("Mail provider")
        terminal.type(":recommended\r")
        terminal.until("EMAIL_HOST")
        terminal.type(":go access\r")
        terminal.until("(access)")
        terminal.type("localhost\r")
        terminal.type(":go review\r")
        terminal.until("or back")
        terminal.type("write anyway\r" if "write anyway" in terminal.flat else "write\r")
        terminal.until("This was a practice run. Its folder is removed when you leave.")
        terminal.until("Verify your email")
        terminal.type("\r")
        assert terminal.wait() == 0
    assert leftovers(tmp_path) == []


def test_practice_that_is_killed_leaves_nothing_in_the_callers_folder(tmp_path: Path) -> None:
    with Terminal("demo", environment={"TMPDIR": str(tmp_path)}) as terminal:
        terminal.until("step 1 of")
        terminal.press("ctrl-c")
        assert terminal.wait() == 130
    assert leftovers(tmp_path) == []


def test_mail_and_sign_in_are_tried_live(tmp_path: Path) -> None:
    with Terminal("demo", environment={"TMPDIR": str(tmp_path)}, size=(100, 40)) as terminal:
        terminal.until("step 1 of 8")
        terminal.press("ctrl-n")
        terminal.until("step 2 of 8")
        terminal.press("f5", "ctrl-n", "ctrl-n")
        terminal.until("step 4 of 8")
        terminal.press("f5", "ctrl-t")
        terminal.until("Test the mail server")
        terminal.until("would accept LibreChat's mail")
        terminal.press("f5")
        terminal.until("would accept LibreChat's mail")
        terminal.press("escape")
        terminal.until("Test the mail server", gone=True)
        terminal.press("ctrl-n", "ctrl-n", "ctrl-n")
        terminal.until("Ctrl+W writes ")
        terminal.press("ctrl-w")
        terminal.until("confirmation email has arrived")
        terminal.press("ctrl-t")
        terminal.until("browser <--- sign-in cookie ------ LibreChat")
        terminal.until("stay signed in.")
        terminal.until("0 failed")
        terminal.press("escape", "enter")
        assert terminal.wait() == 0


def test_what_became_of_a_typed_code_is_in_sight(tmp_path: Path) -> None:
    with Terminal("demo", environment={"TMPDIR": str(tmp_path)}, size=(80, 24)) as terminal:
        terminal.until("step 1 of 8")
        terminal.press("ctrl-n")
        terminal.until("step 2 of 8")
        terminal.press("f5", "ctrl-n", "ctrl-n")
        terminal.until("step 4 of 8")
        terminal.press("f5", "ctrl-t")
        terminal.until("offers no encryption")
        terminal.press("f8")
        terminal.until("Type the code from the email")
        for left in ("2 attempts left", "1 attempt left", "No attempts left"):
            terminal.type("AAAA-BBBB\r")
            terminal.until(left)
        assert "the code from the email" not in terminal.flat, "a field that takes nothing any more"
        terminal.press("f8")
        terminal.until("Type the code from the email")
        terminal.process.send("\x1b[23~")
        terminal.until("Practice mailbox")
        codes: list[str] = []

        def has_code() -> bool:
            # The title can be read before the rest of its frame has arrived.
            terminal.read()
            codes[:] = re.findall(r"[B-Z]{4}-[B-Z]{4}", terminal.flat)
            return bool(codes)

        wait_until(has_code, lambda: terminal.text)
        terminal.press("escape")
        terminal.until("Practice mailbox", gone=True)
        terminal.type(f"{codes[0]}\r")
        terminal.until("The email arrived.")
        terminal.press("escape", "ctrl-c")
        terminal.until("Leave the wizard?")
        assert "keep my answers" not in terminal.flat
        terminal.press("tab", "enter")
        assert terminal.wait() == 130
    assert leftovers(tmp_path) == []


def test_mail_and_sign_in_are_tried_line_by_line(tmp_path: Path) -> None:
    with Terminal("demo", "--plain", environment={"TMPDIR": str(tmp_path)}, size=(120, 60)) as terminal:
        terminal.until("PRACTICE")
        terminal.type(":go mail\r")
        terminal.until("Mail provider")
        terminal.type(":recommended\r")
        terminal.until("EMAIL_HOST")
        terminal.type(":test\r")
        terminal.until("would accept LibreChat's mail")
        terminal.type(":go review\r")
        terminal.until("or back")
        terminal.type(":test\r")
        terminal.until("stay signed in.")
        terminal.kill(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
    assert leftovers(tmp_path) == []


def test_practice_line_by_line_is_gone_when_its_terminal_closes(tmp_path: Path) -> None:
    """The kernel then sends SIGHUP to it, and another one when the shell ends, while it cleans up."""
    shell = ("/bin/sh", "-c", f"{sys.executable} -P -m wizard demo --plain; :")
    with Terminal(program=shell, environment={"TMPDIR": str(tmp_path)}) as terminal:
        terminal.until("PRACTICE")
        terminal.type(":go EMAIL_PASSWORD\r")
        terminal.until("hidden>")
        assert leftovers(tmp_path) != []
        terminal.process.close(force=False)
        wait_until(lambda: leftovers(tmp_path) == [], "the practice's folder is still there")
