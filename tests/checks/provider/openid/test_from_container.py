"""Discovery from inside the container: a program in docker's place runs the real Node, as the container would."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks.provider.openid.from_container import inside
from tests.checks.provider.openid.asking import METADATA, SECRET, SETTINGS, statuses, task, told
from tests.judge import image_node
from tests.servers.answering import Answering, Asked, answer
from tests.servers.certificates import Certificates
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status

_DOCKER = """#!{python} -I
import json, subprocess, sys
if "ps" in sys.argv:
    sys.stdout.write({listed!r})
    sys.exit(0)
data = sys.stdin.buffer.read()
sys.exit(subprocess.run([{node!r}, "-"], input=data, env={environment!r}, cwd="/").returncode)
"""
RUNNING = '{"Service":"api","State":"running"}\n'


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    return tmp_path


def docker(folder: Path, environment: dict[str, str], *, listed: str = RUNNING) -> None:
    path = folder / "bin" / "docker"
    path.write_text(_DOCKER.format(python=sys.executable, listed=listed, node=NODE, environment=environment))
    path.chmod(0o755)


NODE = image_node()


async def asked(folder: Path, issuer: str) -> list[Finding]:
    about = task(OPENID_ISSUER=issuer)
    made = replace(deployment({**SETTINGS, "OPENID_ISSUER": issuer}), folder=folder)
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
        docker(machine, environment, listed=changes.get("listed", RUNNING))
        findings = await asked(machine, issuer)
    assert {name: status.value for name, status in statuses(findings).items()} == expected
    assert SECRET not in told(findings)
    assert Status.FAIL not in {each.status for each in findings if not each.remedy}


async def test_a_provider_that_the_container_does_not_reach(machine: Path) -> None:
    docker(machine, {"PORT": "9", "OPENID_ISSUER": "https://127.0.0.1:9"})
    found = statuses(await asked(machine, "https://127.0.0.1:9"))
    assert found == {"inside.announced": Status.PASS, "inside.unreachable": Status.FAIL}


async def test_no_docker(machine: Path) -> None:
    assert statuses(await asked(machine, "https://127.0.0.1:9"))["inside.not-run"] is Status.UNKNOWN
