"""Collects what an install without a network needs: ``wheelhouse.py FOLDER [--python 3.11]... [--glibc 2.28] [--machine x86_64]``.

FOLDER then holds the wheels of requirements.txt, each with a hash of that lock, a copy of the lock, and the project's own wheel:

    pip install --no-index --find-links FOLDER --require-hashes -r FOLDER/requirements.txt
    pip install --no-index --no-deps FOLDER/librechat_auth_wizard-*.whl

Without options the wheels are those of the Python that runs this. With them they are for other machines: each ``--python`` adds a
version, ``--glibc`` is the oldest C library that they may meet, ``--machine`` the processor as ``uname -m`` names it. With
``--from`` a folder they come from an earlier such folder, without a network. Run it with the environment that ./test makes
(.cache/venv/bin/python), which has the build backend. The folder is there, whole, or not at all.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent
LOCK = "requirements.txt"
OLDEST_PYTHON = "3.11"
_NAMES = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
"""What wheels for glibc 2.17, 2.12 and 2.5 were called before PEP 600 (PEP 599, 571, 513)."""
_OLDEST_GLIBC = min(_NAMES)
_OLD_MACHINES = ("x86_64", "i686")
"""For all others the oldest wheels are those of manylinux2014."""


def python_version(text: str) -> str:
    """Return a version of Python as pip takes it, for an option; ``ArgumentTypeError`` for anything else."""
    oldest = int(OLDEST_PYTHON.removeprefix("3."))
    if not re.fullmatch(r"3\.[1-9]\d", text, re.ASCII) or int(text.removeprefix("3.")) < oldest:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no version of Python that this runs on; write 3.N: {OLDEST_PYTHON}"
        )
    return text


def glibc_version(text: str) -> str:
    """Return a version of the C library, for an option; ``ArgumentTypeError`` for anything else, and one that no wheel is for."""
    if not re.fullmatch(r"2\.(\d|[1-9]\d)", text, re.ASCII) or int(text.removeprefix("2.")) < _OLDEST_GLIBC:
        raise argparse.ArgumentTypeError(f"{text!r} is no version of glibc that wheels are made for; write 2.N: 2.28")
    return text


def machine_name(text: str) -> str:
    """Return a processor as platform tags name it, for an option; ``ArgumentTypeError`` for anything else."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is no processor; write what 'uname -m' prints there: x86_64")
    return text


def platforms(glibc: str, machine: str) -> list[str]:
    """Return the platform tags that such a machine can use, the newest first: pip adds none by itself.

    Empty if no wheel is made for a machine that old.
    """
    oldest = _OLDEST_GLIBC if machine in _OLD_MACHINES else max(_NAMES)
    tags = []
    for minor in range(int(glibc.removeprefix("2.")), oldest - 1, -1):
        tags.append(f"manylinux_2_{minor}_{machine}")
        if minor in _NAMES:
            tags.append(f"{_NAMES[minor]}_{machine}")
    return tags


def is_wheelhouse(folder: Path) -> bool:
    """Tell whether a folder holds what this program writes and nothing else."""
    names = {path.name for path in folder.iterdir()}
    return LOCK in names and all(name == LOCK or name.endswith(".whl") for name in names)


def _run(*arguments: str | Path) -> None:
    # What a program says goes to standard error; it ends this one when it fails.
    done = subprocess.run(arguments, cwd=_CHECKOUT, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    if done.returncode:
        sys.exit(f"wheelhouse: {' '.join(map(str, arguments[:5]))} ended with {done.returncode}")


def collect(folder: Path, options: argparse.Namespace) -> None:
    """Put everything into a folder that is there."""
    python = (sys.executable, "-I", "-m")
    download = (
        *python,
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "download",
        "--progress-bar",
        "off",
    )
    locked: tuple[str | Path, ...] = (
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--requirement",
        _CHECKOUT / LOCK,
        "--dest",
        folder,
    )
    if options.source is not None:
        locked = ("--no-index", "--find-links", options.source.absolute(), *locked)
    tags = platforms(options.glibc, options.machine) if options.glibc else []
    targets = [word for tag in tags for word in ("--platform", tag)]
    if options.python or targets:
        for version in options.python or [OLDEST_PYTHON]:
            _run(*download, *locked, "--implementation", "cp", "--python-version", version, *targets)
    else:
        _run(*download, *locked)
    _run(*python, "hatchling", "build", "-t", "wheel", "-d", folder)
    shutil.copyfile(_CHECKOUT / LOCK, folder / LOCK)
    # Built and downloaded files have the modes of temporary ones, and others are to install from them.
    for path in folder.iterdir():
        path.chmod(0o644)
    folder.chmod(0o755)


def main() -> None:
    """Make the folder anew; ``SystemExit`` with words where that is not possible."""
    parser = argparse.ArgumentParser(prog="wheelhouse.py")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", type=python_version, action="append", default=[], metavar="3.N")
    parser.add_argument("--glibc", type=glibc_version, metavar="2.N")
    parser.add_argument("--machine", type=machine_name, default=os.uname().machine)
    parser.add_argument("--from", type=Path, metavar="FOLDER", dest="source")
    options = parser.parse_args()
    if options.glibc and not platforms(options.glibc, options.machine):
        parser.error(
            f"no wheels are made for {options.machine} with glibc {options.glibc}; the oldest is 2.{max(_NAMES)}"
        )
    try:
        make(options.folder.absolute(), options)
    except OSError as error:
        sys.exit(f"wheelhouse: {error.filename}: {error.strerror}")


def make(folder: Path, options: argparse.Namespace) -> None:
    """Make the folder anew, whole; ``SystemExit`` with words or ``OSError`` where that is not possible."""
    if folder.exists() and not is_wheelhouse(folder) and any(folder.iterdir()):
        sys.exit(f"wheelhouse: {folder} contains other files; use another folder")
    if importlib.util.find_spec("hatchling") is None:
        sys.exit("wheelhouse: hatchling is not installed; run this with .cache/venv/bin/python, which ./test creates")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as work:
        made = Path(work, "made")
        made.mkdir()
        collect(made, options)
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)
    print(folder)


if __name__ == "__main__":
    main()
