"""The program in a container of its own image: what starts it again, and whether a folder is there to stay."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from wizard.basics.patterns import late_pattern
from wizard.basics.shell_words import quoted

SOCKET: Final = "/var/run/docker.sock"
_OWN_NAME: Final = late_pattern(r"[0-9a-f]{12}")
"""The name that Docker gives a container with a network of its own; one with the host's network has the host's."""
_PERSON: Final = '-u "$(id -u):$(id -g)"'
_HERE: Final = '-v "$PWD:$PWD" -w "$PWD"'
_MOUNTS: Final = "/proc/self/mountinfo"
_ESCAPED: Final = late_pattern(r"\\([0-7]{3})")


def run_line(image: str, folder: str = "", *, is_piped: bool = False) -> str:
    """Return the ``docker run`` line that starts such a container again where the person stands.

    What this container was given besides is in it: the host's network, Docker's socket and the group that may use it. ``folder`` is
    the one that ``--dir`` names, which needs a mount of its own when it is not below the current one.
    """
    words = ["docker run --rm", "-i" if is_piped else "-it", _PERSON, _HERE]
    if folder and not is_below_here(folder):
        there = real_place(folder)
        words.append(f"-v {quoted(f'{there}:{there}')}")
    if not _OWN_NAME.fullmatch(host_name()):
        words.append("--network host")
    if (group := socket_group()) is not None:
        words.append(f"-v {SOCKET}:{SOCKET}{f' --group-add {group}' if group else ''}")
    return " ".join((*words, image))


def host_name() -> str:
    """Return what the machine is called in here."""
    return os.uname().nodename


def socket_group(path: str = SOCKET) -> int | None:
    """Return the group that Docker's socket belongs to; ``None`` where this container has none."""
    try:
        about = os.stat(path)  # noqa: PTH116 - every start with help comes by; pathlib's is no shorter
    except OSError:
        return None
    return about.st_gid if stat.S_ISSOCK(about.st_mode) else None


def is_kept(folder: Path, mounts: str = _MOUNTS) -> bool:
    """Tell whether a folder is mounted from outside; what is written elsewhere ends with the container."""
    try:
        lines = Path(mounts).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return True  # not to be told
    points = (_ESCAPED.sub(lambda code: chr(int(code[1], 8)), line.split(" ")[4]) for line in lines if line)
    inside = [point for point in points if point != "/"]
    return any(folder == Path(point) or Path(point) in folder.parents for point in inside)


def real_place(folder: str) -> Path:
    """Return the whole path of a folder without links and ``..``: a mount is known by no other."""
    return Path(os.path.realpath(folder))


def is_below_here(folder: str) -> bool:
    """Tell whether a folder comes along when the current one is mounted."""
    here, there = Path.cwd(), real_place(folder)
    # Where the container was given no folder, its own current one says nothing of the person's.
    return is_kept(here) and (there == here or here in there.parents)
