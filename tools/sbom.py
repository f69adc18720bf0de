"""What the program is made of: a bill of materials (CycloneDX) and the licences, for what tools/release makes.

``sbom.py FILE [LICENCES]`` describes the locked packages of the environment that runs it. tools/frozen.py adds what is in the folder
with its own Python and comes from no Python package.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any, Final, NamedTuple

CHECKOUT: Final = Path(__file__).resolve().parent.parent
_LICENCE: Final = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS|COPYRIGHT)", re.IGNORECASE)
_VERSION: Final = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)


class Part(NamedTuple):
    """Something that comes from no Python package."""

    name: str
    version: str
    origin: str
    """``pypi``, ``debian``, ``debian-source`` for a source package of Debian's, or nothing."""
    licence: Path | None


class LockedPackage(NamedTuple):
    """A package of requirements.txt that is installed here."""

    installed: Distribution
    modules: frozenset[str]
    """The names that it can be imported by."""

    @property
    def name(self) -> str:
        """Its name as the package index has it, normalised (PEP 503)."""
        return _normal(self.installed.name)


def version() -> str:
    """Return the version of the program."""
    found = _VERSION.search((CHECKOUT / "wizard" / "__init__.py").read_text(encoding="utf-8"))
    return found[1] if found else sys.exit("wizard/__init__.py has no __version__")


def locked_packages() -> Iterator[LockedPackage]:
    """Yield the packages of the lock that this machine needs; ``SystemExit`` where one is missing or of another version."""
    from packaging.requirements import Requirement

    for line in (CHECKOUT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if not re.match(r"[A-Za-z0-9]", line):
            continue
        wanted = Requirement(line.rstrip("\\ "))
        if wanted.marker is not None and not wanted.marker.evaluate():
            continue
        installed = distribution(wanted.name)
        if installed.version not in wanted.specifier:
            sys.exit(f"{wanted.name} {installed.version} is installed here, requirements.txt has {wanted.specifier}")
        tops = {path.parts[0].partition(".")[0] for path in installed.files or () if path.suffix in {".py", ".so"}}
        yield LockedPackage(installed, frozenset(tops))


def write_sbom(file: Path, parts: Sequence[Part] = ()) -> None:
    """Write the bill of materials; it is the same whenever it is made from the same things."""
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator
    from packageurl import PackageURL

    bom = Bom.from_json(_environment())
    for part in parts:
        bom.components.add(
            Component(
                type=ComponentType.LIBRARY,
                name=part.name,
                version=part.version or None,
                purl=_package_url(part, PackageURL),
            )
        )
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        sys.exit(f"the bill of materials breaks CycloneDX's schema: {fault}")
    file.write_text(text + "\n", encoding="utf-8")


def _package_url(part: Part, kind: Any) -> Any:
    if not part.origin:
        return None
    if part.origin == "pypi":
        return kind(type="pypi", name=part.name, version=part.version)
    qualifiers = {"arch": "source"} if part.origin == "debian-source" else None
    return kind(type="deb", namespace="debian", name=part.name, version=part.version, qualifiers=qualifiers)


def _environment() -> dict[str, Any]:
    """Return what cyclonedx-py finds in this environment, without the packages that the program does not run with."""
    command = ["environment", "--pyproject", str(CHECKOUT / "pyproject.toml"), "--output-reproducible", "--sv", "1.6"]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "cyclonedx_py", *command, "--of", "JSON", "-o", "-", sys.executable],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    ours = {package.name for package in locked_packages()}
    root = found["metadata"]["component"]
    root["version"] = version()
    found["components"] = [each for each in found.get("components", ()) if _normal(each["name"]) in ours]
    known = {root["bom-ref"], *(each["bom-ref"] for each in found["components"])}
    found["dependencies"] = [
        {**each, "dependsOn": [ref for ref in each.get("dependsOn", ()) if ref in known]}
        for each in found.get("dependencies", ())
        if each["ref"] in known
    ]
    missing = ours - {_normal(each["name"]) for each in found["components"]}
    return found if not missing else sys.exit(f"cyclonedx-py does not list {', '.join(sorted(missing))}")


def write_licences(folder: Path, parts: Sequence[Part] = ()) -> None:
    """Copy the licence of everything into a folder: ``NAME-VERSION`` has what the package brings along."""
    folder.mkdir()
    for package in locked_packages():
        own = folder / f"{package.name}-{package.installed.version}"
        for file in package.installed.files or ():
            if ".dist-info" in file.parts[0] and _LICENCE.search(file.name):
                own.mkdir(exist_ok=True)
                shutil.copyfile(str(file.locate()), own / file.name)
        if not own.is_dir():
            sys.exit(f"{own.name} ships no licence; find it and add its location in this file")
    for part in parts:
        if part.licence is not None:
            shutil.copyfile(part.licence, folder / f"{part.name}-{part.version.replace(':', '-')}")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """Write both for the environment that runs this."""
    parser = argparse.ArgumentParser(prog="sbom.py")
    parser.add_argument("file", type=Path)
    parser.add_argument("licences", type=Path, nargs="?")
    options = parser.parse_args()
    write_sbom(options.file)
    if options.licences is not None:
        write_licences(options.licences)


if __name__ == "__main__":
    main()
