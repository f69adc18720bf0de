"""No core dump of a process that holds secrets, and none of the programs that it starts."""

from __future__ import annotations

from typing import Final

_NONE: Final = 1
"""Bytes. Too few for a file of any kind; where a program takes the dumps over a pipe (apport, systemd-coredump), which a
limit of 0 does not stop, the kernel takes exactly 1 as "no dump" (fs/coredump.c, Linux 2.6.34 and later)."""


def forbid_core_dumps() -> None:
    """Lower the limit for this process; the hard limit stays, so that a program that is started can raise its own."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == resource.RLIM_INFINITY or hard >= _NONE:
        resource.setrlimit(resource.RLIMIT_CORE, (_NONE, hard))
