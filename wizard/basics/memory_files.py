"""Nameless in-memory files for another program to read by descriptor; nothing is left behind after a kill."""

from __future__ import annotations

import errno
import os
import re
from typing import Final, Self

_NOT_EXECUTABLE: Final = 0x8
"""MFD_NOEXEC_SEAL of Linux 6.3; some systems insist on it (sysctl vm.memfd_noexec)."""


class MemoryFiles:
    """Files in memory (memfd_create(2)) for the time of the block."""

    def __init__(self) -> None:
        self.paths: dict[str, str] = {}
        """By name, the path by which a child that inherits the descriptors reads each."""
        self._descriptors: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self._descriptors:
            os.close(self._descriptors.pop())

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What the other program has to inherit."""
        return tuple(self._descriptors)

    def put(self, name: str, content: bytes) -> str:
        """Keep a file and return its path; ``OSError`` if the system has no such files."""
        descriptor = _made()
        self._descriptors.append(descriptor)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        path = self.paths[name] = f"/proc/self/fd/{descriptor}"
        return path

    def with_names(self, text: str) -> str:
        """Return a text with the names of the files in place of their paths."""
        names = {path: name for name, path in self.paths.items()}
        return re.sub(r"/proc/self/fd/\d+", lambda match: names.get(match[0], match[0]), text)


def _made() -> int:
    try:
        return os.memfd_create("librechat-wizard", os.MFD_CLOEXEC | _NOT_EXECUTABLE)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        return os.memfd_create("librechat-wizard", os.MFD_CLOEXEC)
