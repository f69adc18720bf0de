"""Who gets an account through a provider, whatever is answered about registration; and the provider with which nobody gets in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wizard.rules.builder import OPENID, deployment
from wizard.basics.finding import Finding
from wizard.catalogue.questions import PROVIDERS, question
from wizard.rules import check

SAML = {
    "ALLOW_SOCIAL_LOGIN": "true",
    "SAML_ENTRY_POINT": "https://idp.example.net/sso",
    "SAML_ISSUER": "librechat",
    "SAML_CERT": "/app/saml/idp.pem",
    "SAML_SESSION_SECRET": "7e" * 32,
    "SAML_CALLBACK_URL": "https://chat.example.net/oauth/saml/callback",
    "LOGIN_MAX": "50",
}
FACEBOOK = {
    "ALLOW_SOCIAL_LOGIN": "true",
    "FACEBOOK_CLIENT_ID": "1",
    "FACEBOOK_CLIENT_SECRET": "2",
    "FACEBOOK_CALLBACK_URL": "/oauth/facebook/callback",
}
CLOSED = {"ALLOW_SOCIAL_REGISTRATION": "false"}
LIMITED = {"registration": {"allowedDomains": ["example.net"]}, "version": "1.2.8"}


def found(identity: str, values: dict[str, str], **options: Any) -> list[Finding]:
    """Return the findings with an id."""
    return [one for one in check(deployment(values, **options)) if one.id == identity]


@pytest.mark.parametrize(("provider", "title"), [(OPENID, "OpenID"), (SAML, "SAML")])
def test_closed_registration_does_not_close_a_provider(provider: dict[str, str], title: str) -> None:
    (finding,) = found("rules.social.always-registers", {**provider, **CLOSED})
    assert finding.summary.startswith(f"{title}: everyone the provider accepts gets an account")
    assert "registration.allowedDomains" in finding.remedy
    assert ("OPENID_REQUIRED_ROLE" in finding.remedy) is (title == "OpenID")
    for values in (
        provider,
        {**provider, "ALLOW_SOCIAL_REGISTRATION": "true"},
        {**provider, **CLOSED, "ALLOW_SOCIAL_LOGIN": "false"},
    ):
        assert found("rules.social.always-registers", values) == []


def test_what_limits_it_is_known_by_release() -> None:
    closed = {**OPENID, **CLOSED}
    assert found("rules.social.always-registers", {**closed, "OPENID_REQUIRED_ROLE": "staff"}) == []
    assert len(found("rules.social.always-registers", {**SAML, **CLOSED, "OPENID_REQUIRED_ROLE": "staff"})) == 1
    assert found("rules.social.always-registers", closed, config=LIMITED, release="v0.8.0") == []
    # Before, neither strategy asked for the domain of those who sign in.
    assert len(found("rules.social.always-registers", closed, config=LIMITED, release="v0.7.9")) == 1


def test_facebook_is_not_offered_and_found_where_it_stands() -> None:
    assert "facebook" not in [choice.value for choice in question(PROVIDERS).choices]
    (finding,) = found("rules.social.facebook-broken", FACEBOOK)
    assert (finding.status.value, "500" in finding.summary) == ("FAIL", True)
    assert found("rules.social.facebook-broken", {**FACEBOOK, "ALLOW_SOCIAL_LOGIN": "false"}) == []
