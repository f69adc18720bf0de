"""The part of our environment that other programs get: which engine and project are meant, and no secret.

Apart from :mod:`wizard.basics.processes`: what only reads a folder asks for it, and starts no program.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

_DOCKER: Final = (
    *("PATH", "HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"),
    *("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_API_VERSION"),
)
"""Where programs are and which engine is meant; what else a shell holds may be secret."""
_PROJECT: Final = (
    *("COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "COMPOSE_PARALLEL_LIMIT", "COMPOSE_HTTP_TIMEOUT"),
    *("SSH_AUTH_SOCK", "USER", "BUILDKIT_PROGRESS", "DOCKER_DEFAULT_PLATFORM"),
)
"""What else decides which project is meant. Settings are in ``.env``, which Docker Compose reads itself."""

_NOTHING_REMOTE: Final = {"COMPOSE_EXPERIMENTAL_GIT_REMOTE": "false", "COMPOSE_EXPERIMENTAL_OCI_REMOTE": "false"}
"""Docker Compose takes ``include`` and ``extends`` from git and OCI registries unless told otherwise (pkg/remote)."""


def docker_environment() -> dict[str, str]:
    """Return the environment for docker and docker compose: which engine they talk to, and no secret."""
    return _inherited(_DOCKER)


def judging_environment() -> dict[str, str]:
    """Return the environment for a Docker Compose that only looks at files: it fetches no part of them from elsewhere."""
    return {**docker_environment(), **_NOTHING_REMOTE}


def compose_environment(*, with_files: bool = False) -> dict[str, str]:
    """Return the same with the names that choose the project.

    ``with_files``: every one of Docker Compose's own, so that the files are those that the operator's shell means.
    """
    own = [name for name in os.environ if name.startswith("COMPOSE_")] if with_files else []
    return _inherited((*_DOCKER, *_PROJECT, *own))


def names_of_this_shell(names: Iterable[str]) -> frozenset[str]:
    """Return those of the names that our own environment has a value for."""
    return frozenset(name for name in names if os.environ.get(name, "").strip())


def environment_without(names: Iterable[str]) -> dict[str, str]:
    """Return the operator's whole environment for a command of their own, without variables that hold secrets."""
    hidden = frozenset(names)
    return {name: value for name, value in os.environ.items() if name not in hidden}


def _inherited(names: Iterable[str]) -> dict[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}
