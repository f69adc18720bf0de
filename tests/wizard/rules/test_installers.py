"""What installers leave: no false FAIL, where their values are set, and what they leave open.

Made after their public files, of which nothing is copied: truenas/apps (ix-dev/community/librechat, questions.yaml e597f258), av/harbor
v0.5.5 (services/librechat), Osmantic/ODS of 29 July 2026 (extension librechat), and the templates of Coolify, Dokploy, CasaOS, 1Panel,
Portainer and Unraid.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Status
from wizard.deployment.file_state import FileState
from wizard.deployment.model import Deployment
from wizard.librechat.releases import Release
from wizard.rules import check
from wizard.rules.release_change import release_changes


def state(name: str, text: str) -> dict[str, FileState]:
    """Return a file of the folder."""
    return {name: FileState(name=name, data=text.encode(), kind="file", mode=0o644)}


def found(made: Deployment) -> dict[str, Status]:
    """Return what is not well."""
    return {one.id: one.status for one in check(made) if one.status is not Status.PASS}


@pytest.mark.parametrize(
    ("folder", "identity"),
    [
        ("/mnt/.ix-apps/app_configs/librechat/versions/1.0.9/templates/rendered", "files.installer.truenas"),
        ("/data/coolify/services/abc123", "files.installer.coolify"),
        ("/etc/dokploy/compose/librechat/code", "files.installer.dokploy"),
        ("/var/lib/casaos/apps/librechat", "files.installer.casaos"),
        ("/opt/1panel/apps/librechat/librechat", "files.installer.1panel"),
        ("/var/lib/docker/volumes/portainer_data/_data/compose/7", "files.installer.portainer"),
        ("/data/compose/7", "files.installer.portainer"),
        ("/boot/config/plugins/compose.manager/projects/LibreChat", "files.installer.unraid"),
        ("/srv/LibreChat", ""),
        ("/home/ada/data/compose", ""),
    ],
)
def test_a_folder_that_a_web_form_writes_names_the_field(folder: str, identity: str) -> None:
    made = deployment()._replace(folder=Path(folder))
    names = {name: status for name, status in found(made).items() if "installer" in name}
    assert names == ({identity: Status.WARN} if identity else {})


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("x-casaos:\n  main: librechat\n", "files.installer.casaos"),
        ("x-portals: []\nservices: {}\n", "files.installer.truenas"),
        ("services:\n  librechat:\n    labels: [coolify.managed=true]\n", "files.installer.coolify"),
        (
            "services:\n  librechat:\n    container_name: ${HARBOR_CONTAINER_PREFIX}.librechat\n",
            "files.installer.harbor",
        ),
        ("services:\n  api:\n    labels: [x-notes]\n", ""),
    ],
)
def test_what_an_installer_leaves_in_a_compose_file_tells_it(text: str, identity: str) -> None:
    names = {name for name in found(deployment(files=state("docker-compose.yml", text))) if "installer" in name}
    assert names == ({identity} if identity else set())


def test_the_app_of_truenas_loses_generated_secrets() -> None:
    settings = {"CREDS_KEY": "", "CREDS_IV": "", "ALLOW_REGISTRATION": "true"}
    compose: dict[str, Any] = {
        "services": {"api": {"image": "librechat:v0.8.8", "volumes": [{"target": "/app/uploads"}]}}
    }
    made = found(deployment(settings, release="v0.8.8", compose=compose))
    assert made["rules.secrets.not-kept"] is Status.WARN
    assert made["rules.accounts.open-registration"] is Status.WARN
    assert Status.FAIL not in {status for name, status in made.items() if "secrets" not in name}


def test_the_key_of_ods_stops_the_next_release() -> None:
    made = deployment({"CREDS_KEY": "0f" * 16, "ALLOW_REGISTRATION": "true"}, release="v0.7.7")
    assert "rules.secrets.creds-key-form" in found(made)
    assert "rules.release.stops" in {one.id for one in release_changes(made, Release(0, 8, 8))}
