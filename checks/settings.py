"""The checks that need only the files: ``files`` and ``rules``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

from checks.model import Check, Skip, Subject
from wizard.answers.model import Stack
from wizard.basics.docker_engine import docker_engine
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.deployment.file_faults import faults_of
from wizard.findings import files as ids
from wizard.findings import surroundings
from wizard.findings.secrets import MISSING
from wizard.findings.values import OK
from wizard.librechat.cookies import is_localhost


def _files(subject: Subject) -> Iterable[Finding]:
    found = [finding for finding in subject.rules if finding.check == "files"]
    found += [finding for finding in subject.decided if finding.check == "files"]
    found = found or [ids.OK.passed()]
    return [*found, *_engine(), *_shell(subject)]


def _shell(subject: Subject) -> Iterable[Finding]:
    """Find variables of the shell that win where compose files are filled in (docs.docker.com, environment variables precedence).

    The wizard itself starts Docker Compose without them.
    """
    effective = subject.deployment.effective
    if effective is None:
        return
    variables = effective.project.variables
    for name in sorted(effective.project.filled_in()):
        written = variables.get(name)
        if name in os.environ and written is not None and written.line and os.environ[name] != written.text:
            where = plain(f"{written.file}:{written.line}", limit=120)
            summary = f"{name} in this shell overrides {where}: 'docker compose' here uses the shell's value."
            remedy = f"Unset {name}, or set {name} in {where} to the shell's value."
            if name in ("CREDS_KEY", "CREDS_IV"):
                # What the shell's key encrypted can be read with that key alone.
                remedy = (
                    f"Set {name} in {where} to the shell's value: encrypted data cannot be read with a different value."
                )
            yield ids.SHELL_WINS.warn(summary, settings=(name,), remedy=remedy)


def _engine() -> Iterable[Finding]:
    """Say that LibreChat runs elsewhere: what is found here of ports, mounts and owners is found on another machine."""
    engine = docker_engine()
    where = f"Docker commands run on {engine.named}, not on this machine."
    if not engine.is_known:
        where = f"Docker commands may run on another machine: {engine.chosen_by}."
    if not engine.is_local:
        yield ids.DOCKER_ELSEWHERE.warn(
            f"{where} Results about published ports, mounted files and their owners apply to this machine, not to the one where LibreChat runs."
        )


def _rules(subject: Subject) -> Iterable[Finding]:
    # A secret that LibreChat made up itself is blank too; saying so twice helps nobody.
    decided = {MISSING.of(name).id for finding in subject.decided for name in finding.settings}
    found = [each for each in subject.rules if each.check == "rules" and each.id not in decided]
    found += [finding for finding in subject.decided if finding.check == "rules"]
    found += _elsewhere(subject)
    is_unreadable = any(fault.is_whole for fault in faults_of(subject.deployment.files.get(".env")))
    # Of settings that nobody reads nothing can be said.
    return found or ([] if is_unreadable else [OK.passed()])


def _elsewhere(subject: Subject) -> Iterable[Finding]:
    """P07: ``--url`` names an address that LibreChat does not know of."""
    from urllib.parse import urlsplit

    server = subject.deployment.settings.get("DOMAIN_SERVER", "")
    if subject.site_options.url and is_localhost(server) and not is_localhost(subject.site_options.url):
        host = urlsplit(subject.site_options.url).hostname or ""
        # A loopback address of another name, as tests and tunnels use.
        if not host.startswith("127."):
            yield surroundings.OTHER_ADDRESS.warn()


def _compose(subject: Subject) -> Iterable[Finding]:
    """Return what ``files`` and ``rules`` find of the compose files, under ids of its own."""
    made = (*subject.rules, *subject.decided)
    ours = [one for one in made if one.counterpart.startswith(f"{COMPOSE.id}.") and one.status is not Status.PASS]
    found = [one.as_counterpart(COMPOSE.id) for one in ours]
    return found or [ids.COMPOSE_OK.passed()]


def _has_compose(subject: Subject) -> Skip | None:
    if subject.deployment.stack in (Stack.COMPOSE, Stack.DEPLOY):
        return None
    return Skip("this deployment does not use Docker Compose")


FILES: Final = Check(id="files", title="Files", static=_files)
RULES: Final = Check(id="rules", title="Settings", static=_rules)
COMPOSE: Final = Check(id="compose", title="Compose files", static=_compose, applies=_has_compose)
"""A part of what ``files`` and ``rules`` say, for those who ask for it by name."""
