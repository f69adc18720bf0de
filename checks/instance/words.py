"""Findings about the running LibreChat, and the words that several of them share."""

from __future__ import annotations

from collections.abc import Sequence

from checks.web.client import NoReply, Reply, Trouble
from wizard.answers import Stack
from wizard.deployment import Deployment
from wizard.finding import Finding, Status
from wizard.plaintext import plain

DOCS = "https://www.librechat.ai/docs/configuration/authentication"
_SHOWN = 300


def finding(
    identity: str,
    status: Status,
    summary: str,
    *,
    evidence: Sequence[str] = (),
    settings: tuple[str, ...] = (),
    remedy: str = "",
) -> Finding:
    """Make a finding; evidence is made inert and cut."""
    shown = tuple(plain(text, limit=_SHOWN) for text in evidence if text)
    return Finding(
        id=identity, status=status, summary=summary, evidence=shown, settings=settings, remedy=remedy, docs=DOCS
    )


def compose(deployment: Deployment) -> str:
    """Return how Docker Compose is called for this folder's stack."""
    if deployment.stack is not Stack.DEPLOY:
        return "docker compose"
    override = next((name for name in deployment.files if name.startswith("docker-compose.override.")), "")
    present = override and deployment.files[override].data is not None
    return "docker compose -f deploy-compose.yml" + (f" -f {override}" if present else "")


def recreate(deployment: Deployment) -> str:
    """Return the command that makes LibreChat read its files anew (``up -d`` alone sees no change of a mounted .env)."""
    return f"{compose(deployment)} up -d --force-recreate --no-deps api"


def logs(deployment: Deployment) -> str:
    """Return the command that shows LibreChat's last lines."""
    return f"{compose(deployment)} logs --tail 50 api"


def unreachable(check: str, trouble: NoReply, base: str, deployment: Deployment) -> Finding:
    """Say that nothing answered, and what that usually is."""
    summary, remedy = {
        Trouble.NAME: (
            f"{base} has no address: DNS does not know the name.",
            "Add an A or AAAA record for it; to test before that: --resolve HOST:ADDRESS.",
        ),
        Trouble.REFUSED: (
            f"Nothing listens at {base}: LibreChat does not run, or its port is another one.",
            f"Look: {compose(deployment)} ps, and {logs(deployment)}. LibreChat opens its port only when it has started.",
        ),
        Trouble.UNREACHABLE: (
            f"{base} cannot be reached from here.",
            "A firewall, a wrong address or a missing route. From inside the own network: --resolve HOST:ADDRESS.",
        ),
        Trouble.SILENT: (
            f"{base} takes the connection and does not answer in time.",
            f"A firewall that swallows packets, or a program that hangs: {logs(deployment)}.",
        ),
        Trouble.CERTIFICATE: (
            f"Browsers refuse {base}: its certificate is not to be trusted.",
            "The check tls says what is wrong with it; an own authority is named with --cacert FILE.",
        ),
        Trouble.HANDSHAKE: (
            f"{base} does not speak TLS, or none that a browser takes.",
            "LibreChat itself speaks plain HTTP only: https needs a proxy in front of it, and the address has to lead there.",
        ),
        Trouble.CLOSED: (
            f"{base} closes the connection without an answer.",
            f"What listens there is no web server, or one that breaks off: {logs(deployment)}.",
        ),
        Trouble.GARBLED: (
            f"What answers at {base} is no web server that a browser understands.",
            "Is the port the right one, and the scheme (http or https)?",
        ),
    }[trouble.trouble]
    return finding(
        f"{check}.{trouble.trouble.value}",
        Status.FAIL,
        summary,
        evidence=(trouble.detail,),
        settings=("DOMAIN_CLIENT",),
        remedy=remedy,
    )


def told(reply: Reply) -> tuple[str, ...]:
    """Return an answer as evidence: status, type, and where it leads; never its body."""
    kind = reply.header("content-type").partition(";")[0]
    parts = [
        f"HTTP {reply.status}" + (f" {kind}" if kind else "") + (f" from {reply.address}" if reply.address else "")
    ]
    if location := reply.header("location"):
        parts.append(f"leads to {location.partition('?')[0]}")
    if server := reply.header("server"):
        parts.append(f"server: {server}")
    return tuple(parts)
