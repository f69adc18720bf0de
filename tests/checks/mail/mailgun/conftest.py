"""Certificates for these tests."""

from __future__ import annotations

import pytest

from tests.servers.certificates import Certificates


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def _trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test CA counts for LibreChat's Node, as this shell says."""
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(certificates.ca))
