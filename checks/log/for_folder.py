"""The words of a fix as they are for one folder: how Docker Compose is called there, and what LibreChat's service is named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

_COMMAND: Final = re.compile(r"docker compose(?! -f)((?: [^\s;,()'\"]+)*)")
_SERVICE: Final = re.compile(r" api(?=$| )")


def for_folder(text: str, deployment: Deployment | None) -> str:
    """Return a text in which every Docker Compose command is one for this folder."""
    if deployment is None:
        return text
    service = deployment.service or "api"

    def adapted(match: re.Match[str]) -> str:
        return deployment.compose_command + _SERVICE.sub(f" {service}", match[1])

    return _owned(_COMMAND.sub(adapted, text), deployment)


def _owned(text: str, deployment: Deployment) -> str:
    """Name the owner of mounted folders, where .env says who that is."""
    named = deployment.dotenv.values()
    if "UID:GID" not in text or not (named.get("UID", "").strip() and named.get("GID", "").strip()):
        return text
    uid, gid = deployment.container_ids
    return re.sub(r" \(UID and GID\s+as in \.env, else 1000\)", "", text.replace("UID:GID", f"{uid}:{gid}"))
