"""The model of LibreChat against what a real one answered: pure functions, no server between."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.records import strategies
from tests.screens.demo.records import Replay
from tests.wizard.librechat.observed import AFTER, BEFORE, CONFIGS, observations
from wizard.librechat.browser_url import client_base
from wizard.librechat.cookies import cleared_names, is_localhost, secure_sign_in
from wizard.librechat.mail_configured import is_announced, is_configured
from wizard.librechat.passwords import shortest_password
from wizard.librechat.providers import is_registered
from wizard.librechat.proxy_hops import client_address, trusted_hops
from wizard.librechat.rate_limits import rate_limit
from wizard.librechat.releases import RECORDED
from wizard.librechat.sessions import REFRESH_DEFAULT, access_lifetime, refresh_lifetime
from wizard.librechat.startup_config import startup_config
from wizard.librechat.startup_refusals import start_refusal
from wizard.librechat.values import is_enabled, js_number

SPELLINGS = "shouldUseSecureCookie and isEnabled over many spellings (real functions, called directly)"
LIMITER = "login failures and limiter"
RECORDED_ON = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def observed(samples: Path) -> Replay:
    return observations(samples)


def rows(observed: Replay, *path: str) -> list[tuple[dict[str, str], dict[str, Any]]]:
    """Return the environment of each recorded case, and what was seen in it."""
    cases = observed.at(path)
    cases = list(cases.values()) if isinstance(cases, dict) else cases
    return [(observed.environment(case["settings"]), case) for case in cases]


def test_config_before_and_after_sign_in(observed: Replay) -> None:
    cases = rows(observed, CONFIGS)
    for environment, case in cases:
        stranger = startup_config(environment, RECORDED, today=RECORDED_ON)
        assert stranger == case[BEFORE]["body"], case["case"]
        if AFTER in case:
            person = startup_config(environment, RECORDED, signed_in=True, today=RECORDED_ON)
            assert person == case[AFTER]["body"], case["case"]
    assert len(cases) == 18
    assert sum(AFTER in case for _, case in cases) > 10


def test_keys_come_in_the_order_of_librechat(observed: Replay) -> None:
    for environment, case in rows(observed, CONFIGS):
        assert list(startup_config(environment, RECORDED)) == list(case[BEFORE]["body"])


def test_mail_counts_as_announced_and_as_configured(observed: Replay) -> None:
    """Without mail a reset link is in the answer itself; ``emailEnabled`` is another question."""
    told = []
    for environment, case in rows(observed, "registration, verification, password reset, mail", "password reset"):
        assert is_announced(environment) is case["config"]["emailEnabled"]
        answer = case["request, existing address"]
        if is_enabled(environment.get("ALLOW_PASSWORD_RESET")):
            shows_link = "link" in answer["body"]
            assert is_configured(environment, RECORDED) is not shows_link, case["settings"]
            told.append(shows_link)
    assert set(told) == {True, False}


def test_unverified_people_wait_where_mail_is_configured(observed: Replay) -> None:
    cases = observed.at(("registration, verification, password reset, mail", "unverified email"))
    told = []
    for name, case in cases.items():
        environment = observed.environment(case["settings"])
        if is_enabled(environment.get("ALLOW_UNVERIFIED_EMAIL_LOGIN")) or case["register"]["status"] != 200:
            continue
        waits = case["login"]["status"] == 422
        assert is_configured(environment, RECORDED) is waits, name
        told.append(waits)
    assert set(told) == {True, False}


def test_secure_cookies(observed: Replay) -> None:
    for case in observed.at((SPELLINGS, "by_DOMAIN_SERVER_in_production")):
        server = case["DOMAIN_SERVER"]
        environment = {"NODE_ENV": "production"} | ({} if server is None else {"DOMAIN_SERVER": server})
        assert secure_sign_in(environment, RECORDED) is case["secure"], case
        assert is_localhost(server or "") is not case["secure"], case
    for case in observed.at((SPELLINGS, "by_SESSION_COOKIE_SECURE")):
        environment = {name: text for name, text in case.items() if name != "secure" and text is not None}
        assert secure_sign_in(environment, RECORDED) is case["secure"], case
    for case in observed.at(("NODE_ENV",)).values():
        environment = observed.environment(case["settings"], process=case["environment"])
        assert {secure_sign_in(environment, RECORDED)} == set(case["Secure"])


def test_lifetimes(observed: Replay) -> None:
    """A sign-in that ends with status 500 could not make its token; lifetimes are recorded in whole seconds."""
    cases = [
        case for name in ("SESSION_EXPIRY", "REFRESH_TOKEN_EXPIRY") for case in observed.at(("token lifetimes", name))
    ]
    for case in cases:
        name, _, text = case["line in .env"].strip("()").partition("=")
        environment = observed.environment({name.split()[0]: None if case["line in .env"].startswith("(") else text})
        access, refresh = access_lifetime(environment), refresh_lifetime(environment)
        assert (access % 1000 == 0) is (case["login status"] == 200), case["line in .env"]
        if case["login status"] == 200:
            assert access / 1000 == case["access token lifetime s"]
            expected = REFRESH_DEFAULT if refresh == float("inf") else refresh
            assert -1 <= case["refresh token lifetime s"] - expected // 1000 <= 0, case["line in .env"]
    assert len(cases) > 35


def test_cookies_that_a_sign_out_takes_back(observed: Replay) -> None:
    for case in observed.at(("cookie matrix",)):
        answer = case["steps"]["logout, Authorization and cookie"]
        assert tuple(cookie["name"] for cookie in answer["set_cookie"]) == cleared_names(RECORDED)


def test_refused_starts_and_base_paths(observed: Replay) -> None:
    told = []
    for environment, case in rows(observed, "DOMAIN_CLIENT, DOMAIN_SERVER, MONGO_URI forms"):
        refusal = start_refusal(environment, RECORDED)
        assert bool(refusal) is (case["exit"] == 1), case["settings"]
        if refusal:
            assert case["log"][-1].endswith(refusal)
        else:
            assert [client_base(environment["DOMAIN_CLIENT"])] == case["base href"]
            assert startup_config(environment, RECORDED)["serverDomain"] == case["serverDomain"]
        told.append(bool(refusal))
    assert told.count(True) == 2


def test_limits_on_sign_in(observed: Replay) -> None:
    for name, case in observed.at((LIMITER, "settings")).items():
        environment = observed.environment(case["settings"])
        limit = rate_limit("LOGIN", environment)
        used = 0
        for attempt in case["tries"]:
            used = used + 1 if limit.counts else 1
            assert attempt["headers"]["x-ratelimit-limit"] == limit.maximum, name
            assert (attempt["status"] == 429) is (used > limit.most), (name, attempt["try"])
    everything = observed.at((LIMITER, "limiter, defaults (LOGIN_MAX=7, LOGIN_WINDOW=5)"))
    register = rate_limit("REGISTER", observed.environment())
    assert everything["register meanwhile"]["headers"]["x-ratelimit-limit"] == register.maximum


def test_address_that_limits_go_by(observed: Replay) -> None:
    """A forwarded address that begins a count of its own was believed."""
    told = []
    for environment, case in rows(observed, LIMITER, "settings"):
        hops = trusted_hops(environment, RECORDED)
        seen = ["127.0.0.1"]
        for step, answer in case.items():
            if step.startswith("then with X-Forwarded-For: "):
                address = client_address("127.0.0.1", step.partition(": ")[2], hops)
                most, left = (js_number(answer["headers"][f"x-ratelimit-{end}"]) for end in ("limit", "remaining"))
                assert (left == most - 1) is (address not in seen), (case["settings"], step)
                told.append(address in seen)
                seen.append(address)
    assert len(told) > 4


def test_shortest_password(observed: Replay) -> None:
    message = observed.at((LIMITER, "failures", "short password"))["body"]["message"]
    assert f"at least {shortest_password(observed.environment(), RECORDED)} character" in message


OPENID = {
    "ALLOW_SOCIAL_LOGIN": "true",
    "OPENID_CLIENT_ID": "librechat",
    "OPENID_CLIENT_SECRET": "right-secret-0123456789",
    "OPENID_ISSUER": "https://op.test",
    "OPENID_SESSION_SECRET": "set",
    "OPENID_SCOPE": "openid profile email",
}
"""What the recorded OpenID sign-ins ran with; each of them says what differs."""


@pytest.mark.parametrize("protocol", ["openid", "saml"])
def test_registered_strategies(protocol: str) -> None:
    told = []
    for row in strategies(protocol):
        given = (OPENID if protocol == "openid" else {}) | row["settings"]
        settings = {name: text for name, text in given.items() if text is not None}
        if row["decides"]:
            assert is_registered(protocol, settings, RECORDED) is row["registered"], row["case"]
            told.append(row["registered"])
        elif row["registered"]:
            assert is_registered(protocol, settings, RECORDED), row["case"]
    assert told.count(False) > 4
