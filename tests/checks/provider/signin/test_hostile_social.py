"""Answers of a social provider that means harm, or has a bug: a decision or a doubt comes of them, never a crash or a secret."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderRequest
from checks.provider.signin.social import SocialSignInResult
from tests.checks.provider.row_provider import http
from tests.checks.provider.signin.row_social_sign_in import ACCESS, CODE, begun
from tests.records import openid_verdicts
from tests.wizard.librechat.social_rows import SECRET, situation_of
from wizard.basics.finding import Status
from wizard.basics.secret import Secret

ROWS = {"google": "google.works", "github": "github.works", "discord": "discord.with-avatar", "apple": "apple.works"}
ODD: list[Any] = [
    *([], "text", 5, True, {}, {"access_token": 5}, {"access_token": [ACCESS]}, {"error": {"code": True}}),
    *({"error": {}}, {"error": "\x1b[31m" + "x" * 9000}, "a=b&" * 90, {"access_token": ""}, {"id_token": "a.b.c"}),
]
PEOPLE: list[Any] = [
    *([], "text", 5, {"email": "\x1b]0;x\x07@example.org", "id": "1", "picture": "p"}, {"email": {"a": 1}}),
    *({"email": "a" * 100_000 + "@example.org", "id": 7, "picture": 1}, {"name": {"deep": [[[[]]]]}, "login": None}),
]


async def answered(provider: str, *, token: Any = None, person: Any = None, fails: bool = False) -> SocialSignInResult:
    """Sign in where the provider answers so."""
    row = next(row for row in openid_verdicts() if row["id"] == ROWS[provider])
    sign_in, opened, server = begun(row, situation_of(row))
    pasted = server.browsed(opened.url)

    async def odd(request: ProviderRequest) -> HttpResponse:
        is_token = request.form is not None and "code" in request.form
        if fails and not is_token:
            raise HttpError(Failure.GARBLED, f"it said {ACCESS}")
        if is_token and token is not None:
            return http(request.url, 200, token)
        if not is_token and person is not None:
            return http(request.url, 200, person)
        return await server(request)

    sign_in._conversation._transport = odd
    result = await sign_in.finish(Secret(pasted))
    told = json.dumps([(each.summary, each.remedy, each.evidence, repr(each)) for each in result.findings])
    assert [word for word in (CODE, ACCESS, SECRET) if word in told] == []
    assert not [line for each in result.findings for line in (each.summary, *each.evidence) if not line.isprintable()]
    assert all(len(line) < 700 for each in result.findings for line in each.evidence)
    return result


@pytest.mark.parametrize("provider", ROWS)
async def test_token_answers_of_any_shape_sign_nobody_in(provider: str) -> None:
    for token in ODD:
        result = await answered(provider, token=token)
        assert result.decision is not None
        assert not result.decision.is_signed_in
        assert {each.status for each in result.findings} & {Status.FAIL, Status.UNKNOWN}


@pytest.mark.parametrize("provider", ["google", "github", "discord"])
async def test_profiles_of_any_shape_are_no_crash(provider: str) -> None:
    for person in PEOPLE:
        result = await answered(provider, person=person)
        assert result.decision is not None
    lost = await answered(provider, fails=True)
    assert lost.decision is not None
    assert not lost.decision.is_signed_in


@pytest.mark.parametrize("email", ["ada@example.org ", " Ada@example.org", "ada@example.org\n"])
@pytest.mark.parametrize("provider", ["google", "discord"])
async def test_an_address_with_a_blank_is_the_one_of_its_account(provider: str, email: str) -> None:
    person = {"sub": "1", "id": "1", "email": email, "picture": "p", "given_name": "Ada", "verified": True}
    result = await answered(provider, person=person)
    assert result.decision is not None
    cases = result.decision.by_account()
    assert [case.partition(": ")[2].partition(" ")[0] for case in cases] == ["a", "that", "refused", "that"], cases
