"""After the provider's lifetimes, through npm oidc-provider with tokens that live for seconds: kept, or lost and why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import pytest

from checks.provider.signin.renewing import Renewal
from screens.shared.sign_ins import openid_sign_in
from tests.checks.provider.openid.asking import CHAT, subject
from tests.checks.provider.signin.test_real_provider import ADA, CLIENT
from tests.rounds import NAME, of_each_kind
from tests.servers.certificates import Certificates
from tests.servers.openid_provider import openid_provider
from tests.servers.scripted_browser import browse
from tests.wizard.rules import builder
from wizard.basics.finding import Status
from wizard.basics.secret import Secret
from wizard.rules import check

REUSE: Final = {"OPENID_REUSE_TOKENS": "true", "OPENID_SCOPE": "openid profile email offline_access"}
TTL: Final = {"AccessToken": 20, "IdToken": 20, "RefreshToken": 600, "Session": 600, "Grant": 600, "Interaction": 600}
"""Seconds. A release waits for them; every change renews tokens that still live, which the provider does as well."""

LOST: Final[list[tuple[dict[str, Any], dict[str, str], str]]] = [
    ({}, {"OPENID_SCOPE": "openid profile email"}, "reuse.no-refresh"),
    ({"omits": ["id_token"]}, {}, "renewal.opaque"),
    ({"omits": ["refresh_token"], "rotates": True}, {}, "renewal.not-rotated"),
]


WAITED: Final = {"reuse.no-refresh": 0, "renewal.opaque": 1, "renewal.not-rotated": 2}
"""How many lifetimes it takes to know."""


async def nothing(_: float) -> None:
    """Wait for nothing."""


WAIT: Final = asyncio.sleep if NAME == "long" else nothing


async def found(
    certificates: Certificates, seconds: float, wait: Any = WAIT, *, provider: Mapping[str, Any], **settings: str
) -> tuple[dict[str, Status], list[str]]:
    told: list[str] = []
    async with openid_provider(certificates, [CLIENT], account=ADA, **{"ttl": TTL, **provider}) as running:
        about = subject(running.issuer, **{**REUSE, **settings})
        sign_in = openid_sign_in(about, renewal=Renewal(seconds=seconds, wait=wait, tell=told.append))
        begun = await sign_in.begin()
        # offline_access asks for consent by itself with this parameter alone (OpenID Connect Core 11).
        address = f"{begun.url}&prompt=consent"
        pasted = await asyncio.to_thread(browse, address, certificates, f"{CHAT}/oauth/openid/callback")
        result = await sign_in.finish(Secret(pasted))
    return {finding.id.removeprefix("openid."): finding.status for finding in result.findings}, told


@pytest.mark.parametrize("rotates", of_each_kind([True, False], [True]))
async def test_people_stay_signed_in(certificates: Certificates, *, rotates: bool) -> None:
    statuses, told = await found(certificates, 60, provider={"rotates": rotates})
    assert statuses["renewal.ok"] is Status.PASS
    assert statuses["signin.revoked"] is Status.PASS
    assert Status.FAIL not in statuses.values()
    assert [line.rpartition(" (")[2] for line in told] == ["1 of 2).", "2 of 2)."]


@pytest.mark.parametrize(
    ("provider", "settings", "lost"),
    of_each_kind(LOST, LOST[-1:]),
)
async def test_people_are_signed_out(
    certificates: Certificates, provider: Mapping[str, Any], settings: Mapping[str, str], lost: str
) -> None:
    statuses, told = await found(certificates, 60, provider=provider, **settings)
    assert len(told) == WAITED[lost]
    assert [name for name, status in statuses.items() if status is Status.FAIL] == [lost]
    assert "renewal.ok" not in statuses


async def test_a_refresh_token_that_stays_valid_need_not_come_again(certificates: Certificates) -> None:
    statuses, _ = await found(certificates, 60, provider={"omits": ["refresh_token"], "rotates": False})
    assert statuses["renewal.ok"] is Status.PASS


async def test_too_short_a_time_tells_nothing(certificates: Certificates) -> None:
    statuses, _ = await found(certificates, 3, provider={})
    assert statuses["renewal.unknown"] is Status.UNKNOWN


@pytest.mark.parametrize(
    ("release", "is_warned"),
    [("v0.8.7", False), ("v0.8.8-rc1", False), ("v0.8.8-rc2", True), ("v0.8.8-rc3", True), ("v0.8.8", False)],
)
def test_releases_that_are_known_to_be_bad_are_warned_of(release: str, *, is_warned: bool) -> None:
    settings = subject("https://id.example.com", **REUSE).deployment.settings
    told = [
        finding
        for finding in check(builder.deployment(dict(settings), release=release))
        if finding.id == "rules.openid.reuse-release"
    ]
    assert [finding.status for finding in told] == ([Status.WARN] if is_warned else [])
