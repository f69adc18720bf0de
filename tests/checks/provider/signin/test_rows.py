"""A sign-in from the terminal on every recorded row that goes as far as the provider: LibreChat's recorded decision comes out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest

from tests.checks.provider.signin.row_sign_in import ACCESS, CODE, REFRESH, signed_in
from tests.records import openid_verdicts
from tests.rounds import of_each_kind
from tests.wizard.librechat.openid_rows import SECRET, situation_of
from wizard.basics.finding import Status

ROWS: Final = [
    row
    for row in openid_verdicts()
    if row["kind"] != "social" and row["knowable_by"] in {"a real sign-in only", "nothing to find"}
]
ASIDE: Final = {
    "browser.callback-without-cookie": "another browser came back; who pastes is no browser of LibreChat's",
    "browser.waits-longer-than-session-expiry": "how long a person takes behind LibreChat's button is another time",
    "browser.state-tampered": "a wrong state is refused here as well, and before anything is sent",
}
"""Rows about the browser's way through LibreChat itself, which a pasted address does not go."""

TOLD: Final = [row for row in ROWS if row["id"] not in ASIDE]


def names(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def test_which_rows_there_are() -> None:
    wanted = [row for row in ROWS if row["knowable_by"] == "a real sign-in only"]
    assert (len(ROWS), len(wanted)) == (124, 53)
    assert set(ASIDE) <= set(names(wanted))


@pytest.mark.parametrize("row", of_each_kind(TOLD, TOLD[::3]), ids=lambda row: row["id"])
async def test_the_decision_is_the_recorded_one(row: Mapping[str, Any]) -> None:
    result, provider = await signed_in(row, situation_of(row))
    assert result.decision is not None
    assert result.decision.verdict.outcome == row["outcome"]
    statuses = {finding.status for finding in result.findings}
    if row["outcome"] == "signed-in":
        assert Status.FAIL not in statuses
        assert result.decision.is_signed_in
    else:
        assert not statuses.isdisjoint({Status.FAIL, Status.UNKNOWN})
    assert provider.redeemed <= 1
    told = json.dumps([(each.summary, each.remedy, each.evidence, repr(each)) for each in result.findings])
    told += repr(result)
    assert [word for word in (CODE, ACCESS, REFRESH, SECRET) if word in told] == []
    assert all(CODE not in request.url and SECRET not in request.url for request in provider.requests)


async def test_a_wrong_state_is_refused_and_nothing_is_sent() -> None:
    row = next(row for row in ROWS if row["id"] == "browser.state-tampered")
    result, provider = await signed_in(row, situation_of(row))
    assert result.decision is None
    assert [finding.status for finding in result.findings] == [Status.UNKNOWN]
    assert provider.redeemed == 0


@pytest.mark.parametrize("exchanges", [True, False])
async def test_the_access_token_is_exchanged_on_behalf_of_the_person(*, exchanges: bool) -> None:
    row = next(row for row in ROWS if row["id"] == "userinfo.on-behalf-flow-not-supported")
    result, provider = await signed_in(row, replace(situation_of(row), on_behalf_of=exchanges))
    assert result.decision is not None
    assert result.decision.is_signed_in is exchanges
    sent = [request.form for request in provider.requests if request.form and "assertion" in request.form]
    assert [form["scope"] for form in sent] == ["user.read"]


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_production_is_what_the_image_says_and_no_file(scheme: str) -> None:
    address = f"{scheme}://chat.lan"
    row = next(row for row in ROWS if row["id"] == "baseline.works")
    settings = {**row["settings"], "NODE_ENV": None, "DOMAIN_CLIENT": address, "DOMAIN_SERVER": address}
    result, _ = await signed_in(row, situation_of({**row, "settings": settings}))
    assert result.decision is not None
    assert result.decision.is_signed_in is (scheme == "https"), "browsers drop Secure cookies over plain HTTP"
