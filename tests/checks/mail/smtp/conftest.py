"""Whom the mail check trusts in these tests."""

from __future__ import annotations

import pytest

from checks.net.node_trust import Trust
from tests.servers.certificates import Certificates


@pytest.fixture(scope="session")
def trust(certificates: Certificates) -> Trust:
    """What a LibreChat trusts that was given the test CA."""
    return Trust(extra=certificates.ca)
