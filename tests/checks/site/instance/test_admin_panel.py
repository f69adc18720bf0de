"""The admin panel: eight broken facts, eight findings; well, none; and no session left."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any, Final, cast

import pytest

from checks.model import Report, RunMemory, Subject
from checks.options import Login, SiteOptions
from checks.provider.openid import OPENID
from checks.settings import RULES
from checks.site.instance.panel import panel_of
from tests.checks.site.instance.asking import ADA, INSTANCE, PASSWORD, SECRETS, ask
from tests.servers.admin_panel import PanelRefusedError, librechat, panel
from tests.servers.answering import Answering, Asked, Handler, answer
from tests.servers.certificates import Certificates
from tests.servers.openid_provider import openid_provider
from tests.servers.ports import free_port
from tests.wizard.rules import builder
from wizard.basics.finding import Status

LONG: Final = "5e" * 32
PUBLIC: Final = "chat.example.com"


def starting(handler: Handler) -> Handler:
    """Return a server that is not ready at its first request."""
    seen: list[Asked] = []

    def handle(asked: Asked) -> bytes:
        seen.append(asked)
        return answer(503, "starting") if len(seen) == 1 else handler(asked)

    return handle


@pytest.fixture(autouse=True)
def _trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(certificates.ca))
    monkeypatch.setattr("checks.site.instance.admin_panel._STARTING", 1)


PANEL: Final[Mapping[str, str | None]] = {
    "SESSION_SECRET": LONG,
    "API_SERVER_URL": "http://api:{port}",
    "VITE_API_BASE_URL": "{chat}",
    "SESSION_COOKIE_SECURE": "false",
}
"""The environment of a panel that works; what stands in braces is known once the servers run."""
SETTINGS: Final[Mapping[str, str | None]] = {
    **SECRETS,
    "PORT": "{port}",
    "DOMAIN_CLIENT": "{chat}",
    "DOMAIN_SERVER": "{chat}",
    "ALLOW_SOCIAL_LOGIN": "true",
    "OPENID_CLIENT_ID": "librechat",
    "OPENID_CLIENT_SECRET": "s" * 32,
    "OPENID_ISSUER": "{issuer}",
    "OPENID_SESSION_SECRET": LONG,
    "OPENID_SCOPE": "openid",
    "OPENID_CALLBACK_URL": "/oauth/openid/callback",
    "ADMIN_PANEL_SESSION_SECRET": "{secret}",
    "ADMIN_PANEL_SESSION_COOKIE_SECURE": "{secure}",
    "ADMIN_PANEL_URL": "{own}",
}
"""What LibreChat has beside it; ``{secret}`` and ``{secure}`` are the panel's."""
CALLBACKS: Final = ("/oauth/openid/callback", "/api/admin/oauth/openid/callback")


def filled(table: Mapping[str, str | None], **known: object) -> dict[str, str]:
    """Return a table with what is known in place of the braces, without the names that are taken out."""
    return {name: text.format(**known) for name, text in table.items() if text is not None}


async def looked(
    certificates: Certificates,
    *,
    environment: Mapping[str, str | None] = {},
    settings: Mapping[str, str | None] = {},
    registers: bool = True,
    role: str = "ADMIN",
    host: str = "localhost",
    started: str = "",
) -> tuple[Report, set[str], list[str]]:
    """Run LibreChat, the panel and the provider with what a case says, and look at them as ``doctor`` does.

    ``started``: they were started a moment ago, ``slowly`` or otherwise.
    """
    signed_in: set[str] = set()
    async with contextlib.AsyncExitStack() as stack:

        def chat(asked: Asked) -> bytes:
            return librechat(asked, role=role, server=url, signed_in=signed_in)

        running = await stack.enter_async_context(Answering(chat))
        url = f"http://{host}:{running.port}"
        redirects = [url + path for path in CALLBACKS[: 2 if registers else 1]]
        client = {"client_id": "librechat", "client_secret": "s" * 32, "redirect_uris": redirects}
        provider = await stack.enter_async_context(openid_provider(certificates, [client]))
        known = {"port": running.port, "chat": url, "issuer": provider.issuer}
        inside = filled({**PANEL, **environment}, **known)
        port = free_port()
        with contextlib.suppress(PanelRefusedError):
            handler = cast("Handler", panel(inside))
            served = await stack.enter_async_context(Answering(starting(handler) if started == "slowly" else handler))
            port = served.port
        known |= {
            "secret": inside.get("SESSION_SECRET", ""),
            "secure": inside["SESSION_COOKIE_SECURE"],
            "own": f"http://{host}:{port}",
        }
        services = {
            "api": {"volumes": []},
            "mongodb": {},
            "admin-panel": {"environment": inside, "ports": [{"published": str(port), "target": 3000}]},
        }
        named = filled({**SETTINGS, **settings}, **known)
        made = builder.deployment(named, release="v0.8.8-rc1", compose={"services": services}, has_run=True)
        login = Login(email=ADA.email, password=ADA.password)
        reach = SiteOptions(url=url, login=login, resolve={host: "127.0.0.1"}, allow_insecure_login=True)
        report = await ask(
            Subject(
                memory=RunMemory(), deployment=made, site_options=reach, expected_up=True, just_started=bool(started)
            ),
            INSTANCE,
            RULES,
            OPENID,
        )
        return report, signed_in, [each.path for each in running.asked]


def failed(report: Report) -> list[str]:
    bad = (one.id for one in report.findings if one.status in {Status.FAIL, Status.WARN})
    return sorted(name for name in bad if "admin-panel" in name and "equal" not in name)


async def test_a_panel_that_works(certificates: Certificates) -> None:
    report, signed_in, asked = await looked(certificates)
    told = {finding.id: finding.status for finding in report.findings}
    assert failed(report) == []
    assert told["instance.admin-panel.ok"] is Status.PASS
    assert told["instance.admin-panel.admin"] is Status.PASS
    assert signed_in == set(), "no session is left"
    assert asked.count("/api/admin/login/local") == 1
    assert PASSWORD not in repr(report)


async def test_a_panel_that_is_still_starting_is_waited_for(certificates: Certificates) -> None:
    report, _, _ = await looked(certificates, started="slowly")
    assert failed(report) == []


async def test_a_panel_that_never_comes_is_no_reason_to_go_back(certificates: Certificates) -> None:
    environment, settings = {"SESSION_SECRET": "short"}, {"ADMIN_PANEL_URL": None}
    report, _, _ = await looked(
        certificates, environment=environment, settings=settings, host=PUBLIC, started="just now"
    )
    told = {one.id: one.status for one in report.findings if one.id.startswith("instance.admin-panel")}
    assert told["instance.admin-panel.down"] is told["instance.admin-panel.url"] is Status.WARN


CASES: Final[Mapping[str, tuple[Mapping[str, Any], list[str]]]] = {
    "secret too short": (
        {"environment": {"SESSION_SECRET": "short"}},
        ["instance.admin-panel.down", "rules.admin-panel.secret"],
    ),
    "Secure cookie on http": (
        {"environment": {"SESSION_COOKIE_SECURE": "true"}, "host": PUBLIC},
        ["instance.admin-panel.cookie"],
    ),
    "Secure cookie on http, without ADMIN_PANEL_URL": (
        {"environment": {"SESSION_COOKIE_SECURE": "true"}, "settings": {"ADMIN_PANEL_URL": None}, "host": PUBLIC},
        ["instance.admin-panel.cookie", "instance.admin-panel.url"],
    ),
    "API address of its server": (
        {"environment": {"API_SERVER_URL": "http://localhost:3080"}},
        ["instance.admin-panel.api-server"],
    ),
    "API address for browsers": (
        {"environment": {"VITE_API_BASE_URL": "http://host.docker.internal:3080"}},
        ["instance.admin-panel.api-browser"],
    ),
    "slash at the end of ADMIN_PANEL_URL": ({"settings": {"ADMIN_PANEL_URL": "{own}/"}}, ["instance.admin-panel.url"]),
    "ADMIN_PANEL_URL without http://": (
        {"settings": {"ADMIN_PANEL_URL": "localhost:3000"}},
        ["instance.admin-panel.url"],
    ),
    "addresses that are none": (
        {"environment": {"API_SERVER_URL": "http://[::1:3080", "VITE_API_BASE_URL": "http://x:abc"}},
        ["instance.admin-panel.api-browser", "instance.admin-panel.api-server"],
    ),
    "callback not registered": ({"registers": False}, ["openid.redirect.admin-panel"]),
    "no administrator": ({"role": "USER"}, ["instance.admin-panel.role"]),
}


@pytest.mark.parametrize("case", CASES)
async def test_what_is_broken_is_told(certificates: Certificates, case: str) -> None:
    changed, expected = CASES[case]
    report, signed_in, _ = await looked(certificates, **changed)
    assert failed(report) == expected, [(one.id, one.evidence) for one in report.findings if "panel" in one.id]
    assert signed_in == set()


@pytest.mark.parametrize("address", ["http://[::1", "http://x:abc", "chat.example.com", ""])
def test_a_public_address_that_is_none_gives_the_panel_no_name(address: str) -> None:
    services = {"api": {}, "admin-panel": {"ports": [{"published": "3001", "target": 3000}]}}
    made = builder.deployment({"DOMAIN_CLIENT": address}, release="v0.8.8-rc1", compose={"services": services})
    panel = panel_of(made)
    assert panel is not None
    assert panel.address == "http://localhost:3001"
