"""A real OpenID provider on loopback: npm oidc-provider, with clients whose registration a test chooses."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.judge import JUDGES, image_node, need_path
from tests.patience import within
from tests.servers.certificates import Certificates
from tests.servers.ports import free_port

PROGRAM = Path(__file__).parents[1] / "judges" / "openid_provider.mjs"


@dataclass
class OpenIdProvider:
    """Where it is, and the requests that it answered: ``GET /auth 303``."""

    issuer: str
    requests: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def openid_provider(
    certificates: Certificates,
    clients: Sequence[Mapping[str, Any]],
    *,
    certificate: str = "valid",
    **configuration: Any,
) -> AsyncIterator[OpenIdProvider]:
    """Start a provider with these clients; ``features`` and ``pkce`` go to oidc-provider."""
    folder = need_path("npm oidc-provider", JUDGES / "node_modules" / "oidc-provider")
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        image_node(),
        PROGRAM,
        folder,
        certificates.file(certificate),
        str(port),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"clients": [*clients], **configuration}).encode() + b"\n")
    provider = OpenIdProvider(issuer=f"https://localhost:{port}")
    try:
        assert (await within(process.stdout.readline())).strip() == b"ready"
        reading = asyncio.create_task(_read(process.stdout, provider.requests))
        yield provider
        reading.cancel()
    finally:
        process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _read(lines: asyncio.StreamReader, requests: list[str]) -> None:
    while line := await lines.readline():
        if line.startswith((b"GET ", b"POST ")):
            requests.append(line.decode().strip())
