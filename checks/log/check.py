"""The check ``log``: explains the last lines of LibreChat's container log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from checks.model import Check, Skip, Subject
from wizard.basics.finding import Finding, Status
from wizard.basics.own_command import own_command
from wizard.findings import log_check as ids

if TYPE_CHECKING:
    from wizard.basics.processes import Invocation
    from wizard.deployment.model import Deployment

_LINES: Final = 5000
_SECONDS: Final = 20.0
_LOOK_SECONDS: Final = 5.0
_LARGEST: Final = 16_000_000
_LABEL: Final = "label=com.docker.compose"
_BY_HAND: Final = "pipe LibreChat's log into 'explain'"


def _applies(subject: Subject) -> Skip | None:
    if not subject.in_effect:
        return Skip(because="the log describes the running LibreChat, not the planned changes", waits=True)
    from wizard.answers.model import Stack
    from wizard.basics.docker_engine import refusal

    if subject.deployment.stack not in (Stack.COMPOSE, Stack.DEPLOY) or not subject.deployment.service:
        return Skip(because=f"LibreChat's container is unknown; {_BY_HAND}")
    if why := refusal():
        return Skip(because=why)
    if not container_of(subject.deployment):
        return Skip(because=f"Docker is not available, or has no container for this LibreChat folder; {_BY_HAND}")
    return None


def container_of(deployment: Deployment) -> str:
    """Return the id of LibreChat's container; empty if Docker is not responding or has none.

    It is found by Compose's labels, so that no file of the folder is read by another program.
    """
    from wizard.basics.processes import run

    service = f"{_LABEL}.service={deployment.service}"
    folder = f"{_LABEL}.project.working_dir={deployment.folder}"
    command = ("ps", "-a", "--filter", folder, "--filter", service, "--format", "{{.ID}}")
    done = run(docker_invocation(command, _LOOK_SECONDS))
    return done.text.split()[0] if done.status == 0 and done.text.strip() else ""


def log_of(deployment: Deployment) -> bytes | None:
    """Return the last lines of LibreChat's container; ``None`` if Docker may not be asked, or has none."""
    from wizard.basics.docker_engine import refusal
    from wizard.basics.processes import run

    if refusal() or not deployment.service or not (container := container_of(deployment)):
        return None
    done = run(docker_invocation(("logs", "--tail", str(_LINES), container), _SECONDS))
    return done.out if done.status == 0 else None


def docker_invocation(arguments: tuple[str, ...], seconds: float) -> Invocation:
    """Return a call of docker; of ``logs`` both streams come as one."""
    from wizard.basics.environments import docker_environment
    from wizard.basics.processes import ErrorOutput, Invocation

    return Invocation(
        arguments=("docker", *arguments),
        environment=docker_environment(),
        seconds=seconds,
        largest=_LARGEST,
        stops_when_full=False,
        errors=ErrorOutput.JOINED if arguments[0] == "logs" else ErrorOutput.KEPT,
    )


def unread(why: str) -> Finding:
    """Return that the log could not be read, with the command that explains it all the same."""
    remedy = f"Run: docker compose logs api | {own_command('explain')}"
    return ids.UNREAD.unknown(evidence=[why], remedy=remedy)


async def _run(subject: Subject) -> AsyncIterator[Finding]:
    from checks.log.explanation import explain
    from wizard.basics import async_processes

    command = ("logs", "--tail", str(_LINES), container_of(subject.deployment))
    done = await async_processes.run(docker_invocation(command, _SECONDS))
    if done.status != 0:
        yield unread("'docker logs' failed for LibreChat's container.")
        return
    found = [one.finding for one in explain(done.out, subject.deployment) if not one.is_earlier]
    bad = [finding for finding in found if finding.status is not Status.PASS]
    for finding in bad or [ids.QUIET.passed()]:
        yield finding


LOG: Final = Check(id="log", title="LibreChat's log", applies=_applies, run=_run, seconds=_SECONDS + 10)
