"""The practice's own OpenID provider: a newcomer tries all of it, and it is as strict as a real one."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest

from checks.model import RunMemory, Subject
from checks.provider.signin.openid import OpenIdSignInResult
from checks.provider.signin.renewing import Renewal
from screens.demo import Practice
from screens.demo.identity_provider import CALLBACK, CLIENT_ID, CLIENT_SECRET, PEOPLE
from screens.demo.run import practice
from screens.shared.sign_ins import openid_sign_in
from tests.servers.scripted_browser import asked
from tests.wizard.rules import builder
from wizard.basics.finding import Status
from wizard.basics.secret import Secret

CHAT = "http://localhost:3080"


@pytest.fixture(scope="module")
def practicing() -> Iterator[tuple[Path, Practice]]:
    with practice() as made:
        yield made


def settings(practicing: Practice, **changes: str) -> Mapping[str, str]:
    given = {name.removeprefix("settings."): text for name, text in practicing.suggestions["openid"].items()}
    base = {
        "DOMAIN_CLIENT": CHAT,
        "DOMAIN_SERVER": CHAT,
        "ALLOW_SOCIAL_LOGIN": "true",
        "OPENID_SESSION_SECRET": "6f" * 32,
    }
    return {**given, **base, **changes}


def subject(practicing: Practice, **changes: str) -> Subject:
    return Subject(
        memory=RunMemory(), deployment=builder.deployment(dict(settings(practicing, **changes)), release="v0.8.8-rc1")
    )


def context(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / "practice-authority.pem"))


async def signed_in(
    practicing: tuple[Path, Practice], person: str, renewal: Renewal | None = None, **changes: str
) -> OpenIdSignInResult:
    folder, made = practicing
    sign_in = openid_sign_in(subject(made, **changes), renewal=renewal)
    begun = await sign_in.begin()
    assert begun.url, begun.findings

    def browse() -> str:
        status, _, page = asked(begun.url, context(folder))
        assert status == 200
        (link,) = re.findall(rf'href="(/continue\?as={person}&amp;[^"]+)"', page)
        origin = begun.url.partition("/auth?")[0]
        _, location, _ = asked(origin + link.replace("&amp;", "&"), context(folder))
        return location

    return await sign_in.finish(Secret(await asyncio.to_thread(browse)))


async def nothing(_: float) -> None:
    """Wait for nothing."""


async def test_a_newcomer_sees_what_becomes_of_people(practicing: tuple[Path, Practice]) -> None:
    admin = {
        "OPENID_ADMIN_ROLE": "librechat-admins",
        "OPENID_ADMIN_ROLE_PARAMETER_PATH": "groups",
        "OPENID_ADMIN_ROLE_TOKEN_KIND": "userinfo",
    }
    ada = await signed_in(practicing, "ada", None, **admin)
    assert ada.findings[0].summary == (
        "LibreChat would sign you in as Ada Lovelace (ada@practice.example), role ADMIN because of OPENID_ADMIN_ROLE=librechat-admins."
    )
    assert {finding.status for finding in ada.findings} <= {Status.PASS, Status.WARN}
    grace = await signed_in(practicing, "grace")
    assert "openid.claims.name" in {finding.id for finding in grace.findings}
    assert (await signed_in(practicing, "nomail")).findings[0].id == "openid.claims.bad-email"
    assert (await signed_in(practicing, "")).findings[0].id == "openid.callback.denied"


async def test_its_tokens_are_renewed(practicing: tuple[Path, Practice]) -> None:
    kept = await signed_in(practicing, "ada", Renewal(seconds=3600, wait=nothing), OPENID_REUSE_TOKENS="true")
    assert "openid.renewal.ok" in {finding.id for finding in kept.findings}


async def test_the_check_asks_it_and_nobody_else(practicing: tuple[Path, Practice]) -> None:
    _, made = practicing
    (check,) = (check for check in made.checks if check.id == "openid")
    assert check.run is not None
    found = {each.id.removeprefix("openid."): each.status async for each in check.run(subject(made))}
    assert found["secret.accepted"] is Status.PASS
    assert found["signin.undecided"] is Status.PASS
    wrong = {each.id async for each in check.run(subject(made, OPENID_CLIENT_SECRET="another"))}
    assert "openid.secret.wrong" in wrong
    assert [each async for each in check.run(subject(made, OPENID_ISSUER="https://id.example.com"))] == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_id": "another"}, 400),
        ({"redirect_uri": f"https://evil.example{CALLBACK}"}, 400),
        ({"redirect_uri": f"{CHAT}/elsewhere"}, 400),
        ({"code_challenge": ""}, 302),
        ({"scope": "email"}, 302),
        ({}, 200),
    ],
)
def test_it_is_as_strict_as_a_real_one(
    practicing: tuple[Path, Practice], changes: Mapping[str, str], status: int
) -> None:
    folder, made = practicing
    issuer = made.suggestions["openid"]["settings.OPENID_ISSUER"]
    query = {
        "client_id": CLIENT_ID,
        "redirect_uri": f"{CHAT}{CALLBACK}",
        "response_type": "code",
        "scope": "openid",
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
        "state": "<script>",
        **changes,
    }
    answered, location, page = asked(f"{issuer}/auth?{urlencode(query)}", context(folder))
    assert answered == status
    assert ("error=" in location) is (status == 302)
    assert "<script>" not in page
    assert CLIENT_SECRET not in page
    assert all(name in page for name in PEOPLE) is (status == 200)


def test_nothing_of_it_stays(practicing: tuple[Path, Practice]) -> None:
    import os

    folder, _ = practicing
    assert os.environ["NODE_EXTRA_CA_CERTS"] == str(folder / "practice-authority.pem")
    with contextlib.ExitStack() as stack:
        other, _ = stack.enter_context(practice())
        assert os.environ["NODE_EXTRA_CA_CERTS"] == str(other / "practice-authority.pem")
    assert os.environ["NODE_EXTRA_CA_CERTS"] == str(folder / "practice-authority.pem")
    assert not other.exists()
