"""No form of a known secret survives, whatever stands around it; and it takes no time."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.patience import assert_linear
from wizard.basics.redaction import SecretFilter, is_secret_name, without_credentials
from wizard.basics.secret import REDACTED, Secret

SECRETS = st.text(min_size=6, max_size=60).filter(lambda text: text.lower() not in REDACTED)
AROUND = st.text(max_size=40) | st.binary(max_size=9).map(lambda data: base64.b64encode(data).decode())


def encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def forms(secret: str) -> dict[str, str]:
    """Each way to pass it on that has to be found, written down apart from the program."""
    data = encoded(secret)
    standard = base64.b64encode(data).decode()
    url_safe = base64.urlsafe_b64encode(data).decode()
    return {
        "bare": secret,
        "upper": secret.upper() if secret.isascii() else secret,
        "base64": standard,
        "base64 without padding": standard.rstrip("="),
        "base64 for URLs": url_safe,
        "base64 for URLs without padding": url_safe.rstrip("="),
        "hex": data.hex(),
        "HEX": data.hex().upper(),
        "URL": quote(data, safe=""),
        "url": quote(data, safe="").lower() if secret.isascii() else quote(data, safe=""),
        "path": quote(data),
        "form": quote_plus(data),
        "URL, every byte": "".join(f"%{byte:02X}" for byte in data),
        "URL, twice": quote(quote(data, safe=""), safe=""),
        "reversed": secret[::-1],
        "hex dump": data.hex(" "),
        "hex with colons": data.hex(":"),
        r"\x": "".join(f"\\x{byte:02x}" for byte in data),
        r"\u": "".join(f"\\u{ord(letter):04x}" for letter in secret) if max(secret) <= "\uffff" else secret,
        "HTML": html.escape(secret),
        "JSON of PHP": json.dumps(secret)[1:-1].replace("/", r"\/"),
        "shell": secret.replace("'", r"'\''"),
        "JSON": json.dumps(secret)[1:-1],
        "JSON in UTF-8": json.dumps(secret, ensure_ascii=False)[1:-1],
    }


def outside(text: str) -> list[str]:
    """What is left beside the words in a secret's place."""
    return text.split(REDACTED)


@settings(max_examples=300, deadline=None)
@given(SECRETS, AROUND, AROUND)
@example("aaaaaa", "a", "aa")
@example("abcabc", "abc", "")
@example("[secret]x", "[secret]", "x")
@example("[[secre", "[", "t]")
def test_no_form_survives(secret: str, before: str, after: str) -> None:
    known = SecretFilter([secret])
    for name, form in forms(secret).items():
        cleaned = known.clean(f"{before}{form}{after}")
        assert not [part for part in outside(cleaned) if form in part], name
        assert REDACTED in cleaned


@settings(max_examples=300, deadline=None)
@given(SECRETS, st.binary(max_size=7), st.binary(max_size=7), st.booleans())
def test_it_is_found_in_the_middle_of_what_was_encoded(
    secret: str, before: bytes, after: bytes, url_safe: bool
) -> None:
    """``user:password`` of a Basic header, the NULs of SASL PLAIN."""
    encode = base64.urlsafe_b64encode if url_safe else base64.b64encode
    whole = encode(before + encoded(secret) + after).decode()
    cleaned = SecretFilter([secret]).clean(f"Authorization: Basic {whole} end")
    begin, end = 8 * len(before), 8 * (len(before) + len(encoded(secret)))
    stretch = whole[-(-begin // 6) : end // 6]
    assert not [part for part in outside(cleaned) if stretch in part]
    assert REDACTED in cleaned


HIGH = st.binary(max_size=7).map(lambda data: bytes(code | 0x80 for code in data))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=6, max_size=30), HIGH, HIGH)
def test_not_a_bit_of_it_is_left_and_nothing_else_is_taken(secret: str, before: bytes, after: bytes) -> None:
    whole = base64.b64encode(before + secret.encode() + after).decode()
    begin, end = 8 * len(before), 8 * (len(before) + len(secret))
    left, right = whole[: begin // 6], whole[-(-end // 6) :].rstrip("=")
    cleaned = SecretFilter([secret]).clean(f"Basic {whole}").rstrip("=")
    assert cleaned == f"Basic {left}{REDACTED}{right}"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=12), max_size=6), st.text(max_size=80))
@example(["secret"], "[secret] secret")
@example(["t]xyz1", "abcdef"], "abcdefxyz1")
def test_once_more_changes_nothing(secrets: list[str], text: str) -> None:
    known = SecretFilter([secret for secret in secrets if REDACTED not in secret])
    text = "".join(secrets) + text
    once = known.clean(text)
    assert known.clean(once) == once


URL_TEXT = st.text(alphabet=r"ab:/@?&=#; \"'key[]token", max_size=60)


@settings(max_examples=500, deadline=None)
@given(URL_TEXT)
@example("://a:b@c?token=x@y://z:a@b")
def test_once_more_changes_nothing_in_urls(text: str) -> None:
    once = without_credentials(f"http://{text}")
    assert without_credentials(once) == once


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mongodb://u:p@h:27017/x", f"mongodb://{REDACTED}@h:27017/x"),
        ("http://TOKEN@proxy:3128", f"http://{REDACTED}@proxy:3128"),
        ("redis://:p/a@ss@h", f"redis://{REDACTED}@h"),
        ("a http://u:p@h b https://t@h/ c", f"a http://{REDACTED}@h b https://{REDACTED}@h/ c"),
        (r'"https:\/\/u:p@h\/"', rf'"https:\/\/{REDACTED}@h\/"'),
        ("https://h/?key=abc&a=1&access_token=x#id_token=y", f"https://h/?key={REDACTED}&a=1&access_token={REDACTED}#id_token={REDACTED}"),
        ("https://h/?password=a%20b", f"https://h/?password={REDACTED}"),
        ("https://h:443/a/b?page=2&sort=name", "https://h:443/a/b?page=2&sort=name"),
        ("https://h/@user and me@example.com", "https://h/@user and me@example.com"),
        ("mail me@example.com: no URL", "mail me@example.com: no URL"),
        ("http://[::1]:3080/", "http://[::1]:3080/"),
    ],
)  # fmt: skip
def test_urls(text: str, shown: str) -> None:
    assert without_credentials(text) == shown
    assert SecretFilter([]).clean(text) == shown


SECRET_NAMES = [
    "KEY",
    "KEY_2",
    "KEY2",
    "API_KEY",
    "apiKey",
    "SSHKEY",
    "MY_SECRET",
    "clientSecret",
    "PASS",
    "DB_PASS",
    "DBPASS",
    "PASSWORD",
    "PASSPHRASE",
    "PASSWD",
    "PWD",
    "DB_PWD",
    "TOKEN",
    "GITHUB_TOKEN_2",
    "CRED",
    "CREDS",
    "CREDENTIALS",
    "AUTH",
    "BASIC_AUTH",
    "Authorization",
    "PRIVATE_KEY",
    "SALT",
    "PASSWORD_SALT",
    "IV",
    "CREDS_IV",
    "SENTRY_DSN",
    "SLACK_WEBHOOK",
    "SLACK_WEBHOOK_URL",
    "MONGO_URI",
    "X-Api-Key",
]
OTHER_NAMES = [
    "DOMAIN_CLIENT",
    "EMAIL_ENCRYPTION",
    "KEYCLOAK_URL",
    "BYPASS",
    "AUTHOR",
    "MONKEYS",
    "DIVE",
    "PORT",
    "HOST",
    "PRIVACY_POLICY_URL",
    "COMPASS_URL",
    "NODE_ENV",
    "DESIGN",
    "KEYBOARD",
    "ALLOW_REGISTRATION",
    "PASSIVE_MODE",
]


def test_names() -> None:
    assert [name for name in SECRET_NAMES if not is_secret_name(name)] == []
    assert [name for name in OTHER_NAMES if is_secret_name(name)] == []


def test_what_is_no_secret_blots_nothing_out() -> None:
    text = "true abc null is the value of nothing"
    assert SecretFilter(["true", "null", "abc", ""]).clean(text) == text
    assert SecretFilter(["abc"], shortest=1).clean("xabcx") == f"x{REDACTED}x"
    assert SecretFilter([Secret("hunter2")]).clean("it is hunter2.") == f"it is {REDACTED}."


def test_a_key_over_several_lines_is_found_line_by_line() -> None:
    key = "-----BEGIN KEY-----\nQWxhZGRpbjpvcGVu\nIHNlc2FtZTEyMzQ1\n-----END KEY-----"
    assert SecretFilter([key]).clean("read IHNlc2FtZTEyMzQ1") == f"read {REDACTED}"


def test_a_secret_that_holds_the_words_in_its_place_is_found() -> None:
    assert SecretFilter([f"ab{REDACTED}cd"]).clean(f"it is ab{REDACTED}cd.") == f"it is {REDACTED}."


@pytest.mark.parametrize(
    "line",
    [
        "x" * 1_000_000, "a" * 1_000_000, "ab" * 500_000, "://a:" * 200_000, "://a@" * 200_000, "://" * 333_333,
        "?key=" * 200_000, "&a" * 500_000, "://" + "a" * 1_000_000, r":\/" * 333_333, "hunter2 " * 125_000, "@" * 1_000_000,
        "YWJjZGVm" * 125_000, "://a:b@c " * 110_000, "?" + "k" * 1_000_000, " " * 1_000_000, "&token=a" * 125_000,
    ],
    ids=range(17),
)  # fmt: skip
def test_a_line_of_a_megabyte_is_read_in_linear_time(line: str) -> None:
    known = SecretFilter(["aaaaaa", "ababab", "hunter2", "abcdef", *(f"password-{number}-%$ä" for number in range(20))])
    assert_linear(lambda size: known.clean(line[:size]), len(line))
