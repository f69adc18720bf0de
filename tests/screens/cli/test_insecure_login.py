"""Without a word of consent the program sends the mail password to no server that nobody verified."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.cli.program import answers, run
from tests.servers.certificates import Certificates
from tests.servers.smtp import kind_of, serving

OPTION = "--allow-insecure-login"
_SETTINGS = """version: 1
settings:
  EMAIL_HOST: localhost
  EMAIL_PORT: {port}
  EMAIL_FROM: chat@our-chat.net
  EMAIL_USERNAME: user
  EMAIL_PASSWORD: secret
  EMAIL_ALLOW_SELFSIGNED: true
"""


@pytest.mark.parametrize(
    ("before", "after", "is_sent"),
    [
        ((), (), False),
        ((OPTION,), ("doctor",), True),
        (("doctor",), (OPTION,), True),
        (("doctor",), (), False),
    ],
)
async def test_the_option(
    sample_folder: Callable[..., Path],
    tmp_path: Path,
    before: tuple[str, ...],
    after: tuple[str, ...],
    is_sent: bool,
) -> None:
    folder = sample_folder("v0.8.7")
    async with serving(kind_of("starttls-auth-selfsigned"), Certificates(tmp_path)) as server:
        text = _SETTINGS.format(port=server.port)
        given = answers(folder, text)
        if not before:
            done = await asyncio.to_thread(
                run, "--answers", given, "--dir", folder, "--dry-run", environment={"HOME": str(tmp_path)}
            )
        else:
            assert run("--answers", given, "--dir", folder, "--offline").status == 0
            done = await asyncio.to_thread(run, *before, *after, "--dir", folder, "--only", "smtp")
        assert b"EHLO" in server.heard, done.text
        assert (b"AUTH" in server.heard) is is_sent
    assert ("was not sent" in done.text or "did not send it" in done.text) is not is_sent


@pytest.mark.parametrize("where", ["option", "answers"])
async def test_an_unattended_run_can_consent(sample_folder: Callable[..., Path], tmp_path: Path, where: str) -> None:
    folder = sample_folder("v0.8.7")
    async with serving(kind_of("starttls-auth-selfsigned"), Certificates(tmp_path)) as server:
        text = _SETTINGS.format(port=server.port)
        text += "checks: {allow_insecure_login: true}\n" if where == "answers" else ""
        more = (OPTION,) if where == "option" else ()
        await asyncio.to_thread(run, "--answers", answers(folder, text), "--dir", folder, "--dry-run", *more)
        assert server.sessions[0].signed_in
