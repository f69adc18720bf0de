"""A newcomer in the practice, at 80x24 over ssh: OpenID filled in, tried, and signed in through with the practice's own provider."""

from __future__ import annotations

import base64
import re
import signal
import ssl
import sys
from pathlib import Path

import pytest

from tests.canary_run import program_path
from tests.patience import wait_until
from tests.rounds import of_each_kind
from tests.screens.terminal.terminal import Terminal
from tests.screens.terminal.test_ssh import ssh  # noqa: F401 - a fixture
from tests.servers.scripted_browser import asked


def copied(terminal: Terminal) -> str:
    """Return what was copied last (OSC 52)."""
    found = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)", bytes(terminal.raw))
    return base64.b64decode(found[-1]).decode()


def signed_in(address: str, place: Path) -> str:
    """Sign in as Ada; return the address bar."""
    (authority,) = place.glob("*/practice-authority.pem")
    context = ssl.create_default_context(cafile=str(authority))
    _, _, page = asked(address, context)
    (link,) = re.findall(r'href="(/continue\?as=ada&amp;[^"]+)"', page)
    _, location, _ = asked(address.partition("/auth?")[0] + link.replace("&amp;", "&"), context)
    return location


def through(terminal: Terminal, place: Path) -> None:
    """Look OpenID up, fill it in, try it, and sign in once."""
    terminal.until("step 1 of 8")
    terminal.press("f3")
    terminal.until("Find a setting")
    terminal.type("OPENID_ISSUER")
    terminal.until(" found")
    terminal.press("enter")
    terminal.until("OPENID_ISSUER")
    terminal.press("f5")
    terminal.until("https://localhost:")
    terminal.press("ctrl-t")
    terminal.until("Test the sign-in provider")
    terminal.until("0 inconclusive.")
    assert "F8 Sign in once" in terminal.lines[-1], terminal.text
    terminal.press("f8")
    terminal.until("press Enter.")
    bar = signed_in(copied(terminal), place)
    terminal.paste(bar)
    terminal.press("enter")
    terminal.until("ok: LibreChat would sign you in as Ada Lovelace")
    assert bar.partition("code=")[2].partition("&")[0].encode() not in terminal.raw


@pytest.mark.parametrize("way", of_each_kind(["ssh", "here"], ["ssh"]))
def test_a_newcomer_signs_in_through_openid(
    ssh: tuple[str, ...],  # noqa: F811 - the fixture
    tmp_path: Path,
    way: str,
) -> None:
    words = f"TMPDIR={tmp_path} LANG=C.UTF-8 PYTHONPATH={program_path()} exec {sys.executable} -P -m wizard demo"
    program = ssh if way == "ssh" else ("/bin/sh", "-c")
    with Terminal(words, program=program, size=(80, 24)) as terminal:
        through(terminal, tmp_path)
        # Over ssh that is the line which drops.
        terminal.kill(signal.SIGTERM)
        status = terminal.wait()
    assert way == "ssh" or status == 128 + signal.SIGTERM
    wait_until(lambda: not list(tmp_path.iterdir()), "nothing of the practice is left")
