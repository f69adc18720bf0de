"""LibreChat's own port past the proxy: asked where it may be open, read from the compose files."""

from __future__ import annotations

from typing import Any

import pytest

from checks.net.http import Web
from checks.net.trust import context
from checks.site.proxy import PROXY
from checks.site.proxy.bypass import find_bypass
from tests.checks.site.proxy.test_proxies import librechat
from tests.checks.site.way.asking import quick, subject
from tests.servers.ports import free_port
from tests.servers.proxies import HOST
from tests.servers.web import Hostile, always, answer
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status
from wizard.deployment.ports import Published, is_direct, published
from wizard.librechat.site import Site


async def asked(port: int, *, is_local: bool = False, addresses: tuple[str, ...] = ("127.0.0.1",)) -> Finding:
    trusted = context(None)
    async with Web(trusted, seconds=quick().connect) as web:
        return await find_bypass(web, addresses, (Published(port=port, target=3080, is_local=is_local),))


async def test_a_port_that_leads_to_librechat_is_told_with_the_line_that_closes_it() -> None:
    async with librechat() as server:
        found = await asked(server.port)
    assert (found.id, found.status) == ("proxy.around.open", Status.WARN)
    assert f"127.0.0.1:{server.port}:{server.port}" in found.remedy


async def test_another_program_there_is_not_librechat() -> None:
    async with Hostile(always(answer("200 OK", body=b"OK"))) as server:
        assert (await asked(server.port)).id == "proxy.around.closed"
    assert (await asked(free_port())).id == "proxy.around.closed"


async def test_what_could_not_be_asked_is_not_called_closed() -> None:
    assert (await asked(3080, addresses=())).status is Status.UNKNOWN
    assert (await asked(3080, is_local=True, addresses=())).id == "proxy.around.closed"


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        (["${PORT}:${PORT}"], [(3090, False)]),
        (["${OTHER:-8080}:3090"], [(8080, False)]),
        (["127.0.0.1:3090:3090"], [(3090, True)]),
        (["[::1]:3090:3090/tcp"], [(3090, True)]),
        (["0.0.0.0:80:3090"], [(80, False)]),
        ([{"target": 3090, "published": "${PORT}", "host_ip": "127.0.0.1"}], [(3090, True)]),
        ([], [(3090, True)]),
        ("nonsense", [(3090, True)]),
        (["what:ever", 5], [(3090, True)]),
    ],
)
def test_the_compose_files_say_which_ports_there_are(ports: Any, expected: list[tuple[int, bool]]) -> None:
    made = deployment({"PORT": "3090"}, compose={"services": {"api": {"ports": ports}}})
    assert [(each.port, each.is_local) for each in published(made)] == expected


def test_plain_http_at_a_published_port_is_no_proxy() -> None:
    made = deployment({"PORT": "3090"}, compose={"services": {"api": {"ports": ["3090:3090"]}}})
    assert is_direct(made, Site.parse("http://192.168.1.10:3090"))
    assert not is_direct(made, Site.parse("http://192.168.1.10"))
    assert not is_direct(made, Site.parse("https://192.168.1.10:3090"))


async def test_on_this_machine_alone_there_is_nobody_to_tell_apart() -> None:
    """Whatever its port: over plain HTTP on loopback there are no people behind a proxy."""
    for url in ("http://localhost:4711", "http://127.0.0.1:3080", "http://[::1]:4711"):
        assert PROXY.applies(subject(url)._replace(expected_up=True)) is not None
    for url in (f"http://{HOST}:4711", "https://localhost:4711"):
        assert PROXY.applies(subject(url)._replace(expected_up=True)) is None
