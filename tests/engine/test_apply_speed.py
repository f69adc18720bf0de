"""How long an apply takes on a real engine, and what of it is Docker's and LibreChat's own: ``./test -m benchmark -s tests/engine``.

Run on an idle machine. LibreChat is the stand-in; a real one takes longer to start, and that time stands in a column of its own.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
from collections import defaultdict

import pytest

from tests.engine.engine import Ended
from tests.engine.site import ADMIN, Site, Sites

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(os.geteuid() != 0, reason="a Docker engine has to be started by root"),
]
ROUNDS = 3
PATIENCE = 15
"""Seconds after which a LibreChat that does not answer is given up."""
CLOSED = "ALLOW_REGISTRATION: false"
_DOCKER = re.compile(r"(?m)^  done in (\d+\.\d) s$")
_START = re.compile(r"(?m)^LibreChat answers at \S+, after (\d+\.\d) s\.$")


def row(done: Ended) -> tuple[float, float, float]:
    """Return the seconds of a run: all, Docker's commands, LibreChat's start after them."""
    docker, start = (sum(map(float, pattern.findall(done.err))) for pattern in (_DOCKER, _START))
    return done.seconds, docker, start


def runs(site: Site) -> dict[str, Ended]:
    """Go through one operator's course."""
    first = site.answers("APP_TITLE: First", CLOSED)
    flags = ("--first-admin", ADMIN)
    found = {
        "first install, with its administrator and the checks": site.apply(first, *flags),
        "the same answers again": site.apply(first, *flags),
        "a change, to its proof": site.apply(site.answers("APP_TITLE: Second", CLOSED)),
    }
    assert {done.status for done in found.values()} == {0}, [done.text for done in found.values()]
    failing = site.apply(
        site.answers("APP_TITLE: Third", CLOSED, "USE_REDIS: true", "REDIS_URI: redis://mongodb:1"),
        LIBRECHAT_WIZARD_READY_SECONDS=str(PATIENCE),
    )
    assert failing.status == 1, failing.text
    assert site.told()["appTitle"] == "Second"
    return {**found, f"a change that does not start within {PATIENCE} s, and the way back": failing}


def test_times_of_an_apply(sites: Sites) -> None:
    rows: defaultdict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for number in range(ROUNDS):
        for name, done in runs(sites(name=f"LibreChat-{number}")).items():
            rows[name].append(row(done))
    lines = ["", f"Seconds, medians of {ROUNDS}; load {os.getloadavg()[0]:.1f}"]
    lines += ["| what | all | Docker | LibreChat's start | the wizard |", "|---|--:|--:|--:|--:|"]
    for name, times in rows.items():
        whole, docker, start = (statistics.median(column) for column in zip(*times, strict=True))
        lines.append(f"| {name} | {whole:.1f} | {docker:.1f} | {start:.1f} | {whole - docker - start:.1f} |")
    sys.stdout.write("\n".join((*lines, "")))
    again = rows["the same answers again"]
    assert all(docker == 0 for _, docker, _ in again), "the same answers again made Docker do something"
