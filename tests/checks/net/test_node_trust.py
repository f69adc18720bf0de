"""Which TLS contexts connections share."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from checks.net.node_trust import Trust, trust_of
from tests.servers.certificates import Certificates
from tests.wizard.rules.builder import deployment
from wizard.basics.acting import working_in


def test_names_are_compared_for_https_and_imap_without_changing_the_context_of_smtp() -> None:
    trust = Trust()
    with_names = trust.context_with_names
    assert with_names.check_hostname
    assert not trust.context(verifies=True).check_hostname
    assert trust.context_with_names is with_names


def named(folder: Path, file: Path) -> Trust:
    """What LibreChat trusts where the folder's compose file gives it a file of this machine."""
    api = {"volumes": [{"type": "bind", "source": str(file), "target": "/certs/ca.pem"}]}
    compose = {"services": {"api": api}}
    there = deployment(compose=compose, overridden={"NODE_EXTRA_CA_CERTS": "/certs/ca.pem"})
    return trust_of(replace(there, folder=folder), {})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root could read what the folder's owner cannot")
def test_root_reads_what_a_folder_names_as_the_folder_s_owner(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.geteuid() and parent != Path(parent.root):
            parent.chmod(parent.stat().st_mode | 0o055)
    folder, secret = tmp_path / "LibreChat", tmp_path / "ca.pem"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    secret.write_bytes(Certificates(tmp_path).ca.read_bytes())
    secret.chmod(0o600)
    with working_in(folder):
        assert "cannot be read" in named(folder, secret).problem
        # The operator's own shell may name what the operator can read.
        own = trust_of(replace(deployment(), folder=folder), {"NODE_EXTRA_CA_CERTS": str(secret)})
        assert own.extra == secret
        assert (
            own.context_with_names.cert_store_stats()["x509_ca"]
            > Trust().context_with_names.cert_store_stats()["x509_ca"]
        )
    secret.chmod(0o644)
    with working_in(folder):
        assert named(folder, secret).extra == secret


def test_what_is_no_file_of_certificates_is_said_at_once(tmp_path: Path) -> None:
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    os.mkfifo(pipe)
    with large.open("wb") as stream:
        stream.truncate(3_000_000_000)
    for file in (pipe, large, tmp_path, Path("/dev/zero")):
        assert "cannot be read" in named(tmp_path, file).problem
        own = trust_of(replace(deployment(), folder=tmp_path), {"NODE_EXTRA_CA_CERTS": str(file)})
        assert "cannot be read" in own.problem
