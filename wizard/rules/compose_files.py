"""Rules: which files the compose files use, and what of them reaches LibreChat."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from wizard import catalogue
from wizard.answers.model import Stack
from wizard.basics.finding import Finding
from wizard.basics.own_command import in_folder
from wizard.basics.plain_text import plain, some_of
from wizard.composefile.container_environment import OriginMechanism
from wizard.composefile.model import env_file_services
from wizard.deployment.effective import EffectiveValue
from wizard.deployment.librechat_yaml import config_fault
from wizard.deployment.service import find_services, needs_dotenv, reads_dotenv
from wizard.deployment.snapshot import SERVICE_RECORD
from wizard.dotenv.document import Document
from wizard.findings import files as ids
from wizard.rules.origins import described, overridden_by
from wizard.rules.view import Rule, View

_USUALLY_SET = ("HOST", "MONGO_URI", "NODE_ENV", "ADMIN_PANEL_URL")
"""LibreChat's own compose files set these."""
_OF_COMPOSE = (
    *("PORT", "UID", "GID"),
    *("ADMIN_PANEL_PORT", "ADMIN_PANEL_SESSION_SECRET", "ADMIN_PANEL_SESSION_COOKIE_SECURE"),
)
"""The port of the host, the user of the containers, and the admin panel's own (docker-compose.yml, v0.8.8): for Docker
Compose, not for LibreChat."""
_LIMIT = 12
_BASES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")


def overridden(view: View) -> Iterator[Finding]:
    """Find what a compose file or another environment file says in place of a line that differs."""
    effective = view.deployment.effective
    for name, found in (effective.values if effective is not None else {}).items():
        if name in _USUALLY_SET or name not in catalogue.by_key() or name in found.variables:
            continue
        if any(not _is_layered(found, other) for other in overridden_by(found)):
            yield ids.COMPOSE_OVERRIDES.warn(f"{described(found)}.", settings=(name,))


def _is_layered(found: EffectiveValue, other: EffectiveValue) -> bool:
    """Whether a value is laid over another on purpose: a compose file lists environment files in an order, or sets what one for all has.

    A line of ``.env`` is not, since that is where people change it, but for what ``.env.local`` and its like say in its place.
    """
    if other.origin.mechanism is not OriginMechanism.ENV_FILE:
        return False
    is_convention = posixpath.splitext(posixpath.basename(found.origin.file))[0] == ".env"
    return other.origin.file != ".env" or (found.origin.mechanism is OriginMechanism.ENV_FILE and is_convention)


def dotenv_missing(view: View) -> Iterator[Finding]:
    """Find a missing ``.env`` that a service does not start without."""
    state = view.deployment.files.get(".env")
    services = (view.deployment.compose.get("services") or {}).values()
    if (state is None or state.kind != "file") and any(map(needs_dotenv, services)):
        yield ids.ENV_MISSING.fail()


def config_file(view: View) -> Iterator[Finding]:
    """C01, C02, C03: a librechat.yaml that LibreChat does not see or cannot read."""
    deployment = view.deployment
    name = deployment.config_name
    state = deployment.files.get(name)
    place = deployment.effective.config if deployment.effective is not None else None
    is_content = place is not None and place.kind == "content"
    if place is not None and place.kind == "url":
        where = f"{place.origin}" if place.origin is not None else "CONFIG_PATH"
        summary = (
            f"LibreChat reads librechat.yaml from {plain(place.name, limit=120)} ({plain(where)}), which the "
            "wizard did not read."
        )
        yield ids.CONFIG_REMOTE.warn(summary, settings=("CONFIG_PATH",))
        return
    if place is not None and place.kind == "image":
        summary = f"The image built from this folder contains its own librechat.yaml ({plain(str(place.origin), limit=120)}), which the wizard did not read."
        yield ids.CONFIG_IN_IMAGE.warn(summary)
        return
    if not is_content and (state is None or state.kind == "missing"):
        if not deployment.config_mounted:
            yield from _never_read(view)
        elif name.startswith("/"):
            summary = (
                f"The compose files mount {plain(name, limit=80)}, which LibreChat reads, but the file is missing."
            )
            yield ids.CONFIG_OTHER.fail(summary)
        else:
            yield ids.CONFIG_MISSING.fail(f"The compose files mount {name}, but the file does not exist.")
        return
    if not is_content and state is not None and state.kind == "directory":
        yield ids.CONFIG_DIRECTORY.fail()
    elif not deployment.config_mounted:
        # LibreChat reads nothing of it: whatever is wrong with it stops nobody before it is mounted.
        fault = config_fault(state.data) if deployment.config is None and state is not None and state.data else ""
        yield ids.CONFIG_NOT_MOUNTED.warn(evidence=[fault], remedy=_mounting(fault))
    elif deployment.config is None:
        # api/server/services/Config/loadCustomConfig.js:86-108, v0.8.7: logged, then null; so in every release.
        data = place.content.encode() if place is not None and is_content else state.data if state is not None else None
        yield ids.CONFIG_INVALID.fail(evidence=[config_fault(data or b"")])
    yield from _never_read(view)


def _mounting(fault: str) -> str:
    return f"Fix the file first. {ids.CONFIG_NOT_MOUNTED.fix}" if fault else ids.CONFIG_NOT_MOUNTED.fix


def _never_read(view: View) -> Iterator[Finding]:
    """Find a file that is mounted beside the place where LibreChat looks."""
    effective = view.deployment.effective
    wanted = effective.config.in_container if effective is not None else "/app/librechat.yaml"
    for volume in view.api.get("volumes") or ():
        target = str(volume.get("target") or "")
        if re.fullmatch(r"librechat\.ya?ml", posixpath.basename(target)) and target != wanted:
            source = plain(str(volume.get("source") or "")[:80])
            yield ids.CONFIG_WRONG_TARGET.warn(
                f"{source} is mounted at {plain(target)}, but LibreChat reads only {wanted}."
            )


def reaches_librechat(view: View) -> Iterator[Finding]:
    """C14, S04: a ``.env`` that no compose file brings into LibreChat's container."""
    deployment = view.deployment
    services = deployment.compose.get("services") or {}
    if deployment.service not in services:
        names = ", ".join(some_of([plain(name, limit=60) for name in services], _LIMIT))
        summary = f"Could not determine which service in the compose files ({names}) is LibreChat. Its settings were not checked."
        if services:
            yield ids.COMPOSE_NO_API.unknown(summary, remedy=_naming(view))
        else:
            summary = "The compose files contain no services, so LibreChat's settings were not checked."
            yield ids.COMPOSE_NO_API.fail(summary, remedy="Restore LibreChat's own docker-compose.yml.")
        return
    if deployment.replicas:
        names = " and ".join(some_of([plain(name, limit=60) for name in deployment.replicas], _LIMIT))
        verb = "has" if len(deployment.replicas) == 1 else "have"
        service = plain(deployment.service, limit=60)
        yield ids.COMPOSE_REPLICAS.passed(
            f"{names} {verb} the same settings as {service}: the findings about {service} apply to each of these services."
        )
    if reads_dotenv(view.api) or deployment.service in env_file_services(deployment.compose):
        return
    idle = _without_effect(view)
    mounted = next((volume for volume in view.api.get("volumes") or () if volume.get("target") == "/app/.env"), None)
    if mounted is not None:
        source = str(mounted.get("source", ""))
        state = deployment.files.get(posixpath.normpath(source))
        if source and (idle or state is None or state.kind != "file"):
            summary = f"LibreChat reads {plain(source, limit=80)} instead of .env, because the compose files mount that file at /app/.env."
            yield ids.ENV_OTHER.fail(summary)
    elif idle and (others := _other_files(view)):
        names = ", ".join(some_of(idle, _LIMIT))
        files = ", ".join(some_of([plain(name, limit=80) for name in others], _LIMIT))
        summary = f"LibreChat uses {files} instead of .env. These settings in .env have no effect: {names}."
        remedy = (
            f"If you need any of these settings, move them to {plain(others[-1], limit=80)}. Remove the rest from .env."
        )
        yield ids.ENV_NOT_MOUNTED.warn(summary, settings=idle, remedy=remedy)
    elif idle:
        service = plain(deployment.service, limit=60)
        mount = "volumes: [{type: bind, source: ./.env, target: /app/.env}]"
        yield ids.ENV_NOT_MOUNTED.fail(remedy=f"Add to service {service}: {mount}.")


def _naming(view: View) -> str:
    """Return how to say which service is meant."""
    effective = view.deployment.effective
    may_be = find_services(effective.project) if effective is not None else ()
    name = plain(next(iter(may_be), "NAME"), limit=60)
    record = in_folder(f"mkdir -p {posixpath.dirname(SERVICE_RECORD)} && echo {name} > {SERVICE_RECORD}")
    return f"Specify the service, for example {name}: {record} (in an answers file: librechat: {{service: {name}}})."


def _without_effect(view: View) -> list[str]:
    """Return the settings in ``.env`` that LibreChat gets in no way: not through ``${NAME}`` either.

    What it has from elsewhere with the same value is not among them, nor what is there for Docker Compose alone.
    """
    state = view.deployment.files.get(".env")
    if state is None or state.data is None:
        return []
    effective = view.deployment.effective
    handed = {name for found in effective.values.values() for name in found.variables} if effective else set()
    filled_in = effective.project.filled_in() if effective is not None else frozenset[str]()
    written = Document.parse(state.data).values()
    found = effective.values if effective is not None else {}
    elsewhere = {name for name, value in written.items() if name in found and found[name].value == value}
    elsewhere |= {name for name in _USUALLY_SET if name in found}
    left_out = handed | filled_in | elsewhere | set(_OF_COMPOSE)
    return [name for name in written if name in catalogue.by_key() and name not in left_out]


def _other_files(view: View) -> list[str]:
    """Return the environment files that Docker Compose hands LibreChat, in its order."""
    entries = (entry for entry in view.api.get("env_file") or () if isinstance(entry, dict))
    paths = [posixpath.normpath(str(entry["path"])) for entry in entries if entry.get("path")]
    return [path for path in paths if path != ".env"]


def compose_files(view: View) -> Iterator[Finding]:
    """Find compose files that Docker Compose leaves out: those that COMPOSE_FILE does not list, and a second override."""
    present = [name for name, state in view.deployment.files.items() if "compose" in name and state.kind == "file"]
    overrides = [name for name in present if re.fullmatch(r"(?:docker-)?compose\.override\.ya?ml", name)]
    state = view.deployment.files.get(".env")
    if view.deployment.stack is Stack.DEPLOY or state is None or state.data is None:
        # Named with -f, which beats both.
        return
    values = Document.parse(state.data).compose_values()
    listed = values.get("COMPOSE_FILE", "").strip()
    if "COMPOSE_FILE" in values and not listed:
        summary = "COMPOSE_FILE in .env is empty, so Docker Compose finds no file and does not start."
        yield ids.COMPOSE_NOT_LISTED.fail(summary, remedy="Remove the line.")
    elif listed:
        separator = values.get("COMPOSE_PATH_SEPARATOR") or ":"
        parts = listed.split(separator)
        read = {posixpath.normpath(part) for part in parts}
        bases = [name for name in _BASES if name in present]
        for name, wanted in (
            *((base, [base, *parts]) for base in bases[:1]),
            *((over, [*parts, over]) for over in overrides[:1]),
        ):
            if not {name, posixpath.join(str(view.deployment.folder), name)} & read:
                summary = f"COMPOSE_FILE in .env does not list {name}, so Docker Compose ignores that file, and its settings have no effect."
                remedy = f"Set COMPOSE_FILE={separator.join(wanted)}"
                yield ids.COMPOSE_NOT_LISTED.fail(summary, remedy=remedy)
    elif len(overrides) > 1:
        summary = f"Docker Compose reads only {overrides[0]} and ignores {', '.join(overrides[1:])}."
        yield ids.COMPOSE_SECOND_OVERRIDE.warn(summary)


def followed(view: View) -> Iterator[Finding]:
    """Name what in the compose files could not be followed, and what Docker Compose refuses."""
    project = view.deployment.effective.project if view.deployment.effective is not None else None
    for problem in some_of([str(problem) for problem in project.unfollowed], _LIMIT) if project is not None else ():
        yield ids.COMPOSE_NOT_FOLLOWED.fail(plain(problem, limit=300))
    # A port without its number is the matter of rules.server.port-missing.
    refusals = [problem for problem in (project.refusals if project else ()) if not problem.field.endswith(".ports")]
    if refusals:
        evidence = some_of([plain(str(problem), limit=300) for problem in refusals], _LIMIT)
        yield ids.COMPOSE_REFUSED.fail(remedy=refusals[0].remedy or ids.COMPOSE_REFUSED.fix, evidence=evidence)


RULES: tuple[Rule, ...] = (followed, reaches_librechat, compose_files, dotenv_missing, overridden, config_file)
