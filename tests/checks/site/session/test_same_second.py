"""A renewal within the second of the sign-in gives the same token again: what spoils the renewal must be seen all the same."""

from __future__ import annotations

import time

import pytest

from screens.demo.http_server import Response
from screens.demo.librechat import StandIn
from screens.demo.sign_in import SignIn
from tests.checks.site.instance.asking import ask, ids, settings, subject


class Standing:
    """A clock that stands for most of a second, as it does for a program that counts whole seconds, and then goes on."""

    def __init__(self) -> None:
        self._begun = time.time()

    def __call__(self) -> float:
        now = time.time()
        return self._begun if now - self._begun < 0.9 else now + 1


async def test_lost_renewal_is_seen_within_the_second_of_the_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    renewed = SignIn._renewed

    def without_cookies(*arguments: object) -> Response:
        response = renewed(*arguments)  # type: ignore[arg-type]
        response.headers = [header for header in response.headers if header[0] != "Set-Cookie"]
        return response

    monkeypatch.setattr(SignIn, "_renewed", without_cookies)
    async with StandIn(settings({"DOMAIN_SERVER": "http://localhost:3080"}), clock=Standing()) as server:
        found = ids(await ask(subject(f"http://localhost:{server.port}")))
    assert "session.kept" not in found
    assert found["session.lost"] == "FAIL"


async def test_renewal_within_the_second_of_the_sign_in_is_good() -> None:
    async with StandIn(settings({"DOMAIN_SERVER": "http://localhost:3080"}), clock=Standing()) as server:
        found = ids(await ask(subject(f"http://localhost:{server.port}")))
    assert found["session.kept"] == "PASS"
    assert "session.lost" not in found
