"""The same test from where LibreChat runs: one mail from inside its container, with the nodemailer that is in it.

Names, routes and firewalls can be others there than on the machine. It happens only where ``checks.from_container`` asks for
it. No secret travels: the script reads the settings in the container as LibreChat does, and only recipient and code go in.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import shlex
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checks.mail.smtp.session import fail, finding, passed, redacted, warn
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.librechat.mail_address import envelope_address
from wizard.librechat.mail_transport import Credentials

if TYPE_CHECKING:
    from checks.model import Subject
    from wizard.deployment.model import Deployment

SECONDS: Final = 60.0
"""For the mail; nodemailer waits 30 s for a greeting. Listing the containers is given a third of it."""
_LARGEST: Final = 64 * 1024
_FAREWELL: Final = 5.0
_SHOWN: Final = 300
_SERVER: Final = ("EMAIL_HOST", "EMAIL_PORT")
_COMPARED: Final = {
    "service": "EMAIL_SERVICE",
    "host": "EMAIL_HOST",
    "port": "EMAIL_PORT",
    "encryption": "EMAIL_ENCRYPTION",
    "from": "EMAIL_FROM",
    "user": "EMAIL_USERNAME",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """How a command ended."""

    code: int | None = None
    """``None``: it had to be ended, or could not be started."""
    output: str = ""
    error: str = ""
    why: str = ""
    """Where ``code`` is ``None``: ``absent``, ``silent`` or ``endless``."""


def commands(deployment: Deployment) -> tuple[tuple[str, ...], ...]:
    """Return the commands that the test runs in LibreChat's folder, in their order; for the announcement, too."""
    from wizard.answers.model import Stack

    compose = ("docker", "compose", *(("-f", "deploy-compose.yml") if deployment.stack is Stack.DEPLOY else ()))
    return (*compose, "ps", "--format", "json", "api"), (*compose, "exec", "-T", "api", "node", "-")


def announcement(subject: Subject) -> str:
    """Return what is going to happen, for a person to read before it does; empty where nothing is."""
    if not subject.answers.checks.from_container:
        return ""
    listed = " and ".join(f"'{shlex.join(command)}'" for command in commands(subject.deployment))
    to = plain(subject.answers.checks.mail_to) or "nobody, because checks.mail_to is not set"
    return f"checks.from_container: {listed} run in {plain(str(subject.deployment.folder))}; one mail goes to {to}."


async def inside(subject: Subject, *, seconds: float = SECONDS) -> AsyncIterator[Finding]:
    """Send the mail and tell what became of it; the first finding announces what is run."""
    from wizard.answers.model import Stack

    deployment = subject.deployment
    recipient = envelope_address(subject.answers.checks.mail_to)
    if not recipient:
        summary = "A mail from the container needs somebody to go to: checks.mail_to is not set. Nothing was run."
        yield _unknown("recipient", summary, "Set checks.mail_to in the answers to an address of yours.")
        return
    if deployment.stack is Stack.HELM:
        yield _unknown(
            "no-docker", "There is no Docker Compose on this stack: nothing was run in LibreChat's container.", ""
        )
        return
    yield passed("smtp.inside.announced", announcement(subject))
    listing, sending = commands(deployment)
    stopped = _not_running(await _run(listing, deployment, b"", seconds / 3))
    if stopped is not None:
        yield stopped
        return
    mark, code = secrets.token_hex(8), secrets.token_hex(3).upper()
    task = {"mark": mark, "to": recipient, "code": code, "seconds": max(1.0, seconds - 5)}
    script = f"const task = {json.dumps(task)}\n{_script()}".encode()
    done = await _run(sending, deployment, script, seconds)
    for found in _told(subject, done, _verdict(done.output, mark), code):
        yield found


def _script() -> str:
    from importlib.resources import files

    return files("checks.mail.smtp").joinpath("from_container.js").read_text(encoding="utf-8")


async def _run(command: tuple[str, ...], deployment: Deployment, given: bytes, seconds: float) -> _Done:
    """Run a command to its end, its output bounded; it is ended where it talks or takes too long."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=deployment.folder,
            env=_environment(),
            start_new_session=True,
        )
    except OSError as error:
        return _Done(why="absent", error=error.strerror or "")
    why = ""
    output, error_output = bytearray(), bytearray()
    try:
        async with asyncio.timeout(seconds):
            await _talk(process, given, output, error_output)
    except TimeoutError:
        why = "silent"
    except OverflowError:
        why = "endless"
    finally:
        await _ended(process)
    return _Done(
        code=None if why else process.returncode,
        output=output.decode("utf-8", "replace"),
        error=_hidden(error_output.decode("utf-8", "replace"), deployment),
        why=why,
    )


def _environment() -> dict[str, str]:
    """Return what docker needs to find its engine and the project; what else the shell holds may be secret."""
    import os

    from wizard.composefile.judge import child_environment

    own = {name: text for name, text in os.environ.items() if name.startswith("COMPOSE_")}
    return own | child_environment()


async def _talk(process: asyncio.subprocess.Process, given: bytes, output: bytearray, error: bytearray) -> None:
    """Give the input, take both outputs to their end and wait; ``OverflowError`` where there is more than anybody wants."""
    taking = [asyncio.ensure_future(_take(process.stdout, output)), asyncio.ensure_future(_take(process.stderr, error))]
    try:
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.write(given)
                await process.stdin.drain()
            process.stdin.close()
        await asyncio.gather(*taking)
        await process.wait()
    finally:
        for task in taking:
            task.cancel()
        await asyncio.gather(*taking, return_exceptions=True)


async def _take(stream: asyncio.StreamReader | None, into: bytearray) -> None:
    while stream is not None and (part := await stream.read(8192)):
        into += part
        if len(into) > _LARGEST:
            del into[_LARGEST:]
            raise OverflowError


async def _ended(process: asyncio.subprocess.Process) -> None:
    """See to it that nothing of the command goes on: ``docker`` starts its compose part as a process of its own."""
    import os
    import signal

    streams = [stream for stream in (process.stdout, process.stderr) if stream is not None]
    if process.returncode is None or not all(stream.at_eof() for stream in streams):
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_FAREWELL):
            for stream in streams:
                # Where a pipe is full, asyncio would wait for its end forever.
                while await stream.read(65536):
                    pass
            await process.wait()


def _not_running(done: _Done) -> Finding | None:
    if done.code is None:
        words = {"absent": "is not there", "silent": "did not answer", "endless": "did not stop talking"}[done.why]
        summary = f"Docker {words} on this machine: nothing was run in LibreChat's container."
        return _unknown("no-docker", summary, "Where Docker needs root, run the wizard with sudo.", done.error)
    if done.code != 0:
        summary = "Docker Compose cannot tell whether LibreChat's container runs: nothing was run in it."
        return _unknown("no-docker", summary, "Where Docker needs root, run the wizard with sudo.", done.error)
    if not any(entry.get("State") == "running" for entry in _containers(done.output)):
        summary = "LibreChat's container (api) does not run: nothing can be sent from inside it."
        return _unknown("not-running", summary, "Start LibreChat (docker compose up -d), then check again.", done.error)
    return None


def _containers(text: str) -> list[Mapping[str, Any]]:
    """Read ``docker compose ps --format json``: a list up to Compose 2.20, one object a line from 2.21 on."""
    found: list[Mapping[str, Any]] = []
    for part in [text, *text.splitlines()]:
        try:
            value = json.loads(part)
        except (ValueError, RecursionError):
            continue
        found += [entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, dict)]
    return [entry for entry in found if entry.get("Service", "api") == "api"]


def _verdict(output: str, mark: str) -> Mapping[str, Any] | None:
    """Return the script's own line; whatever else the container says is passed over."""
    for line in reversed(output.splitlines()):
        if mark in line:
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict) and value.get("mark") == mark and isinstance(value.get("ok"), bool):
                return value
    return None


def _told(subject: Subject, done: _Done, verdict: Mapping[str, Any] | None, code: str) -> list[Finding]:
    deployment = subject.deployment
    if verdict is None:
        if done.why == "silent":
            summary = (
                "The test inside LibreChat's container did not come to an end. Whether a mail went out is not known."
            )
            return [_unknown("silent", summary, "Is the container overloaded? Try again.", done.error)]
        summary = "LibreChat's container did not say what became of the mail."
        evidence = done.error or _hidden(done.output, deployment)
        return [
            _unknown(
                "garbled", summary, "Try again; the container's log (docker compose logs api) says more.", evidence
            )
        ]
    message = _shown(verdict.get("message"), deployment)
    reason = _shown(verdict.get("code"), deployment)
    if reason == "NONODEMAILER":
        summary = "There is no nodemailer in LibreChat's container where LibreChat has it: nothing was sent."
        return [_unknown("no-nodemailer", summary, "Is the service api LibreChat's own image?")]
    if reason == "MAILGUN":
        summary = (
            "LibreChat's container still sends through Mailgun: it was started with other settings. Nothing was sent."
        )
        return [_unknown("mailgun", summary, _recreate(deployment))]
    found = _outdated(verdict.get("settings"), deployment)
    if verdict["ok"]:
        to = plain(subject.answers.checks.mail_to)
        summary = f"A mail from inside LibreChat's container was accepted for {to}; it bears the code {code}."
        return [*found, passed("smtp.inside.sent", summary, *([message] if message else []))]
    return [*found, _failed(reason, message)]


def _outdated(settings: object, deployment: Deployment) -> list[Finding]:
    evidence = settings if isinstance(settings, dict) else {}
    names = tuple(
        name
        for part, name in _COMPARED.items()
        if isinstance(evidence.get(part), str) and evidence[part] != deployment.settings.get(name, "")
    )
    if not names:
        return []
    summary = (
        f"LibreChat's container was started with other settings than these ({', '.join(names)}): what follows is about those "
        "that it has."
    )
    remedy = _recreate(deployment)
    return [warn("smtp.inside.outdated", summary, names, remedy)]


def _recreate(deployment: Deployment) -> str:
    compose = commands(deployment)[1][: -len(("exec", "-T", "api", "node", "-"))]
    return f"{shlex.join((*compose, 'up', '-d', '--force-recreate', 'api'))}, then check again."


def _failed(code: str, message: str) -> Finding:
    evidence = tuple(text for text in (code, message) if text)
    login = ("EMAIL_USERNAME", "EMAIL_PASSWORD")
    if code == "EDNS":
        summary = "Inside LibreChat's container the mail server's name cannot be resolved."
        return fail(
            "smtp.inside.dns", summary, _SERVER[:1], "Look at the DNS of Docker (daemon.json, dns:).", *evidence
        )
    if code in ("ECONNECTION", "ETIMEDOUT", "ESOCKET", "NEVER"):
        summary = (
            "From inside LibreChat's container no mail goes out: the connection with the server does not come about."
        )
        remedy = (
            "Does the container reach the Internet, does a firewall let its network out, does it trust the certificate?"
        )
        return fail("smtp.inside.connect", summary, _SERVER, remedy, *evidence)
    if code in ("EAUTH", "TypeError"):
        summary = "The server refuses the sign-in of LibreChat's container."
        return fail("smtp.inside.auth", summary, login, "What the container was started with may be older.", *evidence)
    summary = "The server refuses the mail of LibreChat's container."
    return fail("smtp.inside.refused", summary, ("EMAIL_FROM",), "Its answer says why.", *evidence)


def _shown(value: object, deployment: Deployment) -> str:
    """Return what came out of the container as inert text."""
    return plain(_hidden(value, deployment), limit=_SHOWN) if isinstance(value, str) else ""


def _hidden(text: str, deployment: Deployment) -> str:
    """Return foreign text without the password that this folder knows of."""
    from wizard.basics.secret import Secret

    settings = deployment.settings
    user, password = settings.get("EMAIL_USERNAME", ""), settings.get("EMAIL_PASSWORD", "")
    return redacted(text, Credentials(user=user, password=Secret(password)) if password else None)


def _unknown(identity: str, summary: str, remedy: str, told: str = "") -> Finding:
    evidence = (plain(told.strip(), limit=_SHOWN),) if told.strip() else ()
    return finding(f"smtp.inside.{identity}", Status.UNKNOWN, summary, remedy=remedy, evidence=evidence)
