"""The wizard's "people stay signed in" and what a real Chromium does with the same server, cell by cell."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path

import pytest

from tests.checks.browser.chromium_runs.cells import (
    ERAS,
    HOSTS,
    SCHEMES,
    Cell,
    attributes,
    matrix,
    openid,
    outlines,
    renewals,
    same_sites,
)
from tests.checks.browser.chromium_runs.chromium import Chromium, launched
from tests.checks.browser.chromium_runs.fronts import PERSON, Doors, Proxy, opened
from tests.checks.browser.chromium_runs.verdicts import Verdict, browsers, browsers_session, our_session, ours, trusting
from tests.screens.cli.program import run
from tests.servers.certificates import Certificates
from wizard.basics.secret import reveal

pytestmark = pytest.mark.timeout(400)  # some seventy cells a test, each a browser's page that is loaded twice


@pytest.fixture(autouse=True)
def roots_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading Mozilla's roots takes as long as the rest of a cell."""
    monkeypatch.setattr("checks.site.session.session.context", trusting)


@contextlib.asynccontextmanager
async def stage(cells: Iterable[Cell], folder: Path) -> AsyncIterator[tuple[Doors, Chromium, Path]]:
    certificates = Certificates(folder)
    pair = certificates.file("chat")
    async with (
        opened((cell.front for cell in cells), certificates, folder) as doors,
        launched(folder, pair) as chromium,
    ):
        yield doors, chromium, certificates.ca


async def compared(cells: Sequence[Cell], folder: Path) -> dict[Cell, Verdict]:
    """What the browser did in each cell; a failure names every cell in which the wizard says otherwise."""
    found: dict[Cell, Verdict] = {}
    wrong = []
    async with stage(cells, folder) as (doors, chromium, authority):
        for host in dict.fromkeys(cell.host for cell in cells):
            async with chromium.profile() as page:
                for cell in (cell for cell in cells if cell.host == host):
                    url = doors.url(cell.front, host)
                    found[cell] = await browsers(page, url, cell.reloads)
                    verdict = await ours(url, host, authority, cell.reloads)
                    if verdict != found[cell]:
                        wrong.append(f"{cell}\n   Chromium: {found[cell]}\n   we say:   {verdict}")
    assert not wrong, f"{len(wrong)} of {len(cells)} cells differ:\n" + "\n".join(wrong)
    return found


def kept(found: dict[Cell, Verdict], of: Callable[[Cell], bool]) -> set[bool]:
    return {verdict.signed_in for cell, verdict in found.items() if of(cell)}


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_every_host_era_and_proxy(scheme: str, tmp_path: Path) -> None:
    cells = list(matrix(scheme))
    assert len(cells) >= 72
    found = await compared(cells, tmp_path)
    # Said outright, lest both sides be wrong together.
    assert kept(found, lambda cell: cell.host not in HOSTS[4:]) == {True}
    assert kept(found, lambda cell: cell.host in HOSTS[4:]) == ({True, False} if scheme == "http" else {True})


async def test_every_same_site(tmp_path: Path) -> None:
    cells = list(same_sites())
    assert len(cells) == 48
    found = await compared(cells, tmp_path)
    none = [cell for cell in cells if "samesite=none" in cell.front.rewriting]
    # SameSite=None needs Secure, whatever the host and the scheme.
    assert kept(found, lambda cell: cell in none and ("SESSION_COOKIE_SECURE", "false") in cell.front.environment) == {
        False
    }


async def test_changed_attributes(tmp_path: Path) -> None:
    cells = list(attributes())
    assert len(cells) >= 60
    found = await compared(cells, tmp_path)
    assert kept(found, lambda cell: "/api/auth/login" in cell.front.rewriting) == {False}
    assert kept(found, lambda cell: "Domain=example.com" in cell.front.rewriting) == {True, False}


async def test_changed_at_the_renewal(tmp_path: Path) -> None:
    cells = list(renewals())
    assert len(cells) == 28
    found = await compared(cells, tmp_path)
    assert kept(found, lambda cell: "hide_header" in cell.front.renewal) == {False}
    assert kept(found, lambda cell: cell.front.renewal == "proxy_cookie_path / /api;") == {True}


async def test_session_of_an_identity_provider(tmp_path: Path) -> None:
    cells = list(openid())
    assert len(cells) >= 50
    wrong = []
    came: dict[Cell, bool] = {}
    async with stage(cells, tmp_path) as (doors, chromium, authority):
        for host in dict.fromkeys(cell.host for cell in cells):
            async with chromium.profile() as page:
                for cell in (cell for cell in cells if cell.host == host):
                    url = doors.url(cell.front, host)
                    back = await browsers_session(page, url, doors.behind[cell.front])
                    is_sent_back = await our_session(url, host, authority)
                    came[cell] = back
                    if is_sent_back != back:
                        wrong.append(f"{cell}\n   Chromium sends connect.sid back: {back}, we say: {is_sent_back}")
    assert not wrong, f"{len(wrong)} of {len(cells)} cells differ:\n" + "\n".join(wrong)
    public = {cell.front: back for cell, back in came.items() if cell.host == "chat.example.com"}
    for era in ERAS:
        https = {
            front.proxy: back
            for front, back in public.items()
            if front.scheme == "https" and front.release == era and not front.rewriting
        }
        assert https == {Proxy.TELLS: True, Proxy.SILENT: False}
    assert [back for front, back in public.items() if "samesite=strict" in front.rewriting] == [False, False]


async def test_the_program_says_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "LibreChat"
    folder.mkdir()
    (folder / ".env").write_text("PORT=3080\n")
    (folder / "docker-compose.yml").write_text(
        "services:\n  api:\n    image: registry.librechat.ai/danny-avila/librechat:v0.8.7\n"
    )
    password = tmp_path / "password"
    password.write_text(reveal(PERSON.password))
    wrong = []
    async with stage(outlines(), tmp_path) as (doors, chromium, authority):
        for cell in outlines():
            url = doors.url(cell.front, cell.host)
            options = ["--url", url, "--resolve", f"{cell.host}:127.0.0.1", "--cacert", str(authority)]
            options += ["--login", PERSON.email, "--password-file", str(password)]
            done = await asyncio.to_thread(run, "doctor", "--dir", folder, "--only", "session", "--json", *options)
            ids = {finding["id"] for finding in json.loads(done.out)["findings"]}
            async with chromium.profile() as page:
                signed_in = (await browsers(page, url)).signed_in
            expected = ("session.kept", 0) if signed_in else ("session.lost", 1)
            if expected[0] not in ids or done.status != expected[1]:
                wrong.append(f"{cell}: {signed_in}, exit {done.status}, {sorted(ids)}")
    assert wrong == []
