"""Values that no program expects: each rule still answers, and what it says of them is true."""

from __future__ import annotations

import pytest

from tests.rounds import NAME
from tests.wizard.rules.builder import LDAP, MAIL, OPENID, deployment
from wizard import catalogue
from wizard.answers.model import Stack
from wizard.basics.finding import Finding
from wizard.rules import check

ODD = (
    "",
    "Infinity",
    "-Infinity",
    "1e400",
    "9" * 5000,
    "0x" + "f" * 400,
    "-1",
    "1.5",
    "\u00b2",
    "\u0663",
    "http://[",
    "http://a:99999999",
    "http://a:\u0663/",
    "//",
    "@",
    "<",
    "\x1b[31m",
    "1/0",
)

PANEL = {"services": {"api": {}, "admin-panel": {"environment": {"VITE_API_BASE_URL": "${DOMAIN_CLIENT}"}}}}


def found(values: dict[str, str], identity: str) -> list[Finding]:
    return [finding for finding in check(deployment(values)) if finding.id == identity]


@pytest.mark.parametrize("odd", ODD)
def test_every_rule_answers_whatever_a_setting_holds(odd: str) -> None:
    everything = {**MAIL, **LDAP, **OPENID}
    step = {"fast": 8, "normal": 3}.get(NAME, 1)
    for number, setting in enumerate(catalogue.SETTINGS[ODD.index(odd) % step :: step]):
        for stack in (Stack.COMPOSE, Stack.DEPLOY) if step == 1 else ((Stack.COMPOSE, Stack.DEPLOY)[number % 2],):
            findings = check(deployment({**everything, setting.key: odd}, stack=stack, compose=PANEL))
            assert all(finding.summary for finding in findings)


@pytest.mark.parametrize(("text", "counts"), [("0", "1"), ("loopback", "1"), ("1.5", "2"), ("0x", "1")])
def test_what_trust_proxy_counts_as(text: str, counts: str) -> None:
    (finding,) = found({"TRUST_PROXY": text}, "rules.proxy.trust-proxy")
    assert f"reads TRUST_PROXY as {counts}, " in finding.summary


@pytest.mark.parametrize("text", ["Infinity", "1e400", "999999"])
def test_trusting_every_proxy_is_a_hole(text: str) -> None:
    assert found({"TRUST_PROXY": text}, "rules.proxy.trust-all")


@pytest.mark.parametrize("text", ["-1", "1", "2"])
def test_a_number_of_proxies_is_fine(text: str) -> None:
    assert not [finding for finding in check(deployment({"TRUST_PROXY": text})) if "proxy" in finding.id]


def test_a_port_that_is_none_is_not_called_a_missing_scheme() -> None:
    (finding,) = found({"DOMAIN_CLIENT": "https://chat.example.net:99999"}, "rules.domains.form.domain-client")
    assert "port" in finding.summary
    assert not found({"DOMAIN_CLIENT": "https://chat.example.net:99999"}, "rules.domains.no-scheme.domain-client")


def test_limits_below_zero_refuse_everybody() -> None:
    assert found({"LOGIN_MAX": "-1"}, "rules.limits.none-allowed.login-max")
    assert found({"LOGIN_WINDOW": "-5"}, "rules.limits.no-window.login-window")
    assert found({"LOGIN_MAX": "Infinity"}, "rules.limits.no-number.login-max")


@pytest.mark.parametrize("text", ["4294967296", "9" * 5000, "-1", "\u0663"])
def test_an_id_that_no_system_has_counts_as_none(text: str) -> None:
    assert deployment({"UID": text}).container_ids[0] == 1000


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("localhost:3080", "do not work"),
        ("192.168.1.10:3080", "LibreChat stops at startup"),
        ("chat.net", "LibreChat stops at startup"),
    ],
)
def test_an_address_without_a_scheme_stops_librechat_only_where_it_is_no_url(text: str, effect: str) -> None:
    (finding,) = found({"DOMAIN_CLIENT": text}, "rules.domains.no-scheme.domain-client")
    assert effect in finding.summary


@pytest.mark.parametrize("text", ["http://127.1:3080", "LOCALHOST:3080", "http://0x7f000001"])
def test_every_spelling_of_this_machine_is_localhost(text: str) -> None:
    local = {"DOMAIN_CLIENT": text, "DOMAIN_SERVER": text, "ALLOW_REGISTRATION": "true"}
    assert not found(local, "rules.cookies.lost")
    assert not found(local, "rules.accounts.open-registration")


def test_mailgun_is_no_mail_to_a_release_that_does_not_know_it() -> None:
    values = {"MAILGUN_API_KEY": "k", "MAILGUN_DOMAIN": "example.net", "EMAIL_FROM": "chat@example.net"}
    values |= {"ALLOW_PASSWORD_RESET": "true"}
    holes = [
        release
        for release in ("v0.7.8", "v0.7.9-rc1")
        if "rules.email.reset-without-mail" in [each.id for each in check(deployment(values, release=release))]
    ]
    assert holes == ["v0.7.8"]


def test_a_lifetime_that_is_not_a_number_ends_every_sign_in() -> None:
    assert found({"SESSION_EXPIRY": "0/0"}, "rules.sessions.whole-seconds")


def test_a_shortest_password_that_the_release_does_not_read() -> None:
    ids = [finding.id for finding in check(deployment({"MIN_PASSWORD_LENGTH": "200"}, release="v0.8.0-rc3"))]
    assert "rules.accounts.password-length" not in ids
    assert found({"MIN_PASSWORD_LENGTH": "+200"}, "rules.accounts.password-length")
