"""One real sign-in from the step of a provider: full screen and line by line, through npm oidc-provider."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static

from screens.full.sign_in_test import SignInTest
from screens.shared import sign_ins
from tests.patience import within
from tests.screens.cli.test_signin import CALLBACK, CHAT, openid, provider
from tests.screens.cli.test_signin_social import github
from tests.screens.full.operator import Operator, at_the_wizard, interview_in
from tests.servers.answering import Answering, answer
from tests.servers.certificates import Certificates
from tests.servers.github_enterprise import github_enterprise
from tests.servers.scripted_browser import browse
from wizard.catalogue.questions import variable_id
from wizard.interview.steps import step as step_named


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def _trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(certificates.ca))


def answers(issuer: str) -> dict[str, str]:
    """Return the answers of a person who set OpenID up."""
    settings = openid(issuer, ALLOW_SOCIAL_LOGIN="true", DOMAIN_CLIENT=CHAT, DOMAIN_SERVER=CHAT)
    return {"access": "https-existing", "guide.providers": "openid"} | {
        variable_id(name): text for name, text in settings.items()
    }


@contextlib.asynccontextmanager
async def at_openid(folder: Path, certificates: Certificates, size: tuple[int, int]) -> AsyncIterator[Operator]:
    """Run a provider, and the wizard where a person has set it up and is at its last field."""
    async with (
        provider(certificates) as running,
        at_the_wizard(folder, size=size, step="openid") as operator,
    ):
        for name, text in answers(running.issuer).items():
            operator.app.interview.answer(name, text)
        await operator.go_to("OPENID_CLIENT_SECRET")
        yield operator


async def signed_in(
    operator: Operator,
    certificates: Certificates,
    *,
    tries_wrong: bool,
    callback: str = CALLBACK,
    with_mouse: bool = False,
) -> str:
    """Sign in as a person does; return the code."""
    await operator.press("ctrl+t")
    await operator.until("Test the sign-in provider")
    await operator.until("inconclusive.")
    await (operator.click("#push-sign-in") if with_mouse else operator.press("f8"))
    await operator.until("press Enter.")
    copied = operator.app.clipboard
    assert copied.startswith("https://localhost")
    bar = await asyncio.to_thread(browse, copied, certificates, callback)
    # More often than the three times of the command line: a window is closed by whoever has enough.
    for _ in range(sign_ins.TRIES + 1 if tries_wrong else 0):
        await operator.paste("https://elsewhere.example/")
        await operator.press("enter")
        await operator.until("is not LibreChat's callback")
    await operator.paste(bar)
    assert "code=" not in operator.text
    await operator.press("enter")
    return bar.partition("code=")[2].partition("&")[0]


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_the_full_screen_says_who_somebody_would_be(
    tmp_path: Path, certificates: Certificates, size: tuple[int, int]
) -> None:
    async with at_openid(tmp_path / "chat", certificates, size) as operator:
        code = await signed_in(operator, certificates, tries_wrong=size == (80, 24), with_mouse=size == (60, 16))
        await operator.until("ok: LibreChat would sign you in as Ada Lovelace")
        assert isinstance(operator.app.screen, SignInTest)
        assert code not in operator.text


async def test_a_social_provider_at_the_full_screen(tmp_path: Path, certificates: Certificates) -> None:
    async with (
        Answering(lambda _: answer(200, '{"githubLoginEnabled": true}')) as librechat,
        github_enterprise(certificates, f"http://localhost:{librechat.port}/oauth/github/callback") as running,
        at_the_wizard(tmp_path / "chat", size=(80, 24), step="github") as operator,
    ):
        own = f"http://localhost:{librechat.port}"
        settings = {**github(running), "ALLOW_SOCIAL_LOGIN": "true", "DOMAIN_CLIENT": own, "DOMAIN_SERVER": own}
        given = {"access": "localhost", "guide.providers": "github"}
        for name, text in (given | {variable_id(name): text for name, text in settings.items()}).items():
            operator.app.interview.answer(name, text)
        await operator.go_to("GITHUB_CLIENT_SECRET")
        code = await signed_in(operator, certificates, tries_wrong=False, callback=f"{own}/oauth/github/callback")
        await operator.until("ok: LibreChat would sign you in as Ada Lovelace")
        shown = [str(each.render()) for each in operator.app.screen.query(Static)]
        assert any(
            "LibreChat is already running with GitHub sign-in. It handles the callback" in text for text in shown
        )
        assert code not in operator.text
    assert running.tokens == set()


def test_line_by_line(
    tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from screens.plain.console import Console
    from screens.plain.live_test import test
    from screens.plain.words import Words

    folder = tmp_path / "chat"
    pasted: list[str] = []

    class Typed(io.StringIO):
        """What the person types, once it is asked for."""

        def readline(self, *_: Any) -> str:  # type: ignore[override]
            told = capsys.readouterr().out
            shown.append(told)
            if told.endswith("no)> "):
                return "yes\n"
            (address,) = re.findall(r"^https://localhost\S+$", told, re.MULTILINE)
            pasted.append(browse(address, certificates, CALLBACK))
            return f"{pasted[0]}\n"

    shown: list[str] = []

    async def through() -> None:
        async with provider(certificates) as running:
            with interview_in(folder) as interview:
                interview.step = step_named("openid")
                for name, text in answers(running.issuer).items():
                    interview.answer(name, text)
                monkeypatch.setattr(sys, "stdin", Typed())
                console = Console()
                await within(asyncio.to_thread(test, console, Words(console, interview, None), interview, None))

    asyncio.run(through())
    text = "".join(shown) + capsys.readouterr().out
    assert text.rstrip().endswith("LibreChat would sign you in as Ada Lovelace (ada@example.org), role USER.")
    assert pasted[0].partition("code=")[2].partition("&")[0] not in text
