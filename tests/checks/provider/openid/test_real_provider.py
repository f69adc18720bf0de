"""Against npm oidc-provider on loopback, behind TLS with the tests' own authority."""

from __future__ import annotations

from collections.abc import Mapping

from tests.checks.provider.openid.asking import CHAT, SECRET, checked, statuses, subject, told
from tests.servers.certificates import Certificates
from tests.servers.openid_provider import openid_provider
from wizard.basics.finding import Status

CLIENT: Mapping[str, object] = {
    "client_id": "librechat",
    "client_secret": SECRET,
    "redirect_uris": [f"{CHAT}/oauth/openid/callback"],
    "token_endpoint_auth_method": "client_secret_post",
}
OTHERS: Mapping[str, tuple[Mapping[str, object], str]] = {
    "slash": ({"redirect_uris": [f"{CHAT}/oauth/openid/callback/"]}, "redirect.refused"),
    "pushed": ({"require_pushed_authorization_requests": True}, "policy.par"),
    "narrow": ({"scope": "openid"}, "scope.refused"),
    "public": ({"token_endpoint_auth_method": "none", "client_secret": None}, "secret.public"),
    "other-secret": ({"client_secret": "another"}, "secret.wrong"),
}
"""Clients registered otherwise, and the one FAIL that each comes to."""


def registered(name: str, changes: Mapping[str, object]) -> dict[str, object]:
    whole = {**CLIENT, **changes, "client_id": name}
    return {field: value for field, value in whole.items() if value is not None}


def failures(found: Mapping[str, Status]) -> list[str]:
    return [name for name, status in found.items() if status is Status.FAIL]


async def test_what_a_real_provider_answers(certificates: Certificates) -> None:
    clients = [CLIENT, *(registered(name, changes) for name, (changes, _) in OTHERS.items())]
    async with openid_provider(certificates, clients) as provider:
        findings = await checked(subject(provider.issuer))
        found = {
            name: statuses(await checked(subject(provider.issuer, OPENID_CLIENT_ID=name)))
            for name in (*OTHERS, "nobody")
        }
    assert [line.split()[0] for line in provider.requests[:5]] == ["GET", "GET", "GET", "POST", "POST"]
    assert set(statuses(findings).values()) == {Status.PASS}
    assert "signin.undecided" in statuses(findings)
    assert SECRET not in told(findings)
    expected = {name: [cause] for name, (_, cause) in OTHERS.items()} | {"nobody": ["client.unknown"]}
    assert {name: failures(each) for name, each in found.items()} == expected


async def test_a_certificate_of_nobody(certificates: Certificates) -> None:
    async with openid_provider(certificates, [CLIENT], certificate="selfsigned") as provider:
        found = statuses(await checked(subject(provider.issuer)))
    assert failures(found) == ["tls.refused"]
    assert provider.requests == []
