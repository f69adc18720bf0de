"""The same test from inside LibreChat's container: one mail, with the nodemailer installed there.

Names, routes and firewalls can be others there than on the machine. It happens only if ``checks.from_container`` asks for
it. No secret travels: the script reads the settings in the container as LibreChat does, and only recipient and code go in.
"""

from __future__ import annotations

import secrets
import shlex
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from checks.mail.smtp.session import redacted
from checks.net.in_container import run_in_container
from wizard.basics import docker_engine
from wizard.basics.container_script import container_script
from wizard.basics.finding import Finding
from wizard.basics.json_words import marked_object, objects
from wizard.basics.option_names import REMOTE_DOCKER
from wizard.basics.plain_text import plain
from wizard.basics.processes import ProcessFailure, ProcessResult
from wizard.findings import envelope as ids
from wizard.librechat.mail_address import envelope_address
from wizard.librechat.mail_transport import Credentials, Smtp, StartTls, transport

if TYPE_CHECKING:
    from checks.model import Subject
    from wizard.deployment.model import Deployment

SECONDS: Final = 60.0
"""For the mail; nodemailer waits 30 s for a greeting. Listing the containers is given a third of it."""
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


def commands(deployment: Deployment) -> tuple[tuple[str, ...], ...]:
    """Return the commands that the test runs in LibreChat's folder, in their order; for the announcement, too."""
    from wizard.answers.model import Stack

    compose = ("docker", "compose", *(("-f", "deploy-compose.yml") if deployment.stack is Stack.DEPLOY else ()))
    name = deployment.service
    return (*compose, "ps", "--format", "json", name), (*compose, "exec", "-T", name, "node", "-")


def announcement(subject: Subject) -> str:
    """Return what is going to happen, for a person to read before it does; empty if nothing is."""
    if not subject.answers.checks.from_container:
        return ""
    listed = " and ".join(f"'{shlex.join(command)}'" for command in commands(subject.deployment))
    to = plain(subject.answers.checks.mail_to)
    if not to:
        return "checks.from_container: nothing will run in LibreChat's container, because checks.mail_to is not set."
    folder = plain(str(subject.deployment.folder))
    return f"checks.from_container: {listed} will run in {folder}; one email will be sent to {to}.{_own_rules(subject.deployment)}"


def _own_rules(deployment: Deployment) -> str:
    """Say where LibreChat itself sends the mail password unprotected: in the container, the wizard does not hold it back."""
    smtp = transport(deployment.settings, deployment.release)
    if not isinstance(smtp, Smtp) or smtp.credentials is None:
        return ""
    faults = [] if smtp.verifies else ["to a server whose certificate is not verified (EMAIL_ALLOW_SELFSIGNED)"]
    if not smtp.secure and smtp.starttls is not StartTls.REQUIRED:
        faults.append("in plain text, if the server offers no encryption")
    return f" LibreChat itself may send the mail password {', or '.join(faults)}." if faults else ""


async def inside(subject: Subject, *, seconds: float = SECONDS) -> AsyncIterator[Finding]:
    """Send the mail and tell what became of it; the first finding announces what is run."""
    from wizard.answers.model import Stack

    deployment = subject.deployment
    recipient = envelope_address(subject.answers.checks.mail_to)
    if not recipient:
        summary = "A test email from the container needs a recipient, but checks.mail_to is not set: nothing was run."
        yield ids.INSIDE_UNKNOWN.of("recipient").unknown(
            summary, remedy="Set checks.mail_to in the answers file to one of your own addresses."
        )
        return
    if deployment.stack is Stack.HELM:
        yield ids.INSIDE_UNKNOWN.of("no-docker").unknown(
            "This stack does not use Docker Compose: nothing was run in LibreChat's container.", remedy=""
        )
        return
    if why := docker_engine.refusal():
        summary = f"Nothing was run in LibreChat's container: {why}."
        yield ids.INSIDE_UNKNOWN.of("no-docker").unknown(
            summary, remedy=f"To use this Docker engine, add {REMOTE_DOCKER}."
        )
        return
    yield ids.INSIDE_ANNOUNCED.passed(announcement(subject))
    listing, sending = commands(deployment)
    stopped = _not_running(await run_in_container(listing, deployment, b"", seconds / 3), deployment)
    if stopped is not None:
        yield stopped
        return
    mark, code = secrets.token_hex(8), secrets.token_hex(3).upper()
    task = {"mark": mark, "to": recipient, "code": code, "seconds": max(1.0, seconds - 5)}
    script = container_script("checks.mail.smtp", "from_container.js", task).encode()
    done = await run_in_container(sending, deployment, script, seconds)
    verdict = marked_object(done.text, mark)
    for found in _container_findings(subject, done, verdict if isinstance(verdict.get("ok"), bool) else None, code):
        yield found


def _not_running(done: ProcessResult, deployment: Deployment) -> Finding | None:
    error_text = _error_text(done, deployment)
    if done.failure is not None:
        words = {"absent": "was not found", "silent": "did not respond", "endless": "sent too much output"}[
            done.failure
        ]
        summary = f"Docker {words} on this machine: nothing was run in LibreChat's container."
        return ids.INSIDE_UNKNOWN.of("no-docker").unknown(
            summary, remedy="If Docker requires root, run the wizard with sudo.", evidence=(error_text,)
        )
    if done.status != 0:
        summary = "Docker Compose could not determine whether LibreChat's container is running: nothing was run in it."
        return ids.INSIDE_UNKNOWN.of("no-docker").unknown(
            summary, remedy="If Docker requires root, run the wizard with sudo.", evidence=(error_text,)
        )
    service = deployment.service
    if not any(
        entry.get("State") == "running" and entry.get("Service", service) == service for entry in objects(done.text)
    ):
        summary = "LibreChat's container (api) is not running, so nothing can be sent from inside it."
        return ids.INSIDE_UNKNOWN.of("not-running").unknown(summary, evidence=(error_text,))
    return None


def _container_findings(
    subject: Subject, done: ProcessResult, verdict: Mapping[str, Any] | None, code: str
) -> list[Finding]:
    deployment = subject.deployment
    if verdict is None:
        if done.failure is ProcessFailure.SILENT:
            summary = "The test inside LibreChat's container did not finish. It is unknown whether an email was sent."
            return [
                ids.INSIDE_UNKNOWN.of("silent").unknown(
                    summary,
                    remedy="Check whether the container is overloaded, then try again.",
                    evidence=(_error_text(done, subject.deployment),),
                )
            ]
        summary = "LibreChat's container did not report what happened to the email."
        evidence = _error_text(done, deployment) or _hidden(done.text, deployment).strip()
        return [
            ids.INSIDE_UNKNOWN.of("garbled").unknown(
                summary,
                remedy="Try again. For more details, run: docker compose logs api",
                evidence=(evidence,),
            )
        ]
    message = _shown(verdict.get("message"), deployment)
    reason = _shown(verdict.get("code"), deployment)
    if reason == "NONODEMAILER":
        summary = "nodemailer was not found in LibreChat's container: nothing was sent."
        return [
            ids.INSIDE_UNKNOWN.of("no-nodemailer").unknown(
                summary, remedy="Check that the api service uses LibreChat's own image."
            )
        ]
    if reason == "MAILGUN":
        summary = "LibreChat's container still sends through Mailgun: it was started with different settings. Nothing was sent."
        return [ids.INSIDE_UNKNOWN.of("mailgun").unknown(summary, remedy=_recreate(deployment))]
    found = _outdated(verdict.get("settings"), deployment)
    if verdict["ok"]:
        to = plain(subject.answers.checks.mail_to)
        summary = f"The server accepted an email with the code {code} for {to}, sent from inside LibreChat's container."
        return [*found, ids.INSIDE_SENT.passed(summary, evidence=[message] if message else [])]
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
    summary = f"LibreChat's container was started with different settings ({', '.join(names)}): the results below apply to the container's settings."
    remedy = _recreate(deployment)
    return [ids.INSIDE_OUTDATED.warn(summary, settings=names, remedy=remedy)]


def _recreate(deployment: Deployment) -> str:
    compose = commands(deployment)[1][: -len(("exec", "-T", "NAME", "node", "-"))]
    return f"Run this, then check again: {shlex.join((*compose, 'up', '-d', '--force-recreate', deployment.service))}"


def _failed(code: str, message: str) -> Finding:
    evidence = tuple(text for text in (code, message) if text)
    login = ("EMAIL_USERNAME", "EMAIL_PASSWORD")
    if code == "EDNS":
        return ids.INSIDE_DNS.fail(settings=_SERVER[:1], evidence=evidence)
    if code in ("ECONNECTION", "ETIMEDOUT", "ESOCKET", "NEVER"):
        summary = "Could not connect to the mail server from inside LibreChat's container: no mail is sent."
        return ids.INSIDE_CONNECT.fail(summary, evidence=evidence)
    if code in ("EAUTH", "TypeError"):
        return ids.INSIDE_AUTH.fail(settings=login, evidence=evidence)
    return ids.INSIDE_REFUSED.fail(evidence=evidence)


def _shown(value: object, deployment: Deployment) -> str:
    """Return what came out of the container as inert text."""
    return plain(_hidden(value, deployment), limit=_SHOWN) if isinstance(value, str) else ""


def _error_text(done: ProcessResult, deployment: Deployment) -> str:
    """Return what a command wrote to standard error, or why it could not be started."""
    return _hidden(done.error_text or done.reason, deployment).strip()


def _hidden(text: str, deployment: Deployment) -> str:
    """Return foreign text without the password that this folder knows of."""
    from wizard.basics.secret import Secret

    settings = deployment.settings
    user, password = settings.get("EMAIL_USERNAME", ""), settings.get("EMAIL_PASSWORD", "")
    return redacted(text, Credentials(user=user, password=Secret(password)) if password else None)
