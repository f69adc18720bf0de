"""A newcomer in the practice, at 80x24: OpenID filled in, tried, and signed in through with the practice's own provider."""

from __future__ import annotations

import base64
import re
import signal
import ssl
from pathlib import Path

from tests.screens.terminal.terminal import Terminal
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


def test_a_newcomer_signs_in_through_openid(tmp_path: Path) -> None:
    with Terminal("demo", environment={"TMPDIR": str(tmp_path)}, size=(80, 24)) as terminal:
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
        terminal.press("f8")
        terminal.until("Sign in, paste, Enter.")
        bar = signed_in(copied(terminal), tmp_path)
        terminal.paste(bar)
        terminal.press("enter")
        terminal.until("ok: You would be Ada Lovelace, ada@practice.example")
        assert bar.partition("code=")[2].partition("&")[0].encode() not in terminal.raw
        terminal.kill(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []
