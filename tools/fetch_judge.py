"""Gets a real program for the tests without installing it: ``fetch_judge.py docker|docker-compose|caddy|nginx|nsd DESTINATION``.

Each of them is one file, with libraries of its own at most; installing the package would start a server. It comes from the archive that this
machine already uses, from a newer suite where its own is too old, with apt's lists kept apart from the machine's. apt verifies
the signatures as always.
"""

from __future__ import annotations

import argparse
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PLUGIN_FOLDERS = ("/usr/local/lib/docker", "/usr/local/libexec/docker", "/usr/lib/docker", "/usr/libexec/docker")
"""Where Docker's own packages put plugins; Compose is one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """A program and where it is to be had."""

    packages: tuple[tuple[str | None, str], ...]
    """Suite (None: the machine's own) and package, the best first. A suite of another distribution is not tried."""
    place: str
    """Where in the package it is."""
    ask_version: tuple[str, ...]
    installed: tuple[Path, ...] = ()
    """Where else on a machine it may be."""
    libraries: str = ""
    """A pattern for names of packages that it depends on and that a machine without it has not."""


JUDGES = {
    "docker-compose": Judge(
        packages=(("sid", "docker-compose"), ("trixie", "docker-compose"), (None, "docker-compose-v2")),
        place="usr/lib*/docker/cli-plugins/docker-compose",
        ask_version=("version", "--short"),
        installed=tuple(Path(folder, "cli-plugins", "docker-compose") for folder in PLUGIN_FOLDERS),
    ),
    # For the container image. Engine 29 refuses the client of Debian 12 (API 1.41), and the client of 29 refuses Debian 12's engine;
    # Debian 13's (API 1.24 to 1.45) gets on with both.
    "docker": Judge(
        packages=(("trixie", "docker-cli"), (None, "docker-cli"), (None, "docker.io")),
        place="usr/bin/docker",
        ask_version=("--version",),
    ),
    "caddy": Judge(packages=((None, "caddy"),), place="usr/bin/caddy", ask_version=("version",)),
    "nginx": Judge(packages=((None, "nginx"), (None, "nginx-core")), place="usr/sbin/nginx", ask_version=("-v",)),
    "nsd": Judge(
        packages=((None, "nsd"),),
        place="usr/sbin/nsd",
        ask_version=("-v",),
        libraries=r"lib(event|fstrm|protobuf-c|bpf|xdp|elf)[a-z0-9.-]*",
    ),
}
_START = """#!/bin/sh
libraries=$(dirname -- "$0")/../lib/{name}
LD_LIBRARY_PATH=$libraries exec "$libraries/{name}" "$@"
"""
OWN_SUITES_ONLY = "ubuntu"
"""A distribution whose archive has no suites of Debian's."""


class FetchError(Exception):
    """One way to get the program failed; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An archive that apt uses: the ending that a file with it needs, and its text with the suite cut out."""

    ending: str
    before: str
    after: str

    def text(self, suite: str) -> str:
        """Return the entry for a suite of this archive."""
        return f"{self.before}{suite}{self.after}"


def one_line_sources(text: str, suite: str) -> Iterator[Source]:
    """Yield the archives of a suite in apt's older format (sources.list(5), "ONE-LINE-STYLE FORMAT")."""
    for found in re.finditer(r"^\s*(deb\s+(?:\[[^\]]*\]\s+)?\S+\s+)(\S+)(\s.*\bmain\b.*)$", text, re.MULTILINE):
        if found[2] == suite:
            yield Source(ending="list", before=found[1], after=f"{found[3]}\n")


def deb822_sources(text: str, suite: str) -> Iterator[Source]:
    """Yield the archives of a suite in apt's newer format (sources.list(5), "DEB822-STYLE FORMAT")."""
    without_comments = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    for stanza in re.split(r"\n\s*\n", without_comments):
        # A line that begins with a blank continues the field before it.
        fields = {
            name.lower(): value
            for name, value in re.findall(r"^(\S+?):((?:.*\n?(?:[ \t].*\n?)*))", stanza, re.MULTILINE)
        }
        usable = "deb" in fields.get("types", "").split() and "main" in fields.get("components", "").split()
        if usable and suite in fields.get("suites", "").split() and fields.get("enabled", "yes").strip() != "no":
            others = "".join(
                f"{name}:{value.rstrip()}\n" for name, value in fields.items() if name not in {"types", "suites"}
            )
            yield Source(ending="sources", before="types: deb\nsuites: ", after=f"\n{others}")


def machine_sources(suite: str, folder: Path = Path("/etc/apt")) -> list[Source]:
    """Return the archives that this machine has its suite from."""
    found: list[Source] = []
    for path in (folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))):
        if path.suffix == ".list" and path.is_file():
            found += one_line_sources(path.read_text(encoding="utf-8"), suite)
        elif path.suffix == ".sources":
            found += deb822_sources(path.read_text(encoding="utf-8"), suite)
    return found


def run(*arguments: str, cwd: Path | None = None) -> str:
    """Run a program and return what it printed.

    Raises:
        FetchError: it is not there, or it failed.

    """
    try:
        done = subprocess.run(
            arguments, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=600
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FetchError(f"{arguments[0]}: {error}") from error
    if done.returncode != 0:
        raise FetchError(f"{arguments[0]} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout


def from_archive(work: Path, source: Source, suite: str, package: str, judge: Judge) -> Path:
    """Download and unpack a package of a suite and return the path of the program in it."""
    for folder in ("parts", "lists/partial", "cache/archives/partial", "unpacked"):
        (work / folder).mkdir(parents=True)
    (work / "parts" / f"judge.{source.ending}").write_text(source.text(suite), encoding="utf-8")
    settings = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": work / "parts",
        "Dir::State::lists": work / "lists",
        "Dir::Cache": work / "cache",
        "Acquire::Languages": "none",
        # The folder is this user's alone, so apt's own user could not write there.
        "APT::Sandbox::User": "root",
    }
    options = [text for name, value in settings.items() for text in ("-o", f"{name}={value}")]
    run("apt-get", "-q", *options, "update")
    run("apt-get", "-q", *options, "download", package, cwd=work)
    if judge.libraries:
        for downloaded in list(work.glob("*.deb")):
            needed = re.findall(r"(?:^|[,|])\s*([a-z0-9.+-]+)", run("dpkg-deb", "-f", str(downloaded), "Depends"))
            for library in filter(re.compile(judge.libraries).fullmatch, needed):
                run("apt-get", "-q", *options, "download", library, cwd=work)
    for downloaded in work.glob("*.deb"):
        run("dpkg", "-x", str(downloaded), str(work / "unpacked"))
    for program in (work / "unpacked").glob(judge.place):
        return with_libraries(program, work / "unpacked") if judge.libraries else program
    raise FetchError(f"{package} of {suite} does not contain {judge.place}")


def with_libraries(program: Path, unpacked: Path) -> Path:
    """Put a program and its libraries into folders ``bin`` and ``lib`` of their own; returns the script that starts it."""
    folder = unpacked.parent / "bundle" / "lib" / program.name
    folder.mkdir(parents=True)
    for library in unpacked.rglob("*.so.*"):
        shutil.copyfile(library, folder / library.name)
    shutil.copy(program, folder / program.name)
    start = unpacked.parent / "bundle" / "bin" / program.name
    start.parent.mkdir()
    start.write_text(_START.format(name=program.name), encoding="utf-8")
    start.chmod(0o755)
    return start


def ways(judge: Judge, work: Path) -> Iterator[tuple[str, Path | FetchError]]:
    """Yield one program after the other that may do, each with where it comes from, or why that way failed."""
    try:
        about = platform.freedesktop_os_release()
    except OSError:
        about = {}
    own_suite = about.get("VERSION_CODENAME", "")
    for suite, package in judge.packages:
        if suite and about.get("ID") == OWN_SUITES_ONLY:
            continue
        for number, source in enumerate(machine_sources(own_suite)):
            label = f"{package} of {suite or own_suite}"
            try:
                found = from_archive(work / f"{label} {number}", source, suite or own_suite, package, judge)
            except FetchError as error:
                yield label, error
            else:
                yield label, found
    yield from ((str(program), program) for program in judge.installed if program.is_file())


def main() -> int:
    """Put the first program that runs where the second argument says."""
    parser = argparse.ArgumentParser(prog="fetch_judge.py")
    parser.add_argument("judge", choices=JUDGES)
    parser.add_argument("destination", type=Path)
    options = parser.parse_args()
    judge, destination = JUDGES[options.judge], options.destination
    failures = []
    with tempfile.TemporaryDirectory() as work:
        for label, program in ways(judge, Path(work)):
            try:
                if isinstance(program, FetchError):
                    raise program
                found = run(str(program), *judge.ask_version).strip() or "runs,"
            except FetchError as error:
                failures.append(f"{label}: {error}")
                continue
            destination.parent.mkdir(parents=True, exist_ok=True)
            if judge.libraries:
                beside = Path("lib", destination.name)
                shutil.copytree(program.parent.parent / beside, destination.parent.parent / beside, dirs_exist_ok=True)
            unfinished = destination.with_suffix(".new")
            shutil.copyfile(program, unfinished)
            unfinished.chmod(0o755)
            unfinished.replace(destination)
            print(f"{destination.name} {found} from {label}", file=sys.stderr)
            return 0
    print(f"Could not get {options.judge} here.", *failures, sep="\n", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
