"""Unpacks Debian packages, with what they need and the machine lacks, into a folder: ``unpack_packages.py FOLDER PACKAGE...``.

Nothing is installed, so that no server begins to serve. The packages come from the archives that this machine already uses, with
apt's lists kept apart from the machine's. apt verifies the signatures as always.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path


def run(*arguments: str, cwd: Path | None = None) -> str:
    """Run a program and return what it printed; ``SystemExit`` with its last words where it failed."""
    done = subprocess.run(
        arguments, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode:
        sys.exit(f"{' '.join(arguments[:1])} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout


def main() -> None:
    """Unpack the packages; the folder is there, whole, or not at all."""
    folder, packages = Path(sys.argv[1]), sys.argv[2:]
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
        apt = ["apt-get", "-q", *(text for option, value in settings.items() for text in ("-o", f"{option}={value}"))]
        run(*apt, "update")
        planned = run(*apt, "install", "--simulate", "--no-install-recommends", *packages)
        needed = set(re.findall(r"^Inst (\S+)", planned, re.MULTILINE)) | set(packages)
        run(*apt, "download", *sorted(needed), cwd=work / "deb")
        for package in sorted((work / "deb").glob("*.deb")):
            run("dpkg", "-x", str(package), str(work / "unpacked"))
        (work / "unpacked").rename(folder)


if __name__ == "__main__":
    main()
