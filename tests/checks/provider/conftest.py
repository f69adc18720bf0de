"""Servers that mean harm, for the checks of sign-in providers."""

from __future__ import annotations

import pytest

from tests.servers.certificates import Certificates
from tests.servers.hostile import Hostile, meeting


@pytest.fixture
def hostile(certificates: Certificates) -> Hostile:
    """``await hostile(server, check)``: the findings of a check that meets a server; in time, inert and without secrets."""
    return meeting(certificates)


@pytest.fixture(autouse=True)
def _trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test CA counts for LibreChat's Node, as this shell says."""
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(certificates.ca))
