"""Discovery from inside the container: a program in docker's place runs the real Node, as the container would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checks.provider.openid.from_container import inside
from tests.checks.container_node import only_programs_of, put_docker, running
from tests.checks.provider.openid.asking import METADATA, SECRET, SETTINGS, statuses, task, told
from tests.servers.answering import Answering, Asked, answer
from tests.servers.certificates import Certificates
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status

RUNNING = running("api")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    only_programs_of(tmp_path, monkeypatch)
    return tmp_path


async def asked(folder: Path, issuer: str) -> list[Finding]:
    about = task(OPENID_ISSUER=issuer)
    made = deployment({**SETTINGS, "OPENID_ISSUER": issuer})._replace(folder=folder)
    return [finding async for finding in inside(about, made, seconds=20)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"inside.announced": "PASS", "inside.registered": "PASS", "inside.discovery": "PASS"}),
        ({"click": 500}, {"inside.announced": "PASS", "inside.not-registered": "FAIL", "inside.discovery": "PASS"}),
        ({"trusted": False}, {"inside.announced": "PASS", "inside.registered": "PASS", "inside.certificate": "FAIL"}),
        ({"issuer": "https://else.example"}, {"inside.announced": "PASS", "inside.registered": "PASS", "inside.other": "FAIL"}),
        ({"OPENID_ISSUER": "https://older.example"}, {"inside.announced": "PASS", "inside.outdated": "WARN", "inside.discovery": "PASS"}),
        ({"PROXY": "http://proxy:3128"}, {"inside.announced": "PASS", "inside.registered": "PASS", "inside.proxy": "UNKNOWN"}),
        ({"listed": ""}, {"inside.announced": "PASS", "inside.not-run": "UNKNOWN"}),
    ],
)  # fmt: skip
async def test_what_the_container_sees(
    changes: dict[str, Any], expected: dict[str, str], machine: Path, certificates: Certificates
) -> None:
    document: dict[str, str] = {}

    def provider(_: Asked) -> bytes:
        return answer(200, json.dumps(document))

    def librechat(_: Asked) -> bytes:
        return answer(changes.get("click", 302), "", "Location: https://id.example.com/auth")

    async with Answering(provider, ssl_context=certificates.context("valid")) as there, Answering(librechat) as here:
        issuer = f"https://localhost:{there.port}"
        document.update(METADATA, issuer=changes.get("issuer", issuer))
        environment = {
            "PORT": str(here.port),
            "OPENID_ISSUER": changes.get("OPENID_ISSUER", issuer),
            "OPENID_CLIENT_SECRET": SECRET,
            **({"NODE_EXTRA_CA_CERTS": str(certificates.ca)} if changes.get("trusted", True) else {}),
            **({"PROXY": changes["PROXY"]} if "PROXY" in changes else {}),
        }
        put_docker(machine, environment, changes.get("listed", RUNNING))
        findings = await asked(machine, issuer)
    assert {name: status.value for name, status in statuses(findings).items()} == expected
    assert SECRET not in told(findings)
    assert Status.FAIL not in {each.status for each in findings if not each.remedy}


async def test_a_provider_that_the_container_does_not_reach(machine: Path) -> None:
    put_docker(machine, {"PORT": "9", "OPENID_ISSUER": "https://127.0.0.1:9"}, RUNNING)
    found = statuses(await asked(machine, "https://127.0.0.1:9"))
    assert found == {"inside.announced": Status.PASS, "inside.unreachable": Status.FAIL}


async def test_no_docker(machine: Path) -> None:
    assert statuses(await asked(machine, "https://127.0.0.1:9"))["inside.not-run"] is Status.UNKNOWN
