"""Real folders and real judges for the tests. A judge that is missing is a failure: ./test installs them."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.judge import JUDGES, need_path

pytest_plugins = ["tests.plugin"]
CHECKOUT = Path(__file__).resolve().parents[1]

_READ_ALL = """
const dotenv = require('dotenv')
const texts = JSON.parse(require('fs').readFileSync(0))
process.stdout.write(JSON.stringify(texts.map(text => dotenv.parse(Buffer.from(text, 'base64')))))
"""


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder with the files of LibreChat's releases."""
    for candidate in (os.environ.get("LIBRECHAT_SAMPLES"), CHECKOUT.parent / "shared" / "librechat"):
        if candidate and Path(candidate).is_dir():
            return Path(candidate)
    pytest.skip("LibreChat's sample files are neither in LIBRECHAT_SAMPLES nor beside the checkout")


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
