"""A sign-in through a social provider as the line prompts have it: what is wrong before, wrong pastes, the decision."""

from __future__ import annotations

import asyncio
import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.model import RunMemory, Subject
from screens.plain.console import Console, InputEndedError
from screens.plain.sign_in import offer_sign_in
from screens.plain.words import Words
from tests.patience import within
from tests.screens.cli.test_signin import write
from tests.screens.cli.test_signin_social import github
from tests.servers.answering import Answering, answer
from tests.servers.certificates import Certificates
from tests.servers.github_enterprise import CLIENT, SECRET, github_enterprise
from tests.servers.scripted_browser import browse
from wizard.answers.model import Answers
from wizard.deployment.assembled import deployment
from wizard.deployment.snapshot import take
from wizard.interview.interview import Interview

Asking = Callable[..., str]


@pytest.fixture
def sign_in(
    sample_folder: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Asking:
    """A function that offers one sign-in: provider, settings, and what is pasted when the address is there."""

    def ask(provider: str, settings: dict[str, str], *pasted: Callable[[str], str]) -> str:
        folder, shown, left = sample_folder("v0.8.7"), [], list(pasted)
        write(folder, settings)

        class Typed(io.StringIO):
            def readline(self, *_: object) -> str:  # type: ignore[override]
                shown.append(capsys.readouterr().out)
                if shown[-1].endswith("no)> "):
                    return "yes\n"
                return f"{left.pop(0)(''.join(shown))}\n" if left else ""

        monkeypatch.setattr(sys, "stdin", Typed())
        subject = Subject(memory=RunMemory(), deployment=deployment(take(folder, Answers()), {}))
        interview = Interview(folder)
        try:
            console = Console()
            offer_sign_in(console, Words(console, interview, None), provider, subject)
        finally:
            interview.close()
        return "".join(shown) + capsys.readouterr().out

    return ask


async def test_a_wrong_paste_may_be_followed_by_the_right_one(
    sign_in: Asking, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = Certificates(tmp_path_factory.mktemp("certificates"))
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(certificates.ca))
    bars: list[str] = []
    callbacks: list[str] = []

    def signed_in(told: str) -> str:
        (address,) = re.findall(r"^https://localhost\S+$", told, re.MULTILINE)
        bars.append(browse(address, certificates, callbacks[0]))
        return bars[0]

    async with Answering(lambda _: answer(200, '{"githubLoginEnabled": true}')) as librechat:
        own = f"http://localhost:{librechat.port}"
        callbacks.append(f"{own}/oauth/github/callback")
        async with github_enterprise(certificates, callbacks[0]) as running:
            settings = {**github(running), "DOMAIN_CLIENT": own, "DOMAIN_SERVER": own}
            wrong = "https://elsewhere.example/"
            told = await within(asyncio.to_thread(sign_in, "github", settings, lambda _: wrong, signed_in))
            assert running.tokens == set(), "the token is given back"
    assert -1 < told.find("LibreChat is already running with GitHub sign-in.") < told.find("Open this URL")
    assert "docker compose stop api" in told
    assert told.count("is not LibreChat's callback") == 1
    assert (
        told.splitlines()[-1]
        == "LibreChat would sign you in as Ada Lovelace (ada@example.org, not verified), role USER."
    )
    assert [secret for secret in (*running.given, SECRET) if secret in told] == []
    assert CLIENT in told


def test_what_is_wrong_for_everybody_needs_no_sign_in(sign_in: Asking) -> None:
    settings = {"FACEBOOK_CLIENT_ID": "1", "FACEBOOK_CALLBACK_URL": "/oauth/facebook/callback"}
    told = sign_in("facebook", settings)
    assert "https://www.facebook.com" not in told
    assert told.splitlines()[-1].startswith("Nobody can sign in this way. LibreChat does not register Facebook")


def test_what_is_known_comes_before_the_address(sign_in: Asking) -> None:
    names = {"CLIENT_ID": "1", "CLIENT_SECRET": "2", "CALLBACK_URL": "/oauth/facebook/callback"}
    seen: list[str] = []

    def something(told: str) -> str:
        seen.append(told)
        return "x"

    with pytest.raises(InputEndedError):
        sign_in("facebook", {f"FACEBOOK_{name}": text for name, text in names.items()}, something)
    assert -1 < seen[0].find("WARN: ") < seen[0].find("https://www.facebook.com")
