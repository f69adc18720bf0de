"""The search knows the words that people type, not only LibreChat's names."""

from __future__ import annotations

import pytest

from wizard import catalogue
from wizard.catalogue.questions import QUESTIONS, is_question
from wizard.interview.search import _meant, _stem, _words, actions_for, commands_for, not_read, search
from wizard.interview.search_words import MEANT
from wizard.librechat.releases import NEWEST, Release


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
        ("log me out", "REFRESH_TOKEN_EXPIRY"),
        ("logs me out all the time", "REFRESH_TOKEN_EXPIRY"),
        ("kicked out", "REFRESH_TOKEN_EXPIRY"),
        ("keeps asking to sign in", "REFRESH_TOKEN_EXPIRY"),
        ("session expired", "REFRESH_TOKEN_EXPIRY"),
        ("login loop", "REFRESH_TOKEN_EXPIRY"),
        ("e-mail", "guide.mail"),
        ("gmail", "guide.mail"),
        ("password forgotten", "ALLOW_PASSWORD_RESET"),
        ("locked out", "LOGIN_MAX"),
        ("banned", "LOGIN_MAX"),
        ("invitation", "ALLOW_REGISTRATION"),
        ("second user", "ALLOW_REGISTRATION"),
        ("add user", "ALLOW_REGISTRATION"),
        ("roll back", "guide.target"),
        ("port", "PORT"),
        ("domain", "DOMAIN_CLIENT"),
        ("url", "DOMAIN_CLIENT"),
        ("certificate", "proxy.certificate"),
        ("sesion", "REFRESH_TOKEN_EXPIRY"),
        ("keyclaok", "guide.providers"),
        ("certificatte", "proxy.certificate"),
    ],
)
def test_first_hit(words: str, first: str) -> None:
    assert search(words)[0].label == first


def test_every_meaning_is_a_question() -> None:
    assert not [(words, name) for words in MEANT for name in _meant(words) if not is_question(name)]


@pytest.mark.parametrize("words", ["logo", "log me out", "port"])
def test_word_is_not_found_inside_of_another_one(words: str) -> None:
    found = [one.label for one in search(words)]
    for odd in {"logo": "LOGOUT", "log me out": "AUDIT", "port": "SUPPORT"}[words], "support":
        assert [name for name in found if odd in name.upper()] == []


@pytest.mark.parametrize("words", ["theme", "restore", "color", "revert", "xyzzy", "thme"])
def test_what_no_setting_means_finds_none(words: str) -> None:
    assert search(words) == []


def test_what_a_release_does_not_read_comes_last_and_says_so() -> None:
    release = Release(0, 8, 7)
    found = search("2fa", release)
    unread = [one for one in found if not_read(one, release)]
    assert "ENFORCE_TWO_FACTOR_AUTHENTICATION" in [one.label for one in unread]
    assert found[len(found) - len(unread) :] == unread
    assert not_read(unread[0], release) == "not read by v0.8.7"
    assert not_read(found[0], release) == ""
    # Who types the name itself has it first.
    assert search("enforce_two_factor_authentication", release)[0] in unread


@pytest.mark.parametrize(
    ("words", "actions", "commands"),
    [
        *((words, ["people"], []) for words in ("invite", "users", "people", "accounts", "second user", "locked out", "invte")),
        *((words, ["toggle_light"], []) for words in ("theme", "dark mode", "color", "colour")),
        *((words, [], ["restore"]) for words in ("restore", "backup", "undo", "roll back", "revert", "restroe")),
        ("gmail", [], []),
        ("", ["people", "toggle_light"], []),
    ],
)  # fmt: skip
def test_actions_and_commands_are_found_by_the_words_for_them(
    words: str, actions: list[str], commands: list[str]
) -> None:
    titles = (("people", "Accounts in LibreChat"), ("toggle_light", "Light or dark"))
    assert actions_for(words, titles) == actions
    assert [one.command for one in commands_for(words)] == commands


@pytest.mark.parametrize(
    "words",
    [
        "users keep getting logged out",
        "I keep getting signed out",
        "getting kicked out",
        "people were logged out at night",
        "why was I logged out?",
        "logged out",
    ],
)
def test_complaint_finds_all_that_its_phrase_means(words: str) -> None:
    found = [one.label for one in search(words)]
    assert found[:2] == ["REFRESH_TOKEN_EXPIRY", "SESSION_EXPIRY"]
    assert {"SESSION_COOKIE_SECURE", "access", "DOMAIN_CLIENT"} <= set(found)


def test_no_two_phrases_are_the_same_words() -> None:
    phrases = [frozenset(map(_stem, _words(words))) for words in MEANT]
    assert [words for words, phrase in zip(MEANT, phrases, strict=True) if phrases.count(phrase) > 1] == []


@pytest.mark.parametrize("words", ["the", "how do I", "getting", "is not in"])
def test_idle_words_mean_no_action_and_no_command(words: str) -> None:
    assert actions_for(words, (("people", "accounts"), ("toggle_light", "Light or dark"))) == []
    assert commands_for(words) == []


def test_a_whole_title_finds_its_setting_first() -> None:
    every = [one for one in (*catalogue.SETTINGS, *QUESTIONS) if one.is_read(NEWEST)]
    others = {one.title for one in every if search(one.title, NEWEST)[0].title.lower() != one.title.lower()}
    assert others == {"Proxy"}, "PROXY is the name of another"
