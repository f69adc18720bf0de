"""``keys`` in a folder for Kubernetes: where the secrets are from, and what is said in place of replacing them. No cluster is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.helm_judge import written
from tests.screens.cli.program import run
from wizard.deployment.kubernetes_names import SECRET_FILE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(tmp_path, access="localhost")
    return tmp_path


@pytest.mark.parametrize("group", ["creds", "all", "jwt"])
def test_nobody_is_told_to_change_the_keys_of_what_is_stored(folder: Path, group: str) -> None:
    before = (folder / SECRET_FILE).read_bytes()
    environment = {"DOCKER_HOST": "tcp://203.0.113.5:2375"}
    done = run("keys", "rotate", group, "--yes", "--dir", folder, environment=environment)
    assert done.status == 1, done.text
    advised = done.err.partition("To replace ")[2]
    assert "CREDS" not in advised
    assert ("Stored values therefore cannot be re-encrypted here" in done.err) is (group != "jwt")
    assert ("JWT_SECRET" in advised) is (group != "creds")
    assert "203.0.113.5" not in done.text
    assert (folder / SECRET_FILE).read_bytes() == before


def test_status_names_the_secret_in_place_of_a_file_that_is_not_there(folder: Path) -> None:
    done = run("keys", "status", "--json", "--dir", folder, environment={"KUBECONFIG": "/dev/null"})
    found = {one["name"]: one for one in json.loads(done.out)["secrets"]}
    assert SECRET_FILE in found["CREDS_KEY"]["origin"]
    assert not [name for name, one in found.items() if ".env" in one["origin"]]
