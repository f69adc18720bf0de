"""Providers that mean harm: bounded, inert, and no secret sent elsewhere."""

from __future__ import annotations

import json

import pytest

from checks.provider.conversation import WebTransport
from checks.provider.openid.examine import examine
from checks.provider.openid.task import OpenIdTask
from tests.checks.provider.openid.asking import METADATA, SECRET, SETTINGS, checked, statuses, subject
from tests.patience import hurried
from tests.servers.answering import Answering, answer
from tests.servers.certificates import Certificates
from tests.servers.hostile import STEERING, Hostile, close, dripping, endless, flood, memory_below, saying
from tests.servers.lines import silence
from tests.servers.smtp import Handler
from wizard.basics.finding import Finding, Status

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        (silence, "discovery.slow"),
        (close, "discovery.unreachable"),
        (flood, "discovery.unreachable"),
        (saying(b"SSH-2.0-x\r\n"), "discovery.unreachable"),
        (saying(HEAD + b"\r\n" + STEERING), "discovery.not-json"),
        (saying(HEAD + b"\r\n" + b'{"issuer":' * 100_000), "discovery.too-much"),
        (saying(b"HTTP/1.1 302 X\r\nLocation: https://" + STEERING + b"\r\n\r\n"), "discovery.redirect"),
        (endless(b"8000\r\n" + b"x" * 0x8000 + b"\r\n", after=HEAD + b"Transfer-Encoding: chunked\r\n\r\n"), "discovery.too-much"),
        (dripping(b'{"issuer":"x', after=HEAD + b"\r\n"), "discovery.slow"),
    ],
)  # fmt: skip
async def test_hostile_documents(server: Handler, expected: str, hostile: Hostile, certificates: Certificates) -> None:
    async def check(port: int) -> list[Finding]:
        issuer = f"https://localhost:{port}"
        task = OpenIdTask(settings={**SETTINGS, "OPENID_ISSUER": issuer})
        context = subject_context(certificates)
        transport = WebTransport(context=context, settings=task.settings, seconds=hurried(1.5))
        return [finding async for finding in examine(task, transport)]

    with memory_below(64):
        findings = await hostile(server, check, certificate="valid", secret=SECRET)
    assert expected in statuses(findings)


def subject_context(certificates: Certificates) -> object:
    import os

    from checks.net.node_trust import trust_of

    os.environ["NODE_EXTRA_CA_CERTS"] = str(certificates.ca)
    return trust_of(subject("https://localhost:1").deployment, os.environ).context_with_names


async def test_a_document_that_wants_the_secret_elsewhere(certificates: Certificates) -> None:
    context = certificates.context("valid")
    async with Answering(lambda _: answer(400, '{"error":"invalid_grant"}'), ssl_context=context) as thief:
        document: dict[str, object] = {}

        def provider(_: object) -> bytes:
            return answer(200, json.dumps(document))

        async with Answering(provider, ssl_context=context) as server:
            issuer = f"https://localhost:{server.port}"
            document.update(
                METADATA,
                issuer=issuer,
                authorization_endpoint=f"{issuer}/auth",
                token_endpoint=f"https://127.0.0.1:{thief.port}/token",
            )
            findings = await checked(subject(issuer))
    assert thief.asked == []
    assert statuses(findings)["secret.elsewhere"] is Status.UNKNOWN


async def test_a_redirect_of_the_token_request_is_not_followed(certificates: Certificates) -> None:
    context = certificates.context("valid")
    async with Answering(lambda _: answer(200, "{}"), ssl_context=context) as thief:

        def provider(asked: object) -> bytes:
            if getattr(asked, "method", "") == "POST":
                return answer(307, "", f"Location: https://127.0.0.1:{thief.port}/token")
            return answer(200, json.dumps(document))

        async with Answering(provider, ssl_context=context) as server:
            issuer = f"https://localhost:{server.port}"
            document = {**METADATA, "issuer": issuer, "token_endpoint": f"{issuer}/token"}
            document["authorization_endpoint"] = f"{issuer}/auth"
            found = statuses(await checked(subject(issuer)))
    assert thief.asked == []
    assert found["token.odd"] is Status.WARN
