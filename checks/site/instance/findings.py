"""Findings about the running LibreChat, and wording that several of them share."""

from __future__ import annotations

from checks.net.errors import INCONCLUSIVE, Failure, HttpError
from checks.net.http import HttpResponse
from wizard.apply.stack_files import is_nginx
from wizard.basics.finding import Finding, Status
from wizard.deployment.model import Deployment
from wizard.findings.model import FindingFamily


def recreate_command(deployment: Deployment) -> str:
    """Return the command that makes LibreChat read its files again (``up -d`` alone does not detect a changed mounted .env)."""
    services = deployment.compose.get("services") or {}
    concerned = [
        deployment.service,
        *(name for name, service in services.items() if is_nginx(service, deployment.service)),
    ]
    return f"{deployment.compose_command} up -d --force-recreate --no-deps {' '.join(concerned)}"


def logs_command(deployment: Deployment) -> str:
    """Return the command that shows LibreChat's last lines."""
    return f"{deployment.compose_command} logs --tail 50 {deployment.service}"


def unreachable(family: FindingFamily, error: HttpError, base: str, deployment: Deployment) -> Finding:
    """Report that nothing answered, and the usual cause."""
    summary, remedy = {
        Failure.NAME: (
            f"{base} does not resolve: DNS has no such name.",
            "Add an A or AAAA record for the name. To test first, use --resolve HOST:ADDRESS.",
        ),
        Failure.UNRESOLVED: (
            f"Could not look up {base}: no DNS server responded.",
            "Check that this machine is online and try again, or specify the address: --resolve HOST:ADDRESS.",
        ),
        Failure.REFUSED: (
            f"Nothing is listening at {base}: LibreChat is not running, or uses a different port.",
            (
                f"Run: {deployment.compose_command} ps. Then run: {logs_command(deployment)}. LibreChat opens its port "
                "only after it has started."
            ),
        ),
        Failure.UNREACHABLE: (
            f"{base} cannot be reached from this machine, so it could not be checked.",
            (
                "Possible causes: a firewall, a wrong address or a missing route. If you are inside your own "
                "network, use --resolve HOST:ADDRESS."
            ),
        ),
        Failure.SILENT: (
            f"{base} did not respond in time.",
            (
                f"Try again. Possible causes: a firewall that drops packets, or a hung program. To check, run: {logs_command(deployment)}"
            ),
        ),
        Failure.CERTIFICATE: (
            f"Browsers refuse {base}: its certificate is not trusted.",
            "The tls check shows what is wrong. For a private CA, use --cacert FILE.",
        ),
        Failure.HANDSHAKE: (
            f"{base} offers no TLS, or only versions that browsers refuse.",
            (
                "LibreChat itself supports only plain HTTP. For https, put a proxy in front of LibreChat, and make the URL point to that proxy."
            ),
        ),
        Failure.CLOSED: (
            f"{base} closes the connection without responding.",
            f"The program at that address may not be a web server, or may have crashed. Run: {logs_command(deployment)}",
        ),
        Failure.GARBLED: (
            f"{base} does not return a valid HTTP response.",
            "Check the port and the scheme (http or https).",
        ),
    }[error.failure]
    status = Status.UNKNOWN if error.failure in INCONCLUSIVE else Status.FAIL
    return family.of(error.failure).finding(
        status, summary, evidence=(error.detail,), settings=("DOMAIN_CLIENT",), remedy=remedy
    )


def response_evidence(reply: HttpResponse) -> tuple[str, ...]:
    """Return an answer as evidence: status, type, and where it leads; never its body."""
    kind = reply.header("content-type").partition(";")[0]
    parts = [
        f"HTTP {reply.status}" + (f" {kind}" if kind else "") + (f" from {reply.address}" if reply.address else "")
    ]
    if location := reply.header("location"):
        parts.append(f"redirects to {location.partition('?')[0]}")
    if server := reply.header("server"):
        parts.append(f"server: {server}")
    return tuple(parts)
