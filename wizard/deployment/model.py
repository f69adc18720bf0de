"""What LibreChat will get: the settings after all files of the folder are merged.

Rules and checks read this, whether it stands for the folder as it is or for the folder as a plan would leave it.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from wizard.answers.model import Access, Stack
from wizard.basics.secret import shown_without
from wizard.deployment.container_user import container_user
from wizard.dotenv.document import Document
from wizard.librechat.releases import Release

if TYPE_CHECKING:
    from wizard.deployment.effective import EffectiveConfiguration
    from wizard.deployment.file_state import FileState
    from wizard.deployment.kubernetes_view import KubernetesView


class Deployment(NamedTuple):
    """A LibreChat folder, read as LibreChat, Docker Compose and node would read it."""

    folder: Path
    stack: Stack
    release: Release
    settings: Mapping[str, str]
    """What LibreChat reads, by name: the values of ``effective``."""
    dotenv: Document
    """The file at ``/app/.env``, else ``.env``; an empty document if there is none."""
    release_known: bool = False
    """False if nothing in the folder or the answers tells the release and the newest known is assumed."""
    release_pinned: bool = False
    """Whether the image or the answers name the release; the folder's files only tell which one it was made from."""
    overridden: Mapping[str, str] = MappingProxyType({})
    """The part of ``settings`` that the compose files or the image set, and that therefore beats ``.env``."""
    files: "Mapping[str, FileState]" = MappingProxyType({})
    """``.env``, the compose files, the override, ``librechat.yaml`` and the files that settings name, by relative name."""
    compose: Mapping[str, Any] = MappingProxyType({})
    """The merged compose files in plain dicts and lists, in long forms and with their variables filled in."""
    service: str = "api"
    """LibreChat's service; empty if none can be told."""
    replicas: tuple[str, ...] = ()
    """Other services that are the same LibreChat: whatever is said about ``service`` holds for them."""
    effective: "EffectiveConfiguration | None" = None
    """Where each value comes from; ``None`` if settings were given without files."""
    config: Mapping[str, Any] | None = None
    """``librechat.yaml`` in plain dicts and lists; ``None`` if there is none or it could not be read."""
    config_name: str = "librechat.yaml"
    """The file that ``config`` was read from, relative to the folder where it is inside of it."""
    config_mounted: bool = False
    """Whether the merged compose files bring ``config`` into LibreChat's container."""
    has_run: bool = False
    """Whether LibreChat has run in this folder before (a database folder, logs or uploads are there)."""
    has_hidden_database: bool = False
    """Whether the database cannot be inspected from here; then it may hold data even if ``has_run`` is false."""
    almost_overrides: tuple[str, ...] = ()
    """Files of the folder that are meant as an override and have another name."""
    access: Access | None = None
    """What the operator answered; ``None`` in the doctor, where only the files speak."""
    operator_uid: int = 0
    """The user that runs the wizard."""
    kubernetes: "KubernetesView | None" = None
    """The Helm release, where LibreChat runs on Kubernetes."""

    def __repr__(self) -> str:
        return shown_without(self, "compose", "effective", "kubernetes")

    @property
    def librechat(self) -> Mapping[str, Any]:
        """LibreChat's service of the merged compose files; empty if there is none."""
        service: Mapping[str, Any] = (self.compose.get("services") or {}).get(self.service) or {}
        return service

    @property
    def is_service_unclear(self) -> bool:
        """Whether compose files were read but LibreChat's service, and thus its settings, cannot be determined."""
        return self.effective is not None and not self.service and bool(self.compose.get("services"))

    @property
    def may_hold_data(self) -> bool:
        """Whether a key of this folder may have encrypted something."""
        return self.has_run or self.has_hidden_database

    @property
    def variables(self) -> Mapping[str, str]:
        """What Docker Compose fills in for ``${NAME}``."""
        return self.dotenv.compose_values() if self.effective is None else self.effective.variables

    @property
    def compose_command(self) -> str:
        """How Docker Compose is called for this folder; it finds the files of the compose stack by itself."""
        if self.stack is not Stack.DEPLOY:
            return "docker compose"
        override = next((name for name in self.files if name.startswith("docker-compose.override.")), "")
        is_there = bool(override) and self.files[override].data is not None
        return "docker compose -f deploy-compose.yml" + (f" -f {override}" if is_there else "")

    @property
    def container_ids(self) -> tuple[int, int]:
        """UID and GID of the process in LibreChat's container."""
        return container_user(self.librechat)
