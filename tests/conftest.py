"""Folders and real judges for the tests. A judge that is missing is a failure: ./test installs them."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.beside import real_samples
from tests.judge import JUDGES, need_path
from tests.samples.generate import make_folder, releases
from wizard.basics.own_command import started_in
from wizard.librechat.releases import NEWEST, Release

pytest_plugins = ["tests.plugin"]
CHECKOUT = Path(__file__).resolve().parents[1]

_READ_ALL = """
const dotenv = require('dotenv')
const texts = JSON.parse(require('fs').readFileSync(0))
process.stdout.write(JSON.stringify(texts.map(text => dotenv.parse(Buffer.from(text, 'base64')))))
"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let tests on sample folders run on the generated ones, and on LibreChat's own where those are: all with ``./test --long``."""
    if "samples" not in metafunc.fixturenames:
        return
    # Not above: what ``./test --fast`` and ``--long`` mean is decided in pytest_configure.
    from tests.rounds import NAME

    # Whoever copies a folder runs the whole program or Docker Compose on it.
    on_real = real_samples() and ("sample_folder" not in metafunc.fixturenames or NAME == "long")
    metafunc.parametrize("samples", ["generated", "real"] if on_real else ["generated"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def generated_samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with generated files of LibreChat's releases, as far as the wizard knows them."""
    folder = tmp_path_factory.mktemp("samples")
    for release in releases():
        if Release.parse(release) <= NEWEST:
            make_folder(release, folder / release)
    return folder


@pytest.fixture(scope="session")
def samples(request: pytest.FixtureRequest, generated_samples: Path) -> Path:
    """The folder with the files of LibreChat's releases: generated ones, or LibreChat's own."""
    if request.param == "generated":
        return generated_samples
    real = real_samples()
    assert real is not None
    return real


@pytest.fixture
def sample_folder(samples: Path, tmp_path: Path) -> Callable[..., Path]:
    """A function that copies a release's files as a folder of that stack."""

    def make(release: str, stack: str = "compose") -> Path:
        folder = tmp_path / f"LibreChat-{release}-{stack}"
        shutil.copytree(samples / release, folder)
        for path in (folder, *folder.iterdir()):
            path.chmod(0o755 if path.is_dir() else 0o644)
        (folder / ("docker-compose.yml" if stack == "deploy" else "deploy-compose.yml")).unlink()
        return folder

    return make


@pytest.fixture(scope="session")
def npm_dotenv() -> Callable[[Sequence[bytes]], list[dict[str, str]]]:
    """A function that lets the real npm dotenv read many files in one node process."""
    need_path("npm dotenv", JUDGES / "node_modules" / "dotenv")

    def read(texts: Sequence[bytes]) -> list[dict[str, str]]:
        encoded = json.dumps([base64.b64encode(text).decode() for text in texts])
        done = subprocess.run(
            ["node", "-e", _READ_ALL], input=encoded, capture_output=True, text=True, check=True, cwd=JUDGES
        )
        result: list[dict[str, str]] = json.loads(done.stdout)
        return result

    return read


@pytest.fixture(scope="session")
def nodemailer() -> Path:
    """The folder of the real nodemailer, in the release that LibreChat locks."""
    return need_path("npm nodemailer", JUDGES / "node_modules" / "nodemailer")


@pytest.fixture(scope="session")
def docker_compose() -> Path:
    """The real Docker Compose 2."""
    return need_path("docker-compose", JUDGES / "docker-compose")


@pytest.fixture(autouse=True)
def _no_folder_of_an_earlier_run() -> Iterator[None]:
    """Forget the ``--dir`` of a command line that a test ran in this process."""
    yield
    started_in(".")
