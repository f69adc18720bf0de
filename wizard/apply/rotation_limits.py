"""Reasons why stored values cannot be re-encrypted, checked before anything changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.basics.json_words import objects
from wizard.librechat import encrypted_values

IN_KUBERNETES: Final = "LibreChat runs in Kubernetes, where the wizard cannot stop every replica."

if TYPE_CHECKING:
    from wizard.apply.commands import Compose
    from wizard.apply.stack_files import ComposeFiles
    from wizard.apply.stored_values import StoredValues
    from wizard.deployment.model import Deployment


def refusals(deployment: Deployment) -> Iterator[str]:
    """Return why stored values of a folder cannot be re-encrypted, from its files alone."""
    if deployment.stack is Stack.HELM:
        yield IN_KUBERNETES
    if deployment.stack is Stack.LOCAL:
        yield "LibreChat runs without Docker Compose here, so the wizard cannot stop it."
    service = deployment.librechat
    replicas = (service.get("deploy") or {}).get("replicas") or service.get("scale") or 1
    if str(replicas) not in ("0", "1"):
        yield f"the compose files specify {replicas} replicas of LibreChat. Stop all but one first."


async def running_copies(compose: Compose, files: ComposeFiles) -> int | None:
    """Return how many containers of LibreChat's service run; ``None`` if Docker is not responding."""
    status, out, _ = await compose.ask(files.arguments("ps", "-a", "--format", "json"))
    if status != 0:
        return None
    states = [entry.get("State") for entry in objects(out) if entry.get("Service") == files.service]
    return sum(1 for state in states if str(state).lower() in ("running", "restarting", "paused"))


def refusals_of(found: StoredValues) -> Iterator[str]:
    """Return why stored values cannot be re-encrypted, after reading the database."""
    release = found.release
    if release is None:
        yield "the LibreChat release in the container is unknown, so the wizard does not know which values that release encrypts."
    elif not encrypted_values.is_known(release):
        newest = encrypted_values.NEWEST
        yield f"LibreChat {release} may encrypt values that this wizard does not support (it supports releases up to {newest}). Use a newer version of the wizard."
    if found.is_vector_wrong:
        yield "CREDS_IV is not the value that the data was encrypted with. Values that do not need CREDS_IV can be decrypted."
    elif found.wrong:
        yield "some stored values cannot be decrypted with the current keys, or are of an unknown type."
