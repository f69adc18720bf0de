"""Tries ./run's own set-up on a Debian or Ubuntu that has nothing: real apt-get, real sudo, a real pty, kills in the middle.

    python tools/try_bare_system.py FOLDER [WORD]     as root; FOLDER is what debootstrap --variant=minbase made

WORD chooses the tries whose title has it. Each try gets a copy of the folder with a fresh clone of this checkout in it. Needs the network, pexpect and some minutes; ends with 1
if a try did not end as it should. The machine itself is not changed: mounts are made in namespaces of their own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pexpect

_HERE: Final = Path(__file__).resolve().parent.parent
_PERSON: Final = "sysop"
_PASSWORD: Final = "practice-only-password"
_START: Final = "cd /srv/wizard && exec ./run --version"
_PATIENCE: Final = 900
"""Seconds; packages come over the network."""
_LINE: Final = "apt-get update && {0}apt-get install -y python3"
_CERTIFICATES: Final = os.environ.get("PIP_CERT", "")
"""Where pip needs another authority to reach its index, its file is copied: nothing of this machine is shared for writing."""
_COPIED: Final = "/etc/authorities.pem"


class _System:
    """A copy of the bare system."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def words(self, command: str, user: str = "root") -> list[str]:
        """Return the arguments that run a command of sh in it."""
        mounts = f"mount -t proc proc {self.root}/proc; mount --bind /dev/pts {self.root}/dev/pts"
        environment = " ".join(f"{name}={value}" for name, value in _environment(user).items())
        inner = f"chroot {self.root} /usr/sbin/runuser -u {user} -- env -i {environment} sh -c"
        return ["unshare", "--mount", "sh", "-euc", f'{mounts}; exec {inner} "$1"', "sh", command]

    def do(self, command: str, user: str = "root") -> subprocess.CompletedProcess[str]:
        """Run a command without a terminal."""
        return subprocess.run(
            self.words(command, user),
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )

    def install(self, *packages: str) -> None:
        """Install packages beforehand."""
        names = " ".join(packages)
        done = self.do(f"apt-get -qq update && apt-get -qq install -y --no-install-recommends {names}")
        if done.returncode:
            raise SystemExit(f"cannot install {names}:\n{done.stdout}{done.stderr}")

    def person(self, *, sudo: bool) -> None:
        """Make an account whose checkout it is; with sudo it may use it, by password."""
        if sudo:
            self.install("sudo")
        groups = "-G sudo " if sudo else ""
        made = self.do(
            f"useradd -m -s /bin/sh {groups}{_PERSON} && echo {_PERSON}:{_PASSWORD} | chpasswd && chown -R {_PERSON}: /srv/wizard"
        )
        if made.returncode:
            raise SystemExit(f"cannot create the account:\n{made.stderr}")

    def at_a_terminal(self, answer: str) -> tuple[int, str]:
        """Start the wizard as the person at a terminal; return the exit status and what stood there."""
        child = pexpect.spawn("unshare", self.words(_START, _PERSON)[1:], encoding="utf-8", timeout=_PATIENCE)
        output = ""
        while (met := child.expect([r"run it now\? \[y/N\] ", r"\[sudo\] password for .*: ", pexpect.EOF])) != 2:  # noqa: PLR2004
            output += f"{child.before}{child.after}"
            child.sendline(answer if met == 0 else _PASSWORD)
        child.close()
        return child.exitstatus if child.exitstatus is not None else -1, output + (child.before or "")


def _environment(user: str) -> dict[str, str]:
    home = "/root" if user == "root" else f"/home/{user}"
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {
        "PATH": path,
        "HOME": home,
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        **({"PIP_CERT": _COPIED} if _CERTIFICATES else {}),
    }


@contextmanager
def _copy(base: Path) -> Iterator[_System]:
    place = Path(tempfile.mkdtemp(prefix="bare-", dir=base.parent))
    try:
        place.chmod(0o755)
        root = place / "root"
        subprocess.run(["cp", "-a", "--", base, root], check=True)
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        if _CERTIFICATES:
            shutil.copy(_CERTIFICATES, f"{root}{_COPIED}")
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", _HERE, root / "srv/wizard"], check=True)
        yield _System(root)
    finally:
        shutil.rmtree(place)


def _expect(what: bool, message: str) -> None:  # noqa: FBT001
    if not what:
        raise AssertionError(message)


def _works(system: _System, user: str = "root") -> None:
    done = system.do(_START, user)
    _expect(
        done.returncode == 0 and "librechat-wizard" in done.stdout.lower(),
        f"{done.returncode}\n{done.stdout}{done.stderr}",
    )


def _root_without_python(system: _System) -> None:
    _expect(bool(system.do("command -v python3").returncode), "there is a Python in it")
    _works(system)
    again = system.do(_START)
    _expect(not again.returncode and not again.stderr, "the second start printed " + again.stderr)


def _root_without_venv(system: _System) -> None:
    system.install("python3")
    _works(system)


def _person_agrees(system: _System) -> None:
    system.install("python3")
    system.person(sudo=True)
    status, output = system.at_a_terminal("y")
    _expect(status == 0, f"{status}\n{output}")
    _expect(_LINE.format("sudo ") in output, output)
    _expect("password for" in output, output)
    _works(system, _PERSON)


def _person_refuses(system: _System) -> None:
    system.person(sudo=True)
    before = system.do("dpkg -l").stdout
    status, output = system.at_a_terminal("n")
    _expect(status == 3 and _LINE.format("sudo ") in output, f"{status}\n{output}")  # noqa: PLR2004
    _expect(system.do("dpkg -l").stdout == before, "something was installed")


def _no_terminal(system: _System) -> None:
    system.person(sudo=True)
    done = system.do(_START, _PERSON)
    _expect(done.returncode == 3 and _LINE.format("sudo ") in done.stderr, f"{done.returncode}\n{done.stderr}")  # noqa: PLR2004


def _no_sudo(system: _System) -> None:
    system.person(sudo=False)
    status, output = system.at_a_terminal("y")
    _expect(status == 3 and _LINE.format("sudo ") in output, f"{status}\n{output}")  # noqa: PLR2004


def _killed(system: _System, is_there: Callable[[_System], bool], *, what: str) -> None:
    """Kill everything at once when something is there, and start again."""
    child = subprocess.Popen(
        system.words(_START),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    while child.poll() is None and not is_there(system):
        time.sleep(0.02)
    _expect(child.poll() is None, f"the program ended before {what}")
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.communicate()
    _works(system)


def _killed_unpacking(system: _System) -> None:
    """While dpkg unpacks: some packages are half installed."""
    status = Path("var/lib/dpkg/status")
    _killed(
        system, lambda it: b"half-installed" in (it.root / status).read_bytes() or _has_updates(it), what="unpacking"
    )


def _has_updates(system: _System) -> bool:
    folder = system.root / "var/lib/dpkg/updates"
    return any(folder.iterdir()) and (system.root / "usr/bin/python3.11").exists()


def _killed_making_the_environment(system: _System) -> None:
    _killed(system, lambda it: (it.root / "srv/wizard/.venv/bin").exists(), what="the environment")


def _killed_installing_packages(system: _System) -> None:
    packages = "srv/wizard/.venv/lib"
    _killed(system, lambda it: any((it.root / packages).glob("*/site-packages/textual")), what="the packages")


TRIES: Final[dict[str, Callable[[_System], None]]] = {
    "root, no Python: installs by itself": _root_without_python,
    "root, Python without venv: installs by itself": _root_without_venv,
    "a person at a terminal answers yes: sudo asks for the password, and the wizard starts": _person_agrees,
    "a person at a terminal answers no: status 3, the command, nothing installed": _person_refuses,
    "no terminal: status 3 and the command": _no_terminal,
    "a terminal, but no sudo: status 3 and the command": _no_sudo,
    "killed while dpkg unpacks: the next start continues": _killed_unpacking,
    "killed while the environment is created: the next start continues": _killed_making_the_environment,
    "killed while packages are installed: the next start continues": _killed_installing_packages,
}


def main(base: Path, word: str) -> int:
    """Make every try that is chosen; print one line each."""
    failed = 0
    for title, attempt in TRIES.items():
        if word not in title:
            continue
        begun = time.monotonic()
        try:
            with _copy(base) as system:
                attempt(system)
            result = "held"
        except AssertionError as error:
            failed += 1
            result = f"FAILED: {error}"
        print(f"{title}: {result} ({time.monotonic() - begun:.0f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="try_bare_system.py")
    parser.add_argument("folder", type=Path)
    parser.add_argument("word", nargs="?", default="")
    options = parser.parse_args()
    raise SystemExit(main(options.folder.resolve(), options.word))
