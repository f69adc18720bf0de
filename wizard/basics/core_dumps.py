"""Prevents core dumps of a process that holds secrets, and access to its memory by the same user."""

from __future__ import annotations

from typing import Any, Final

_NONE: Final = 1
"""Bytes. Too few for a file of any kind; where a program takes the dumps over a pipe (apport, systemd-coredump), which a
limit of 0 does not stop, the kernel takes exactly 1 as "no dump" (fs/coredump.c, Linux 2.6.34 and later)."""
_PR_SET_DUMPABLE: Final = 4
"""Of linux/prctl.h."""
_prctl: Any = None
"""The system's call, once the memory was closed."""


def forbid_core_dumps() -> None:
    """Lower the limit for this process; the hard limit stays, so that a program that is started can raise its own."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == resource.RLIM_INFINITY or hard >= _NONE:
        resource.setrlimit(resource.RLIMIT_CORE, (_NONE, hard))


def close_memory() -> None:
    """Tell the kernel that this process must never be dumped, whatever its limit, nor traced by its own user.

    PR_SET_DUMPABLE (prctl(2)). It ends if another program is executed: what is started reads its own ``/proc/self/fd``
    as ever. What is in ``/proc/PID`` of this process belongs to root from here on, but its own threads continue to read
    ``/proc/self/fd`` (proc_fd_permission, fs/proc/fd.c).
    """
    import ctypes

    global _prctl  # noqa: PLW0603 - a process has one memory
    _prctl = ctypes.CDLL(None).prctl
    keep_memory_closed()


def keep_memory_closed() -> None:
    """Repeat this after taking another user's rights, because the kernel then falls back to ``fs.suid_dumpable``."""
    if _prctl is not None:
        _prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
