"""What the tests of cookies share: a time, an address, and one header at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from checks.browser.cookies import Cookie, CookieStore, Dropped, Kept, Rule

NOW: Final = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
HTTPS: Final = "https://chat.example.com/api/auth/login"


def one(url: str, header: str, **more: datetime) -> Kept | Dropped:
    (result,) = CookieStore().receive(url, [header], NOW, **more)
    return result


def kept(url: str, header: str, **more: datetime) -> Cookie:
    result = one(url, header, **more)
    assert isinstance(result, Kept), result
    return result.cookie


def rule(url: str, header: str) -> Rule:
    result = one(url, header)
    assert isinstance(result, Dropped), result
    return result.rule


def filled(url: str, *headers: str, now: datetime = NOW) -> CookieStore:
    store = CookieStore()
    store.receive(url, headers, now)
    return store
