"""Repeats discovery inside LibreChat's container, and checks whether the running LibreChat has registered OpenID.

Names, routes and authorities can be others in the container than on the machine. It happens only if ``checks.from_container``
asks for it, with the container's own Node; no secret goes in or out.
"""

from __future__ import annotations

import secrets
import shlex
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from checks.net.in_container import run_in_container
from checks.provider.openid.task import OpenIdTask
from wizard.basics import docker_engine
from wizard.basics.container_script import container_script
from wizard.basics.finding import Finding
from wizard.basics.json_words import marked_object, objects
from wizard.basics.processes import ProcessResult
from wizard.findings import openid_inside as ids
from wizard.librechat.openid_start import DISCOVERY_SECONDS, discovery_url, metadata_fault

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment

SECONDS: Final = DISCOVERY_SECONDS + 10
_OK, _FOUND, _ERROR = 200, 302, 500
_CERTIFICATE: Final = ("CERT", "SELF_SIGNED", "UNABLE_TO", "ERR_TLS", "HOSTNAME")
"""What Node's codes of a refused certificate have in them (tls.md, X509 certificate error codes)."""


def commands(deployment: Deployment) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the commands that run in LibreChat's folder: which containers there are, and Node in LibreChat's."""
    compose = tuple(shlex.split(deployment.compose_command))
    name = deployment.service
    return (*compose, "ps", "--format", "json", name), (*compose, "exec", "-T", name, "node", "-")


async def inside(task: OpenIdTask, deployment: Deployment, *, seconds: float = SECONDS) -> AsyncIterator[Finding]:
    """Ask from inside the container; the first finding announces what is run."""
    from wizard.answers.model import Stack

    url = discovery_url(task.value("OPENID_ISSUER")) or ""
    without = deployment.stack in {Stack.HELM, Stack.LOCAL}
    why = "this stack does not use Docker Compose" if without else docker_engine.refusal()
    if why:
        yield ids.NOT_RUN.unknown(evidence=(task.shown(why),))
        return
    listing, asking = commands(deployment)
    yield ids.ANNOUNCED.passed(f"The provider is contacted from inside LibreChat's container: {shlex.join(asking)}")
    listed = await run_in_container(listing, deployment, b"", seconds / 3)
    services = [
        entry.get("Service", deployment.service) for entry in objects(listed.text) if entry.get("State") == "running"
    ]
    if listed.failure is not None or listed.status != 0 or deployment.service not in services:
        yield ids.NOT_RUN.unknown(evidence=(task.shown(listed.error_text or listed.reason),))
        return
    mark = secrets.token_hex(8)
    script = container_script(
        "checks.provider.openid", "from_container.js", {"mark": mark, "url": url, "seconds": max(1.0, seconds - 8)}
    )
    done = await run_in_container(asking, deployment, script.encode(), seconds)
    for finding in container_findings(task, deployment, marked_object(done.text, mark), done):
        yield finding


def container_findings(
    task: OpenIdTask, deployment: Deployment, answer: Mapping[str, Any], done: ProcessResult
) -> Iterator[Finding]:
    """Yield the findings about the container's reply ``answer``, which is untrusted."""
    discovery = answer.get("discovery")
    if not isinstance(discovery, dict):
        yield ids.NOT_RUN.unknown(evidence=(task.shown(done.error_text or done.reason),))
        return
    restart = f"{deployment.compose_command} restart {deployment.service}"
    if answer.get("issuer") != task.value("OPENID_ISSUER"):
        yield ids.OUTDATED.warn(remedy=f"{deployment.compose_command} up -d --force-recreate {deployment.service}")
    elif answer.get("click") == _ERROR:
        yield ids.NOT_REGISTERED.fail(remedy=restart)
    elif answer.get("click") == _FOUND:
        yield ids.RUNNING.passed()
    yield from _document(task, discovery)


def _document(task: OpenIdTask, discovery: Mapping[str, Any]) -> Iterator[Finding]:
    if discovery.get("proxy"):
        yield ids.THROUGH_PROXY.unknown(evidence=(task.shown(discovery["proxy"]),))
        return
    status, issuer, code = discovery.get("status"), str(discovery.get("issuer", "")), str(discovery.get("code", ""))
    if status == _OK and metadata_fault(task.value("OPENID_ISSUER"), {"issuer": issuer}) is None:
        yield ids.ARRIVES.passed()
    elif status is not None:
        yield ids.OTHER.fail(evidence=(f"HTTP {task.shown(status)}", f"issuer: {task.shown(issuer)}"))
    elif any(word in code for word in _CERTIFICATE):
        yield ids.CERTIFICATE.fail(evidence=(task.shown(code),))
    else:
        yield ids.UNREACHABLE.fail(evidence=(task.shown(code),))
