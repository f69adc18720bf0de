"""A real OpenLDAP for the tests of this folder, and settings that fit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checks.net.node_trust import NamedAuthorities
from checks.provider.ldap.task import LdapTask
from tests.checks.provider.ldap.row_servers import quick
from tests.servers.certificates import Certificates
from tests.servers.slapd import BASE, READER, READER_PASSWORD, OpenLdap, openldap
from wizard.basics.secret import Secret
from wizard.librechat.ldap_settings import ldap_settings
from wizard.librechat.releases import RECORDED
from wizard.store import refused_binds

Tasks = Callable[..., LdapTask]


@pytest.fixture(scope="session")
def slapd(certificates: Certificates) -> Iterator[OpenLdap]:
    with openldap(certificates) as running:
        yield running


@pytest.fixture(autouse=True)
def _cheap_fingerprints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of runs need no fingerprints that are dear to guess; tests/wizard/store has the test of their cost."""
    monkeypatch.setattr(refused_binds, "_COST", 16)


@pytest.fixture
def task(certificates: Certificates, tmp_path: Path) -> Tasks:
    """Make a task that works with the server, with changed settings: ``None`` takes one out."""

    def make(
        port: int,
        *,
        user: str = "ada",
        password: str = "",
        ca: str | None = None,
        again: bool = False,
        **changed: str | None,
    ) -> LdapTask:
        variables: dict[str, str] = {
            "LDAP_URL": f"ldaps://localhost:{port}",
            "LDAP_BIND_DN": READER,
            "LDAP_BIND_CREDENTIALS": READER_PASSWORD,
            "LDAP_USER_SEARCH_BASE": f"ou=people,{BASE}",
            "LDAP_SEARCH_FILTER": "(uid={{username}})",
            "LDAP_CA_CERT_PATH": "/app/ca.pem",
            "LDAP_TLS_REJECT_UNAUTHORIZED": "true",
        }
        for name, value in changed.items():
            variables.pop(name, None)
            if value is not None:
                variables[name] = value
        settings = ldap_settings(variables, RECORDED)
        text = certificates.ca.read_text() if ca is None else ca
        return LdapTask(
            variables=variables,
            settings=settings,
            authorities=NamedAuthorities(text) if settings.ca_path else None,
            folder=tmp_path,
            user=user,
            password=Secret(password) if password else None,
            again=again,
            limits=quick(),
        )

    return make
