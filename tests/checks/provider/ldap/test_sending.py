"""Where passwords go: to no server but the one whose certificate was verified, and nowhere in a run that sends nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from checks.model import RunMemory, Subject
from checks.provider.ldap.task import LdapTask, task_of
from checks.provider.saml.task import SamlTask
from checks.provider.saml.task import task_of as saml_task_of
from tests.checks.provider.ldap.conftest import Tasks
from tests.checks.provider.ldap.row_servers import findings_of
from tests.checks.provider.saml.asking import Provider, asked, ids
from tests.checks.provider.saml.asking import task as saml_task
from tests.patience import within
from tests.servers.certificates import Certificates
from tests.servers.ldap import BIND_RESPONSE, DONE, entry, parts, read_message, result
from tests.servers.lines import Reader, Writer
from tests.servers.smtp import listening
from tests.wizard.rules.builder import deployment

BIND, SEARCH = 0x60, 0x63
NAME = "uid=ada,dc=example,dc=org"
ENTRY = {"uid": [b"ada"], "cn": [b"Ada"], "mail": [b"ada@example.org"]}


class Swapping:
    """A directory that accepts everything, and shows its second certificate after some connections."""

    def __init__(self, certificates: Certificates, second: str, *, after: int) -> None:
        self._first, self._second = certificates.context("valid"), certificates.context(second)
        self._left = after
        self.binds: list[bytes] = []

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        self._left -= 1
        await writer.start_tls(self._first if self._left >= 0 else self._second)
        while (message := await read_message(reader)) is not None:
            number, tag, content = parts(message)
            if tag == BIND:
                self.binds.append(content)
                writer.write(result(number, BIND_RESPONSE))
            elif tag == SEARCH:
                writer.write(entry(number, NAME, ENTRY) + result(number, DONE))
        writer.close()


@asynccontextmanager
async def _asking(server: Swapping, task: Tasks, *, verifies: bool) -> AsyncIterator[LdapTask]:
    async with listening(server) as port:
        about = task(port, password="of-ada", LDAP_TLS_REJECT_UNAUTHORIZED="true" if verifies else None)
        yield replace(about, exempts_loopback=False)


@pytest.mark.parametrize(("second", "verifies"), [("wronghost", True), ("wronghost", False), ("untrusted", False)])
async def test_no_password_goes_to_a_certificate_that_was_not_verified(
    certificates: Certificates, task: Tasks, second: str, *, verifies: bool
) -> None:
    judging = 1 if verifies else 2
    # Before the service's bind, then before the test user's.
    for after, sent in ((judging, 0), (judging + 1, 1)):
        server = Swapping(certificates, second, after=after)
        async with _asking(server, task, verifies=verifies) as about:
            found = await within(findings_of(about))
        assert found[-1].id == "ldap.bind.withheld", found
        assert "different certificate" in found[-1].summary
        assert len(server.binds) == sent
    server = Swapping(certificates, second, after=99)
    async with _asking(server, task, verifies=verifies) as about:
        assert (await within(findings_of(about)))[-1].id == "ldap.user.ok"
    assert len(server.binds) == 2


async def test_a_run_that_sends_nothing_binds_nowhere(certificates: Certificates, task: Tasks, tmp_path: Path) -> None:
    server = Swapping(certificates, "valid", after=99)
    async with _asking(server, task, verifies=True) as about:
        unsent = replace(about, unsent="a dry run sends nothing")
        found = await within(findings_of(unsent))
        assert (
            found[-1].summary == "LDAP_BIND_DN, the search and the test user were not tested: a dry run sends nothing."
        )
        assert server.binds == []
        anonymous = task(0, password="of-ada", LDAP_URL=about.settings.url, LDAP_BIND_DN=None)
        found = await within(findings_of(replace(anonymous, unsent="a dry run sends nothing")))
        assert found[-1].summary == "The test user's password was not tested: a dry run sends nothing."
        assert server.binds == []
    assert not (tmp_path / ".librechat-wizard").exists()


async def test_a_run_that_sends_nothing_begins_no_saml_sign_in() -> None:
    provider = Provider()
    about: SamlTask = replace(saml_task(), unsent="a dry run sends nothing")
    found = await asked(about, provider)
    assert ids(found) == ["certificate.ok", "metadata.ok", "undecided"]
    assert found[-1].evidence[0] == "The sign-in request was not sent: a dry run sends nothing."
    assert not any("SAMLRequest" in request.url for request in provider.requests)


def test_a_dry_run_is_one_that_sends_nothing() -> None:
    about = Subject(
        memory=RunMemory(),
        deployment=deployment({"LDAP_URL": "ldaps://ldap.example.com"}),
        read_only_reason="a dry run sends nothing",
    )
    assert task_of(about).unsent == saml_task_of(about).unsent == "a dry run sends nothing"
