"""A Docker Compose project: the files it starts from, and the model that they form."""

import posixpath
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from wizard.basics.paths import shown_path
from wizard.basics.problem import Problem
from wizard.basics.secret import shown_without
from wizard.composefile.located import Leaf, leaves
from wizard.composefile.long_forms import clean_path

Reader = Callable[[str], bytes | None]
"""Gives the content of an absolute path, ``None`` if there is no such file; ``UnreadFile`` if it cannot be read."""


class UnreadFile(Exception):
    """A file is there and cannot be read; ``reason`` is a clause of our own."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProjectFiles(NamedTuple):
    """The files from which a project starts; every path is absolute."""

    folder: str
    """The project directory."""
    compose: tuple[str, ...]
    """The compose files in the order of ``-f``."""
    environment: tuple[str, ...] = ()
    """The files that variables are filled in from: ``.env``, or what COMPOSE_ENV_FILES lists."""
    inherited: Mapping[str, str] = MappingProxyType({})
    """What the environment of ``docker compose`` itself says; it wins over the files."""
    home: str = "/root"

    def __repr__(self) -> str:
        return shown_without(self, "inherited")


class ComposeProject(NamedTuple):
    """The merged model; a tree of mappings, lists and :class:`Leaf`, in long forms, with absolute paths."""

    files: ProjectFiles
    read: Reader
    services: Mapping[str, Any] = MappingProxyType({})
    """Those that start, and those of ``inactive``."""
    inactive: frozenset[str] = frozenset()
    """Services whose profile is not chosen."""
    configs: Mapping[str, Any] = MappingProxyType({})
    networks: Mapping[str, Any] = MappingProxyType({})
    volumes: Mapping[str, Any] = MappingProxyType({})
    secrets: Mapping[str, Any] = MappingProxyType({})
    variables: Mapping[str, Leaf] = MappingProxyType({})
    """What ``${NAME}`` is filled in with in the project's own files."""
    compose_files: tuple[str, ...] = ()
    """Every compose file that was read, ``include`` and ``extends`` followed."""
    refusals: tuple[Problem, ...] = ()
    """What makes Docker Compose refuse the files."""
    unfollowed: tuple[Problem, ...] = ()
    """What is in the files and not in the model."""

    def __repr__(self) -> str:
        return shown_without(self, "read", "services", "configs", "networks", "volumes", "secrets", "variables")

    def filled_in(self) -> frozenset[str]:
        """Return the variables that ``${NAME}`` anywhere in the services stands for."""
        return frozenset(name for leaf in leaves(self.services) for name in leaf.variables)

    def passed_through(self, service: str) -> frozenset[str]:
        """Return the variables that a service's ``environment`` names without a value, so that the shell or ``.env`` provides it."""
        environment = (self.services.get(service) or {}).get("environment") or {}
        return frozenset(name for name, leaf in environment.items() if isinstance(leaf, Leaf) and leaf.value is None)

    def shown(self, path: str) -> str:
        """Return a path as an operator names it: relative where it is inside of the folder."""
        return shown_path(self.files.folder, path)


def absolute(text: str, folder: str, home: str) -> str:
    """Return a path of a compose file as Docker Compose resolves it (compose-go, paths/resolve.go)."""
    if text == "~" or text.startswith("~/"):
        text = posixpath.join(home, text[2:])
    return clean_path(posixpath.join(folder, text))
