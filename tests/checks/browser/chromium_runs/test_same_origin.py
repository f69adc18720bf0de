"""The same-origin guard of v0.8.8: whether Chromium's sign-in is refused, and whether the wizard says so, cell by cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from checks.model import RunMemory, Subject
from checks.options import Login, SiteOptions
from checks.registry import select
from checks.runner import report
from tests.checks.browser.chromium_runs.chromium import Page, launched
from tests.checks.browser.chromium_runs.fronts import PERSON, Front, Proxy, opened
from tests.checks.browser.chromium_runs.verdicts import trusting
from tests.servers.certificates import Certificates
from tests.wizard.rules.builder import deployment
from wizard.basics.secret import reveal
from wizard.findings import session as ids
from wizard.librechat.releases import Release

pytestmark = pytest.mark.timeout(400)
_HOSTS = ("localhost", "192.168.1.10", "chat.example.com")
_TOLD = {"right": "", "another name": "elsewhere.example.com", "the address of the machine": "127.0.0.1"}
_SIGN_IN = f"login({json.dumps(PERSON.email)}, {json.dumps(reveal(PERSON.password))})"
Cell = tuple[str, str, Front]


def cells() -> Iterator[Cell]:
    """Give host, what DOMAIN_CLIENT and DOMAIN_SERVER are, and the way to LibreChat."""
    for host, scheme, proxy, passes_host, (told, named) in product(
        _HOSTS, ("http", "https"), (Proxy.TELLS, Proxy.SILENT), (True, False), _TOLD.items()
    ):
        front = Front(scheme=scheme, release=Release(0, 8, 8), proxy=proxy, passes_host=passes_host, told=named or host)
        yield host, told, front


async def signs_in(page: Page, url: str) -> bool:
    async def tried() -> bool:
        await page.forget()
        await page.open(url)
        assert await page.state() == "out"
        await page.run(_SIGN_IN)
        return await page.state() == "in"

    return await page.undisturbed(tried)


async def wizard_refused(url: str, host: str, authority: Path) -> bool:
    login = Login(email=PERSON.email, password=PERSON.password)
    reach = SiteOptions(url=url, resolve={host: "127.0.0.1"}, cacert=authority, login=login)
    made = await report(select(("session",)), Subject(memory=RunMemory(), deployment=deployment(), site_options=reach))
    return ids.LOGIN_FAILED.of("cross-origin").id in {finding.id for finding in made.findings}


async def test_a_sign_in_is_refused_where_chromiums_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checks.site.session.session.context", trusting)
    certificates = Certificates(tmp_path)
    every = list(cells())
    assert len(every) == 72
    wrong, refused = [], []
    async with (
        opened((front for _, _, front in every), certificates, tmp_path) as doors,
        launched(tmp_path, certificates.file("chat")) as chromium,
    ):
        for host in _HOSTS:
            async with chromium.profile() as page:
                for cell in (cell for cell in every if cell[0] == host):
                    url = doors.url(cell[2], host)
                    is_refused = not await signs_in(page, url)
                    if is_refused:
                        refused.append(cell)
                    if await wizard_refused(url, host, certificates.ca) is not is_refused:
                        wrong.append(f"{url} told {cell[1]}, {cell[2].proxy}, Host {cell[2].passes_host}: {is_refused}")
    assert wrong == []
    # Said outright: browsers name themselves on https and localhost; on plain HTTP it takes the right address or a Host.
    assert {(host, told) for host, told, _ in refused} == set(
        product(("192.168.1.10", "chat.example.com"), ("another name", "the address of the machine"))
    )
    assert all(front.scheme == "http" and not front.passes_host for _, _, front in refused)
