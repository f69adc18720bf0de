"""The program in a container of its own image: the command that starts it again, and whether a folder outlives it."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path
from typing import Final

from wizard.basics.patterns import late_pattern

SOCKET: Final = "/var/run/docker.sock"
_ROOTLESS: Final = '"$XDG_RUNTIME_DIR/docker.sock"'
"""Where the socket of a rootless engine is on the host (docs.docker.com, Rootless mode), as a shell there writes it."""
_PERSON: Final = '-u "$(id -u):$(id -g)"'
_HERE: Final = '--mount "type=bind,src=$PWD,dst=$PWD" -w "$PWD"'
_NETWORKS: Final = "/sys/class/net"
_USERS: Final = "/proc/self/uid_map"
_MOUNTS: Final = "/proc/self/mountinfo"
_TEMPORARY: Final = frozenset({"tmpfs", "ramfs"})
_ESCAPED: Final = late_pattern(r"\\([0-7]{3})")


def run_line(image: str, folder: str = "", *, is_piped: bool = False) -> str:
    """Return the ``docker run`` line that starts such a container again where the person stands.

    What this container was given besides is in it: the host's network, Docker's socket and the group that may use it. ``folder`` is
    the one that ``--dir`` names, which needs a mount of its own when it is not below the current one.
    """
    words = ["docker run --rm", "-i" if is_piped else "-it", _PERSON, _HERE]
    if folder and not is_below_here(folder):
        there = real_place(folder)
        words.append(f"--mount {shlex.quote(','.join(('type=bind', _field('src', there), _field('dst', there))))}")
    if has_hosts_network():
        words.append("--network host")
    if (group := socket_group()) is not None:
        place = _ROOTLESS if is_rootless() else SOCKET
        words.append(f"-v {place}:{SOCKET}{f' --group-add {group}' if group else ''}")
    return " ".join((*words, image))


def _field(name: str, folder: Path) -> str:
    """Return a field of ``--mount``, which docker reads as CSV (RFC 4180)."""
    text = f"{name}={folder}"
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def has_hosts_network(networks: str = _NETWORKS) -> bool:
    """Return whether the interfaces in here are the host's: a container's own are neither hardware nor bridges, whatever it is called."""
    interfaces = Path(networks).glob("*")
    return any((one / kind).exists() for one in interfaces for kind in ("device", "bridge"))


def is_rootless(users: str = _USERS) -> bool:
    """Return whether the engine runs as a user of the host: root in here is then that one user (user_namespaces(7))."""
    try:
        first = Path(users).read_text(encoding="ascii").split(maxsplit=3)[:3]
    except (OSError, ValueError):
        return False
    return len(first) == 3 and first[0] == "0" and first[1] != "0" and first[2] == "1"  # noqa: PLR2004 - inside, outside, how many


def socket_group(path: str = SOCKET) -> int | None:
    """Return the group that Docker's socket belongs to; ``None`` if this container has none."""
    try:
        about = os.stat(path)  # noqa: PTH116 - every start with help comes by; pathlib's is not a shorter
    except OSError:
        return None
    return about.st_gid if stat.S_ISSOCK(about.st_mode) else None


def is_kept(folder: Path, mounts: str = _MOUNTS) -> bool:
    """Return whether a folder is mounted from outside; what is written elsewhere, and into a tmpfs, ends with the container."""
    try:
        lines = Path(mounts).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return True  # not to be told
    counts = False
    longest = "/"
    for line in filter(None, lines):
        # proc_pid_mountinfo(5). Of mounts at one place the last is seen.
        about, _, source = line.partition(" - ")
        root, place = (_ESCAPED.sub(lambda code: chr(int(code[1], 8)), word) for word in about.split(" ")[3:5])
        if len(place) >= len(longest) and folder.is_relative_to(place):
            longest = place
            # Of a tmpfs of the host a part is mounted, and that one stays.
            counts = place != "/" and not (root == "/" and source.partition(" ")[0] in _TEMPORARY)
    return counts


def real_place(folder: str) -> Path:
    """Return the whole path of a folder without links and ``..``: a mount is known by no other."""
    return Path(os.path.realpath(folder))


def is_below_here(folder: str) -> bool:
    """Return whether a folder comes along when the current one is mounted."""
    here, there = Path.cwd(), real_place(folder)
    # Where the container was given no folder, its own current one says nothing of the person's.
    return is_kept(here) and (there == here or here in there.parents)
