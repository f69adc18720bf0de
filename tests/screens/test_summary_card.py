"""The card at the end says who gets an account although registration is closed."""

from __future__ import annotations

import pytest

from screens.shared.summary_card import summary_card
from wizard.librechat.releases import NEWEST

OPENID = {"ALLOW_SOCIAL_LOGIN": "true", "OPENID_CLIENT_ID": "x", "OPENID_CLIENT_SECRET": "y", "OPENID_ISSUER": "https://id.example.com", "OPENID_SESSION_SECRET": "z", "OPENID_SCOPE": "openid"}  # fmt: skip
GOOGLE = {"ALLOW_SOCIAL_LOGIN": "true", "GOOGLE_CLIENT_ID": "x", "GOOGLE_CLIENT_SECRET": "y"}
LDAP = {"LDAP_URL": "ldaps://dc.example.com", "LDAP_USER_SEARCH_BASE": "dc=example,dc=com"}


@pytest.mark.parametrize(
    ("values", "domains", "ending"),
    [
        ({}, (), "you create each account with a command"),
        (OPENID, (), "everyone that OpenID accepts gets an account"),
        (OPENID | {"OPENID_REQUIRED_ROLE": "chat"}, (), "everyone that OpenID accepts gets an account, subject to OPENID_REQUIRED_ROLE"),
        (GOOGLE, (), "you create each account with a command"),
        (GOOGLE | {"ALLOW_SOCIAL_REGISTRATION": "true"}, (), "everyone that Google accepts gets an account"),
        (LDAP, (), "everyone that LDAP accepts gets an account"),
        (LDAP | {"ALLOW_EMAIL_LOGIN": "false"}, (), "you create each account with a command"),
        ({"ALLOW_SOCIAL_LOGIN": "true", "ALLOW_SOCIAL_REGISTRATION": "true", "FACEBOOK_CLIENT_ID": "x", "FACEBOOK_CLIENT_SECRET": "y"}, (), "you create each account with a command"),
        (OPENID | LDAP, ("example.com",), "everyone that OpenID or LDAP accepts gets an account, subject to registration.allowedDomains"),
        (OPENID | LDAP | {"OPENID_REQUIRED_ROLE": "chat"}, (), "everyone that OpenID or LDAP accepts gets an account"),
    ],
)  # fmt: skip
def test_who_gets_an_account(values: dict[str, str], domains: tuple[str, ...], ending: str) -> None:
    rows = [line.text for line in summary_card(values, NEWEST, None, domains=domains, has_backup=False)]
    accounts = next(row for row in rows if row.startswith("Accounts"))
    assert "registration is closed" in accounts
    assert accounts.endswith(ending), accounts
