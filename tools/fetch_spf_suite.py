"""Gets the public test suite of RFC 7208 for the tests: ``fetch_spf_suite.py DESTINATION``.

It is a file of pyspf's source package (BSD licence), which comes the way that every package comes, with its hash checked.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "2.0.14"
HASH = "sha256:57a7ef01bda090173aafb6af0106251686ed73f03db4e911fcd34c57fc347186"
MEMBER = f"pyspf-{VERSION}/test/rfc7208-tests.yml"


def main() -> int:
    """Put the suite where the argument says."""
    parser = argparse.ArgumentParser(prog="fetch_spf_suite.py")
    parser.add_argument("destination", type=Path)
    destination = parser.parse_args().destination
    with tempfile.TemporaryDirectory() as work:
        wanted = Path(work, "wanted.txt")
        wanted.write_text(f"pyspf=={VERSION} --hash={HASH}\n", encoding="utf-8")
        arguments = (
            "download",
            "--require-hashes",
            "--no-deps",
            "--no-binary",
            "pyspf",
            "--dest",
            work,
            "-r",
            str(wanted),
        )
        subprocess.run(
            [sys.executable, "-I", "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", *arguments],
            stdin=subprocess.DEVNULL,
            check=True,
        )
        with tarfile.open(next(Path(work).glob("pyspf-*.tar.gz"))) as archive:
            file = archive.extractfile(MEMBER)
            if file is None:
                raise FileNotFoundError(MEMBER)
            data = file.read()
    destination.parent.mkdir(parents=True, exist_ok=True)
    unfinished = destination.with_suffix(".new")
    unfinished.write_bytes(data)
    unfinished.replace(destination)
    return 0


if __name__ == "__main__":
    sys.exit(main())
