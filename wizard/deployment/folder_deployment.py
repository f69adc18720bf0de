"""The deployment in a folder, whichever way LibreChat is run there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.answers.model import Answers
from wizard.basics.owner_rights import real_folder
from wizard.deployment.assembled import deployment
from wizard.deployment.local_install import install_without_docker, local_deployment
from wizard.deployment.snapshot import take

if TYPE_CHECKING:
    from pathlib import Path

    from wizard.deployment.model import Deployment


def folder_deployment(folder: Path) -> Deployment:
    """Return the deployment in a folder, with Docker or without; ``InvalidInput`` if there is none."""
    if (install := install_without_docker(folder)) is not None:
        return local_deployment(real_folder(folder), install)
    return deployment(take(folder, Answers()), {})
