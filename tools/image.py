"""Makes the folder that the container image is built from.

    image.py FOLDER
    docker build --network none --tag librechat-auth-wizard FOLDER

In it are the Dockerfile, the wheels of the lock for the Python of the stated base (tools/wheelhouse.py), the docker command of
Debian 13's package docker-cli and Docker Compose of Debian's package docker-compose (tools/fetch_judge.py; apt verifies both).
``--docker FILE``, ``--compose FILE`` and ``--wheels FOLDER`` take them from there instead, without a network. For a base with another
Python say ``--python 3.N --glibc 2.N``, and ``--build-arg BASE=...`` to docker. Run it with the environment that
./test makes (.cache/venv/bin/python). The folder is there, whole, or not at all.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_CHECKOUT / "tools"))

from wheelhouse import glibc_version, python_version  # noqa: E402 - this folder has to be on the path

BASE_PYTHON, BASE_GLIBC = "3.11", "2.36"
"""Those of Debian 12, which the stated base is."""


def _run(*arguments: str | Path) -> None:
    if subprocess.run(arguments, cwd=_CHECKOUT, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode:
        sys.exit(f"image: {' '.join(map(str, arguments[2:4]))} failed")


def fill(folder: Path, options: argparse.Namespace) -> None:
    """Put everything into a folder that is there."""
    tools = (sys.executable, "-I")
    for name, given in (("docker", options.docker), ("docker-compose", options.compose)):
        if given is None:
            _run(*tools, _CHECKOUT / "tools/fetch_judge.py", name, folder / name)
        else:
            shutil.copyfile(given, folder / name)
        (folder / name).chmod(0o755)
    source = ("--from", options.wheels.absolute()) if options.wheels is not None else ()
    target = ("--python", options.python, "--glibc", options.glibc)
    _run(*tools, _CHECKOUT / "tools/wheelhouse.py", folder / "wheels", *target, *source)
    shutil.copyfile(_CHECKOUT / "Dockerfile", folder / "Dockerfile")


def main() -> None:
    """Make the folder; ``SystemExit`` with words where that is not possible."""
    parser = argparse.ArgumentParser(prog="image.py")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docker", type=Path, metavar="FILE")
    parser.add_argument("--compose", type=Path, metavar="FILE")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER")
    parser.add_argument("--python", type=python_version, default=BASE_PYTHON, metavar="3.N")
    parser.add_argument("--glibc", type=glibc_version, default=BASE_GLIBC, metavar="2.N")
    options = parser.parse_args()
    try:
        make(options.folder.absolute(), options)
    except OSError as error:
        sys.exit(f"image: {error.filename}: {error.strerror}")


def make(folder: Path, options: argparse.Namespace) -> None:
    """Make the folder, whole; ``SystemExit`` with words or ``OSError`` where that is not possible."""
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"image: {folder} is not empty")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as work:
        made = Path(work, "made")
        made.mkdir()
        fill(made, options)
        made.rename(folder)
    print(folder)


if __name__ == "__main__":
    main()
