"""Certificates and the real mail servers for these tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.servers import postfix
from tests.servers.certificates import Certificates


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def _trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test CA counts for LibreChat's Node, as this shell says."""
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(certificates.ca))


@pytest.fixture(scope="session")
def mail_system(certificates: Certificates) -> Iterator[postfix.MailSystem]:
    """A real Postfix with a real Dovecot."""
    if os.geteuid():
        pytest.skip("Postfix wants to be started by root")
    with postfix.running(certificates) as system:
        yield system
