"""What every front tells before a sign-in with a browser: what is known already, and a LibreChat that takes the callback."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from checks.model import RunMemory, Subject
from screens.cli.signin import _listeners
from screens.shared.hidden_line import HiddenLines
from screens.shared.sign_ins import browser_sign_in
from tests.servers.answering import Answering, answer
from tests.servers.saml_idp import Answer, IdentityProvider, signing_key
from wizard.basics.secret import Secret
from wizard.catalogue.answers_form import Stack
from wizard.deployment.kubernetes_names import HelmRelease
from wizard.deployment.kubernetes_view import KubernetesView
from wizard.deployment.model import Deployment
from wizard.dotenv.document import Document
from wizard.librechat.releases import Release

OFFERED = {f"{provider}LoginEnabled": True for provider in ("google", "facebook")}


@asynccontextmanager
async def librechat(host: str = "127.0.0.1") -> AsyncIterator[str]:
    """A LibreChat with social logins; gives its address."""
    async with Answering(lambda _: answer(200, json.dumps(OFFERED)), host=host) as running:
        yield f"http://localhost:{running.port}"


def deployment(server: str, stack: Stack = Stack.COMPOSE, release: str = "v0.8.7") -> Deployment:
    """Return a LibreChat with Google and Facebook."""
    settings = {"ALLOW_SOCIAL_LOGIN": "true", "DOMAIN_SERVER": server, "DOMAIN_CLIENT": server}
    for provider in ("GOOGLE", "FACEBOOK"):
        settings[f"{provider}_CALLBACK_URL"] = f"/oauth/{provider.lower()}/callback"
        settings[f"{provider}_CLIENT_ID"] = settings[f"{provider}_CLIENT_SECRET"] = "something"
    parsed = Release.parse(release)
    assert parsed is not None
    return Deployment(folder=Path("/srv"), stack=stack, release=parsed, settings=settings, dotenv=Document(""))


async def told(about: Deployment, provider: str = "google") -> str:
    """Return what a person reads before the sign-in."""
    begun = await browser_sign_in(provider, Subject(memory=RunMemory(), deployment=about)).begin()
    assert begun.url in begun.words().splitlines(), "whole, to be copied"
    return begun.words()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_librechat_that_runs_is_told_wherever_it_listens(host: str) -> None:
    async with librechat(host) as server:
        text = await told(deployment(server))
        begun = await browser_sign_in("google", Subject(memory=RunMemory(), deployment=deployment(server))).begin()
    assert "LibreChat is already running with Google sign-in. It handles the callback itself" in text
    assert "docker compose stop api" in text
    assert "doctor --watch-signin" in text
    assert list(_listeners(begun, is_asked=False)) == [], "the browser would go to LibreChat, not to a listener"
    silent = await told(deployment(server))
    assert "Note:" not in silent, "it runs no longer"


async def test_the_note_names_the_commands_of_the_stack() -> None:
    async with librechat() as server:
        helm = deployment(server, Stack.HELM)._replace(
            kubernetes=KubernetesView(release=HelmRelease(namespace="chat", name="lc"), values={"replicaCount": 2}),
        )
        on_kubernetes, in_a_clone = await told(helm), await told(deployment(server, Stack.LOCAL))
    assert "kubectl -n chat scale deployment/lc-librechat --replicas=0\n" in on_kubernetes
    assert "kubectl -n chat scale deployment/lc-librechat --replicas=2\n" in on_kubernetes
    assert "kubectl -n chat logs --since=5m deployment/lc-librechat | " in on_kubernetes
    assert [word for word in ("docker", "--watch-signin") if word in on_kubernetes + in_a_clone] == []
    assert "stop LibreChat before you sign in\n" in in_a_clone


async def test_the_note_offers_a_used_code_to_nobody() -> None:
    async with librechat() as server:
        before, since = [await told(deployment(server, release=name)) for name in ("v0.8.7", "v0.8.8")]
    assert "Network tab" not in before, "no state is looked at, so LibreChat redeems the code"
    assert "Network tab" in since


async def test_what_keeps_everybody_out_is_told_before_the_sign_in_and_kept() -> None:
    about = deployment("https://chat.example.com")
    begun = await browser_sign_in("facebook", Subject(memory=RunMemory(), deployment=about)).begin()
    text = begun.words()
    assert text.startswith("WARN: ")
    assert text.index("500") < text.index("Open this URL")
    left = begun.nothing_pasted().report
    assert [(each.id, str(each.status)) for each in left.findings] == [
        ("oauth.facebook.broken", "WARN"),
        ("oauth.signin.unredeemed", "UNKNOWN"),
    ]


def test_a_paste_at_a_terminal_keeps_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.openpty()
    with os.fdopen(theirs) as terminal, os.fdopen(ours, "wb", buffering=0) as keys:
        monkeypatch.setattr(sys, "stdin", terminal)
        with HiddenLines() as lines:
            keys.write(b"\x1b[200~state: abc\rcode: def\x1b[201~\r")
            assert lines.read().reveal() == "state: abc\ncode: def"


async def test_a_response_may_be_broken_into_lines_within_an_escape() -> None:
    settings = {
        "SAML_ENTRY_POINT": "https://idp.example/sso",
        "SAML_ISSUER": "https://chat.example/sp",
        "SAML_CERT": signing_key().base64,
        "SAML_SESSION_SECRET": "5e" * 32,
        "SAML_CALLBACK_URL": "https://chat.example.com/oauth/saml/callback",
    }
    about = deployment("https://chat.example.com")
    sign_in = browser_sign_in(
        "saml", Subject(memory=RunMemory(), deployment=about._replace(settings={**about.settings, **settings}))
    )
    await sign_in.begin()
    sent = quote(IdentityProvider().encoded(Answer()), safe="")
    middle = sent.index("%") + 2
    outcome = await sign_in.finish(Secret(f"{sent[:middle]}\n{sent[middle:]}"))
    assert outcome.closing == "LibreChat would sign you in as Ada L (ada@example.org), role USER."
