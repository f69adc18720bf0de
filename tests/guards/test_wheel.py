"""The wheel, installed where the checkout cannot be seen, gives a command that works."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.guards.checkout import CHECKOUT, python_files, shown

pytestmark = pytest.mark.not_fast
SHARED = {
    "share/man/man1/librechat-wizard.1": (),
    "share/bash-completion/completions/librechat-wizard": ("completion", "bash"),
    "share/zsh/site-functions/_librechat-wizard": ("completion", "zsh"),
    "share/fish/vendor_completions.d/librechat-wizard.fish": ("completion", "fish"),
}
"""What man and the shells look for below a prefix, and the command that prints the same, if there is one."""


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program away from the checkout, without a network for pip."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={**environment, "PIP_NO_INDEX": "1"}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-I", "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=CHECKOUT)
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_the_program_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        about = {Path(name).name: archive.read(name).decode() for name in archive.namelist() if ".dist-info/" in name}
    assert {name for name in names if name.endswith(".py")} == {
        shown(path) for path in python_files("wizard", "checks", "screens")
    }
    assert {name.partition("/")[0] for name in names if ".data/" not in name} == {"wizard", "checks", "screens"}
    assert {name.partition(".data/")[2] for name in names if ".data/" in name} == {f"data/{name}" for name in SHARED}
    assert "librechat-wizard = screens.cli.main:main" in about["entry_points.txt"]
    assert "License-Expression: MIT" in about["METADATA"]
    assert "MIT License" in about["LICENSE"]


def test_installed_command_works(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-I", "-m", "venv", "--without-pip", "installed", cwd=tmp_path)
    python = tmp_path / "installed" / "bin" / "python"
    run(
        *(sys.executable, "-I", "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", python),
        *("install", "--no-deps", wheel),
        cwd=tmp_path,
    )
    # The packages that the wizard needs come from the environment of this test: a folder named in a .pth file is searched, but
    # .pth files in that folder are not read, so the checkout stays out of sight.
    site_packages = run(python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path)
    Path(site_packages.strip(), "needed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")

    where = run(python, "-I", "-c", "import wizard; print(wizard.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(tmp_path)

    command = tmp_path / "installed" / "bin" / "librechat-wizard"
    assert run(command, "--version", cwd=tmp_path).startswith("librechat-wizard ")
    for name, made_by in SHARED.items():
        kept = (tmp_path / "installed" / name).read_text(encoding="utf-8")
        assert kept == run(command, *made_by, cwd=tmp_path) if made_by else kept.startswith(".TH ")
    folder = tmp_path / "LibreChat"
    folder.mkdir()
    (folder / "docker-compose.yml").write_text(
        "services: {api: {image: librechat, ports: ['3080:3080'], volumes: ['./.env:/app/.env']}}\n"
    )
    (folder / ".env.example").write_text("PORT=3080\n")
    plan = run(
        *(command, "--answers", CHECKOUT / "examples" / "first-install.yaml"),
        *("--dir", folder, "--dry-run", "--offline"),
        cwd=tmp_path,
    )
    assert "+DOMAIN_CLIENT=" in plan
