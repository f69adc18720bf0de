"""Makes the folder with its own Python, for machines without one: ``frozen.py FOLDER``.

FOLDER then holds the program ``librechat-wizard`` and all it needs but the C library, which must be at least as new as this machine's:
tools/release runs this in an old Debian. Run it with an environment that has requirements.txt and requirements-release.txt. What comes
from packages is listed in ``sbom.cdx.json`` (CycloneDX), their licences are in ``licences``.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(Path(__file__).resolve().parent))

from sbom import Part, locked_packages, write_licences, write_sbom  # noqa: E402 - this folder has to be on the path

PROGRAM: Final = "librechat-wizard"
_ROOMS: Final = ("wizard", "checks", "screens")
_BY_NAME: Final = ("dns", "anyio", "textual", "publicsuffixlist", "pyasn1_modules")
"""Packages that load modules or data by names which no analysis finds."""
_OF_THE_SYSTEM: Final = "usr/share/doc/{package}/copyright"


def freeze(work: Path) -> Path:
    """Run PyInstaller in a folder of its own and return what it made."""
    foreign = _importable() - {name for package in locked_packages() for name in package.modules} - set(_ROOMS)
    words = ["--onedir", "--noupx", "--noconfirm", "--log-level", "WARN", "--name", PROGRAM, "--paths", str(CHECKOUT)]
    words += ["--distpath", str(work / "dist"), "--workpath", str(work / "build"), "--specpath", str(work)]
    words += ["--runtime-hook", str(CHECKOUT / "tools" / "frozen_environment.py")]
    for name in _ROOMS:
        words += ["--collect-submodules", name, "--collect-data", name]
    for name in _BY_NAME:
        words += ["--collect-submodules", name, "--collect-data", name]
    # What builds this is in the same environment, and some packages use it if it is there.
    for name in sorted({*foreign, "tkinter", "readline", "unittest", "pydoc_data", "lib2to3"}):
        words += ["--exclude-module", name]
    subprocess.run(
        [sys.executable, "-P", "-m", "PyInstaller", *words, str(CHECKOUT / "wizard" / "__main__.py")],
        check=True,
        cwd=work,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
    )
    return work / "dist" / PROGRAM


def _importable() -> set[str]:
    """Return the names of all modules and packages of this environment."""
    return {
        path.name.partition(".")[0]
        for path in Path(sysconfig.get_path("purelib")).iterdir()
        if path.suffix in {"", ".py", ".so"} and not path.name.startswith("_")
    }


def system_parts(work: Path) -> Iterator[Part]:
    """Yield the libraries in the folder that come from no Python package, each with where its licence is."""
    (collected,) = ast.literal_eval((work / "build" / PROGRAM / "COLLECT-00.toc").read_text(encoding="utf-8"))
    site_packages = Path(sysconfig.get_path("purelib")).resolve()
    found: dict[str, Part] = {}
    for _, source, kind in collected:
        path = Path(source).resolve()
        if kind == "BINARY" and not path.is_relative_to(site_packages):
            part = _part(path)
            found.setdefault(part.name, part)
    yield from found.values()


def _part(library: Path) -> Part:
    compiled = Path(sys.base_prefix, "share", "sources", library.name.partition(".so")[0])
    if compiled.is_dir():
        # What tools/build_python.sh compiled, with the package and version of Debian's source.
        name, version = (compiled / "version").read_text(encoding="utf-8").split()
        return Part(name, version, "debian-source", compiled / "licence")
    for place in (library, Path("/", *library.parts[2:])) if library.parts[1] == "usr" else (library,):
        owner = subprocess.run(["dpkg-query", "--search", place], check=False, capture_output=True, text=True)
        if owner.returncode == 0:
            package = owner.stdout.partition(":")[0]
            version = subprocess.run(
                ["dpkg-query", "--showformat", "${Version}", "--show", package],
                check=False,
                capture_output=True,
                text=True,
            ).stdout.split("\n")[0]
            return Part(package, version, "debian", Path("/", _OF_THE_SYSTEM.format(package=package)))
    name = library.name.partition(".so")[0]
    return Part(name, sys.version.split()[0] if name.startswith("libpython") else "", "", None)


def main(folder: Path) -> None:
    """Make the folder anew, whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as name:
        work = Path(name)
        made = freeze(work)
        parts = list(system_parts(work))
        loader = distribution("pyinstaller")
        (licence,) = (file for file in loader.files or () if file.name == "COPYING.txt")
        parts.append(Part("pyinstaller", loader.version, "pypi", Path(str(licence.locate()))))
        write_sbom(made / "sbom.cdx.json", parts)
        write_licences(made / "licences", parts)
        for document in (*CHECKOUT.glob("docs/librechat-wizard.*"), CHECKOUT / "LICENSE"):
            shutil.copy(document, made)
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)
    print(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="frozen.py")
    parser.add_argument("folder", type=Path)
    main(parser.parse_args().folder.absolute())
