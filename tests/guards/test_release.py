"""What tools/release makes: the folder with its own Python starts, and holds all that the program loads by name."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pexpect
import pytest

from screens.cli.parser import COMMANDS
from tests.guards.checkout import CHECKOUT, own_files, shown
from tests.rounds import NAME

FORGETS = CHECKOUT / "tools" / "frozen_environment.py"
SHOWN = "import os; print([(n, v) for n, v in sorted(os.environ.items()) if n.startswith(('LD_', '_PYI_'))])"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"LD_LIBRARY_PATH": "/opt/x/_internal", "_PYI_ARCHIVE_FILE": "/opt/x"}, []),
        (
            {"LD_LIBRARY_PATH": "/opt/x/_internal:/usr/own", "LD_LIBRARY_PATH_ORIG": "/usr/own"},
            [("LD_LIBRARY_PATH", "/usr/own")],
        ),
        ({"LD_PRELOAD": ""}, [("LD_PRELOAD", "")]),
    ],
)
def test_what_the_loader_has_set_is_not_handed_on(before: dict[str, str], after: list[tuple[str, str]]) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"exec(open({str(FORGETS)!r}).read()); {SHOWN}"],
        env={"PATH": os.environ["PATH"], **before},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(after)


def test_what_builds_a_release_is_of_the_versions_that_the_program_has() -> None:
    locks = [(CHECKOUT / name).read_text(encoding="utf-8") for name in ("requirements.txt", "requirements-release.txt")]
    program, release = (dict(re.findall(r"(?m)^([a-z][\w.-]*)==(\S+)", lock)) for lock in locks)
    assert program
    assert {name: at for name, at in release.items() if program.get(name, at) != at} == {}


BUILT = pytest.mark.skipif(NAME == "fast", reason="builds the folder with its own Python: ./test")
LONG = pytest.mark.skipif(NAME != "long", reason="more of the folder with its own Python: ./test --long")


def run(folder: Path, *words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start the program of the folder, with nothing of this machine's Python."""
    return subprocess.run(
        [folder / "librechat-wizard", *words],
        cwd=folder.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder.parent), "LANG": "C.UTF-8", **environment},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as it comes out of the archive."""
    place = tmp_path_factory.mktemp("release")
    copy = place / "checkout"
    for file in own_files():
        (copy / shown(file)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy / shown(file))
    subprocess.run([copy / "tools" / "release", "--here"], cwd=place, stdin=subprocess.DEVNULL, check=True)
    subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=copy / "dist", check=True)
    (archive,) = (copy / "dist").glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(place, filter="data")
    return place / archive.name.removesuffix(".tar.gz")


@LONG
def test_every_command_starts(folder: Path) -> None:
    assert "folder with its own Python" in run(folder, "--version").stdout
    for command in COMMANDS:
        done = run(folder, command, "--help")
        assert (done.returncode, done.stderr) == (0, ""), command
    ours = subprocess.run(
        [sys.executable, "-P", "-m", "wizard", "schema"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert run(folder, "schema").stdout == ours.stdout


@LONG
def test_nothing_is_missing_in_it(folder: Path) -> None:
    inside = folder / "_internal"
    data = [
        shown(file)
        for file in own_files()
        if shown(file).split("/")[0] in {"wizard", "checks", "screens"} and file.suffix != ".py"
    ]
    assert data
    assert [name for name in data if not (inside / name).is_file()] == []
    assert (inside / "certifi" / "cacert.pem").is_file()
    about = json.loads((folder / "sbom.cdx.json").read_text(encoding="utf-8"))
    listed = {component["name"].lower().replace("_", "-").replace(".", "-") for component in about["components"]}
    locked = re.findall(r"(?m)^([a-z][\w.-]*)==", (CHECKOUT / "requirements.txt").read_text(encoding="utf-8"))
    assert set(locked) <= listed
    assert {"pyinstaller"} < {name for name in listed if name not in locked}
    assert len(list((folder / "licences").iterdir())) >= len(locked)


@BUILT
def test_an_install_and_the_checks(folder: Path, tmp_path: Path) -> None:
    place, programs = tmp_path / "LibreChat", tmp_path / "bin"
    for made in (place, programs):
        made.mkdir()
    (place / "docker-compose.yml").write_text(
        "services: {api: {image: librechat, ports: ['3080:3080'], volumes: ['./.env:/app/.env']}}\n"
    )
    (place / ".env.example").write_text("PORT=3080\n")
    (programs / "docker").write_text(f"#!/bin/sh\nenv >>{tmp_path}/given\nexit 1\n")
    (programs / "docker").chmod(0o755)
    path = f"{programs}:/usr/bin:/bin"
    answers = CHECKOUT / "examples" / "first-install.yaml"
    done = run(folder, "--answers", answers, "--dir", place, "--offline", PATH=path)
    assert done.returncode == 0, done.stderr
    assert "DOMAIN_CLIENT=" in (place / ".env").read_text(encoding="utf-8")
    checked = run(folder, "doctor", "--dir", place, "--offline", "--json", PATH=path)
    assert {"ran"} <= {outcome["outcome"] for outcome in json.loads(checked.stdout)["outcomes"]}, checked.stderr
    # Docker would load libraries of the folder; what is printed is what works here.
    given = (tmp_path / "given").read_text(encoding="utf-8")
    assert "LD_LIBRARY_PATH" not in given
    assert "_PYI_" not in given
    assert f"{folder}/librechat-wizard" in run(folder, "restore", "--list", "--dir", place).stderr


@LONG
def test_the_full_screen(folder: Path, tmp_path: Path) -> None:
    child = pexpect.spawn(
        str(folder / "librechat-wizard"),
        ["demo"],
        cwd=str(tmp_path),
        env={"PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        dimensions=(24, 80),
        timeout=120,
    )
    child.expect("practice")
    child.terminate(force=True)
