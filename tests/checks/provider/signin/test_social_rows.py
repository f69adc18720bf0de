"""A sign-in from the terminal on every recorded row of Google, GitHub, Discord, Facebook and Apple: LibreChat's recorded decision."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest

from checks.provider.oauth.task import KeyFile, SocialTask
from checks.provider.signin.social import SocialSignIn
from tests.checks.provider.signin.row_social_sign_in import ACCESS, CODE, RedeemingSocial, begun, signed_in
from tests.records import openid_verdicts
from tests.wizard.librechat.social_rows import SECRET, situation_of
from wizard.basics.finding import Status
from wizard.basics.secret import Secret

ROWS: Final = [row for row in openid_verdicts() if row["kind"] == "social"]
WANTED: Final = [row for row in ROWS if row["knowable_by"] == "a real sign-in only"]
TOLD: Final = [row for row in ROWS if row["knowable_by"] != "authorization probe"]
"""Without those whose browser the provider does not send back: there is nothing to paste."""


def test_which_rows_there_are() -> None:
    assert (len(ROWS), len(WANTED), len(TOLD)) == (68, 29, 56)
    assert {row["id"] for row in WANTED} <= {row["id"] for row in TOLD}


@pytest.mark.parametrize("row", TOLD, ids=lambda row: row["id"])
async def test_the_decision_is_the_recorded_one(row: Mapping[str, Any]) -> None:
    result, provider, _ = await signed_in(row, situation_of(row))
    assert result.decision is not None, [finding.id for finding in result.findings]
    assert result.decision.verdict.outcome == row["outcome"]
    statuses = {finding.status for finding in result.findings}
    is_in = row["outcome"] == "signed-in"
    assert result.decision.is_signed_in is is_in
    assert (Status.FAIL in statuses) is not is_in, [(finding.id, finding.status) for finding in result.findings]
    assert provider.redeemed <= 1
    told = json.dumps([(each.summary, each.remedy, each.evidence, repr(each)) for each in result.findings])
    told += repr(result)
    assert [word for word in (CODE, ACCESS, SECRET) if word in told] == []
    assert all(word not in request.url for request in provider.requests for word in (CODE, ACCESS, SECRET))


@pytest.mark.parametrize("provider", ["google", "apple"])
async def test_wrong_states_and_foreign_addresses_are_refused_and_a_code_counts_once(provider: str) -> None:
    row = next(row for row in ROWS if row["id"] == f"{provider}.works")
    sign_in, opened, server = begun(row, situation_of(row))
    _, opened_too, another = begun(row, situation_of(row))
    pasted = server.browsed(opened.url)
    state = server.asked["state"]
    is_form = provider == "apple"
    other, no_code = f"oauth.signin.{'form-' * is_form}state", f"oauth.signin.{'form-' * is_form}no-code"
    wrong = [
        (other, pasted.replace(state, f"x{state}")),
        (other, another.browsed(opened_too.url)),
        (no_code, pasted.replace("code=", "kode=")),
        ("oauth.signin.form", "nothing") if is_form else ("oauth.signin.foreign", "https://elsewhere.example/"),
    ]
    for name, text in wrong:
        result = await sign_in.finish(Secret(text))
        assert [finding.id for finding in result.findings] == [name]
        assert not result.is_final
    assert server.requests == []
    first, second = await sign_in.finish(Secret(pasted)), await sign_in.finish(Secret(pasted))
    assert first.decision is not None
    assert first.decision.is_signed_in
    assert [finding.id for finding in second.findings] == ["oauth.signin.used"]
    assert server.redeemed == 1


@pytest.mark.parametrize("form", ["{0}: {1}", "{0}:\t{1}", '{0}: "{1}"', '"{0}": "{1}",', "  {0}: {1}  ", "{0}: {1}\r"])
async def test_apples_form_is_read_as_browsers_show_it(form: str) -> None:
    row = next(row for row in ROWS if row["id"] == "apple.works")
    sign_in, opened, server = begun(row, situation_of(row))
    server.browsed(opened.url)
    fields = {"state": server.asked["state"], "code": CODE, "user": '{"name": {"firstName": "Ada: A"}}'}
    pasted = "Form Data\n" + "\n".join(form.format(*field) for field in fields.items())
    result = await sign_in.finish(Secret(pasted))
    assert result.decision is not None, [each.id for each in result.findings]
    assert result.decision.is_signed_in


@pytest.mark.parametrize("provider", ["google", "apple"])
async def test_a_paste_may_be_broken_into_lines(provider: str) -> None:
    row = next(row for row in ROWS if row["id"] == f"{provider}.works")
    sign_in, opened, server = begun(row, situation_of(row))
    body = server.browsed(opened.url)
    result = await sign_in.finish(Secret(f"{body[:30]}\n{body[30:60]}\r\n  {body[60:]}"))
    assert result.decision is not None
    assert result.decision.is_signed_in


async def test_a_key_of_apples_that_cannot_be_seen_gives_no_address() -> None:
    row = next(row for row in ROWS if row["id"] == "apple.works")
    situation = situation_of(row)
    task = SocialTask(provider="apple", settings=situation.settings, key=KeyFile(text=None, unseen="it is elsewhere"))
    opened = SocialSignIn(task, RedeemingSocial(row, situation)).begin()
    assert opened.url == ""
    assert [each.id for each in opened.findings if each.status is Status.UNKNOWN] == ["oauth.signin.apple-key"]


async def test_discord_takes_its_token_back() -> None:
    row = next(row for row in ROWS if row["id"] == "discord.with-avatar")
    result, server, _ = await signed_in(row, situation_of(row))
    (sent,) = [request.form for request in server.requests if request.url.endswith("/token/revoke")]
    assert sent is not None
    assert (sent["token"], sent["client_secret"]) == (ACCESS, SECRET)
    assert result.findings[-1].id == "oauth.signin.revoked"


@pytest.mark.parametrize("provider", ["google", "github", "apple"])
async def test_a_code_that_is_over_decides_nothing(provider: str) -> None:
    row = next(row for row in ROWS if row["id"] == f"{provider}.works")
    sign_in, opened, server = begun(row, situation_of(row))
    result = await sign_in.finish(Secret(server.browsed(opened.url).replace(CODE, "an-older-one")))
    assert [(each.id, each.status) for each in result.findings] == [("oauth.token.code", Status.UNKNOWN)]


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_production_is_what_the_image_says_and_no_file(scheme: str) -> None:
    address = f"{scheme}://chat.lan"
    row = next(row for row in ROWS if row["id"] == "google.works")
    settings = {"NODE_ENV": None, "DOMAIN_CLIENT": address, "DOMAIN_SERVER": address}
    provider = {**row["provider"], "redirect_uris": [f"{address}/oauth/google/callback"]}
    changed = {**row, "settings": settings, "provider": provider}
    result, _, _ = await signed_in(changed, situation_of(changed))
    assert result.decision is not None
    assert result.decision.is_signed_in is (scheme == "https")
