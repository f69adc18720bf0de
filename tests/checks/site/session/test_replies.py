"""Every answer that a real LibreChat was recorded with has a meaning of its own."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from checks.net.http import HttpResponse
from checks.site.session.refusals import REFUSALS
from checks.site.session.replies import LoginEnd, RefreshEnd, login_end, refresh_end
from checks.site.session.summary import _NO_RENEWAL
from tests.screens.demo.records import facts_file

VAGUE = {LoginEnd.NOT_LIBRECHAT, LoginEnd.PAGE, LoginEnd.REFUSED, LoginEnd.FORBIDDEN, LoginEnd.UNFORESEEN}
VAGUE_REFRESH = {RefreshEnd.NOT_LIBRECHAT, RefreshEnd.PAGE, RefreshEnd.FORBIDDEN, RefreshEnd.UNFORESEEN}


def records(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if isinstance(value, dict):
        if isinstance(value.get("status"), int) and ("body" in value or "body_text" in value):
            yield path, {"body": value.get("body_text"), **value}
        for key, inner in value.items():
            yield from records(inner, (*path, str(key)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from records(inner, (*path, str(number)))


def reply(record: dict[str, Any]) -> HttpResponse:
    body = record["body"]
    if isinstance(body, dict) and isinstance(body.get("token"), dict):
        body = {**body, "token": "a.b.c"}  # recorded taken apart
    if isinstance(body, str) and (body.startswith("<") or body in {"\u2026", "(token)"}):
        body = {"token": "a.b.c"}  # recorded as its length
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = record.get("headers") or {}
    now = dt.datetime.now(dt.UTC)
    pairs = tuple((name.lower(), str(value)) for name, value in headers.items())
    return HttpResponse(
        url="", status=record["status"], headers=pairs, body=data, cut=False, address="", sent=now, received=now
    )


def is_sign_in(path: tuple[str, ...]) -> bool:
    last = path[-1].lower()
    if path[:2] == ("login failures and limiter", "failures"):
        return True
    return ("login" in last or "log in" in last) and not last.startswith("get") and "admin" not in last


def test_recorded_sign_ins_and_refreshes_are_all_known() -> None:
    facts = json.loads(facts_file().read_text(encoding="utf-8"))
    logins: dict[LoginEnd, int] = {}
    refreshes: dict[RefreshEnd, int] = {}
    for path, record in records(facts):
        last = path[-1].lower()
        if "refresh" in last:
            end = refresh_end(reply(record))
            refreshes[end] = refreshes.get(end, 0) + 1
            assert end not in VAGUE_REFRESH, (path, record)
        elif is_sign_in(path):
            known = login_end(reply(record))
            logins[known] = logins.get(known, 0) + 1
            assert known not in VAGUE or record["body"] == "An unknown error occurred.", (path, record)
    assert sum(logins.values()) > 100
    assert sum(refreshes.values()) > 60
    assert {LoginEnd.SIGNED_IN, LoginEnd.WRONG_PASSWORD, LoginEnd.UNVERIFIED, LoginEnd.SWITCHED_OFF} <= set(logins)
    assert {RefreshEnd.RENEWED, RefreshEnd.NO_COOKIE, RefreshEnd.EXPIRED, RefreshEnd.INVALID} <= set(refreshes)


def test_every_way_to_say_no_has_words_of_its_own() -> None:
    ways = set(LoginEnd) - {LoginEnd.SIGNED_IN}
    assert set(REFUSALS) == ways
    assert len({refusal.summary for refusal in REFUSALS.values()}) == len(ways)
    renewals = set(RefreshEnd) - {RefreshEnd.RENEWED, RefreshEnd.NO_COOKIE}
    assert set(_NO_RENEWAL) == renewals
