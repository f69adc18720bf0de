"""Over a real sshd on loopback, at small sizes and with every kind of terminal: usable, and the terminal is left as it was."""

from __future__ import annotations

import getpass
import itertools
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.judge import need_program
from tests.patience import wait_for_port
from tests.rounds import of_each_kind
from tests.screens.cli.program import CHECKOUT
from tests.screens.terminal.operators import answer_full_screen
from tests.screens.terminal.terminal import Terminal
from tests.servers.ports import free_port


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:
    """The command line that leads through a real sshd of our own, with a key that only lives for this test."""
    server, client, keygen = map(need_program, ("sshd", "ssh", "ssh-keygen"))
    room = tmp_path_factory.mktemp("ssh")
    room.chmod(0o700)
    for name in ("host", "user"):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", room / name], check=True)
    port = free_port()
    (room / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {room}/host\nAuthorizedKeysFile {room}/user.pub\nPidFile none\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nAcceptEnv *\nPrintMotd no\n",
        encoding="utf-8",
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    running = subprocess.Popen([server, "-D", "-e", "-f", room / "config"], stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield (
            *(client, "-tt", "-q", "-F", "/dev/null", "-p", str(port), "-i", str(room / "user"), "-o", "IdentitiesOnly=yes"),
            *("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={room}/known", f"{getpass.getuser()}@127.0.0.1"),
        )  # fmt: skip
    finally:
        running.terminate()
        running.wait()


SIZES = ((80, 24), (60, 16))
TERMS = ("xterm-256color", "xterm", "linux", "dumb", "NO_COLOR")
USUAL = ((TERMS[0], SIZES[0]), (TERMS[1], SIZES[1]), (TERMS[2], SIZES[0]), (TERMS[3], SIZES[1]), (TERMS[4], SIZES[1]))


@pytest.mark.parametrize(("term", "size"), of_each_kind(itertools.product(TERMS, SIZES), USUAL))
def test_over_ssh(ssh: tuple[str, ...], sample_folder: Callable[..., Path], term: str, size: tuple[int, int]) -> None:
    folder = sample_folder("v0.8.7")
    setting = "NO_COLOR=1 " if term == "NO_COLOR" else ""
    command = (
        f"stty -a >{folder}.before; LANG=C.UTF-8 PYTHONPATH={CHECKOUT} {setting}{sys.executable} -P -m wizard --dir {folder}; "
        f"echo ended $?; stty -a >{folder}.after"
    )
    name = "xterm-256color" if term == "NO_COLOR" else term
    with Terminal(command, program=ssh, term=name, size=size) as terminal:
        if term == "dumb":
            by_line(terminal)
        else:
            full_screen(terminal, size, is_grey=term == "NO_COLOR")
        terminal.until("ended 130")
        assert terminal.wait() == 0
        assert "Traceback" not in terminal.raw.decode(errors="replace")
    before, after = Path(f"{folder}.before").read_text(), Path(f"{folder}.after").read_text()
    assert before == after


def by_line(terminal: Terminal) -> None:
    terminal.until("[1]>")
    terminal.type(":go APP_TITLE\r")
    terminal.until("(APP_TITLE)")
    terminal.type("Ours\r")
    terminal.until("(UID)")
    terminal.type(":quit\r")
    terminal.until("keep, discard")
    terminal.type("discard\r")
    terminal.until("Nothing changed.")
    assert b"\x1b" not in terminal.raw


def full_screen(terminal: Terminal, size: tuple[int, int], *, is_grey: bool) -> None:
    terminal.until("How much to configure")
    terminal.settle(0.6)
    assert "Next" in terminal.lines[size[1] - 1]
    assert "Quit" in terminal.lines[size[1] - 1]
    answer_full_screen(terminal, "DOMAIN_CLIENT", "chat.example.com")
    terminal.until("no scheme")
    answer_full_screen(terminal, "access", "https-proxy")
    terminal.until("(\u2022) HTTPS, with a proxy that the wizard sets up")
    if is_grey:
        styles = {number for found in re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw) for number in found.split(b";")}
        assert styles <= {b"", b"0", b"1", b"2", b"4", b"7", b"39", b"49"}, "a color, or a ground of its own"
    terminal.press("ctrl-c")
    terminal.until("Leave and discard")
    terminal.press("right", "right", "enter")
    terminal.until("Nothing changed.")
