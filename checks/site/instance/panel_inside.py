"""Contacts LibreChat from the admin panel's container, where names and routes may differ from the host's.

It happens only if ``checks.from_container`` asks for it, with the Bun of the panel's own image; no secret goes in or out.
"""

from __future__ import annotations

import secrets
import shlex
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from checks.net.in_container import run_in_container
from checks.site.instance.panel import SERVICE, Panel
from wizard.basics import docker_engine
from wizard.basics.container_script import container_script
from wizard.basics.finding import Finding
from wizard.basics.json_words import marked_object, objects
from wizard.basics.plain_text import plain
from wizard.findings import instance as ids

if TYPE_CHECKING:
    from checks.model import Subject
    from wizard.deployment.model import Deployment

SECONDS: Final = 20.0
_TO_START: Final = 8
"""Seconds of them in which Docker begins, so that the question itself ends before."""
_OK: Final = 200
_SHOWN: Final = 200


def commands(deployment: Deployment) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the commands that run in LibreChat's folder: whether the panel runs, and Bun in its container (Dockerfile: oven/bun)."""
    compose = tuple(shlex.split(deployment.compose_command))
    return (*compose, "ps", "--format", "json", SERVICE), (*compose, "exec", "-T", SERVICE, "bun", "run", "-")


async def from_the_panel(subject: Subject, panel: Panel, *, seconds: float = SECONDS) -> AsyncIterator[Finding]:
    """Ask from inside the panel's container; the first finding announces what is run. Nothing where it must not be asked."""
    deployment = subject.deployment
    if not subject.answers.checks.from_container or not subject.in_effect or subject.read_only_reason:
        return
    if why := docker_engine.refusal():
        yield ids.PANEL_NOT_ASKED.unknown(evidence=(plain(why, limit=_SHOWN),))
        return
    listing, asking = commands(deployment)
    yield ids.PANEL_ANNOUNCED.passed(
        f"LibreChat is contacted from inside the admin panel's container: {shlex.join(asking)}"
    )
    listed = await run_in_container(listing, deployment, b"", seconds / 3)
    if not any(entry.get("State") == "running" for entry in objects(listed.text)):
        reason = listed.error_text or listed.reason or "the container is not running"
        yield ids.PANEL_NOT_ASKED.unknown(evidence=(plain(reason, limit=_SHOWN),))
        return
    mark = secrets.token_hex(8)
    task = {"mark": mark, "seconds": max(1.0, seconds - _TO_START)}
    script = container_script("checks.site.instance", "panel_inside.js", task)
    done = await run_in_container(asking, deployment, script.encode(), seconds)
    yield _reply_finding(deployment, panel, marked_object(done.text, mark), done.error_text or done.reason)


def _reply_finding(deployment: Deployment, panel: Panel, given: Mapping[str, Any], reason: str) -> Finding:
    """Say what came back; everything in it is foreign text."""
    answer, address = given.get("answer"), str(given.get("address", ""))
    if not isinstance(answer, Mapping):
        return ids.PANEL_NOT_ASKED.unknown(evidence=(plain(reason, limit=_SHOWN),))
    evidence = (f"API_SERVER_URL={plain(address, limit=_SHOWN)}",)
    if address != panel.api_server.rstrip("/"):
        remedy = f"{deployment.compose_command} up -d --force-recreate {SERVICE}"
        return ids.PANEL_OUTDATED.warn(evidence=evidence, remedy=remedy)
    if answer.get("status") == _OK and answer.get("known") is True:
        return ids.PANEL_ARRIVES.passed(evidence=evidence)
    status, code = answer.get("status"), answer.get("code")
    seen = f"HTTP {status}, not from LibreChat" if status is not None else f"no response: {code}"
    port = deployment.settings.get("PORT", "").strip() or "3080"
    remedy = f"Set API_SERVER_URL=http://{deployment.service or 'api'}:{port} in the environment of {SERVICE}"
    return ids.PANEL_API_SERVER.fail(evidence=(*evidence, plain(seen, limit=_SHOWN)), remedy=remedy)
