"""Explains Docker's error messages to a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wizard.apply.events import Failed, Reason
from wizard.basics.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wizard.apply.events import CommandEnded


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """What some words mean. ``{name}`` of the pattern's groups may be in summary and remedy."""

    reason: Reason
    pattern: re.Pattern[str]
    summary: str
    remedy: str


def _meaning(reason: Reason, pattern: str, summary: str, remedy: str) -> _Meaning:
    return _Meaning(reason=reason, pattern=re.compile(pattern, re.IGNORECASE), summary=summary, remedy=remedy)


_MEANINGS: Final = (
    _meaning(
        Reason.DOCKER,
        r"cannot connect to the docker daemon|permission denied while trying to connect|error during connect|"
        r"is the docker daemon running|could not be started:|context .* not found",
        "Docker is not responding.",
        "Start Docker. If it is running, run the wizard with sudo or as a member of the docker group.",
    ),
    _meaning(
        Reason.SPACE,
        r"no space left on device",
        "The disk is full: Docker could not store an image or a container.",
        "Free some space: 'docker system df' shows what Docker uses, and 'docker image prune' removes unused images.",
    ),
    _meaning(
        Reason.REGISTRY,
        r"toomanyrequests|pull rate limit",
        "The registry's rate limit for this IP address has been reached.",
        "Wait a few hours, or run 'docker login' to sign in to the registry, then try again.",
    ),
    _meaning(
        Reason.IMAGE,
        r"no matching manifest for|exec format error|does not match the (?:detected|specified) (?:host )?platform",
        "An image is not available for this machine's processor.",
        "Use an image for this processor, or another machine. To list an image's platforms: docker manifest inspect IMAGE",
    ),
    _meaning(
        Reason.REGISTRY,
        r"(?:https?://|registry)(?P<host>[\w.-]+)?[^\n]*(?:dial tcp|no such host|i/o timeout|tls handshake timeout|"
        r"client\.timeout exceeded|connection re(?:fused|set)|network is unreachable|x509:)",
        "The registry could not be reached, so an image could not be pulled.",
        "Check this machine's network, DNS and proxy settings for Docker. To reproduce the error, run: docker pull IMAGE",
    ),
    _meaning(
        Reason.IMAGE,
        r"manifest unknown|manifest for .* not found|pull access denied|no such image|failed to resolve reference|"
        r"repository .*does not exist|unable to get image|failed to pull",
        "An image is not on this machine and could not be pulled.",
        "Check the image name and version in the compose files, and whether this machine can reach the registry.",
    ),
    _meaning(
        Reason.PORT,
        r"(?:endpoint (?P<container>[\w.-]+)[^\n]*?)?(?:listen tcp[46]?|bind for|bind host port(?: for)?) (?:\[[0-9a-f:]*\]|::|[0-9.]*):(?P<port>\d+)\b"
        r"[^\n]*(?:already allocated|address already in use)|port is already allocated|address already in use|ports are not available",
        "A port that a container needs is already in use on this machine.",
        "Use ss -ltnp or docker ps to find the program that uses this port. Stop it, or publish a different port.",
    ),
    _meaning(
        Reason.NAME,
        r'container name "/?(?P<container>[^"]+)" is already in use by container "?(?P<other>[0-9a-f]{12})',
        "Another container already has the name {container}. The compose files set this name, so only one LibreChat can run on this machine.",
        "To find the container's folder, look for working_dir in the output of 'docker inspect {container}'. To remove that folder's containers, run: (cd FOLDER && docker compose down)",
    ),
    _meaning(
        Reason.PROGRAM,
        r"executable file not found in \$PATH|unable to start container process",
        "The program that the container starts is missing from the image, or cannot run in it.",
        "Check the service's command, entrypoint and image in the compose files.",
    ),
    _meaning(
        Reason.DEPENDENCY,
        r"dependency failed to start: container (?P<container>[\w.-]+)",
        "The container {container}, which LibreChat needs, is not running or is unhealthy.",
        "To see why, run: docker logs {container}",
    ),
)
_PROXYS: Final = ("80", "443")
NOT_FIRST: Final = Failed(
    reason=Reason.ADMIN,
    summary="The account was created, but it is not an administrator, because LibreChat's database already had accounts.",
    remedy="The first account in the database is the administrator. Use that account to assign the administrator role.",
)
HAS_ACCOUNTS: Final = Failed(
    reason=Reason.ADMIN,
    summary="LibreChat's database already has accounts, so a new account would not be an administrator. No account was created.",
    remedy="Leave out --first-admin. The first account in the database is the administrator.",
)


def other_folder(folder: str) -> Problem:
    """Report that Docker Compose would mistake another folder's containers for this one's, and change them."""
    message = f"Docker Compose would change the containers of {folder}, because that folder uses the same project name. Nothing changed."
    remedy = f"Stop the other LibreChat first: (cd {folder} && docker compose down). Its data is kept. Only one LibreChat can use these container names."
    return Problem(field="--apply", message=message, remedy=remedy)


def of_output(output: Sequence[str]) -> Failed:
    """Return why a command of Docker Compose failed, as far as its last lines (redacted) tell."""
    text = "\n".join(output)
    for meaning in _MEANINGS:
        if match := meaning.pattern.search(text):
            found = {name: value or "" for name, value in match.groupdict().items()}
            summary, remedy = meaning.summary.format_map(found), meaning.remedy.format_map(found)
            if found.get("port"):
                summary, remedy = _taken(found["port"], found["container"])
            return Failed(reason=meaning.reason, summary=summary, evidence=tuple(output), remedy=remedy)
    return Failed(
        reason=Reason.COMMAND,
        summary="The command failed.",
        evidence=tuple(output),
        remedy="The last lines of its output show why.",
    )


def _taken(port: str, container: str) -> tuple[str, str]:
    """Return which port is taken and the way out; ``container`` is empty if Docker did not name the one that wants it."""
    whose = f", which the container {container} needs," if container else ""
    ways = f"stop the program that uses the port (to find the program: ss -ltnp 'sport = :{port}', or docker ps --filter publish={port})"
    others = "Only one web server can use ports 80 and 443." if port in _PROXYS else "Or publish a different port."
    return f"Port {port}{whose} is already in use on this machine.", f"{ways[0].upper()}{ways[1:]}. {others}"


def of_account(ended: CommandEnded | None, logs: str) -> Failed:
    """Return why the first administrator could not be made; ``logs`` is the command that shows LibreChat's log."""
    output = ended.output if ended is not None else ()
    text = " ".join(output)
    remedy = f"The last lines of the output show why. For more details, run: {logs}"
    if "already exists" in text:
        remedy = "The account already exists in the database. Leave out --first-admin."
    elif "address provided cannot be used" in text or "domain is not allowed" in text:
        remedy = "Add the domain of this email address to registration.allowedDomains in librechat.yaml."
    return Failed(
        reason=Reason.ADMIN, summary="The first administrator could not be created.", evidence=output, remedy=remedy
    )
