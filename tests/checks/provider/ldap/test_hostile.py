"""Whatever answers in place of a directory: every run ends in bounded time and memory with inert findings, and tells no password."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.net.node_trust import NamedAuthorities
from checks.provider.ldap.task import LdapTask
from tests.checks.provider.ldap.row_servers import findings_of, quick
from tests.patience import within
from tests.servers.certificates import Certificates
from tests.servers.hostile import STEERING, close, dripping, endless, flood, meeting, memory_below, saying
from tests.servers.ldap import BIND_RESPONSE, DONE, entry, in_message, read_message, reference, result
from tests.servers.lines import Reader, Writer, silence
from tests.servers.smtp import Handler, listening
from wizard.basics.finding import Finding, Status
from wizard.librechat.ldap_settings import ldap_settings
from wizard.librechat.releases import RECORDED

PASSWORD = "Ldap-Canary+3"


def task_for(port: int, folder: Path, **changed: str) -> LdapTask:
    variables = {
        "LDAP_URL": f"ldap://127.0.0.1:{port}",
        "LDAP_BIND_DN": "cn=reader,dc=example,dc=org",
        "LDAP_BIND_CREDENTIALS": PASSWORD,
        "LDAP_USER_SEARCH_BASE": "dc=example,dc=org",
        "LDAP_SEARCH_FILTER": "(uid={{username}})",
        **changed,
    }
    return LdapTask(
        variables=variables, settings=ldap_settings(variables, RECORDED), folder=folder, user="ada", limits=quick()
    )


def then(*answers: Callable[[int], bytes], after: Handler = silence) -> Handler:
    """Accept the bind, and answer the search with these; whatever comes then, does ``after``."""

    async def handler(reader: Reader, writer: Writer) -> None:
        await read_message(reader)
        writer.write(result(1, BIND_RESPONSE))
        await read_message(reader)
        for answer in answers:
            writer.write(answer(2))
            await writer.drain()
        await after(reader, writer)

    return handler


def entries_without_end() -> Handler:
    async def flooding(_: Reader, writer: Writer) -> None:
        same = entry(2, "uid=x,dc=example,dc=org", {"uid": [b"x" * 1000]})
        await endless(same)(_, writer)

    return then(after=flooding)


def references_without_end() -> Handler:
    async def looping(_: Reader, writer: Writer) -> None:
        await endless(reference(2, "ldap://127.0.0.1:1/dc=example,dc=org"))(_, writer)

    return then(after=looping)


def huge_entry() -> Handler:
    """An entry that says it has 100 MB, and sends them."""

    async def sending(_: Reader, writer: Writer) -> None:
        size = 100_000_000
        writer.write(b"\x30\x84" + size.to_bytes(4) + b"\x02\x01\x02\x64\x84" + (size - 12).to_bytes(4))
        for _piece in range(size // 65536):
            if writer.is_closing():
                return
            writer.write(b"A" * 65536)
            await writer.drain()
            await asyncio.sleep(0)

    return then(after=sending)


def nested() -> bytes:
    """A message of constructed values in each other."""
    inside = b"\x30\x00"
    for _ in range(300):
        inside = b"\x30" + (bytes([len(inside)]) if len(inside) < 128 else b"\x84" + len(inside).to_bytes(4)) + inside
    return inside


SERVERS: dict[str, Handler] = {
    "silent": silence,
    "closing": close,
    "flood": flood,
    "http": saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "dripping": dripping(b"\x30\x84\x00\x00\x10"),
    "garbage": saying(b"\x30\x0c\x02\x01\x01\x61\x07\xff\xff\xff\xff\xff\xff\xff"),
    "indefinite length": saying(b"\x30\x80\x02\x01\x01\x00\x00"),
    "length of lengths": saying(b"\x30\xff" + b"\xff" * 127),
    "nested": saying(nested()),
    "another number": saying(result(77, BIND_RESPONSE)),
    "steering words": saying(result(1, BIND_RESPONSE, 49, STEERING.decode("latin-1"))),
    "password said back": saying(result(1, BIND_RESPONSE, 49, f"wrong: {PASSWORD}")),
    "code of 3000 bytes": saying(
        b"\x30\x82\x0b\xc7\x02\x01\x01\x61\x82\x0b\xc0\x0a\x82\x0b\xb8" + b"\x01" * 3000 + b"\x04\x00\x04\x00"
    ),
    "password as an entry": then(
        lambda number: entry(
            number,
            f"cn={PASSWORD}",
            {
                "uid": [b"ada"],
                "cn": [PASSWORD.encode()],
                "mail": [PASSWORD.encode() + b"@example.org"],
                PASSWORD: [b"x"],
            },
        ),
        lambda number: result(number, DONE),
    ),
    "unknown code": saying(result(1, BIND_RESPONSE, 123, "?")),
    "empty result": saying(in_message(1, BIND_RESPONSE, b"")),
    "entries without end": entries_without_end(),
    "references without end": references_without_end(),
    "entry of 100 MB": huge_entry(),
    "search silent": then(),
    "search closes": then(after=close),
    "search garbage": then(lambda _: b"\x30\x03\x02\x01", after=close),
    "steering entry": then(
        lambda number: entry(
            number, STEERING.decode("latin-1"), {"uid": [STEERING], "cn": [STEERING], "mail": [b"a@b.c"]}
        ),
        lambda number: result(number, DONE),
    ),
    "entry without attributes": then(lambda number: entry(number, "", {}), lambda number: result(number, DONE)),
    "endless entry text": then(after=endless(b"\x30\x84\x00\x0f\xff\xff")),
}


@pytest.mark.parametrize("name", SERVERS)
async def test_every_server_ends_in_findings(certificates: Certificates, tmp_path: Path, name: str) -> None:
    hostile = meeting(certificates)
    with memory_below(24):
        found = await hostile(SERVERS[name], lambda port: findings_of(task_for(port, tmp_path)), secret=PASSWORD)
    stopped = [finding for finding in found if finding.status is not Status.PASS]
    assert stopped or found[-1].id == "ldap.undecided", [finding.id for finding in found]


@pytest.mark.parametrize("name", ["silent", "garbage", "flood"])
async def test_behind_tls_as_well(certificates: Certificates, tmp_path: Path, name: str) -> None:
    async def check(port: int) -> list[Finding]:
        task = task_for(port, tmp_path, LDAP_URL=f"ldaps://localhost:{port}", LDAP_CA_CERT_PATH="/ca.pem")
        variables = {**task.variables, "LDAP_TLS_REJECT_UNAUTHORIZED": "true"}
        authorities = NamedAuthorities(certificates.ca.read_text())
        settings = ldap_settings(variables, RECORDED)
        return await findings_of(
            LdapTask(
                variables=variables,
                settings=settings,
                authorities=authorities,
                folder=tmp_path,
                user="ada",
                limits=quick(),
            )
        )

    found = await meeting(certificates)(SERVERS[name], check, certificate="valid", secret=PASSWORD)
    assert any(finding.status is Status.FAIL for finding in found)


async def test_with_starttls_not_a_byte_is_sent(tmp_path: Path) -> None:
    seen: list[bytes] = []

    async def listening_only(reader: Reader, _: Writer) -> None:
        seen.append(await reader.read(1))

    async with listening(listening_only) as port:
        found = await within(findings_of(task_for(port, tmp_path, LDAP_STARTTLS="true")))
        await asyncio.sleep(0.1)
    assert [finding.id for finding in found if finding.status is Status.FAIL] == ["ldap.settings.starttls"]
    assert seen == []


async def test_no_password_where_a_rejection_cannot_be_written_down(tmp_path: Path) -> None:
    binds: list[bytes] = []

    async def counting(reader: Reader, writer: Writer) -> None:
        while (message := await read_message(reader)) is not None:
            if PASSWORD.encode() in message:
                binds.append(message)
            writer.write(result(1, BIND_RESPONSE, 49))

    # A file stands where the wizard's folder would be.
    (tmp_path / ".librechat-wizard").write_text("")
    async with listening(counting) as port:
        found = await within(findings_of(task_for(port, tmp_path)))
        assert found[-1].id == "ldap.bind.unremembered"
        (tmp_path / ".librechat-wizard").unlink()
        # A damaged record tells nothing: no password is risked.
        found = await within(findings_of(task_for(port, tmp_path)))
        assert found[-1].id == "ldap.bind.refused"
        (tmp_path / ".librechat-wizard" / "refused-binds.json").write_text("{")
        found = await within(findings_of(task_for(port, tmp_path)))
        assert found[-1].id == "ldap.bind.unremembered"
    assert len(binds) == 1


async def test_the_record_tells_neither_password_nor_name(tmp_path: Path) -> None:
    async with listening(saying(result(1, BIND_RESPONSE, 49))) as port:
        await within(findings_of(task_for(port, tmp_path)))
    record = (tmp_path / ".librechat-wizard" / "refused-binds.json").read_text()
    assert PASSWORD not in record
    assert "reader" not in record
    assert (tmp_path / ".librechat-wizard").stat().st_mode & 0o777 == 0o700
