"""Folders and real judges for the tests. A judge that is missing is a failure: ./test installs them."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.beside import real_samples
from tests.canary_run import CanaryRun
from tests.samples.generate import make_folder, releases
from wizard.librechat.releases import NEWEST, Release

CHECKOUT = Path(__file__).resolve().parents[1]
JUDGES = Path(os.environ.get("WIZARD_JUDGES", CHECKOUT / ".cache" / "judges"))
"""Where ./test puts npm dotenv and Docker Compose."""

_READ_ALL = """
const dotenv = require('dotenv')
const texts = JSON.parse(require('fs').readFileSync(0))
process.stdout.write(JSON.stringify(texts.map(text => dotenv.parse(Buffer.from(text, 'base64')))))
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the slow tests on LibreChat's own files as well")


def pytest_configure(config: pytest.Config) -> None:
    """Let the run search for the secrets of its own tests."""
    config.pluginmanager.register(CanaryRun(config), "canaries")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let tests on sample folders run on the generated ones, and on LibreChat's own where those are: all with ``--long``."""
    if "samples" not in metafunc.fixturenames:
        return
    # Whoever copies a folder runs the whole program or Docker Compose on it.
    on_real = real_samples() and ("sample_folder" not in metafunc.fixturenames or metafunc.config.getoption("--long"))
    metafunc.parametrize("samples", ["generated", "real"] if on_real else ["generated"], indirect=True, scope="session")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count what was skipped, by reason: a check that did not run is no check."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    terminalreporter.write_line(f"skipped: {len(skipped)}")
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"  {count}: {reason}")


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
    assert (JUDGES / "node_modules" / "dotenv").is_dir(), f"npm dotenv is not in {JUDGES}: run ./test"

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
    path = JUDGES / "node_modules" / "nodemailer"
    assert path.is_dir(), f"npm nodemailer is not in {JUDGES}: run ./test"
    return path


@pytest.fixture(scope="session")
def docker_compose() -> Path:
    """The real Docker Compose 2."""
    path = JUDGES / "docker-compose"
    assert path.is_file(), f"Docker Compose is not in {JUDGES}: run ./test"
    return path
