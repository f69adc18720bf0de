"""Rules that differ from release to release, or that only LibreChat's source tells."""

from __future__ import annotations

import pytest

from wizard.librechat.cookies import is_localhost, secure_session, secure_sign_in, secure_switch
from wizard.librechat.email_login import is_refused
from wizard.librechat.passwords import minimum_setting, shortest_password
from wizard.librechat.providers import BUTTONS, MARKS, NEEDED, configured, is_configured, is_registered
from wizard.librechat.proxy_hops import client_address, is_secure, trusted_hops
from wizard.librechat.rate_limits import rate_limit
from wizard.librechat.releases import NEWEST, Release
from wizard.librechat.sessions import session_cookie_lifetime
from wizard.librechat.startup_config import startup_config
from wizard.librechat.startup_refusals import refuses_client, start_refusal

JWT = {"JWT_SECRET": "a1" * 32}
PRODUCTION = {"NODE_ENV": "production"}


def of(tag: str) -> Release:
    return Release.parse(tag)


@pytest.mark.parametrize(
    ("text", "shortest"), [("12", 12), (" +12 chars", 12), ("0", 8), ("", 8), ("x9", 8), ("-5", -5), ("12.9", 12)]
)
def test_shortest_password(text: str, shortest: int) -> None:
    assert shortest_password({"MIN_PASSWORD_LENGTH": text}) == shortest
    assert shortest_password({"MIN_PASSWORD_LENGTH": text}, of("v0.8.0-rc3")) == 8, "read since v0.8.0-rc4"


def test_config_leaves_a_length_of_zero_out() -> None:
    assert minimum_setting({"MIN_PASSWORD_LENGTH": "0"}, NEWEST) is None
    assert "minPasswordLength" not in startup_config({"MIN_PASSWORD_LENGTH": "12"}, of("v0.8.0-rc3"))
    assert startup_config({"MIN_PASSWORD_LENGTH": "12"}, of("v0.8.0-rc4"))["minPasswordLength"] == 12


@pytest.mark.parametrize(
    ("text", "hops"), [("2", 2), ("0", 1), ("", 1), ("loopback", 1), ("-1", -1), ("1.5", 1.5), (" 3 ", 3)]
)
def test_trusted_proxies(text: str, hops: float) -> None:
    assert trusted_hops({"TRUST_PROXY": text}, of("v0.7.7")) == hops
    assert trusted_hops({"TRUST_PROXY": text}, of("v0.7.6")) == 1
    assert trusted_hops({}, NEWEST) == 1


@pytest.mark.parametrize(
    ("hops", "address"),
    [(-1, "192.0.2.1"), (1, "203.0.113.9"), (1.5, "203.0.113.8"), (2, "203.0.113.8"), (9, "203.0.113.8")],
)
def test_address_behind_proxies(hops: float, address: str) -> None:
    assert client_address("192.0.2.1", "203.0.113.8:4711, 203.0.113.9", hops) == address


def test_only_a_trusted_proxy_says_that_a_request_is_encrypted() -> None:
    assert is_secure("https, http", 1, encrypted=False)
    assert not is_secure("https", -1, encrypted=False)
    assert not is_secure("http", 1, encrypted=True)
    assert is_secure("", 1, encrypted=True)


def test_secure_cookies_by_release() -> None:
    local = {**PRODUCTION, "DOMAIN_SERVER": "http://localhost:3080"}
    assert [secure_sign_in(local, of(tag)) for tag in ("v0.8.2", "v0.8.3-rc1")] == [True, False]
    away = {**PRODUCTION, "DOMAIN_SERVER": "http://chat.lan"}
    assert [secure_session(away, of(tag)) for tag in ("v0.8.1", "v0.8.2")] == [False, True]
    off = {**away, "SESSION_COOKIE_SECURE": " FALSE "}
    assert [secure_sign_in(off, of(tag)) for tag in ("v0.8.6-rc1", "v0.8.6")] == [True, False]
    assert secure_switch({"SESSION_COOKIE_SECURE": "0"}, NEWEST) is None
    assert secure_switch(off, of("v0.8.5")) is None


def test_an_empty_domain_server_is_not_localhost() -> None:
    assert not is_localhost("")


def test_refused_starts_by_release() -> None:
    assert start_refusal({}, of("v0.8.7"))
    assert not start_refusal({}, NEWEST)
    assert not start_refusal(JWT, of("v0.8.7"))
    assert start_refusal({**JWT, "MONGO_URI": ""}, of("v0.7.0"))
    bare = {**JWT, "DOMAIN_CLIENT": "chat.example.com"}
    assert [bool(start_refusal(bare, of(tag))) for tag in ("v0.8.0-rc3", "v0.8.0-rc4")] == [False, True]
    assert not refuses_client("localhost:3080", NEWEST), "a URL with the scheme localhost"
    assert refuses_client("https://", NEWEST)


def test_sign_in_by_email_is_refused_since_v0_8_8() -> None:
    off = {"ALLOW_EMAIL_LOGIN": ""}
    assert [is_refused(off, of(tag)) for tag in ("v0.8.7", "v0.8.8-rc1")] == [False, True]
    assert not is_refused({**off, "ALLOW_EMAIL_LOGIN_OVERRIDE": "true"}, NEWEST)
    assert not is_refused({}, NEWEST)


def test_limits_without_settings() -> None:
    found = {name: rate_limit(name, {}) for name in ("LOGIN", "REGISTER", "RESET_PASSWORD")}
    assert {name: (each.most, each.milliseconds / 60_000) for name, each in found.items()} == {
        "LOGIN": (7, 5),
        "REGISTER": (5, 60),
        "RESET_PASSWORD": (2, 2),
    }
    assert not rate_limit("LOGIN", {"LOGIN_WINDOW": "40000"}).counts, "beyond Node's timers"


def test_lifetime_of_the_session_cookie() -> None:
    expression = {"SESSION_EXPIRY": "1000 * 60 * 60"}
    assert [session_cookie_lifetime(expression, of(tag)) for tag in ("v0.8.6", "v0.8.7-rc1")] == [900_000, 3_600_000]
    assert session_cookie_lifetime({"SESSION_EXPIRY": "1/0"}, NEWEST) == 900_000


def filled(name: str) -> dict[str, str]:
    return {**dict.fromkeys(NEEDED[name], "x"), **({"OPENID_CLIENT_SECRET": "x"} if name == "openid" else {})}


@pytest.mark.parametrize("name", BUTTONS)
def test_a_provider_is_on_with_all_of_its_variables(name: str) -> None:
    assert configured(filled(name), NEWEST) == (name,)
    assert MARKS[name] in NEEDED[name]
    for lacking in filled(name):
        assert not is_configured(name, {**filled(name), lacking: ""}, NEWEST), lacking
        assert is_configured(name, {**filled(name), lacking: " "}, NEWEST) is (lacking != "OPENID_CLIENT_SECRET"), (
            lacking
        )


def test_what_a_strategy_needs_beyond_or_below_the_button() -> None:
    on = {"ALLOW_SOCIAL_LOGIN": "true"}
    assert is_registered("apple", {**on, "APPLE_CLIENT_ID": "x", "APPLE_PRIVATE_KEY_PATH": "x"}, NEWEST)
    assert not is_registered("github", filled("github"), NEWEST)
    assert is_registered("github", {**on, **filled("github")}, NEWEST)
    pkce = {**on, **filled("openid"), "OPENID_CLIENT_SECRET": "", "OPENID_USE_PKCE": "true", "OPENID_SCOPE": "openid"}
    assert is_registered("openid", pkce, NEWEST)
    assert not is_registered("openid", pkce, of("v0.8.5")), "the secret has to be there before v0.8.6"
    assert startup_config(pkce, of("v0.8.5"))["openidLoginEnabled"] is False


@pytest.mark.parametrize(
    ("key", "before", "since"),
    [
        ("appleLoginEnabled", "v0.7.6", "v0.7.7-rc1"),
        ("samlLoginEnabled", "v0.7.8", "v0.7.9-rc1"),
        ("openidAutoRedirect", "v0.7.7", "v0.7.8-rc1"),
        ("passwordResetEnabled", "v0.7.2", "v0.7.3"),
        ("turnstile", "v0.7.8", "v0.7.9-rc1"),
    ],
)
def test_keys_of_the_config_by_release(key: str, before: str, since: str) -> None:
    assert key not in startup_config({}, of(before))
    assert key in startup_config({}, of(since))


def test_strangers_are_shown_less_since_v0_8_6() -> None:
    assert "sharedLinksEnabled" in startup_config({}, of("v0.8.5"))
    assert "sharedLinksEnabled" not in startup_config({}, of("v0.8.6"))
    assert "sharedLinksEnabled" in startup_config({}, of("v0.8.6"), signed_in=True)
