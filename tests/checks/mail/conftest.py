"""Servers that mean harm, for every check of mail."""

from __future__ import annotations

import pytest

from tests.servers.certificates import Certificates
from tests.servers.hostile import Hostile, meeting


@pytest.fixture
def hostile(certificates: Certificates) -> Hostile:
    """``await hostile(server, check)``: the findings of a check that meets a server; in time, inert and without secrets."""
    return meeting(certificates)
