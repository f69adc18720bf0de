"""A password that was held back is sent only after a person read what that means and said yes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from checks.mail.smtp.check import SMTP
from tests.screens.cli.program import run
from tests.screens.full.operator import at_the_wizard, practice_with
from tests.servers.certificates import Certificates
from tests.servers.smtp import kind_of, serving

UNVERIFIED = kind_of("starttls-auth-selfsigned")


def settings(port: int) -> dict[str, str]:
    return {
        "EMAIL_HOST": "localhost",
        "EMAIL_PORT": str(port),
        "EMAIL_FROM": "chat@our-chat.net",
        "EMAIL_USERNAME": "user",
        "EMAIL_PASSWORD": "secret",
        "EMAIL_ALLOW_SELFSIGNED": "true",
    }


async def test_the_full_screen_asks(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    async with (
        serving(UNVERIFIED, certificates) as server,
        at_the_wizard(
            tmp_path / "chat",
            answered=settings(server.port),
            step="mail",
            practice=practice_with(SMTP),
            size=(100, 60),
        ) as operator,
    ):
        await operator.press("ctrl+t")
        await operator.until("1 failed")
        await operator.until("Send the password anyway ...")
        assert b"AUTH" not in server.heard
        for answer, is_sent in (("enter", False), ("right", True)):
            await operator.click("#push-insecure")
            await operator.until("Send the password over an insecure connection?")
            await operator.press(*dict.fromkeys((answer, "enter")))
            await operator.until("Send the password over an insecure connection?", gone=True)
            if is_sent:
                await operator.until("0 failed")
            assert (b"AUTH" in server.heard) is is_sent
        await operator.until("The server accepts the user name and password")
        assert "Send the password anyway" not in operator.flat


@pytest.mark.parametrize(("typed", "is_sent"), [("yes", True), ("", False), ("no", False)])
async def test_line_prompts_ask(tmp_path: Path, typed: str, is_sent: bool) -> None:
    certificates = Certificates(tmp_path)
    async with serving(UNVERIFIED, certificates) as server:
        folder = tmp_path / "chat"
        async with at_the_wizard(folder):
            pass
        lines = "".join(f"{name}={value}\n" for name, value in settings(server.port).items())
        with (folder / ".env").open("a", encoding="utf-8") as env:
            env.write(lines)
        typing = f":go mail\n:test\n{typed}\n:quit\n"
        done = await asyncio.to_thread(run, "--plain", "--dir", folder, stdin=typing)
        assert "Send the password anyway for this test?" in " ".join(done.text.split()), done.text
        assert (b"AUTH" in server.heard) is is_sent
