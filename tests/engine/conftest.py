"""One real engine for the tests of this folder; where none can run they are skipped with what the system said."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.engine import NEWER, ROOT, Engine, ForbiddenError, engine
from tests.engine.site import Site, Sites
from wizard.librechat.releases import NEWEST
from wizard.plan.access.own_proxy import CADDY_IMAGE

RELEASE = str(NEWEST)
STACKS = {"compose": "docker-compose.yml", "deploy": "deploy-compose.yml"}


ENGINES = {"20.10": (ROOT,), "28": (NEWER, ROOT)}
"""Debian 12's, and a newer one, which takes runc and iptables of the other."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test on Debian 12's engine, and before a release on the newer one, too."""
    # Imported late: pytest loads this file before it reads its options where the command line names this folder.
    from tests.rounds import NAME

    if "real_engine" in metafunc.fixturenames:
        chosen = ENGINES if NAME == "long" else ["20.10"]
        metafunc.parametrize("real_engine", chosen, indirect=True, scope="session")


@pytest.fixture(scope="session")
def real_engine(request: pytest.FixtureRequest, generated_samples: Path) -> Iterator[Engine]:
    """A Docker engine of the tests' own, with the stand-in under every name of LibreChat's compose files."""
    from tests.rounds import NAME

    if NAME == "fast":
        pytest.skip("a real engine takes minutes: ./test runs it")
    images = {CADDY_IMAGE}
    for name in STACKS.values():
        images |= set(re.findall(r"(?m)^ +image: (\S+)", (generated_samples / RELEASE / name).read_text()))
    try:
        with engine(sorted(images), ENGINES[request.param]) as made:
            yield made
    except ForbiddenError as refusal:
        pytest.skip(f"no Docker engine can run here: {refusal}")


@pytest.fixture
def sites(real_engine: Engine, generated_samples: Path) -> Iterator[Sites]:
    """A function that makes a folder as LibreChat's repository has it; its containers are gone afterwards."""
    # Not below pytest's own folder, which nobody but its user may enter.
    room = Path(tempfile.mkdtemp(prefix="site-", dir="/tmp"))
    room.chmod(0o755)

    def make(stack: str = "compose", name: str = "LibreChat", *, is_alone: bool = True) -> Site:
        if is_alone:
            real_engine.clear()
        folder = room / name
        folder.mkdir(parents=True)
        for path in (generated_samples / RELEASE).iterdir():
            if path.name not in STACKS.values() or path.name == STACKS[stack]:
                shutil.copy(path, folder / path.name)
        return Site(real_engine, folder)

    yield make
    real_engine.clear()
    shutil.rmtree(room)
