"""Tokens with the claims that LibreChat v0.8.7 gives them, signed for the test."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.site.session.tokens import (
    MAX_LENGTH,
    Purpose,
    Token,
    TokenSignature,
    Unreadable,
    access_life,
    clock,
    has_configured_lifetime,
    issuer_clock,
    parse_date,
    read,
    refresh_life,
    signature,
)
from wizard.basics.secret import Secret

SECRET: Final = "16f8c0ef4a5d391b26034086c628469d3f9f497f08163ab9b40137092f2909ef"
IAT: Final = 1795221420
ACCESS: Final = {
    "id": "6b00e7ab",
    "username": "ada",
    "provider": "local",
    "email": "ada@example.com",
    "iat": IAT,
    "exp": IAT + 900,
}
REFRESH: Final = {"id": "6b00e7ab", "sessionId": "6b00e7ac", "iat": IAT, "exp": IAT + 604799}
TWO_FACTOR: Final = {"userId": "6b00e7ab", "iat": IAT, "exp": IAT + 300}
ID_TOKEN: Final = {"iss": "https://login.example.net", "aud": "librechat", "id": "x", "iat": IAT, "exp": IAT + 60}
SENT: Final = datetime(2026, 11, 21, 0, 37, 0, tzinfo=UTC)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


HEADER: Final = base64url(b'{"alg":"HS256"}')


def signed(claims: object, secret: str = SECRET, algorithm: str = "HS256") -> str:
    """Sign as jsonwebtoken does, without the library under test."""
    header = {"alg": algorithm, "typ": "JWT"}
    text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    digest = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}.get(algorithm, hashlib.sha256)
    return f"{text}.{base64url(hmac.new(secret.encode(), text.encode(), digest).digest())}"


def token(claims: dict[str, Any], secret: str = SECRET, algorithm: str = "HS256") -> Token:
    found = read(signed(claims, secret, algorithm))
    assert isinstance(found, Token)
    return found


@pytest.mark.parametrize(
    ("claims", "purpose", "seconds"),
    [
        (ACCESS, Purpose.ACCESS, 900),
        (REFRESH, Purpose.REFRESH, 604799),
        (TWO_FACTOR, Purpose.TWO_FACTOR, 300),
        (ID_TOKEN, Purpose.FOREIGN, 60),
    ],
)
def test_purpose_and_life(claims: dict[str, Any], purpose: Purpose, seconds: int) -> None:
    found = token(claims)
    assert (found.purpose, found.life) == (purpose, timedelta(seconds=seconds))
    assert found.issued == SENT


def test_nothing_of_a_token_is_shown() -> None:
    text = signed(ACCESS)
    shown = repr(token(ACCESS))
    assert "ada" not in shown
    assert "6b00e7ab" not in shown
    assert not any(part in shown for part in text.split("."))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "librechat",
        "a.b",
        "a.b.c",
        "....",
        "\ud800.\ud800.\ud800",
        "x" * (MAX_LENGTH + 1),
        signed([1, 2]),
        signed("id"),
        f"{base64url(b'[]')}.{base64url(b'{}')}.",
        f"{base64url(b'{')}.{base64url(b'{}')}.",
        f"{HEADER}.{base64url(b'[' * 9000)}.",
    ],
)
def test_other_texts_are_told_without_being_quoted(text: str) -> None:
    found = read(text)
    assert isinstance(found, Unreadable)
    assert not text or text not in found.because


@pytest.mark.parametrize("claim", ["soon", True, None, 10**30, -(10**30), 1e400, [], {}])
def test_odd_times_are_no_times(claim: object) -> None:
    found = token({"id": "x", "iat": claim, "exp": claim})
    assert (found.issued, found.expires, found.life) == (None, None, None)
    assert has_configured_lifetime(found, timedelta(seconds=900)) is None


class TestSignature:
    def test_secret_of_the_file_and_another_one(self) -> None:
        assert signature(token(ACCESS), Secret(SECRET)) is TokenSignature.GOOD
        assert signature(token(ACCESS), Secret(SECRET[:-1])) is TokenSignature.OTHER_SECRET
        assert signature(token(REFRESH), Secret(f" {SECRET}")) is TokenSignature.OTHER_SECRET

    def test_a_changed_token(self) -> None:
        head, _, tail = signed(ACCESS).split(".")
        found = read(f"{head}.{base64url(json.dumps(ACCESS | {'id': 'eve'}).encode())}.{tail}")
        assert isinstance(found, Token)
        assert signature(found, Secret(SECRET)) is TokenSignature.OTHER_SECRET

    @pytest.mark.parametrize(
        "times", [{"exp": 1}, {"iat": 9_999_999_999}, {"nbf": 9_999_999_999}, {"iat": "x"}, {"exp": "x"}]
    )
    def test_time_does_not_matter(self, times: dict[str, Any]) -> None:
        assert signature(token(ACCESS | times), Secret(SECRET)) is TokenSignature.GOOD

    @pytest.mark.parametrize("secret", ["short", "1", "p\u00e4ssword \u8336", "x" * 500])
    def test_any_secret_can_be_tried_and_none_warns(self, secret: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert signature(token(ACCESS, secret), Secret(secret)) is TokenSignature.GOOD
            assert signature(token(ACCESS, "other"), Secret(secret)) is TokenSignature.OTHER_SECRET

    def test_longer_hash(self) -> None:
        assert signature(token(ACCESS, algorithm="HS512"), Secret(SECRET)) is TokenSignature.GOOD

    def test_what_cannot_be_tried(self) -> None:
        assert signature(token(ACCESS, ""), Secret("")) is TokenSignature.UNTOLD
        pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
        assert signature(token(ACCESS, pem), Secret(pem)) is TokenSignature.UNTOLD

    def test_a_providers_token(self) -> None:
        import jwt

        found = read(jwt.encode(ID_TOKEN, rsa.generate_private_key(65537, 2048), algorithm="RS256"))
        assert isinstance(found, Token)
        assert signature(found, Secret(SECRET)) is TokenSignature.OTHER_ALGORITHM
        assert signature(token(ACCESS, algorithm="none"), Secret(SECRET)) is TokenSignature.OTHER_ALGORITHM


class TestLife:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            (None, 900),
            ("", 900),
            ("1000 * 60 * 15", 900),
            ("1e6", 900),
            ("15m", 900),
            ("1000 * 60 * 60 * 24", 86400),
            ("0", 0),
            ("900", None),
            ("1500", None),
            ("1/0", None),
        ],
    )
    def test_access_tokens_as_a_running_librechat_made_them(self, text: str | None, seconds: int | None) -> None:
        assert access_life({} if text is None else {"SESSION_EXPIRY": text}) == (
            None if seconds is None else timedelta(seconds=seconds)
        )

    @pytest.mark.parametrize(
        ("text", "seconds"), [(None, 604800), ("(1000 * 60 * 60 * 24) * 30", 2592000), ("1500", 1), ("1/0", None)]
    )
    def test_sessions(self, text: str | None, seconds: int | None) -> None:
        assert refresh_life({} if text is None else {"REFRESH_TOKEN_EXPIRY": text}) == (
            None if seconds is None else timedelta(seconds=seconds)
        )

    def test_as_set(self) -> None:
        assert has_configured_lifetime(token(ACCESS), access_life({})) is True
        assert has_configured_lifetime(token(ACCESS), access_life({"SESSION_EXPIRY": "1000 * 60 * 60"})) is False
        assert has_configured_lifetime(token(ACCESS), access_life({"SESSION_EXPIRY": "900"})) is False
        assert has_configured_lifetime(token(REFRESH), refresh_life({})) is True
        assert (
            has_configured_lifetime(token(REFRESH), refresh_life({"REFRESH_TOKEN_EXPIRY": "1000 * 60 * 60 * 24 * 8"}))
            is False
        )
        assert (
            has_configured_lifetime(token(REFRESH), refresh_life({"REFRESH_TOKEN_EXPIRY": "1000 * 60 * 60 * 24 * 6"}))
            is False
        )


class TestClock:
    def test_same_clock(self) -> None:
        date = parse_date("Sat, 21 Nov 2026 00:37:00 GMT")
        assert date == SENT
        found = clock(date, sent=SENT + timedelta(seconds=0.2), received=SENT + timedelta(seconds=0.4))
        assert abs(found.ahead) <= found.within
        assert not found.is_off_by(timedelta())

    @pytest.mark.parametrize("minutes", [-10, 10])
    def test_wrong_clock_on_a_slow_line(self, minutes: int) -> None:
        off = SENT + timedelta(minutes=minutes)
        found = clock(off, sent=SENT, received=SENT + timedelta(seconds=20))
        assert found.is_off_by(timedelta(minutes=9))
        assert not found.is_off_by(timedelta(minutes=10))
        assert (found.ahead > timedelta()) is (minutes > 0)

    def test_librechats_own_clock(self) -> None:
        found = issuer_clock(token(ACCESS | {"iat": IAT + 3600}), sent=SENT, received=SENT + timedelta(seconds=1))
        assert found is not None
        assert found.is_off_by(timedelta(minutes=59))
        assert issuer_clock(token({"id": "x"}), sent=SENT, received=SENT) is None

    @pytest.mark.parametrize(
        "text", [None, "", "now", "Sat, 99 Nov 2026 00:37:00 GMT", "Sat, 21 Nov 99999 00:37:00 GMT", "\ud800"]
    )
    def test_no_date(self, text: str | None) -> None:
        assert parse_date(text) is None


@settings(deadline=None)
@given(
    text=st.text(),
    parts=st.lists(st.binary(), min_size=3, max_size=3),
    claims=st.dictionaries(st.text(), st.floats() | st.text()),
)
def test_nothing_raises(text: str, parts: list[bytes], claims: dict[str, Any]) -> None:
    parse_date(text)
    for candidate in (text, ".".join(base64url(part) for part in parts), signed({"id": "x"} | claims)):
        found = read(candidate)
        assert not isinstance(found, Token) or signature(found, Secret(SECRET)) in TokenSignature
