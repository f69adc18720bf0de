"""OpenID that the running LibreChat does not have (yet): asked twice where it tries again, a restart only where that helps."""

from __future__ import annotations

import pytest

from checks.site.instance import openid_ready
from tests.checks.site.instance.asking import INSTANCE, ask, ids, subject
from tests.servers.answering import Answering, Asked, answer
from tests.wizard.rules.builder import OPENID
from wizard.librechat.openid_retries import OpenidRetries, openid_retries
from wizard.librechat.releases import Release

CONFIG = '{"serverDomain": "x", "emailLoginEnabled": true, "registrationEnabled": false}'
MISSING = answer(404, '{"error": "OpenID configuration not found", "error_code": "OPENID_NOT_CONFIGURED"}')
READY = answer(200, '{"message": "OpenID check successful"}')


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openid_ready, "_LONGEST", 0.01)


@pytest.mark.parametrize(
    ("release", "replies", "remedy", "questions"),
    [
        ("v0.8.8", (MISSING, READY), None, 2),
        ("v0.8.8", (MISSING, MISSING), "no restart is needed", 2),
        ("v0.8.8", (READY,), None, 1),
        ("v0.8.8-rc3", (MISSING, READY), "docker compose restart api", 1),
        ("v0.8.2", (MISSING, MISSING), None, 0),
        ("v0.8.8", (answer(404, "<html>", kind="text/html"),), None, 1),
    ],
)
async def test_openid_that_is_not_there(
    release: str, replies: tuple[bytes, ...], remedy: str | None, questions: int
) -> None:
    asked: list[str] = []

    def server(request: Asked) -> bytes:
        if request.path == "/api/admin/oauth/openid/check":
            asked.append(request.path)
            return replies[len(asked) - 1]
        return answer(200, CONFIG)

    async with Answering(server) as running:
        made = await ask(subject(f"http://localhost:{running.port}", OPENID, release=release), INSTANCE)
    assert len(asked) == questions
    found = [finding for finding in made.findings if finding.id == "instance.openid-not-ready"]
    assert [remedy in finding.remedy for finding in found] == [True] * (remedy is not None)  # type: ignore[operator]


async def test_it_is_not_asked_where_openid_is_not_configured() -> None:
    asked: list[str] = []

    def server(request: Asked) -> bytes:
        asked.append(request.path)
        return answer(200, CONFIG)

    async with Answering(server) as running:
        made = await ask(subject(f"http://localhost:{running.port}"), INSTANCE)
    assert "/api/admin/oauth/openid/check" not in asked
    assert "instance.openid-not-ready" not in ids(made)


@pytest.mark.parametrize(
    ("settings", "registration", "expected"),
    [
        ({}, {}, OpenidRetries(1, 5000)),
        ({"OPENID_DISCOVERY_RETRY_ATTEMPTS": "10"}, {}, OpenidRetries(10, 5000)),
        ({"OPENID_DISCOVERY_RETRY_ATTEMPTS": "101", "OPENID_DISCOVERY_RETRY_DELAY_MS": "1000 * 60"}, {}, OpenidRetries(1, 5000)),
        ({"OPENID_DISCOVERY_RETRY_ATTEMPTS": "10"}, {"openidDiscovery": {"startupAttempts": 0}}, OpenidRetries(0, 5000)),
        ({"OPENID_DISCOVERY_RETRY_ATTEMPTS": "10"}, {"openidDiscovery": {"retryDelayMs": 100}}, OpenidRetries(10, 100)),
        ({}, {"openidDiscovery": None}, OpenidRetries(1, 5000)),
    ],
)  # fmt: skip
def test_how_it_asks_again(settings: dict[str, str], registration: dict[str, object], expected: OpenidRetries) -> None:
    assert openid_retries(settings, registration, Release(0, 8, 8)) == expected
    assert openid_retries(settings, registration, Release(0, 8, 8, 3)) is None
