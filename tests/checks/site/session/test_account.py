"""The probe account: an address and a password that LibreChat takes, or the reason why there can be none."""

from __future__ import annotations

import pytest

from tests.wizard.rules.builder import LDAP, deployment
from wizard.apply.probe_account import ImpossibleError, account
from wizard.store.account_record import is_ours


@pytest.mark.parametrize(
    ("domains", "expected"),
    [
        (["corp.test", "Example.ORG"], "corp.test"),
        (["Example.ORG"], "example.org"),
        (["corp.test", "example.com"], "example.com"),
        (["*.corp.test", 7, None, "@corp.test", "mail.corp.test"], "mail.corp.test"),
        ([], "example.com"),
        ("corp.test", "example.com"),
    ],
)
def test_domain_is_one_that_librechat_permits(domains: object, expected: str) -> None:
    made = account(deployment(config={"registration": {"allowedDomains": domains}}))
    assert made.email.endswith(f"@{expected}")
    assert is_ours(made.email)


@pytest.mark.parametrize("config", [None, {}, {"registration": None}, {"registration": ["corp.test"]}])
def test_domain_without_a_rule_takes_no_mail(config: dict[str, object] | None) -> None:
    assert account(deployment(config=config)).email.endswith("@example.com")


@pytest.mark.parametrize("shortest", ["", "8", "64", "100", "128"])
def test_password_is_long_enough_and_never_shown(shortest: str) -> None:
    made = account(deployment({"MIN_PASSWORD_LENGTH": shortest}))
    assert max(20, int(shortest or 8)) <= len(made.password.reveal()) <= 128
    assert made.password.reveal() not in repr(made)


@pytest.mark.parametrize(
    ("values", "domains", "identity"),
    [
        ({"ALLOW_EMAIL_LOGIN": "false"}, [], "email-login-off"),
        (LDAP, [], "ldap"),
        ({"MIN_PASSWORD_LENGTH": "129"}, [], "password-length"),
        ({}, ["*.corp.test"], "domains"),
        ({}, ["corp.test --help"], "domains"),
    ],
)
def test_account_that_could_not_sign_in_is_none(values: dict[str, str], domains: list[str], identity: str) -> None:
    with pytest.raises(ImpossibleError) as raised:
        account(deployment(values, config={"registration": {"allowedDomains": domains}}))
    assert raised.value.identity == identity


@pytest.mark.parametrize(
    "email",
    [
        "ada@example.com",
        "librechat-wizard-probe-0123456@example.com",
        "librechat-wizard-probe-01234567@example.com\n",
        "--librechat-wizard-probe-01234567@example.com",
        "librechat-wizard-probe-01234567@a b.example",
        "librechat-wizard-probe-01234567@localhost",
    ],
)
def test_address_of_somebody_else_is_none_of_ours(email: str) -> None:
    assert not is_ours(email)
