"""Inputs and result of the plan for access."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from wizard.answers.model import Access, Proxy, Stack
from wizard.basics.problem import Problem
from wizard.basics.secret import shown_without
from wizard.composefile.override import Override
from wizard.deployment.file_state import FileState
from wizard.librechat.releases import Release
from wizard.plan.access.names import PART

if TYPE_CHECKING:
    from pathlib import Path

Need = Callable[[Override], Override]


class ExtraFile(NamedTuple):
    """A file of the wizard's own, relative to the folder."""

    path: str
    content: bytes
    mode: int = 0o644

    def __repr__(self) -> str:
        return shown_without(self, "content")


class AccessInputs(NamedTuple):
    """Everything that the plan for access depends on."""

    access: Access | None
    """``None``: not answered, nothing is to change."""
    stack: Stack
    release: Release
    base_services: Mapping[str, Any]
    """``services`` of the base compose file alone: ``merged_model(base, None)["services"]``."""
    folder: "Path"
    service: str = "api"
    """LibreChat's service."""
    networks: tuple[str, ...] = ()
    """The networks that LibreChat is in, if it is not in the default one."""
    network_mode: str = ""
    proxy: Proxy = Proxy()
    values: Mapping[str, str] = MappingProxyType({})
    """Every setting in clear text as it will be: the answer, else what ``.env`` has; one that is taken out is empty."""
    given: frozenset[str] = frozenset()
    """The settings that the answers give."""
    former_address: str = ""
    """DOMAIN_CLIENT before the answers."""
    services: Mapping[str, Any] | None = None
    """The services of all compose files that count, less what a former answer about access put into the override, with
    variables filled in; ``None``: ``base_services``."""
    base: bytes = b""
    """The base compose file."""
    base_name: str = "docker-compose.yml"
    compose_values: Mapping[str, str] = MappingProxyType({})
    """``.env`` as Docker Compose reads it."""
    override: bytes | None = None
    """The present override."""
    override_name: str = "docker-compose.override.yml"
    is_followed: bool = False
    """Whether what is published by other files than base and override is looked at once everything is planned."""
    compose_command: str = "docker compose"
    """How Docker Compose is called here, files included."""
    now: dt.datetime | None = None
    """Aware; certificates are judged and made for this time. ``None``: the present one."""
    files: Mapping[str, FileState] | None = None
    """What is at the paths that :func:`file_names` gives; ``None``: they are read from the folder when needed."""

    def __repr__(self) -> str:
        return shown_without(self, "services", "base", "compose_values", "override")

    @property
    def in_compose(self) -> Mapping[str, str]:
        """What Docker Compose fills in for ``${NAME}``."""
        return {**self.values, **self.compose_values, **{name: self.values.get(name, "") for name in self.given}}

    def asked(self, name: str) -> str:
        """Return a setting that the answers give, else nothing."""
        return self.values.get(name, "") if name in self.given else ""

    def current(self, name: str) -> str:
        """Return a setting's current value; empty if the answers give a new one."""
        return "" if name in self.given else self.values.get(name, "")

    @property
    def port(self) -> int:
        """The port LibreChat listens on (PORT; 3080 if it is not a port number)."""
        text = self.values.get("PORT", "").strip()
        return int(text) if re.fullmatch("[0-9]{1,5}", text) and 0 < int(text) < 65536 else 3080  # noqa: PLR2004

    @property
    def has_admin_panel(self) -> bool:
        """Whether the compose file has the admin panel (v0.8.7 and later)."""
        return "admin-panel" in self.base_services

    def state(self, name: str) -> FileState:
        """Return what is at a path, relative to the folder or absolute."""
        if self.files is not None:
            return self.files.get(name) or FileState(name=name)
        from wizard.deployment.read_states import read_state

        return read_state(self.folder, name)


class AccessPlan(NamedTuple):
    """What access needs; empty if the operator was not asked about it."""

    settings: Mapping[str, str | None] = MappingProxyType({})
    """Only those that the operator did not give; ``None``: the line is taken out."""
    files: tuple[ExtraFile, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    apply_steps: tuple[str, ...] = ()
    """Commands to run after ``up -d``."""
    without: tuple[str, ...] = ()
    """Services of the compose files that are not started: they would take the ports of the operator's own proxy."""
    needs: tuple[Need, ...] | None = None
    """``None`` leaves the override alone; an empty tuple takes out what a former answer needed."""

    def apply_override(self, override: Override) -> Override:
        """Return the override with what access needs and without what it needed only formerly.

        ``InvalidInput`` if something of the operator's is in the place of what is needed.
        """
        if self.needs is None:
            return override
        # What a former answer wrote may be in the way of what this one needs: find out what is needed, clear the
        # rest away.
        wanted = self._applied(override.without_former(PART)).kept
        cleared = override._replace(kept=wanted | override.kept).without_former(PART)
        return self._applied(cleared).without_former(PART).checked()

    def _applied(self, override: Override) -> Override:
        for need in self.needs or ():
            override = need(override)
        return override
