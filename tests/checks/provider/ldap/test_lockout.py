"""No password that may have counted toward a lock-out is sent twice: whatever the answer was, or if none came."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.checks.provider.ldap.row_servers import findings_of
from tests.checks.provider.ldap.test_hostile import task_for
from tests.patience import within
from tests.servers.ldap import BIND_RESPONSE, DONE, bind_of, entry, parts, read_message, result
from tests.servers.lines import Reader, Writer
from tests.servers.smtp import listening
from wizard.basics.secret import Secret
from wizard.librechat.ldap_name import same_account

BIND, SEARCH = 0x60, 0x63
READER = "cn=reader,dc=example,dc=org"


class Counting:
    """A directory that answers binds with one result, and finds one entry."""

    def __init__(self, code: int | None = 49, *, name: str = "uid=ada,dc=example,dc=org") -> None:
        self.code = code
        self.name = name
        self.binds: list[tuple[str, str]] = []

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        while (message := await read_message(reader)) is not None:
            number, tag, content = parts(message)
            if tag == BIND:
                self.binds.append(bind_of(content))
                if self.code is None:
                    break
                writer.write(result(number, BIND_RESPONSE, 0 if self.binds[-1][1] == "right" else self.code))
            elif tag == SEARCH:
                found = {"uid": [b"ada"], "mail": [b"ada@example.org"]}
                writer.write(entry(number, self.name, found) + result(number, DONE))
        writer.close()


@pytest.mark.parametrize(
    ("code", "told", "count"),
    [(49, "FAIL", 1), (19, "FAIL", 1), (None, "UNKNOWN", 1), (53, "FAIL", 3), (51, "FAIL", 3)],
)
async def test_what_may_have_counted_is_sent_once(tmp_path: Path, code: int | None, told: str, count: int) -> None:
    server = Counting(code)
    async with listening(server) as port:
        for _ in range(2):
            await within(findings_of(task_for(port, tmp_path)))
        found = await within(findings_of(task_for(port, tmp_path)))
    assert len(server.binds) == count
    assert found[-1].status.name == told
    assert (found[-1].id == "ldap.bind.remembered") is (count == 1)


async def test_a_run_that_is_stopped_has_written_it_down_before(tmp_path: Path) -> None:
    arrived = asyncio.Event()

    async def silent(reader: Reader, _: Writer) -> None:
        await read_message(reader)
        arrived.set()
        await asyncio.sleep(60)

    async with listening(silent) as port:
        run = asyncio.create_task(findings_of(task_for(port, tmp_path)))
        await within(arrived.wait())
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        found = await within(findings_of(task_for(port, tmp_path)))
    assert found[-1].id == "ldap.bind.remembered"


async def test_a_person_can_have_each_rejection_repeated_once(tmp_path: Path) -> None:
    server = Counting()
    async with listening(server) as port:
        consenting = replace(task_for(port, tmp_path), again=True)
        for _ in range(4):
            await within(findings_of(consenting))
        found = await within(findings_of(consenting))
        assert len(server.binds) == 2
        assert "refused-binds.json" in found[-1].remedy
        # One that is accepted is forgotten, and begins anew.
        changed = task_for(port, tmp_path, LDAP_BIND_CREDENTIALS="right")
        await within(findings_of(changed))
        await within(findings_of(changed))
    assert [password for _, password in server.binds[2:]] == ["right", "right"]


async def test_a_name_that_is_written_otherwise_is_the_same_account(tmp_path: Path) -> None:
    server = Counting(name=READER)
    async with listening(server) as port:
        for name in (READER, "CN=Reader, DC=example,dc=org", " cn = reader ,dc=example , dc=ORG"):
            await within(findings_of(task_for(port, tmp_path, LDAP_BIND_DN=name)))
            assert len(server.binds) == 1
        server.binds.clear()
        for name in (READER, "CN=Reader, DC=example,dc=org"):
            about = task_for(port, tmp_path, LDAP_BIND_DN=name, LDAP_BIND_CREDENTIALS="right")
            found = await within(findings_of(replace(about, password=Secret("another"))))
            assert (found[-1].id, found[-1].status.name) == ("ldap.user.refused", "UNKNOWN")
    assert [password for _, password in server.binds] == ["right", "right"]


def test_accounts_are_compared_as_directories_do() -> None:
    assert same_account("CN=A  b, DC=x") == same_account("cn=a b,dc=X")
    assert same_account(" Ada ") == same_account("ada")
    assert same_account("cn=a,dc=x") != same_account("cn=b,dc=x")
