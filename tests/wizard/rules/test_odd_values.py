"""Values that no program expects: each rule still answers, and what it says of them is true."""

from __future__ import annotations

import pytest

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
    for setting in catalogue.SETTINGS:
        for stack in (Stack.COMPOSE, Stack.DEPLOY):
            findings = check(deployment({**everything, setting.key: odd}, stack=stack, compose=PANEL))
            assert all(finding.summary for finding in findings)


@pytest.mark.parametrize(("text", "counts"), [("0", "1"), ("loopback", "1"), ("1.5", "2"), ("0x", "1")])
def test_what_trust_proxy_counts_as(text: str, counts: str) -> None:
    (finding,) = found({"TRUST_PROXY": text}, "rules.proxy.trust-proxy")
    assert f"counts as {counts} " in finding.summary


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
