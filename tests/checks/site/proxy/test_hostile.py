"""Whatever stands where LibreChat should: a finding in time, memory bounded, nothing told to strangers."""

from __future__ import annotations

import asyncio
import tracemalloc

import pytest

from checks.options import Login
from checks.site.proxy.probe import probe
from tests.checks.site.way.asking import bad, subject, told
from tests.patience import LAST_RESORT
from tests.servers import web
from tests.servers.proxies import HOST
from tests.servers.web import Behavior, Hostile, always, answer, redirect
from wizard.basics.finding import Status
from wizard.basics.secret import Secret

CANARY = "canary-5f1b"
LOGIN = Login(email=f"{CANARY}@example.com", password=Secret(CANARY))
REFRESHED = b"Refresh token not provided"


@pytest.mark.parametrize(
    ("behavior", "expected"),
    [
        (web.endless, {"proxy.passage.other": Status.FAIL}),
        (web.slow, {"proxy.passage.silent": Status.UNKNOWN}),
        (web.silent, {"proxy.passage.silent": Status.UNKNOWN}),
        (web.cookies, {"proxy.passage.garbled": Status.FAIL}),
        (redirect(lambda path: path), {"proxy.passage.redirect": Status.FAIL}),
        (redirect(lambda _: "file:///etc/passwd"), {"proxy.passage.redirect": Status.FAIL}),
        (always(answer("200 OK", body=b"\xff\xfe\x1b[31m\xc3\x28")), {"proxy.passage.other": Status.FAIL}),
        (always(b"\x00\x01\x02\x03"), {"proxy.passage.garbled": Status.FAIL}),
    ],
)
async def test_a_hostile_answer_ends_in_a_finding(behavior: Behavior, expected: dict[str, Status]) -> None:
    tracemalloc.start()
    try:
        async with Hostile(behavior) as server, asyncio.timeout(LAST_RESORT):
            found = await told(
                probe(subject(f"http://{HOST}:{server.port}", login=LOGIN, settings={"PORT": "1"}), seconds=1.5)
            )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert bad(found) == expected
    assert peak < 30 * 1024 * 1024
    assert all(text.isprintable() for each in found.values() for text in (each.summary, *each.evidence))
    assert all(CANARY.encode() not in head for head in server.heads)


async def test_a_redirect_to_another_host_is_told_and_not_followed() -> None:
    async with (
        Hostile(always(answer("200 OK"))) as stranger,
        Hostile(redirect(lambda _: f"http://127.0.0.1:{stranger.port}/steal")) as server,
    ):
        found = await told(probe(subject(f"http://{HOST}:{server.port}", login=LOGIN, settings={"PORT": "1"})))
        assert stranger.heads == []
    assert bad(found) == {"proxy.passage.redirect": Status.FAIL}


@pytest.mark.parametrize("left", ["", "NaN", "9" * 400, "-1", "6\u0661", "0"])
async def test_limits_that_say_nothing_are_no_verdict(left: str) -> None:
    lines = (f"X-RateLimit-Limit: {left}", f"X-RateLimit-Remaining: {left}") if left.isascii() and left else ()
    async with Hostile(always(answer("200 OK", *lines, body=REFRESHED))) as server:
        asked = subject(f"http://{HOST}:{server.port}", settings={"PORT": "1"})
        found = bad(await told(probe(asked)))
    assert found["proxy.address.untold"] is Status.UNKNOWN
    assert asked.memory.allowance.used <= 2
