"""Unpacks Debian packages, with what they need and the machine lacks, into a folder: ``unpack_packages.py FOLDER PACKAGE...``.

``unpack_packages.py --suite sid FOLDER PACKAGE...`` takes them from another suite of the same archive, and nothing that they need.

Nothing is installed, so that no server begins to serve. The packages come from the archives that this machine already uses, with
apt's lists kept apart from the machine's. apt verifies the signatures as always.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

_KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"


def run(*arguments: str, cwd: Path | None = None) -> str:
    """Run a program and return what it printed; ``SystemExit`` with its last words where it failed."""
    done = subprocess.run(
        arguments, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode:
        sys.exit(f"{' '.join(arguments[:1])} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout


def _archive() -> str:
    """Return where this machine gets Debian's packages from; ``SystemExit`` where it does not."""
    printed = run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")
    found = [line for line in printed.splitlines() if line.rstrip("/").endswith("/debian")]
    return found[0] if found else sys.exit("no Debian package source is configured on this machine")


def main() -> None:
    """Unpack the packages; the folder is there, whole, or not at all."""
    parser = argparse.ArgumentParser(prog="unpack_packages.py")
    parser.add_argument("--suite", default="")
    parser.add_argument("folder", type=Path)
    parser.add_argument("packages", nargs="+", metavar="PACKAGE")
    options = parser.parse_args()
    suite, folder, packages = options.suite, options.folder, options.packages
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        work = Path(name)
        for part in ("lists/partial", "cache/archives/partial", "deb", "unpacked"):
            (work / part).mkdir(parents=True)
        settings = {
            "Dir::State::lists": work / "lists",
            "Dir::Cache": work / "cache",
            "Acquire::Languages": "none",
            # The folder is this user's alone, so apt's own user could not write there.
            "APT::Sandbox::User": "root",
        }
        if suite:
            (work / "sources").write_text(f"deb [signed-by={_KEYS}] {_archive()} {suite} main\n")
            settings |= {"Dir::Etc::SourceList": work / "sources", "Dir::Etc::SourceParts": "/dev/null"}
        apt = ["apt-get", "-q", *(text for option, value in settings.items() for text in ("-o", f"{option}={value}"))]
        run(*apt, "update")
        needed = set(packages)
        if not suite:
            planned = run(*apt, "install", "--simulate", "--no-install-recommends", *packages)
            needed |= set(re.findall(r"^Inst (\S+)", planned, re.MULTILINE))
        run(*apt, "download", *sorted(needed), cwd=work / "deb")
        for package in sorted((work / "deb").glob("*.deb")):
            run("dpkg", "-x", str(package), str(work / "unpacked"))
        (work / "unpacked").rename(folder)


if __name__ == "__main__":
    main()
