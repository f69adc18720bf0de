"""What v0.8.8 decides anew, as rules over a folder's settings: words of the security headers, keys that stop the start."""

from __future__ import annotations

import pytest

from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status
from wizard.catalogue import by_key
from wizard.catalogue.accept import Accepted, ValueFault, accept
from wizard.rules import check


def found(values: dict[str, str], identity: str, release: str = "v0.8.8") -> list[Finding]:
    return [finding for finding in check(deployment(values, release=release)) if finding.id == identity]


@pytest.mark.parametrize("text", ["yes", "1", "ON", " enabled ", "no", "none", ""])
def test_a_switch_of_the_headers_takes_more_words_than_true(text: str) -> None:
    assert not found({"HSTS_ENABLED": text}, "rules.values.choice.hsts-enabled")
    assert not found({"HSTS_ENABLED": text}, "rules.values.not-true")


@pytest.mark.parametrize("text", ["ja", "t", "2", "wahr"])
def test_another_word_counts_as_not_set(text: str) -> None:
    (finding,) = found({"HSTS_ENABLED": text}, "rules.values.choice.hsts-enabled")
    assert finding.status is Status.WARN
    assert "require HTTPS for a year" in finding.summary
    assert finding.remedy == "One of: true, false."


@pytest.mark.parametrize("text", ["deny", "SAMEORIGIN", "SameOrigin", "off", "none", ""])
def test_a_policy_counts_in_any_case_and_every_word_for_off(text: str) -> None:
    assert not found({"X_FRAME_OPTIONS": text}, "rules.values.choice.x-frame-options")
    assert isinstance(accept(by_key()["X_FRAME_OPTIONS"], text), Accepted)


def test_a_policy_that_there_is_not() -> None:
    allow = "ALLOW-FROM https://portal.example.net"
    assert found({"X_FRAME_OPTIONS": allow}, "rules.values.choice.x-frame-options")
    assert isinstance(accept(by_key()["X_FRAME_OPTIONS"], allow), ValueFault)
    # Only the header beside it has this word.
    assert found({"CROSS_ORIGIN_OPENER_POLICY": "cross-origin"}, "rules.values.choice.cross-origin-opener-policy")
    assert not found(
        {"CROSS_ORIGIN_RESOURCE_POLICY": "cross-origin"}, "rules.values.choice.cross-origin-resource-policy"
    )


@pytest.mark.parametrize(("text", "written"), [("deny", "DENY"), ("none", "off"), ("sameorigin", "SAMEORIGIN")])
def test_a_policy_is_written_as_the_catalogue_spells_it(text: str, written: str) -> None:
    assert accept(by_key()["X_FRAME_OPTIONS"], text) == Accepted(written)


@pytest.mark.parametrize(
    ("values", "release", "status", "effect"),
    [
        ({"CREDS_KEY": "0f" * 16}, "v0.8.7", Status.WARN, "weakly"),
        ({"CREDS_KEY": "0f" * 16}, "v0.8.8", Status.FAIL, "LibreChat does not start"),
        ({"CREDS_KEY": "x" * 64}, "v0.8.8-rc4", Status.FAIL, "nobody can store an API key"),
        ({"CREDS_KEY": "x" * 64}, "v0.8.8", Status.FAIL, "LibreChat does not start"),
    ],
)
def test_a_malformed_key_stops_the_start_from_v088_on(
    values: dict[str, str], release: str, status: Status, effect: str
) -> None:
    (finding,) = found(values, "rules.secrets.creds-key-form", release)
    assert (finding.status, effect in finding.summary) == (status, True)


def test_a_malformed_vector_stops_the_start_from_v088_on() -> None:
    (before,) = found({"CREDS_IV": "1e" * 15}, "rules.secrets.creds-iv-form", "v0.8.7")
    (after,) = found({"CREDS_IV": "1e" * 15}, "rules.secrets.creds-iv-form")
    assert "returns an error when users store an API key" in before.summary
    assert "LibreChat does not start" in after.summary


_PUBLISHED = "16f8c0ef4a5d391b26034086c628469d3f9f497f08163ab9b40137092f2909ef"
"""JWT_SECRET of the sample files up to v0.8.7."""


@pytest.mark.parametrize(
    ("release", "words"),
    [
        ("v0.8.7", "From v0.8.8-rc2 on"),
        ("v0.8.8-rc1", "From v0.8.8-rc2 on"),
        ("v0.8.8-rc2", "LibreChat v0.8.8-rc2 does not"),
    ],
)
def test_a_published_jwt_secret_stops_the_start_and_is_replaced_without_loss(release: str, words: str) -> None:
    (finding,) = found({"JWT_SECRET": _PUBLISHED}, "rules.secrets.published.jwt-secret", release)
    assert words in finding.evidence[0]
    assert "nothing else is lost" in finding.remedy


def test_a_key_that_encrypted_something_is_not_replaced_lightly() -> None:
    (short,) = found({"CREDS_KEY": "0f" * 16}, "rules.secrets.creds-key-form", "v0.8.7")
    assert short.remedy.startswith("Keep CREDS_KEY until")
    assert short.remedy.endswith("keys rotate creds")
    assert "From v0.8.8 on" in short.evidence[0]
    (broken,) = found({"CREDS_KEY": "x" * 64}, "rules.secrets.creds-key-form", "v0.8.7")
    assert "accept_loss: true" in broken.remedy


GOOGLE = {
    "ALLOW_SOCIAL_LOGIN": "true",
    "GOOGLE_CLIENT_ID": "id",
    "GOOGLE_CLIENT_SECRET": "s",
    "GOOGLE_CALLBACK_URL": "/oauth/google/callback",
}
LAN = {"DOMAIN_CLIENT": "http://chat.lan:3080", "DOMAIN_SERVER": "http://chat.lan:3080"}


@pytest.mark.parametrize(
    ("values", "release", "is_found"),
    [
        (LAN, "v0.8.8", True),
        (LAN, "v0.8.8-rc3", False),
        ({**LAN, "SESSION_COOKIE_SECURE": "false"}, "v0.8.8", False),
        ({**LAN, "ALLOW_SOCIAL_LOGIN": "false"}, "v0.8.8", False),
        ({}, "v0.8.8", False),
        ({"DOMAIN_SERVER": "http://localhost:3080", "DOMAIN_CLIENT": "http://localhost:3080"}, "v0.8.8", False),
    ],
)
def test_a_social_sign_in_cannot_end_where_its_cookie_is_dropped(
    values: dict[str, str], release: str, is_found: bool
) -> None:
    made = found({**GOOGLE, **values}, "rules.social.state-cookie.google", release)
    assert bool(made) is is_found
    if made:
        assert "__Host-oauth_state_google" in made[0].summary
        assert made[0].status is Status.FAIL


def test_apple_needs_https_whatever_the_switch_says() -> None:
    apple = {f"APPLE_{name}": "x" for name in ("CLIENT_ID", "TEAM_ID", "KEY_ID")}
    apple |= {
        "APPLE_PRIVATE_KEY_PATH": "/app/keys/a.p8",
        "ALLOW_SOCIAL_LOGIN": "true",
        "SESSION_COOKIE_SECURE": "false",
    }
    (finding,) = found({**apple, **LAN}, "rules.social.apple-https")
    assert "regardless of the settings" in finding.evidence[0]
    (before,) = found({**apple, **LAN}, "rules.social.apple-https", "v0.8.7")
    assert before.evidence == ()


SAML = {
    "ALLOW_SOCIAL_LOGIN": "true",
    "SAML_ENTRY_POINT": "https://id.example.net/saml",
    "SAML_ISSUER": "librechat",
    "SAML_CERT": "/app/saml/idp.pem",
    "SAML_SESSION_SECRET": "7a" * 32,
    "SAML_CALLBACK_URL": "https://chat.example.net/oauth/saml/callback",
}
_FORM = "urn:oasis:names:tc:SAML:2.0:nameid-format:"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "saml.name-id"),
        ({"SAML_NAME_ID_FORMAT": f"{_FORM}persistent"}, ""),
        ({"SAML_NAME_ID_FORMAT": f"{_FORM}transient"}, "saml.name-id-transient"),
        ({"SAML_NAME_ID_FORMAT": f"{_FORM}persistent", "SAML_IDP_ISSUER": "librechat"}, "saml.idp-issuer"),
        (
            {"SAML_NAME_ID_FORMAT": f"{_FORM}persistent", "SAML_IDP_ISSUER": "https://id.example.net/saml"},
            "saml.idp-issuer",
        ),
        ({"SAML_NAME_ID_FORMAT": f"{_FORM}persistent", "SAML_IDP_ISSUER": "https://id.example.net"}, ""),
    ],
)
def test_a_saml_account_belongs_to_its_first_name_id(values: dict[str, str], expected: str) -> None:
    names = ("saml.name-id", "saml.name-id-transient", "saml.idp-issuer")
    assert [name for name in names if found({**SAML, **values}, f"rules.{name}")] == [expected] * bool(expected)
    assert not [name for name in names if found({**SAML, **values}, f"rules.{name}", "v0.8.8-rc1")]


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("OPENID_DISCOVERY_RETRY_ATTEMPTS", ("0", "100", ""), ("101", "-1", "1.5", "three")),
        ("OPENID_DISCOVERY_RETRY_DELAY_MS", ("100", "3600000"), ("99", "1000 * 60", "3600001")),
    ],
)
def test_numbers_that_librechat_ignores(name: str, right: tuple[str, ...], wrong: tuple[str, ...]) -> None:
    identity = f"rules.openid.discovery.{name.lower().replace('_', '-')}"
    assert not [text for text in right if found({name: text}, identity)]
    assert [text for text in wrong if found({name: text}, identity)] == list(wrong)
    assert not found({name: wrong[0]}, identity, "v0.8.8-rc3")


@pytest.mark.parametrize(
    ("release", "effect"), [("v0.8.8-rc3", "messages have no sender"), ("v0.8.8", "servers reject")]
)
def test_a_sender_that_is_no_address(release: str, effect: str) -> None:
    values = {"EMAIL_HOST": "smtp.example.net", "EMAIL_FROM": "chat"}
    (finding,) = found(values, "rules.email.sender-form", release)
    assert effect in finding.summary
