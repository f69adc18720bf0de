"""Makes what is published; ``tools/release`` starts it with the environment that it needs.

The folder with its own Python is built in a Debian 11 (glibc 2.31) with a Python compiled there, so that it runs on everything newer:
Ubuntu 20.04, RHEL 9, Debian 11. That system is kept in .cache/debian11 for the next time.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

_CHECKOUT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_CHECKOUT / "tools"))

from sbom import version, write_licences, write_sbom  # noqa: E402 - this folder has to be on the path

_DIST: Final = _CHECKOUT / "dist"
_ROOT: Final = _CHECKOUT / ".cache" / "debian11"
_DEBIAN: Final = "bullseye"
"""The oldest Debian that is still looked after: its C library is the oldest that the folder meets."""
_SOURCES: Final = "bookworm"
"""Where Python and OpenSSL come from: their security fixes still appear there."""
_PYTHON: Final = "python3.11"
_GLIBC: Final = "2.28"
"""The oldest C library that the wheels of the bundle meet; no machine with Python 3.11 has an older one."""
_PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
"""Those of Debian 12 and 13, Ubuntu 24.04 and 26.04."""
_MACHINE: Final = os.uname().machine
_BUNDLED: Final = (
    "wizard",
    "checks",
    "screens",
    "docs",
    "examples",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "CHANGELOG.md",
)
_STARTED_BY: Final = ("run", "requirements.txt", "tools/environment.sh")


def _run(*words: str | Path, cwd: Path = _CHECKOUT) -> None:
    done = subprocess.run(words, cwd=cwd, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    if done.returncode:
        sys.exit(f"release: {' '.join(map(str, words[:4]))} ended with {done.returncode}")


def _pip(*words: str | Path) -> None:
    _run(sys.executable, "-I", "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", *words)


def collect_wheels(folder: Path) -> None:
    """Put the wheels of requirements.txt, the project's own and pip's into a folder: ``./run`` makes its environment from them."""
    versions = [word for python in _PYTHONS for word in ("--python", python)]
    _run(sys.executable, "-P", _CHECKOUT / "tools" / "wheelhouse.py", folder, *versions, "--glibc", _GLIBC)
    lock = (_CHECKOUT / "requirements-release.txt").read_text(encoding="utf-8").split("\n")
    begin = next(number for number, line in enumerate(lock) if line.startswith("pip=="))
    end = next(number for number in range(begin, len(lock)) if not lock[number].endswith("\\"))
    with tempfile.TemporaryDirectory() as name:
        only = Path(name, "pip.txt")
        only.write_text("\n".join(lock[begin : end + 1]), encoding="utf-8")
        _pip(
            "download",
            "--no-deps",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--dest",
            folder,
            "--requirement",
            only,
        )


def _copy(name: str, folder: Path) -> None:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if (_CHECKOUT / name).is_dir():
        shutil.copytree(_CHECKOUT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(_CHECKOUT / name, target)


def make_bundle(folder: Path, wheels: Path, about: Path) -> None:
    """Fill a folder with the program, its wheels and ``./run``, which needs no network there."""
    folder.mkdir()
    for name in (*_BUNDLED, *_STARTED_BY):
        _copy(name, folder)
    shutil.copytree(wheels, folder / "wheels")
    shutil.copytree(about, folder, dirs_exist_ok=True)
    (folder / "installed-as").write_text("bundle\n", encoding="utf-8")


def in_root(command: str) -> None:
    """Run a command of sh as root in the old Debian."""
    mounts = f"mount -t proc proc '{_ROOT}/proc'; mount --rbind /dev '{_ROOT}/dev'"
    inner = f"exec chroot '{_ROOT}' /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -euc"
    _run("unshare", "--mount", "sh", "-euc", f'{mounts}; {inner} "$1"', "sh", command)


def make_root() -> None:
    """Make the old Debian with its Python, unless it is there."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        sys.exit("release: root and debootstrap are needed to build for other machines (apt-get install debootstrap).")
    if not (_ROOT / "etc" / "debian_version").is_file():
        unfinished = _ROOT.with_name("debian11.new")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        _run("debootstrap", "--variant=minbase", _DEBIAN, unfinished)
        unfinished.rename(_ROOT)
    shutil.copy("/etc/resolv.conf", _ROOT / "etc" / "resolv.conf")
    shutil.copy(_CHECKOUT / "tools" / "build_python.sh", _ROOT / "root" / "build_python.sh")
    in_root(f"sh /root/build_python.sh {_SOURCES} {_PYTHON}")


def make_folder_in_root(target: Path, wheels: Path) -> None:
    """Build the folder in the old Debian; what it needs of the network has been fetched outside."""
    make_root()
    inside = _ROOT / "root" / "wizard"
    if inside.exists():
        shutil.rmtree(inside)
    inside.mkdir()
    for name in (*_BUNDLED, "tools", "pyproject.toml", "requirements.txt", "requirements-release.txt"):
        _copy(name, inside)
    shutil.copytree(wheels, inside / "wheels")
    platforms = [
        word for tag in ("2_28", "2_17", "2_12", "2_5") for word in ("--platform", f"manylinux_{tag}_{_MACHINE}")
    ]
    platforms += ["--platform", f"manylinux2014_{_MACHINE}"]
    _pip(
        *("download", "--require-hashes", "--only-binary", ":all:", "--dest", inside / "wheels"),
        *("--implementation", "cp", "--python-version", _PYTHON.removeprefix("python"), *platforms),
        *("--requirement", _CHECKOUT / "requirements-release.txt"),
    )
    (pip,) = (inside / "wheels").glob("pip-*.whl")
    install = f"bin/python wheels/{pip.name}/pip -q install --no-index --find-links wheels --require-hashes"
    in_root(
        f"cd /root/wizard; /opt/python/bin/{_PYTHON} -m venv --without-pip environment;"
        f" environment/{install} -r requirements.txt -r requirements-release.txt;"
        f" environment/bin/python -P tools/frozen.py /root/wizard/made"
    )
    shutil.move(inside / "made", target)
    shutil.rmtree(inside)


def pack(folder: Path, archive: Path) -> None:
    """Write a folder as .tar.gz that is the same whenever it is made from the same bytes."""
    moment = int(os.environ.get("SOURCE_DATE_EPOCH") or _commit_time())

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = moment
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
        return member

    with (
        archive.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=moment) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        tar.add(folder, folder.name, filter=plain)  # in the order of names


def _commit_time() -> str:
    done = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=_CHECKOUT, check=False, capture_output=True, text=True
    )
    return done.stdout.strip() or "315532800"


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS as ``sha256sum --check`` reads it."""
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir())]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii")


def main(*, here: bool) -> None:
    """Make dist anew, whole or not at all."""
    name = f"librechat-wizard-{version()}"
    with tempfile.TemporaryDirectory(dir=_CHECKOUT, prefix=".dist-") as temporary:
        work = Path(temporary)
        made, wheels, about = work / "made", work / "wheels", work / "about"
        made.mkdir()
        about.mkdir()
        folder = work / f"{name}-linux-{_MACHINE}"
        if here:
            _run(sys.executable, "-P", _CHECKOUT / "tools" / "frozen.py", folder)
        else:
            write_sbom(about / "sbom.cdx.json")
            write_licences(about / "licences")
            _run(sys.executable, "-I", "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", made)
            shutil.copy(about / "sbom.cdx.json", made / f"{name}.cdx.json")
            collect_wheels(wheels)
            bundle = work / f"{name}-offline-{_MACHINE}"
            make_bundle(bundle, wheels, about)
            pack(bundle, made / f"{bundle.name}.tar.gz")
            make_folder_in_root(folder, wheels)
        pack(folder, made / f"{folder.name}.tar.gz")
        write_sums(made)
        if _DIST.exists():
            shutil.rmtree(_DIST)
        made.rename(_DIST)
    for path in sorted(_DIST.iterdir()):
        print(f"{path.stat().st_size / 1e6:8.1f} MB  dist/{path.name}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tools/release")
    parser.add_argument(
        "--here", action="store_true", help="build only the folder for this machine's Python, as a test"
    )
    main(here=parser.parse_args().here)
