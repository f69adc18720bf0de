"""The full check of a running LibreChat beside the longest chain of requests in it that wait for each other."""

from __future__ import annotations

import json
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from checks.model import RunMemory, Subject
from checks.net.http import HttpResponse, Web
from checks.net.trust import context
from checks.options import Login, SiteOptions
from checks.registry import RUNNING, select
from checks.runner import report
from screens.demo.librechat import StandIn
from tests.checks.site.instance.asking import ADA, SECRETS, settings
from tests.servers.certificates import Certificates
from tests.wizard.rules.builder import deployment
from wizard.basics.check_outcomes import Ran
from wizard.basics.finding import Status

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

ROUNDS = 7
HOST = "chat.example.com"
RESOLVE = {HOST: "127.0.0.1"}
OPEN = {"LOGIN_MAX": "9999", "TRUST_PROXY": "-1"}
"""People come straight to the server, and the rounds are more than anybody's sign-ins."""
DELAY = 0.1
"""Seconds that the server takes for every answer."""


async def chain(url: str, authority: Path | None) -> float:
    """Make, one after the other, the requests each of which needs the answer before it.

    No password goes to a server that has not shown to be LibreChat, nothing is renewed that was not given, and what was opened
    is ended: configuration, sign-in, renewal, renewal with the new cookie, sign-out.
    """
    begun = time.perf_counter()
    body = json.dumps({"email": ADA.email, "password": ADA.password.reveal()}).encode()
    async with Web(context(authority), resolve=RESOLVE) as web:
        await web.ask("GET", f"{url}/api/config")
        reply = await web.ask("POST", f"{url}/api/auth/login", body=body)
        for _ in range(2):
            reply = await web.ask("POST", f"{url}/api/auth/refresh", headers={"Cookie": given(reply)}, body=b"{}")
        bearer = {"Authorization": f"Bearer {reply.object['token']}", "Cookie": given(reply)}
        assert (await web.ask("POST", f"{url}/api/auth/logout", headers=bearer, body=b"{}")).status == 200
    return time.perf_counter() - begun


def given(reply: HttpResponse) -> str:
    """Return the sign-in cookie of an answer as a browser sends it back."""
    return next(each.partition(";")[0] for each in reply.all("set-cookie") if each.startswith("refreshToken="))


async def full(url: str, authority: Path | None) -> float:
    """Run every check that asks the running LibreChat."""
    made = deployment({**SECRETS, "DOMAIN_CLIENT": url, "DOMAIN_SERVER": url, **OPEN}, has_run=True)
    login = Login(email=ADA.email, password=ADA.password)
    subject = Subject(
        memory=RunMemory(),
        deployment=made,
        site_options=SiteOptions(resolve=RESOLVE, cacert=authority, login=login),
        expected_up=True,
    )
    begun = time.perf_counter()
    found = await report(select(tuple(RUNNING)), subject)
    taken = time.perf_counter() - begun
    assert all(isinstance(outcome, Ran) for _, outcome in found.outcomes), found.outcomes
    assert "session.kept" in {finding.id for finding in found.findings}
    assert found.exit_status != 1, [finding for finding in found.findings if finding.status is Status.FAIL]
    return taken


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_full_check_of_a_healthy_instance(
    scheme: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    certificates = Certificates(tmp_path)
    tls = certificates.context("chat") if scheme == "https" else None
    authority = certificates.ca if tls else None
    async with StandIn(settings(), ssl_context=tls) as server:
        url = f"{scheme}://{HOST}:{server.port}"
        secure = {"SESSION_COOKIE_SECURE": "true" if tls else "false"}
        made = settings({**OPEN, **secure, "DOMAIN_SERVER": url, "DOMAIN_CLIENT": url})
        await server.restart(replace(made, delay=DELAY))
        chains, checks = [], []
        for _ in range(ROUNDS + 1):
            chains.append(await chain(url, authority))
            checks.append(await full(url, authority))
        assert server.sessions == ()
    # The first round loads modules.
    base, whole = statistics.median(chains[1:]), statistics.median(checks[1:])
    with capsys.disabled():
        sys.stdout.write(
            f"\n{scheme}: longest chain {base:.3f} s, full check {whole:.3f} s, {whole / base:.2f} times "
            f"(median of {ROUNDS}, {DELAY * 1000:.0f} ms an answer)\n"
        )
    assert whole <= 1.3 * base
