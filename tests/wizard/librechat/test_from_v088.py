"""What v0.8.8 decides anew: security headers, the cookie of a social login, and secrets that it does not start with."""

from __future__ import annotations

import pytest

from wizard.librechat.cookies import StateCookie, state_cookie
from wizard.librechat.releases import Release
from wizard.librechat.security_headers import hsts_max_age, is_known_policy, is_known_switch, security_headers
from wizard.librechat.startup_refusals import start_refusal

V088 = Release(0, 8, 8)
_RC1 = Release(0, 8, 8, 1)
_RC3 = Release(0, 8, 8, 3)
_STOCK = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def test_headers_begin_with_rc2() -> None:
    assert security_headers({}, _RC1) == {}
    assert security_headers({}, Release(0, 8, 8, 2)) == _STOCK


@pytest.mark.parametrize("word", ["false", "0", "no", "off", " DISABLED ", "none"])
def test_each_word_for_off_takes_all_headers_away(word: str) -> None:
    assert security_headers({"SECURITY_HEADERS": word}, V088) == {}


@pytest.mark.parametrize("word", ["true", "1", "yes", "on", "enabled", "", "nope", "f"])
def test_every_other_word_leaves_them(word: str) -> None:
    assert security_headers({"SECURITY_HEADERS": word}, V088) == _STOCK


@pytest.mark.parametrize(
    ("settings", "header", "value"),
    [
        ({"HSTS_ENABLED": "no"}, "Strict-Transport-Security", None),
        ({"HSTS_MAX_AGE": "300"}, "Strict-Transport-Security", "max-age=300"),
        ({"HSTS_MAX_AGE": "60 * 5"}, "Strict-Transport-Security", "max-age=31536000"),
        ({"HSTS_INCLUDE_SUBDOMAINS": "1"}, "Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
        ({"HSTS_INCLUDE_SUBDOMAINS": "maybe"}, "Strict-Transport-Security", "max-age=31536000"),
        ({"HSTS_PRELOAD": "yes"}, "Strict-Transport-Security", "max-age=31536000; preload"),
        ({"X_FRAME_OPTIONS": "DENY"}, "X-Frame-Options", "DENY"),
        ({"X_FRAME_OPTIONS": "allow-from https://portal.example"}, "X-Frame-Options", "SAMEORIGIN"),
        ({"X_FRAME_OPTIONS": "off"}, "X-Frame-Options", None),
        ({"CROSS_ORIGIN_OPENER_POLICY": "cross-origin"}, "Cross-Origin-Opener-Policy", "same-origin"),
        ({"CROSS_ORIGIN_RESOURCE_POLICY": "cross-origin"}, "Cross-Origin-Resource-Policy", "cross-origin"),
    ],
)
def test_each_switch(settings: dict[str, str], header: str, value: str | None) -> None:
    assert security_headers(settings, V088).get(header) == value


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0), ("1e3", 1000), ("-1", 31_536_000), ("1.5", 31_536_000), (None, 31_536_000)]
)
def test_an_age_is_a_whole_number_of_seconds(text: str | None, seconds: int) -> None:
    assert hsts_max_age(text) == seconds


def test_words_that_count_for_nothing_are_known_as_such() -> None:
    assert is_known_switch("")
    assert is_known_switch("Yes")
    assert not is_known_switch("ja")
    assert not is_known_policy("CROSS_ORIGIN_OPENER_POLICY", "cross-origin")
    assert is_known_policy("X_FRAME_OPTIONS", "none")


_PRODUCTION = {"NODE_ENV": "production", "DOMAIN_SERVER": "https://chat.example.com"}


@pytest.mark.parametrize(
    ("provider", "settings", "release", "cookie"),
    [
        ("google", _PRODUCTION, _RC3, None),
        ("google", _PRODUCTION, V088, StateCookie("__Host-oauth_state_google", secure=True, same_site="lax")),
        (
            "google",
            {**_PRODUCTION, "SESSION_COOKIE_SECURE": "false"},
            V088,
            StateCookie("oauth_state_google", secure=False, same_site="lax"),
        ),
        (
            "discord",
            {"NODE_ENV": "production", "DOMAIN_SERVER": "http://localhost:3080"},
            V088,
            StateCookie("oauth_state_discord", secure=False, same_site="lax"),
        ),
        (
            "apple",
            {**_PRODUCTION, "SESSION_COOKIE_SECURE": "false"},
            V088,
            StateCookie("__Host-oauth_state_apple", secure=True, same_site="none"),
        ),
    ],
)
def test_a_social_login_begins_with_this_cookie(
    provider: str, settings: dict[str, str], release: Release, cookie: StateCookie | None
) -> None:
    assert state_cookie(provider, settings, release) == cookie


_PUBLISHED = "16f8c0ef4a5d391b26034086c628469d3f9f497f08163ab9b40137092f2909ef"
"""JWT_SECRET of the older sample files."""
_KEY, _VECTOR = "ab" * 32, "cd" * 16
_FINE = {"JWT_SECRET": "x" * 32, "JWT_REFRESH_SECRET": "y" * 32, "CREDS_KEY": _KEY, "CREDS_IV": _VECTOR}


@pytest.mark.parametrize(
    ("changed", "release", "named"),
    [
        ({}, V088, ""),
        ({"CREDS_KEY": ""}, V088, ""),
        ({"JWT_SECRET": _PUBLISHED}, Release(0, 8, 8, 2), "[credentials] JWT_SECRET uses a retired default value."),
        ({"JWT_SECRET": _PUBLISHED}, _RC1, ""),
        ({"JWT_REFRESH_SECRET": _PUBLISHED}, V088, ""),
        ({"CREDS_KEY": _PUBLISHED}, V088, ""),
        ({"CREDS_KEY": _KEY[:32]}, V088, "CREDS_KEY"),
        ({"CREDS_KEY": _KEY[:32]}, Release(0, 8, 8, 4), ""),
        ({"CREDS_KEY": "g" * 64}, V088, "CREDS_KEY"),
        ({"CREDS_IV": _VECTOR + "0"}, V088, "CREDS_IV"),
    ],
)
def test_published_and_malformed_secrets_stop_the_start(changed: dict[str, str], release: Release, named: str) -> None:
    refusal = start_refusal({**_FINE, **changed}, release)
    assert named in refusal
    assert bool(refusal) is bool(named)
