"""The password of a sign-in that is tried goes over plain HTTP to this machine alone, or where a person said so."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from checks.model import Subject
from checks.options import Allowance
from checks.runner import report
from checks.site.session.registered import SESSION
from checks.site.target import exposes_password
from screens.demo.librechat import StandIn
from screens.shared.librechat_probes import live_probes
from tests.checks.site.instance.asking import ADA, PASSWORD, ask, everything, ids, settings, subject
from wizard.answers.model import Answers, CheckInputs
from wizard.apply.first_admin import Admin

LAN = {"DOMAIN_SERVER": "http://localhost:3080"}
REAL = socket.getaddrinfo


@pytest.fixture
def lan(monkeypatch: pytest.MonkeyPatch) -> str:
    """A name that DNS, and not the command line, leads to the test's server."""

    def answered(host: Any, *more: Any, **options: Any) -> Any:
        return REAL("127.0.0.1" if host == "chat.lan" else host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", answered)
    return "chat.lan"


def signed_in(server: StandIn) -> bool:
    return any("login" in request.path for request in server.requests)


async def test_no_password_over_plain_http_to_a_name(lan: str) -> None:
    async with StandIn(settings(LAN)) as server:
        made = await ask(subject(f"http://{lan}:{server.port}"))
        assert not signed_in(server)
        assert ids(made) == {"session.insecure-login": "UNKNOWN"}
        remedy = made.findings[0].remedy
        assert "--allow-insecure-login" in remedy
        assert "http://localhost:PORT" in remedy
        assert PASSWORD not in everything(made)


@pytest.mark.parametrize("where", ["option", "answers"])
async def test_with_consent_it_is_tried(lan: str, where: str) -> None:
    async with StandIn(settings(LAN)) as server:
        given = subject(f"http://{lan}:{server.port}")
        given = given._replace(
            site_options=given.site_options._replace(allow_insecure_login=where == "option"),
            answers=Answers(checks=CheckInputs(allow_insecure_login=where == "answers")),
        )
        assert ids(await ask(given))["session.login"] == "PASS"
        assert signed_in(server)


async def test_no_account_is_made_for_a_sign_in_that_is_held_back(tmp_path: Path) -> None:
    given = subject("http://chat.lan:3080")
    told: list[str] = []
    making = given._replace(
        deployment=given.deployment._replace(folder=tmp_path),
        site_options=given.site_options._replace(login=None, make_login=True),
        tell=told.append,
    )
    assert ids(await report((SESSION,), making)) == {"session.insecure-login": "UNKNOWN"}
    assert told == [], "no command was run"


@pytest.mark.parametrize(
    ("url", "resolve", "is_exposed"),
    [
        ("http://localhost:3080", {}, False),
        ("http://127.0.0.1:3080", {}, False),
        ("http://127.8.9.1:3080", {}, False),
        ("http://[::1]:3080", {}, False),
        ("http://chat.lan:3080", {"chat.lan": "127.0.0.1"}, False),
        ("http://chat.lan:3080", {"chat.lan": "::1"}, False),
        ("https://chat.example.com", {}, False),
        ("http://chat.lan:3080", {}, True),
        ("http://chat.lan:3080", {"chat.lan": "192.168.1.10"}, True),
        ("http://localhost:3080", {"localhost": "192.168.1.10"}, True),
        ("http://192.168.1.10:3080", {}, True),
        ("http://[fd00::1]:3080", {}, True),
        ("http://localhost.example.com:3080", {}, True),
        ("http://127.0.0.1.example.com:3080", {}, True),
    ],
)
def test_what_counts_is_where_the_connection_goes(url: str, resolve: Mapping[str, str], is_exposed: bool) -> None:
    given: Subject = subject(url, resolve=resolve)
    assert exposes_password(given) is is_exposed
    assert not exposes_password(given._replace(site_options=given.site_options._replace(allow_insecure_login=True)))


@pytest.mark.parametrize("allows", [False, True])
async def test_the_first_administrator_s_password_stays_here_too(lan: str, allows: bool) -> None:
    """Where compose publishes LibreChat on an address of the LAN, the proof would go there."""
    account = Admin(email=ADA.email, name="Ada", username="ada", password=ADA.password, is_generated=False)
    async with StandIn(settings(LAN)) as server:
        probes = live_probes(Allowance(), allows_insecure_login=allows)
        there = await probes.sign_in(f"http://{lan}:{server.port}", account)
        assert signed_in(server) is allows
        assert bool(there.not_tried) is not allows
        here = await probes.sign_in(f"http://127.0.0.1:{server.port}", account)
        assert here.role in ("ADMIN", "USER")
