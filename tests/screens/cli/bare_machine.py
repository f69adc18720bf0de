"""A machine for ``./run`` without network: its own PATH with a Python, an apt-get and a sudo that only note what they do."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

TOOLS = (
    *(
        "sh",
        "cat",
        "chmod",
        "cksum",
        "cmp",
        "cp",
        "dirname",
        "env",
        "find",
        "getent",
        "grep",
        "head",
        "id",
        "ls",
        "mkdir",
    ),
    *("mv", "readlink", "rm", "tr", "touch"),
)

PYTHON = """\
#!/bin/sh
# Answers as a Python does that makes environments; $MACHINE is the folder of the machine.
step() {
    echo "$1" >>"$MACHINE/steps"
    [ "${KILLED_AT:-}" != "$1" ] || kill -9 0
}
case "$*" in
*sys.version_info*) echo "True 3.12 $0" ;;
*"import ensurepip, venv"*) [ -e "$MACHINE/has-venv" ] ;;
*fcntl*) exec "$REAL" "$@" ;;
*"-m venv --clear"*)
    for folder in "$@"; do :; done
    rm -rf "$folder/bin" "$folder/lib" "$folder/lib64"
    mkdir -p "$folder/bin"
    cp "$MACHINE/python" "$folder/bin/python"
    step venv
    ;;
*"-m pip"*uninstall*) step uninstall ;;
*"-m pip"*)
    mkdir -p "${0%/bin/python}/lib/package"
    touch "${0%/bin/python}/lib/half"
    step install
    mv "${0%/bin/python}/lib/half" "${0%/bin/python}/lib/package/whole"
    ;;
*sysconfig*) step pth ;;
*"-m wizard"*)
    [ -e "${0%/bin/python}/lib/package/whole" ] || { echo "half an environment is used"; exit 99; }
    echo "started from ${0%/bin/python}"
    ;;
*) exit 98 ;;
esac
"""

APT = """\
#!/bin/sh
echo "${0##*/} $*" >>"$MACHINE/steps"
case "$*" in
*install*)
    [ ! -e "$MACHINE/apt-fails" ] || { echo "E: Unable to locate package" >&2; exit 100; }
    cp "$MACHINE/python" "$MACHINE/bin/python3"
    touch "$MACHINE/has-venv"
    ;;
esac
"""

SUDO = """\
#!/bin/sh
echo sudo >>"$MACHINE/steps"
exec "$@"
"""


@dataclass(kw_only=True)
class BareMachine:
    """A folder with a checkout, a home and a PATH of its own."""

    folder: Path
    script: Path
    """The run script of the checkout."""
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        programs = self.folder / "bin"
        programs.mkdir()
        for name in TOOLS:
            found = shutil.which(name)
            assert found, name
            (programs / name).symlink_to(found)
        self.program("python", PYTHON, self.folder)
        self.home = self.folder / "home"
        self.home.mkdir()
        self.environment = {
            "PATH": str(programs),
            "HOME": str(self.home),
            "MACHINE": str(self.folder),
            "REAL": sys.executable,
        }

    def program(self, name: str, text: str, folder: Path | None = None) -> None:
        """Put a program on the machine's PATH."""
        path = (folder or self.folder / "bin") / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def with_python(self, *, venv: bool = True) -> None:
        """Install Python, with or without what makes environments."""
        self.program("python3", PYTHON)
        if venv:
            (self.folder / "has-venv").touch()

    def user(self, uid: int) -> None:
        """Have ``id`` say that this user runs the script."""
        self.program("id", f"#!/bin/sh\necho {uid}\n")

    @property
    def steps(self) -> list[str]:
        """What Python, apt-get and sudo were asked to do."""
        path = self.folder / "steps"
        return path.read_text().splitlines() if path.exists() else []

    def start(self, *, umask: int = 0o022, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script without a terminal, in a process group of its own."""
        return subprocess.run(
            [self.script],
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            env={**self.environment, **environment},
            umask=umask,
            start_new_session=True,
            timeout=60,
        )

    def start_at_a_terminal(self, typed: str) -> tuple[int, str]:
        """Run the script as a person does, who types this; return status and what the screen showed."""
        leader, follower = pty.openpty()
        child = subprocess.Popen(
            [self.script],
            cwd=self.home,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env=self.environment,
            start_new_session=True,
        )
        os.close(follower)
        os.write(leader, typed.encode())
        shown = b""
        try:
            while piece := os.read(leader, 4096):
                shown += piece
        except OSError:
            pass  # Linux says so when the last program at the terminal has ended
        os.close(leader)
        return child.wait(60), shown.decode()
