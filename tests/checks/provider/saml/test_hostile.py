"""Whatever answers in place of an identity provider, and whatever is pasted: bounded, and nothing of it steers a terminal."""

from __future__ import annotations

import base64
import gzip
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checks.net.node_trust import trust_of
from checks.provider.conversation import WebTransport
from checks.provider.saml.examine import MOST
from checks.provider.saml.task import SamlTask
from tests.checks.provider.saml.asking import asked, ids, task, variables
from tests.patience import hurried, within
from tests.servers.hostile import (
    STEERING,
    Hostile,
    assert_inert,
    close,
    dripping,
    endless,
    flood,
    memory_below,
    saying,
)
from tests.servers.lines import silence
from tests.servers.saml_idp import IdentityProvider
from tests.servers.smtp import Handler
from tests.servers.web import Hostile as WebServer
from tests.servers.web import redirect
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status
from wizard.librechat.saml_verdict import js_time
from wizard.librechat.saml_xml import EXCLUSIVE, INCLUSIVE, is_written_alike, parse_xml

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
LAUGHS = "<!DOCTYPE l [<!ENTITY a 'lol'>" + "".join(
    f"<!ENTITY {chr(98 + level)} '{f'&{chr(97 + level)};' * 10}'>" for level in range(12)
) + "]><l>&m;</l>"  # fmt: skip
DEEP = "<a>" * 20_000 + "</a>" * 20_000
OUTSIDE = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"
MANY = "<md:EntitiesDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata'>" + "<md:EntityDescriptor/>" * 5000
BOMBS = [LAUGHS, DEEP, OUTSIDE, MANY, "\x00" * 1000, "<a " + " ".join(f"a{number}=''" for number in range(9000)) + "/>"]


def _transport() -> WebTransport:
    context = trust_of(deployment(variables()), os.environ).context_with_names
    return WebTransport(context=context, settings={}, seconds=hurried(1.5))


@pytest.mark.parametrize(
    "server",
    [
        silence,
        close,
        flood,
        saying(b"SSH-2.0-x\r\n"),
        saying(HEAD + b"\r\n" + STEERING),
        *(saying(HEAD + b"\r\n" + bomb.encode()) for bomb in BOMBS),
        saying(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"<a>" + b" " * 50_000_000)),
        saying(b"HTTP/1.1 302 X\r\nLocation: https://" + STEERING + b"\r\n\r\n"),
        endless(b"8000\r\n" + b"x" * 0x8000 + b"\r\n", after=HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
        dripping(b"<md:EntityDescriptor", after=HEAD + b"\r\n"),
    ],
)
async def test_hostile_metadata_and_pages(server: Handler, hostile: Hostile) -> None:
    async def check(port: int) -> list[Finding]:
        address = f"https://localhost:{port}"
        return await asked(task(variables(SAML_ENTRY_POINT=f"{address}/sso"), metadata=f"{address}/meta"), _transport())

    with memory_below(64):
        found = await hostile(server, check, certificate="valid")
    assert ids(found)[0] == "certificate.ok"
    assert ids(found)[1] in ("metadata.unread", "metadata.large")
    assert not [finding for finding in found if finding.status is Status.FAIL]


async def test_redirects_without_end_are_followed_a_few_times_and_metadata_none() -> None:
    async with WebServer(redirect(lambda path: f"{path}x")) as server:
        address = f"http://127.0.0.1:{server.port}"
        about = task(variables(SAML_ENTRY_POINT=f"{address}/sso"), metadata=f"{address}/meta")
        found = await within(asked(about, _transport()))
        assert ids(found) == ["certificate.ok", "metadata.unread", "request.unclear", "undecided"]
        assert len(server.heads) <= MOST
        assert sum(b"/meta" in head for head in server.heads) == 1


async def test_a_request_goes_on_to_no_file_of_this_machine() -> None:
    async with WebServer(redirect(lambda _: "file:///etc/passwd")) as server:
        found = await within(
            asked(task(variables(SAML_ENTRY_POINT=f"http://127.0.0.1:{server.port}/sso"), metadata=""), _transport())
        )
    assert ids(found)[1] == "request.unclear"


@pytest.mark.parametrize("bomb", BOMBS)
async def test_bombs_in_a_file_and_in_a_pasted_response(bomb: str, tmp_path: Path) -> None:
    file = tmp_path / "metadata.xml"
    file.write_text(bomb)
    with memory_below(64):
        found = await asked(task(metadata=file, response=base64.b64encode(bomb.encode()).decode()))
    assert ids(found)[1] == "metadata.unread"
    assert "account.ok" not in ids(found)
    assert_inert(found)


async def test_a_file_that_is_a_pipe_or_too_large_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(5 * 1024 * 1024)
    for name in ("pipe", "large"):
        assert ids(await within(asked(task(metadata=tmp_path / name))))[1] == "metadata.large"


@pytest.mark.parametrize("text", ["", "=", "%", "%00", "\u202e", "A" * 7_000_000, "SAMLResponse="])
async def test_whatever_is_pasted(text: str) -> None:
    about: SamlTask = task(response=text)
    with memory_below(128):
        found = await asked(about)
    assert ids(found)[-1] == "response.not-xml"
    assert_inert(found)


async def test_foreign_text_in_findings_is_plain() -> None:
    steering = STEERING.decode(errors="replace").replace("\x1b", "").replace("\x00", "")
    provider = IdentityProvider(entity_id="https://idp.example/\u202emeta")
    text = provider.response().replace("Ada", "A\u202eda")
    found = await asked(task(variables(SAML_ISSUER=f"x{steering}"), response=base64.b64encode(text.encode()).decode()))
    assert_inert(found)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("9999-12-31T23:59:59-01:00", None),
        ("0001-01-01T00:00:00+01:00", None),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
async def test_a_time_at_the_end_of_the_calendar(tmp_path: Path, text: str, until: datetime | None) -> None:
    assert js_time(text) == until
    file = tmp_path / "metadata.xml"
    file.write_text(IdentityProvider().metadata().replace(" entityID=", f' validUntil="{text}" entityID=', 1))
    assert f'validUntil="{text}"' in file.read_text()
    assert ids(await asked(task(metadata=file)))[1] == "metadata.ok"


async def test_the_home_of_nobody_is_no_file() -> None:
    found = await asked(task(metadata="~no-such-person/metadata.xml"))
    assert ids(found)[1] == "metadata.unread"
    assert "No such file" in found[1].summary


async def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert ids(await within(asked(task(metadata=tmp_path / "pipe"))))[1] == "metadata.large"


@pytest.mark.parametrize(
    ("declared", "elements", "alike"), [(400, 19_000, True), (6000, 19_000, False), (1, 30_000, False)]
)
def test_namespaces_are_looked_at_once(declared: int, elements: int, alike: bool) -> None:
    names = " ".join(f'xmlns:a{number}="u{number}"' for number in range(declared))
    root = parse_xml(f"<r {names}>{'<a/>' * elements}</r>".encode())
    begin = time.process_time()
    assert is_written_alike(root, EXCLUSIVE, []) is alike
    # Seconds; looked up anew for each element it is twenty and more.
    assert time.process_time() - begin < 1


@pytest.mark.parametrize(
    ("text", "algorithm", "alike"),
    [
        ('<r xmlns:a="u"><b xmlns:a="u"/></r>', EXCLUSIVE, True),
        ('<r xmlns:a="u"><b xmlns:a="v"/></r>', EXCLUSIVE, False),
        ('<r><b xmlns:a="u"/><b xmlns:a="v"/></r>', EXCLUSIVE, False),
        ('<r><b xmlns="u"/></r>', INCLUSIVE, False),
        ('<r><b xmlns="u"/></r>', EXCLUSIVE, True),
    ],
)
def test_a_prefix_that_is_declared_anew_is_seen(text: str, algorithm: str, alike: bool) -> None:
    assert is_written_alike(parse_xml(text.encode()), algorithm, []) is alike
