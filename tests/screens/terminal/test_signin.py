"""``signin`` at a terminal of 80x24 over ssh: the address is whole, what is pasted is never seen, the last line says it all."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checks.provider.signin.test_real_provider import CLIENT
from tests.patience import within
from tests.screens.cli.program import CHECKOUT
from tests.screens.cli.test_signin import CALLBACK, openid, provider, write, write_ldap
from tests.screens.terminal.terminal import Terminal
from tests.screens.terminal.test_ssh import ssh  # noqa: F401 - a fixture
from tests.servers.certificates import Certificates
from tests.servers.scripted_browser import browse
from tests.servers.slapd import ADA_PASSWORD, openldap


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


def program(folder: Path, certificates: Certificates, words: str) -> str:
    return (
        f"trap : INT; stty -a >{folder}.before; LANG=C.UTF-8 PYTHONPATH={CHECKOUT} NODE_EXTRA_CA_CERTS={certificates.ca} "
        f"{sys.executable} -P -m wizard signin {words} --dir {folder}; status=$?; stty -a >{folder}.after; echo ended $status"
    )


def through(terminal: Terminal, certificates: Certificates) -> str:
    """Sign in with a browser; return the code that was pasted."""
    terminal.until("paste it here")
    text = terminal.raw.decode().replace("\r\n", "\n")
    (address,) = re.findall(r"^https://localhost\S+$", text, re.MULTILINE)
    bar = browse(address, certificates, CALLBACK)
    terminal.type(f"\x1b[200~{bar}\x1b[201~\r")
    terminal.until("ended 0")
    return bar.partition("code=")[2].partition("&")[0]


def is_as_before(folder: Path) -> bool:
    """Whether the terminal's settings are the old ones."""
    return Path(f"{folder}.before").read_text() == Path(f"{folder}.after").read_text()


async def test_openid_over_ssh(
    ssh: tuple[str, ...],  # noqa: F811 - the fixture
    sample_folder: Callable[..., Path],
    certificates: Certificates,
) -> None:
    folder = sample_folder("v0.8.7")
    async with provider(certificates) as running:
        write(folder, openid(running.issuer))
        with Terminal(program(folder, certificates, "openid"), program=ssh, size=(80, 24)) as terminal:
            code = await within(asyncio.to_thread(through, terminal, certificates))
            shown = terminal.text
            raw = terminal.raw.decode(errors="replace")
    assert "LibreChat would sign you in as Ada Lovelace (ada@example.org), role USER.\n" in shown
    assert code not in raw
    assert str(CLIENT["client_secret"]) not in raw
    assert is_as_before(folder)


async def test_an_interrupted_sign_in_leaves_the_terminal_as_it_was(
    sample_folder: Callable[..., Path], certificates: Certificates
) -> None:
    folder = sample_folder("v0.8.7")

    def interrupted() -> None:
        command = program(folder, certificates, "openid")
        with Terminal("-c", command, program=("/bin/sh",), size=(80, 24)) as terminal:
            terminal.until("paste it here")
            terminal.type("https://chat.example.com/half")
            terminal.press("ctrl-c")
            terminal.until("No file was left half-written")
            terminal.wait()
            assert b"/half" not in terminal.raw

    async with provider(certificates) as running:
        write(folder, openid(running.issuer))
        await within(asyncio.to_thread(interrupted))
    assert is_as_before(folder)


def test_ldap_asks_for_name_and_password(sample_folder: Callable[..., Path], certificates: Certificates) -> None:
    folder = sample_folder("v0.8.7")
    with openldap(certificates) as directory:
        write_ldap(folder, directory)
        with Terminal("signin", "ldap", "--dir", folder, size=(80, 24)) as terminal:
            terminal.until("as you would type it in LibreChat")
            terminal.type("ada\r")
            terminal.until("Password")
            terminal.type(f"{ADA_PASSWORD}\r")
            terminal.until("LibreChat would sign you in as Ada Lovelace (ada@example.org), role USER. ")
            assert terminal.wait() == 0
            assert ADA_PASSWORD.encode() not in terminal.raw
