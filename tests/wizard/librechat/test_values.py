"""Values as LibreChat reads them, and what the wizard refuses because LibreChat would read something else."""

from __future__ import annotations

import math as floating

import pytest

from wizard.catalogue import SETTINGS, by_key
from wizard.catalogue.accept import Accepted, ValueFault, accept
from wizard.librechat.durations import describe_duration, duration_expression
from wizard.librechat.values import is_enabled, is_enabled_default_on, js_number, math


@pytest.mark.parametrize("text", ["true", "TRUE", " true ", "True\n"])
def test_only_true_is_on(text: str) -> None:
    assert is_enabled(text)


@pytest.mark.parametrize("text", [None, "", "1", "yes", "on", "truee", "'true'"])
def test_everything_else_is_off(text: str | None) -> None:
    assert not is_enabled(text)


def test_on_when_unset_and_off_when_empty() -> None:
    assert is_enabled_default_on(None)
    assert not is_enabled_default_on("")
    assert is_enabled_default_on("true")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1000 * 60 * 15", 900_000),
        ("(1000 * 60 * 60 * 24) * 7", 604_800_000),
        ("10%", 0.1),
        ("100 % 30", 10),
        ("1/0", floating.inf),
        ("0", 0),
        ("-5", -5),
        (".5", 0.5),
        ("5.", 5),
        ("2(3)", 6),
        ("(2)3", 6),
        ("--5", 5),
        ("10%-3", -2),
        ("-7 % 3", 2),
        ("100+10%", 110),
        ("10%(3)", 1),
    ],
)
def test_math_is_evaluated_as_mathjs_15_does(text: str, value: float) -> None:
    assert math(text, 42) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "15m",
        "1e6",
        "1000*60*",
        "60 60",
        "2**3",
        "1,000",
        "()",
        "(1",
        "1..2",
        "(" * 100_000,
        "1" + "+1" * 9999,
    ],
)
def test_what_mathjs_refuses_gives_the_fallback(text: str) -> None:
    assert math(text, 42) == 42
    assert math(None, 42) == 42


def test_not_a_number_is_no_reason_for_the_fallback() -> None:
    assert floating.isnan(math("0/0", 42)), "observed: SESSION_EXPIRY=0/0 ends every sign-in"


@pytest.mark.parametrize(
    ("text", "expression", "milliseconds"),
    [
        ("24h", "1000 * 60 * 60 * 24", 86_400_000),
        ("30d", "1000 * 60 * 60 * 24 * 30", 2_592_000_000),
        ("15m", "1000 * 60 * 15", 900_000),
        ("90s", "1000 * 90", 90_000),
        ("1w", "1000 * 60 * 60 * 24 * 7", 604_800_000),
        ("1h30m", "1000 * 60 * 60 + 1000 * 60 * 30", 5_400_000),
        ("500ms", "500", 500),
        (" 1 H ", "1000 * 60 * 60", 3_600_000),
    ],
)
def test_a_duration_becomes_an_expression_of_exactly_that(text: str, expression: str, milliseconds: int) -> None:
    assert duration_expression(text) == expression
    assert math(expression, -1) == milliseconds


def test_what_is_no_duration_is_none() -> None:
    assert all(duration_expression(text) is None for text in ("", "h", "24", "24 x", "1.5h", "-1h"))


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (2_592_000_000, "30 days"),
        (604_800_000, "1 week"),
        (900_000, "15 minutes"),
        (5_400_000, "1 hour 30 minutes"),
        (0, "0 seconds"),
        (1500, "1 second 500 milliseconds"),
    ],
)
def test_durations_in_words(milliseconds: int, words: str) -> None:
    assert describe_duration(milliseconds) == words


@pytest.mark.parametrize(
    ("text", "value"), [("", 0), (" 7 ", 7), ("0x10", 16), ("1e3", 1000), ("25.0", 25), ("Infinity", floating.inf)]
)
def test_js_number(text: str, value: float) -> None:
    assert js_number(text) == value


@pytest.mark.parametrize("text", ["abc", "5m", "1_000", "1,5", "--1", "0x", "\u0661"])
def test_js_nan(text: str) -> None:
    assert floating.isnan(js_number(text))


@pytest.mark.parametrize(
    ("name", "raw", "text"),
    [
        ("ALLOW_REGISTRATION", True, "true"),
        ("ALLOW_REGISTRATION", "FALSE ", "false"),
        ("EMAIL_PORT", "587", "587"),
        ("EMAIL_PORT", 587, "587"),
        ("LOGIN_MAX", 7.0, "7"),
        ("SESSION_EXPIRY", "24h", "1000 * 60 * 60 * 24"),
        ("SESSION_EXPIRY", "1000 * 60 * 15", "1000 * 60 * 15"),
        ("EMAIL_ENCRYPTION", "", ""),
        ("EMAIL_ENCRYPTION", "tls", "tls"),
        ("OPENID_AUDIENCE", ["a", "b"], "a,b"),
        ("TRUST_PROXY", "-1", "-1"),
        ("TRUST_PROXY", "2", "2"),
        ("DOMAIN_CLIENT", "https://chat.example.com/sub", "https://chat.example.com/sub"),
        ("DOMAIN_CLIENT", "http://[fd00::1]:3080", "http://[fd00::1]:3080"),
        ("EMAIL_PASSWORD", " it's $a #b ", " it's $a #b "),
        ("LDAP_URL", "ldaps://ldap.example.com:636", "ldaps://ldap.example.com:636"),
        ("OPENID_SCOPE", "", ""),
    ],
)
def test_accepted(name: str, raw: object, text: str) -> None:
    result = accept(by_key()[name], raw)
    assert isinstance(result, Accepted), result
    assert result.text == text


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("ALLOW_REGISTRATION", "yes", "would mean off"),
        ("ALLOW_REGISTRATION", "1", "would mean off"),
        ("ALLOW_EMAIL_LOGIN", "", "means off"),
        ("EMAIL_ENCRYPTION", "ssl", "does not support"),
        ("EMAIL_ENCRYPTION", "TLS", "does not support"),
        ("SESSION_EXPIRY", "1500", "whole number of seconds"),
        ("SESSION_EXPIRY", "1500ms", "whole number of seconds"),
        ("SESSION_EXPIRY", "soon", "cannot evaluate"),
        ("SESSION_EXPIRY", "0", "out of range"),
        ("SESSION_EXPIRY", "1/0", "longer than LibreChat can handle"),
        ("EMAIL_PORT", "99999", "out of range"),
        ("EMAIL_PORT", "0", "out of range"),
        ("EMAIL_PORT", "", "not a number"),
        ("LOGIN_MAX", "abc", "not a number"),
        ("LOGIN_MAX", "0", "out of range"),
        ("LOGIN_MAX", "2.5", "not a whole number"),
        ("MIN_PASSWORD_LENGTH", "129", "out of range"),
        ("TRUST_PROXY", "0", "treats 0 as 1"),
        ("TRUST_PROXY", "true", "not a number"),
        ("DOMAIN_CLIENT", "chat.example.com", "no scheme"),
        ("DOMAIN_CLIENT", "https://chat.example.com/", "slash"),
        ("DOMAIN_CLIENT", "https://", "not a URL"),
        ("DOMAIN_CLIENT", "https://a b", "not a URL"),
        ("DOMAIN_CLIENT", "https://x:99999", "not a valid port"),
        ("DOMAIN_CLIENT", "ftp://x", "http://"),
        ("SAML_CALLBACK_URL", "/oauth/saml/callback", "no scheme"),
        ("GOOGLE_CALLBACK_URL", "https://x/oauth/google/callback", "the path must be"),
        ("OPENID_ISSUER", "http://idp.example.com", "https://"),
        ("EMAIL_HOST", "smtp.example.com:587", "contains a port"),
        ("EMAIL_HOST", "smtp://smtp.example.com", "is a URL"),
        ("EMAIL_FROM", "Chat <a@b.de>", "not an email address"),
        ("CREDS_KEY", "zz" * 32, "64 hexadecimal"),
        ("CREDS_IV", "0f" * 32, "32 hexadecimal"),
        ("JWT_SECRET", "short", "shorter than 32"),
        ("JWT_SECRET", "your_secret_key_that_is_really_long_enough", "placeholder"),
        ("LDAP_SEARCH_FILTER", "mail=", "{{username}}"),
        ("EMAIL_HOST", ["a"], "a list is not accepted"),
        ("OPENID_AUDIENCE", ["a,b"], "comma"),
        ("APP_TITLE", "a\x1b[31m", "control character"),
        ("EMAIL_HOST", " smtp.example.com", "a space"),
        ("DOMAIN_CLIENT", "https://a\nb", "line break"),
        ("EMAIL_HOST", "\u201csmtp\u201d", "typographic"),
    ],
)
def test_refused_with_the_way_out(name: str, raw: object, says: str) -> None:
    result = accept(by_key()[name], raw)
    assert isinstance(result, ValueFault), result
    assert says in f"{result.message} {result.remedy}"
    assert result.remedy or "the path must be" in result.message


def test_a_refused_secret_is_not_quoted() -> None:
    for name in ("JWT_SECRET", "CREDS_KEY", "CREDS_IV", "ADMIN_PANEL_SESSION_SECRET"):
        fault = accept(by_key()[name], "hidden\x01")
        assert isinstance(fault, ValueFault)
        assert "hidden" not in fault.message + fault.remedy
    assert "hidden" not in repr(Accepted("hidden"))


@pytest.mark.parametrize("text", ["9" * 5000, "0x" + "f" * 400, "https://a:" + "9" * 5000, "1" + "0" * 400 + "d"])
def test_endless_digits_are_refused_and_never_an_error_of_ours(text: str) -> None:
    for setting in SETTINGS:
        assert isinstance(accept(setting, text), Accepted | ValueFault)
    assert isinstance(accept(by_key()["LOGIN_MAX"], text), ValueFault)
