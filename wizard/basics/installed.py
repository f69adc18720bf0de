"""How this copy of the program was installed.

Every start comes by here, and ``pathlib`` would take a tenth of the time of ``--help``.
"""

import os
import sys
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

MARKER: Final = "installed-as"
"""The file that names the installation method, beside the packages or in the root of the environment.

Its first line is an :class:`InstallMethod`, its second line the name of the container image. Without it, the packages' path decides.
"""
STARTED_AS: Final = "LIBRECHAT_WIZARD_STARTED_AS"
"""The environment variable with which ``./run`` passes on how it was called."""
_LARGEST: Final = 1000
"""Characters of the marker."""


class InstallMethod(StrEnum):
    """How the program was installed; the values are the words of the marker."""

    CHECKOUT = "checkout"
    BUNDLE = "bundle"
    FROZEN = "frozen"
    CONTAINER = "container"
    PIPX = "pipx"
    UV = "uv"
    PIP = "pip"


METHOD_NAMES: Final = {
    InstallMethod.CHECKOUT: "checkout",
    InstallMethod.BUNDLE: "offline bundle",
    InstallMethod.FROZEN: "folder with its own Python",
    InstallMethod.CONTAINER: "container image",
    InstallMethod.PIPX: "pipx",
    InstallMethod.UV: "uv tool",
    InstallMethod.PIP: "pip",
}
"""The installation methods as ``--version`` names them."""
_TOOLS: Final = {InstallMethod.PIPX: {"pipx"}, InstallMethod.UV: {"uv", "tools"}}
"""Folder names in the path of an environment that these tools create."""


class Installed(NamedTuple):
    """A copy of the program."""

    method: InstallMethod
    package: str
    """The folder that holds its packages."""
    name: str = ""
    """The name of the container image; empty for every other method."""

    @property
    def description(self) -> str:
        """The way in words: ``container image librechat-auth-wizard``."""
        started = ", started by ./run" if self.method in _BY_RUN and os.environ.get(STARTED_AS) else ""
        return f"{METHOD_NAMES[self.method]}{f' {self.name}' if self.name else ''}{started}"


_BY_RUN: Final = frozenset({InstallMethod.CHECKOUT, InstallMethod.BUNDLE})


@cache
def installed() -> Installed:
    """Return how this copy was installed."""
    return found_in(__file__.rpartition("/wizard/basics/")[0], sys.prefix)


def found_in(package: str, environment: str) -> Installed:
    """Return how the program came to a folder with its packages, in the environment that runs it."""
    for folder in dict.fromkeys((package, environment)):
        first, _, rest = _marker(folder).partition("\n")
        if first in METHOD_NAMES:
            name = rest.strip()
            return Installed(method=InstallMethod(first), package=package, name=name if name.isprintable() else "")
    if getattr(sys, "frozen", False):
        return Installed(method=InstallMethod.FROZEN, package=package)
    if os.access(f"{package}/pyproject.toml", os.F_OK):
        return Installed(method=InstallMethod.CHECKOUT, package=package)
    way = next((way for way, parts in _TOOLS.items() if parts <= set(package.split("/"))), InstallMethod.PIP)
    return Installed(method=way, package=package)


def _marker(folder: str) -> str:
    try:
        with open(f"{folder}/{MARKER}", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - see above
            return file.read(_LARGEST)
    except OSError:
        return ""
