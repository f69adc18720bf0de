"""The plan for access in a folder with LibreChat's own compose files."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
from pathlib import Path
from typing import Any

from tests.patience import LAST_RESORT
from wizard.answers.model import Access, Proxy, Stack
from wizard.composefile.override import Override, merged_model
from wizard.librechat.releases import Release
from wizard.plan.access import AccessInputs, AccessPlan

NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
RELEASES = ("v0.7.0", "v0.7.2", "v0.7.7", "v0.8.0-rc3", "v0.8.2", "v0.8.3", "v0.8.5", "v0.8.7", "v0.8.8-rc1")
STACKS = (Stack.COMPOSE, Stack.DEPLOY)
BASES = {Stack.COMPOSE: "docker-compose.yml", Stack.DEPLOY: "deploy-compose.yml"}
OVERRIDE = "docker-compose.override.yml"


def inputs(  # noqa: PLR0913 - all that an access depends on
    folder: Path,
    release: str = "v0.8.7",
    stack: Stack = Stack.COMPOSE,
    *,
    access: Access | None = Access.LOCALHOST,
    proxy: Proxy | None = None,
    given: dict[str, str] | None = None,
    current: dict[str, str] | None = None,
    override: bytes | None = None,
) -> AccessInputs:
    base = folder / BASES[stack]
    services = merged_model(base.read_bytes(), None)["services"] if base.is_file() else {"api": {}}
    return AccessInputs(
        access=access,
        stack=stack,
        release=Release.parse(release),
        proxy=proxy or Proxy(),
        values={"PORT": "3080", **(current or {}), **(given or {})},
        given=frozenset(given or {}),
        base_services=services,
        base=base.read_bytes() if base.is_file() else b"",
        base_name=base.name,
        compose_values=current or {},
        folder=folder,
        override=override,
        now=NOW,
    )


def apply(plan: AccessPlan, folder: Path, override: bytes | None) -> bytes | None:
    """Write the plan's files and return the override's bytes, as the wizard would."""
    for file in plan.files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
    edited = plan.apply_override(Override.parse(override, OVERRIDE))
    return None if edited.is_empty() and override is None else edited.to_bytes()


def merged(folder: Path, stack: Stack, override: bytes | None) -> dict[str, Any]:
    return merged_model((folder / BASES[stack]).read_bytes(), override)


def published(
    folder: Path, docker_compose: Path, override: bytes | None, stack: Stack = Stack.COMPOSE
) -> set[tuple[str, str, str]]:
    """Service, address and port of the host as Docker Compose publishes them; ``*``: every address."""
    (folder / ".env").write_bytes((folder / ".env.example").read_bytes())
    (folder / OVERRIDE).write_bytes(override or b"services: {}\n")
    done = subprocess.run(
        [docker_compose, "-f", BASES[stack], "-f", OVERRIDE, "config", "--format", "json"],
        cwd=folder,
        capture_output=True,
        check=True,
        timeout=LAST_RESORT,
    )
    return {
        (name, port.get("host_ip", "*"), port["published"])
        for name, service in json.loads(done.stdout)["services"].items()
        for port in service.get("ports", [])
    }
