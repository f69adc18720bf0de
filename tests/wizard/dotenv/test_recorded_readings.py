"""Our readers of .env beside what npm dotenv and Docker Compose were recorded to read."""

from __future__ import annotations

from tests.records import dotenv_readings
from wizard.dotenv import compose, npm


def test_npm_dotenv() -> None:
    cases = dotenv_readings()
    assert len(cases) > 370
    for case in cases:
        values = npm.values(npm.normalised(case["text"]))
        if "npm" in case:
            assert values == case["npm"], case
        else:
            assert values.get("K") == case["npm_k"], case


def test_docker_compose() -> None:
    cases = [case for case in dotenv_readings() if "npm_k" in case]
    assert len(cases) >= 200
    for case in cases:
        reading = compose.read(case["text"].removeprefix("\ufeff"), {"HOME": "/home/u"})
        assert (reading.refused is not None) is ("compose_refuses" in case), case
        if reading.refused is None:
            assert reading.values().get("K") == case["compose_k"], case
