"""LibreChat asked from the admin panel's container: a program in docker's place runs the script, as the container would."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.model import RunMemory, Subject
from checks.net.http import Web
from checks.options import SiteOptions
from checks.site.instance.admin_panel import admin_panel_findings
from checks.site.instance.panel import panel_of
from checks.site.instance.panel_inside import from_the_panel
from tests.checks.container_node import only_programs_of, put_docker, running
from tests.servers.answering import Answering, Asked, answer
from tests.wizard.rules.builder import deployment
from wizard.answers.model import Answers, CheckInputs
from wizard.basics.finding import Status

RUNNING = running("admin-panel")
SECRET = "panel-canary-" + "5e" * 16


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    only_programs_of(tmp_path, monkeypatch)
    return tmp_path


def subject(folder: Path, *, api: str, started: str | None = None, listed: str = RUNNING, asks: bool = True) -> Subject:
    """Return a folder whose panel was started with ``started`` as API_SERVER_URL, where the compose files have ``api``."""
    environment = {"API_SERVER_URL": api if started is None else started, "SESSION_SECRET": SECRET}
    put_docker(folder, environment, listed)
    service = {"environment": {"API_SERVER_URL": api, "VITE_API_BASE_URL": api, "SESSION_SECRET": SECRET}}
    settings = {"DOMAIN_CLIENT": "http://127.0.0.1:9", "ADMIN_PANEL_URL": "http://127.0.0.1:9"}
    made = deployment(
        settings, release="v0.8.8", compose={"services": {"api": {}, "admin-panel": service}}, has_run=True
    )
    answers = Answers(checks=CheckInputs(from_container=asks))
    return Subject(
        memory=RunMemory(), deployment=made._replace(folder=folder), answers=answers, site_options=SiteOptions()
    )


async def seen(
    folder: Path, *, api: str, started: str | None = None, listed: str = RUNNING, asks: bool = True
) -> tuple[dict[str, Status], str]:
    """Ask from the container of :func:`subject`."""
    about = subject(folder, api=api, started=started, listed=listed, asks=asks)
    panel = panel_of(about.deployment)
    assert panel is not None
    found = [finding async for finding in from_the_panel(about, panel, seconds=30)]
    assert SECRET not in repr(found)
    return {finding.id.removeprefix("instance.admin-panel."): finding.status for finding in found}, repr(found)


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ('{"serverDomain": "x"}', 200, {"inside": Status.PASS}),
        ('{"other": "x"}', 200, {"api-server": Status.FAIL}),
        ("<html>", 502, {"api-server": Status.FAIL}),
    ],
)
async def test_who_answers_there(body: str, status: int, expected: dict[str, Status], machine: Path) -> None:
    def librechat(_: Asked) -> bytes:
        return answer(status, body)

    async with Answering(librechat) as here:
        found, _ = await seen(machine, api=f"http://127.0.0.1:{here.port}/")
        paths = [asked.path for asked in here.asked]
    assert found == {"announced": Status.PASS, **expected}
    assert paths == ["/api/config"]
    assert (machine / "log").read_text().splitlines()[-1].endswith("exec -T admin-panel bun run -")


async def test_an_address_that_does_not_answer_there(machine: Path) -> None:
    found, told = await seen(machine, api="http://127.0.0.1:9")
    assert found == {"announced": Status.PASS, "api-server": Status.FAIL}
    assert "API_SERVER_URL=http://api:3080 in the environment of admin-panel" in told


async def test_a_container_that_was_started_with_another_address(machine: Path) -> None:
    found, told = await seen(machine, api="http://api:3080", started="http://127.0.0.1:9")
    assert found == {"announced": Status.PASS, "outdated": Status.WARN}
    assert "up -d --force-recreate admin-panel" in told


async def test_what_cannot_be_asked_is_not_known(machine: Path) -> None:
    found, _ = await seen(machine, api="http://api:3080", listed="")
    assert found == {"announced": Status.PASS, "not-asked": Status.UNKNOWN}
    (machine / "log").unlink()
    assert await seen(machine, api="http://api:3080", asks=False) == ({}, "[]")
    assert not (machine / "log").exists(), "nothing is run that nobody asked for"


async def test_the_check_asks_there_and_says_a_wrong_address_once(machine: Path) -> None:
    async with Web(None) as web:
        about = subject(machine, api="http://localhost:9")
        found = [finding.id async for finding in admin_panel_findings(about, web)]
    assert "instance.admin-panel.announced" in found
    assert found.count("instance.admin-panel.api-server") == 1
