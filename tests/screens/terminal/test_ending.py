"""However it ends, the terminal is as before, nothing is given away, and the answers are kept."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.patience import wait_until
from tests.rounds import of_each_kind
from tests.screens.terminal.operators import answer_full_screen
from tests.screens.terminal.terminal import Terminal, wizard

CANARY = "canary-Pa55-word"
RESTORED = ("\x1b[?1049l", "\x1b[?25h", "\x1b[?1000l", "\x1b[?2004l")
"""Normal screen, cursor, no mouse reports, no bracketed paste."""

CRASHING = f"""
import sys
import time
from importlib import import_module
module, name, method = sys.argv.pop(1).split(":")
owner = getattr(import_module(module), name)
whole = getattr(owner, method)
def broken(self, *args, **kwargs):
    password = "{CANARY}"
    interview = getattr(self, "interview", None)
    if interview is not None and "settings.EMAIL_PASSWORD" not in interview.draft.entries:
        return whole(self, *args, **kwargs)
    raise ValueError(password)
setattr(owner, method, broken)
from screens.cli.main import main
sys.exit(main())
"""


@pytest.fixture
def folder(sample_folder: Callable[..., Path]) -> Path:
    return sample_folder("v0.8.7")


PLACES = (
    "screens.full.questions_screen:QuestionsScreen:begin",
    "screens.full.questions_screen:QuestionsScreen:action_recommend",
    "screens.full.checks_screen:ChecksScreen:begin",
    "screens.full.review_screen:ReviewScreen:begin",
    "screens.full.checks_screen:ChecksScreen:_run_checks",
    "screens.full.proposal_screen:ProposalScreen:work_out",
    "screens.full.step_screen:StepScreen:refresh_frame",
    "screens.full.app:WizardApp:action_next_step",
    "screens.full.app:WizardApp:write",
)
"""Where the program breaks: as a screen opens, as a key is pressed, in a thread, while it draws, as it writes."""
USUAL = (PLACES[0], PLACES[1], PLACES[4], PLACES[6], PLACES[8])


@pytest.mark.parametrize("place", of_each_kind(PLACES, USUAL))
def test_crash_gives_nothing_away_and_keeps_the_answers(folder: Path, place: str) -> None:
    program = (sys.executable, "-P", "-c", CRASHING, place)
    with Terminal("--dir", folder, program=program) as terminal:
        terminal.until("step 1 of")
        answer_full_screen(terminal, "APP_TITLE", "Kept")
        answer_full_screen(terminal, "EMAIL_PASSWORD", CANARY)
        for keys in ("f5", "ctrl-p", "ctrl-n", "ctrl-n", "ctrl-n", "ctrl-n"):
            if terminal.process.isalive():
                terminal.settle(0.5)
                terminal.press(keys)
        if place.endswith(":write"):
            terminal.until("Ctrl+W writes ")
            terminal.press("ctrl-w")
        assert terminal.wait() == 70, terminal.text
        output = terminal.raw.decode(errors="replace")
    assert "The wizard crashed" in output
    assert "ValueError at " in output
    assert "Traceback" not in output
    assert CANARY not in output
    for sequence in RESTORED:
        assert sequence in output
    journal = json.loads((folder / ".librechat-wizard" / "draft.json").read_text(encoding="utf-8"))
    assert journal["entries"]["settings.APP_TITLE"] == {"text": "Kept"}
    assert CANARY not in json.dumps(journal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signal_restores_the_terminal(folder: Path, number: signal.Signals) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        answer_full_screen(terminal, "APP_TITLE", "Kept")
        terminal.kill(number)
        assert terminal.wait() == 128 + number
        output = terminal.raw.decode(errors="replace")
    for sequence in RESTORED:
        assert output.rindex(sequence) > output.rindex("Kept")
    with wizard(folder) as terminal:
        terminal.until("Continue where you left off?")


def test_last_words_are_wrapped_for_the_terminal(folder: Path) -> None:
    with Terminal("--dir", folder, size=(60, 16)) as terminal:
        terminal.until("step 1 of")
        terminal.kill(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
        last = terminal.raw.decode(errors="replace").rpartition("Stopped. ")[2].split("\x1b")[0]
    assert " ".join(last.split()) == "Your answers are kept; start the wizard again to continue."
    assert max(len(line) for line in f"Stopped. {last}".splitlines()) <= 60


def test_hung_up_line_ends_the_wizard(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        answer_full_screen(terminal, "APP_TITLE", "Kept")
        terminal.process.ptyproc.fileobj.close()
        wait_until(lambda: not terminal.process.isalive(), "it goes on without a terminal")
    journal = json.loads((folder / ".librechat-wizard" / "draft.json").read_text(encoding="utf-8"))
    assert journal["entries"]["settings.APP_TITLE"] == {"text": "Kept"}


def test_a_terminal_that_goes_away_says_hang_up_and_continue(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        terminal.kill(signal.SIGHUP)
        while terminal.process.isalive():
            terminal.kill(signal.SIGCONT)
            terminal.read()
        assert terminal.wait() == 128 + signal.SIGHUP


def suspend(terminal: Terminal) -> None:
    """Suspend it as Ctrl+Z of a shell would, and wait until it has given the terminal back and stands still."""
    terminal.kill(signal.SIGTSTP)
    status = Path(f"/proc/{terminal.process.pid}/stat")

    def stands_still() -> bool:
        terminal.read()
        is_stopped = status.read_text(encoding="ascii").rpartition(")")[2].split()[0] == "T"
        return is_stopped and RESTORED[0].encode() in terminal.raw

    wait_until(stands_still, "it does not stop")


def test_a_suspended_wizard_ends_with_its_terminal(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        suspend(terminal)
        terminal.process.ptyproc.fileobj.close()
        terminal.kill(signal.SIGHUP)
        terminal.kill(signal.SIGCONT)
        wait_until(lambda: not terminal.process.isalive(), "it goes on without a terminal")
        # By its own handling of the signal, or because the terminal could not be read any more; a terminal that is closed says so once
        # more, which may come when Python has put the handling away already.
        ended = terminal.process
        status = ended.exitstatus if ended.signalstatus is None else 128 + ended.signalstatus
        assert status in (3, 128 + signal.SIGHUP)


def test_a_suspended_wizard_comes_back(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        suspend(terminal)
        terminal.kill(signal.SIGCONT)
        terminal.press("ctrl-n")
        terminal.until("step 2 of")
        output = terminal.raw.decode(errors="replace")
    assert "\x1b[?1049h" in output[output.rindex("\x1b[?1049l", 0, output.rindex("step 2 of")) :]


def test_line_prompts_keep_secrets_off_the_screen(folder: Path) -> None:
    with wizard(folder, "--plain") as terminal:
        terminal.until("> ")
        terminal.type(":go EMAIL_PASSWORD\r")
        terminal.until("hidden>")
        terminal.type(f"{CANARY}\rpasted-behind-it\r")
        terminal.until("(EMAIL_PASSWORD)")
        terminal.type(":go CODEAPI_JWT_PRIVATE_KEY\r")
        terminal.until("hidden>")
        terminal.type(f"-----BEGIN PRIVATE KEY-----\r{CANARY}\r-----END PRIVATE KEY-----\r")
        terminal.settle(1)
        terminal.type(":quit\r")
        terminal.until("keep, discard")
        terminal.type("keep\r")
        assert terminal.wait() == 130
        assert CANARY not in terminal.raw.decode(errors="replace")
        assert "pasted-behind-it" not in terminal.raw.decode(errors="replace")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_line_prompts_put_echo_back(folder: Path, number: signal.Signals) -> None:
    shell = (
        f"trap : INT; {sys.executable} -P -m wizard --plain --dir {folder}; printf 'ended %s\\n' $?; stty -a; read rest"
    )
    with Terminal(program=("/bin/sh", "-c", shell), size=(120, 40)) as terminal:
        terminal.until("> ")
        terminal.type(":go EMAIL_PASSWORD\r")
        terminal.until("hidden>")
        if number == signal.SIGINT:
            terminal.press("ctrl-c")
        else:
            children = Path(f"/proc/{terminal.process.pid}/task/{terminal.process.pid}/children")
            os.kill(int(children.read_text(encoding="ascii").split()[0]), number)
        terminal.until(f"ended {130 if number == signal.SIGINT else 128 + number}")
        terminal.until(" echo ")
        assert " -echo " not in terminal.flat


def test_nobody_at_the_keyboard_is_told_of_answers(folder: Path) -> None:
    from tests.screens.cli.program import run

    done = run("--dir", folder)
    assert done.status == 2
    assert "--answers FILE" in done.text


def test_window_that_is_too_small_says_so_and_recovers(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        terminal.resize(50, 12)
        terminal.until("too small")
        assert "Quit" in terminal.flat
        terminal.resize(100, 30)
        terminal.until("How much to configure")


WRITING = """
import sys, time
from pathlib import Path
from wizard.store.folder_store import FolderStore
whole, mark = FolderStore.apply, Path(sys.argv.pop(1))
def slow(self, *args, **kwargs):
    mark.touch()
    time.sleep(1.5)
    return whole(self, *args, **kwargs)
FolderStore.apply = slow
from screens.cli.main import main
sys.exit(main())
"""


def while_writing(folder: Path, keys: str) -> Terminal:
    """Give an answer, press ``keys`` in the review, and return once the files are about to be written."""
    mark = folder.parent / "about-to-write"
    terminal = Terminal(mark, "--dir", folder, program=(sys.executable, "-P", "-c", WRITING))
    terminal.until("step 1 of")
    answer_full_screen(terminal, "access", "localhost")
    terminal.press("f2")
    terminal.until("Go to a step")
    terminal.press("end", "enter")
    terminal.until("Ctrl+W writes ")
    terminal.process.send(keys)
    while not mark.exists():
        terminal.read()
    return terminal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signal_while_it_writes_waits_and_tells_the_truth(folder: Path, number: signal.Signals) -> None:
    with while_writing(folder, "\x17") as terminal:
        terminal.kill(number)
        assert terminal.wait() == 128 + number
        assert (folder / ".env").exists()
        written = terminal.raw.decode(errors="replace")
        assert "Written: .env" in written
        assert "answers are kept" not in written


def test_leaving_and_pressing_twice_while_it_writes(folder: Path) -> None:
    with while_writing(folder, "\x17\x17\r\r") as terminal:
        terminal.process.send("\x03")
        terminal.until("The files are being written")
        terminal.until("Written: .env")
        assert len(list((folder / ".librechat-wizard" / "backups").iterdir())) == 1


def test_answers_that_cannot_be_kept_do_not_end_the_wizard_as_kept(folder: Path) -> None:
    with wizard(folder) as terminal:
        terminal.until("step 1 of")
        answer_full_screen(terminal, "APP_TITLE", "x")
        # What stands in the way of the journal, for root too.
        place = folder / ".librechat-wizard" / "draft.json"
        place.unlink()
        place.mkdir()
        terminal.press("ctrl-c")
        terminal.until("Leave the wizard?")
        terminal.press("right", "enter")
        terminal.until("draft.json")
        assert terminal.process.isalive()
        assert "answers are kept" not in terminal.raw.decode(errors="replace")
