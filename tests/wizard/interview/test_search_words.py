"""The search knows the words that people type, not only LibreChat's names."""

from __future__ import annotations

import pytest

from wizard.catalogue.questions import is_question
from wizard.interview.search import _MEANT, _meant, search


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("sso", "guide.providers"),
        ("oidc", "guide.providers"),
        ("Keycloak", "guide.providers"),
        ("2fa", "ENFORCE_TWO_FACTOR_AUTHENTICATION"),
        ("captcha", "turnstile.siteKey"),
        ("ssl", "access"),
        ("smtp", "guide.mail"),
        ("signup", "ALLOW_REGISTRATION"),
        ("timeout", "REFRESH_TOKEN_EXPIRY"),
        ("logout", "REFRESH_TOKEN_EXPIRY"),
        ("azure", "guide.providers"),
        ("active  directory", "guide.providers"),
        ("email_port", "EMAIL_PORT"),
        ("Postmark", "guide.mail"),
    ],
)
def test_first_hit(words: str, first: str) -> None:
    assert search(words)[0].label == first


def test_every_meaning_is_a_question() -> None:
    assert not [(words, name) for words in _MEANT for name in _meant(words) if not is_question(name)]
