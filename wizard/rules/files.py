"""What the files say: lines that readers disagree on, names nobody reads, mounts, modes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from wizard import catalogue
from wizard.answers.model import Stack
from wizard.basics.accounts import account_name
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.basics.redaction import has_credentials
from wizard.composefile.model import env_file_services, interpolated_names
from wizard.dotenv.spelling import Unspellable, spell
from wizard.findings import files as ids
from wizard.findings import values as values_ids
from wizard.librechat.releases import Release
from wizard.rules.view import Rule, View

_LIMIT = 12
"""How many lines of one kind are named; a file that has more is told so."""


def lines(view: View) -> Iterator[Finding]:
    """S11, S14, S22: lines that Docker Compose refuses or reads differently."""
    readers_matter = view.deployment.stack is Stack.DEPLOY
    # What stops every container comes first, wherever it stands.
    faults = sorted(view.deployment.dotenv.faults(), key=lambda fault: fault.kind != "compose-refuses")
    values = view.deployment.dotenv.values()
    for fault in faults[:_LIMIT]:
        where = f".env line {fault.line}" + (f" ({fault.name})" if fault.name else "")
        settings = (fault.name,) if fault.name in catalogue.by_key() else ()
        if fault.kind == "compose-refuses":
            yield ids.ENV_COMPOSE_REFUSES.fail(f"{where}: {fault.message}", settings=settings)
        elif fault.kind == "reads-differently":
            if view.deployment.stack is Stack.COMPOSE and _has_no_common_spelling(values.get(fault.name, "")):
                # LibreChat reads it rightly, and nothing better can be written: the wizard itself spells it so.
                continue
            both = readers_matter and fault.name in catalogue.by_key()
            status = Status.FAIL if both and catalogue.by_key()[fault.name].secret else Status.WARN
            yield ids.ENV_READS_DIFFERENTLY.finding(status, f"{where}: {fault.message}", settings=settings)
        else:
            yield ids.ENV_LINE.of(fault.kind).warn(f"{where}: {fault.message}", settings=settings)
    if len(faults) > _LIMIT:
        yield ids.ENV_MORE.warn(f".env has {len(faults) - _LIMIT} more such lines.")


def _has_no_common_spelling(value: str) -> bool:
    return isinstance(spell(value), Unspellable)


def duplicates(view: View) -> Iterator[Finding]:
    """S18: a name set twice."""
    for name, numbers in list(view.deployment.dotenv.duplicates().items())[:_LIMIT]:
        shown = name if re.fullmatch(r"[\w.-]{1,80}", name) else "a name"
        others = ", ".join(str(number) for number in numbers[:-1])
        summary = f".env sets {shown} on lines {others} and {numbers[-1]}; only line {numbers[-1]} counts."
        yield ids.ENV_TWICE.warn(summary, settings=(name,) if name in catalogue.by_key() else ())


def names(view: View) -> Iterator[Finding]:
    """S19: names that this release does not read, never read, or that are misspelt."""
    written = view.deployment.dotenv.values()
    for name, value in written.items():
        setting = catalogue.by_key().get(name)
        if setting is None:
            yield from _unknown(name)
        elif not value.strip():
            continue
        elif setting.renamed_to:
            summary = f"{name} is the old name of {setting.renamed_to}; LibreChat does not read it."
            yield values_ids.NAMES_RENAMED.warn(summary, settings=(name,), remedy=f"Write {setting.renamed_to}.")
        elif setting.unread:
            yield values_ids.NAMES_UNREAD.warn(
                f"{name} is documented, but no LibreChat release reads it.", settings=(name,)
            )
        elif setting.until is not None and view.release >= setting.until:
            yield values_ids.NAMES_GONE.warn(
                f"LibreChat reads {name} no longer since {setting.until}.", settings=(name,)
            )
        elif setting.since is not None and view.release < setting.since and not _is_default(name, value):
            summary = f"LibreChat {view.release} does not know {name}; it came with {setting.since}."
            yield values_ids.NAMES_TOO_NEW.warn(summary, settings=(name,))


def _is_default(name: str, value: str) -> bool:
    return value.strip() == (catalogue.by_key()[name].default or "")


_OWN_PREFIXES = (
    "OPENID",
    "SAML",
    "LDAP",
    "EMAIL",
    "MAILGUN",
    "JWT",
    "CREDS",
    "DOMAIN",
    "SESSION",
    "REFRESH",
    "ALLOW",
    "SMTP",
)


def _unknown(name: str) -> Iterator[Finding]:
    """Report a name that looks like one of ours; other names belong to other parts of LibreChat."""
    near = catalogue.MISTAKEN.get(name)
    if near is None and name.startswith(_OWN_PREFIXES):
        near = catalogue.nearest(name)
    if near is not None and re.fullmatch(r"[\w.-]{1,80}", name):
        summary = f"No LibreChat release reads {name}."
        yield values_ids.NAMES_UNKNOWN.warn(summary, settings=(near,), remedy=f"Did you mean {near}?")


def overridden(view: View) -> Iterator[Finding]:
    """Find a compose file's own environment that beats a different line in ``.env``."""
    own = view.deployment.dotenv.values()
    raw = view.api.get("environment") or {}
    for name, value in view.deployment.overridden.items():
        if name in interpolated_names({"value": raw.get(name)}):
            # NO_PROXY=${NO_PROXY},mongodb,... of docker-compose.yml hands the line on.
            continue
        if name in ("HOST", "MONGO_URI", "NODE_ENV", "ADMIN_PANEL_URL") or name not in catalogue.by_key():
            continue
        if name in own and own[name].strip() != value.strip():
            summary = f"A compose file sets {name} for LibreChat; the line in .env has no effect."
            yield ids.COMPOSE_OVERRIDES.warn(summary, settings=(name,))


def config_file(view: View) -> Iterator[Finding]:
    """C01, C02, C03: a librechat.yaml that LibreChat does not see or cannot read."""
    state = view.deployment.files.get("librechat.yaml")
    if state is None or state.kind == "missing":
        if view.deployment.config_mounted:
            yield ids.CONFIG_MISSING.fail()
        return
    if state.kind == "directory":
        yield ids.CONFIG_DIRECTORY.fail()
    elif view.deployment.config is None:
        # api/server/services/Config/loadCustomConfig.js:86-108, v0.8.7: logged, then null; so in every release.
        yield ids.CONFIG_INVALID.fail()
    elif not view.deployment.config_mounted:
        yield ids.CONFIG_NOT_MOUNTED.warn()


def links(view: View) -> Iterator[Finding]:
    """Name each file of the folder that stands elsewhere: what the wizard writes goes there."""
    for name, state in view.deployment.files.items():
        end = state.target
        if (
            state.is_link
            and state.kind == "file"
            and end is not None
            and not end.is_relative_to(view.deployment.folder)
        ):
            summary = f"{name} is a link to {plain(str(end), limit=300)}, outside of this folder: that file is read and written."
            yield ids.LINK.warn(summary)


def environment_mode(view: View) -> Iterator[Finding]:
    """S23, C11: who can read ``.env``: nobody else, and the container all the same."""
    state = view.deployment.files.get(".env")
    if state is None or state.kind != "file":
        yield ids.ENV_MISSING.fail()
        return
    uid, gid = view.deployment.container_ids
    mounts = view.deployment.stack is Stack.COMPOSE
    readable = (
        uid == 0
        or (state.uid == uid and state.mode & 0o400)
        or (state.gid == gid and state.mode & 0o040)
        or state.mode & 0o004
    )
    if mounts and not readable:
        # Without UID the image's own user counts, which rootless Docker and the like map to somebody else.
        is_certain = bool(view.deployment.dotenv.values().get("UID", "").strip())
        status = Status.FAIL if is_certain else Status.WARN
        summary = (
            f".env belongs to {account_name(state.uid)} with mode {state.mode:04o}; LibreChat's container runs as "
            f"{account_name(uid)} and cannot read it: it then starts without a single setting and does not say so."
        )
        yield ids.ENV_UNREADABLE.finding(status, summary, remedy=f"sudo chown -h {uid}:{gid} .env")
    elif state.mode & 0o007 or state.mode & 0o020:
        needs_group = mounts and state.uid != uid
        mode = "640" if needs_group else "600"
        group = f"sudo chgrp {gid} .env && " if needs_group else ""
        summary = f".env holds secrets and others on this machine can read or write it (mode {state.mode:04o})."
        yield ids.ENV_OPEN.warn(summary, remedy=f"{group}chmod {mode} .env")


_EXITS_SINCE = Release(0, 8, 2, 1)
"""First release that stops at a librechat.yaml with an error; before, it ignored the whole file (loadCustomConfig.js)."""


def config_schema(view: View) -> Iterator[Finding]:
    """C03: parts of librechat.yaml that LibreChat's schema refuses (packages/data-provider/src/config.ts, v0.8.7).

    Only ``version`` and ``registration`` are looked at.
    """
    config = view.deployment.config
    if not config or not view.deployment.config_mounted or view.value("CONFIG_BYPASS_VALIDATION") == "true":
        return
    faults = []
    if not isinstance(config.get("version"), str):
        faults.append("version (a text such as '1.3.5') is missing or a number")
    registration = config.get("registration", {})
    if not isinstance(registration, dict):
        faults.append("registration is no mapping")
    else:
        for name in ("socialLogins", "allowedDomains"):
            value = registration.get(name, [])
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                faults.append(f"registration.{name} is no list of texts")
    if faults:
        effect = "stops at start" if view.release >= _EXITS_SINCE else "starts without anything in the file"
        summary = f"librechat.yaml has an error: {'; '.join(faults)}. LibreChat {effect}."
        yield ids.CONFIG_SCHEMA.fail(summary)


def reaches_librechat(view: View) -> Iterator[Finding]:
    """C14, S04: a ``.env`` that no compose file brings into LibreChat's container."""
    services = view.deployment.compose.get("services") or {}
    if "api" not in services:
        yield ids.COMPOSE_NO_API.fail()
        return
    if "api" in env_file_services(view.deployment.compose):
        return
    mounted = [volume for volume in view.api.get("volumes") or () if volume.get("target") in ("/app/.env", "/app")]
    if not mounted:
        yield ids.ENV_NOT_MOUNTED.fail()
        return
    source = str(mounted[0].get("source", ""))
    folder = str(view.deployment.folder)
    is_told = mounted[0]["target"] == "/app/.env" and source and not re.match(r"[$~]", source)
    if is_told and posixpath.normpath(posixpath.join(folder, source)) != posixpath.join(folder, ".env"):
        summary = f"LibreChat reads {plain(source, limit=80)} and not .env: that is what the compose files mount at /app/.env."
        yield ids.ENV_OTHER.fail(summary)


def compose_files(view: View) -> Iterator[Finding]:
    """Find compose files that Docker Compose leaves out: those that COMPOSE_FILE does not list, and a second override."""
    present = [name for name, state in view.deployment.files.items() if "compose" in name and state.kind == "file"]
    overrides = [name for name in present if ".override." in name]
    if view.deployment.stack is Stack.DEPLOY:
        # Named with -f, which beats both.
        return
    values = view.deployment.dotenv.compose_values()
    listed = values.get("COMPOSE_FILE", "").strip()
    if "COMPOSE_FILE" in values and not listed:
        summary = "COMPOSE_FILE in .env is empty: Docker Compose finds no file and does not start."
        yield ids.COMPOSE_NOT_LISTED.fail(summary, remedy="Take the line out.")
    elif listed:
        read = {posixpath.normpath(part) for part in listed.split(values.get("COMPOSE_PATH_SEPARATOR") or ":")}
        bases = [name for name in present if ".override." not in name and name != "deploy-compose.yml"]
        wanted = [*bases[:1], *overrides[:1]]
        for name in wanted:
            if not {name, posixpath.join(str(view.deployment.folder), name)} & read:
                summary = f"COMPOSE_FILE in .env does not list {name}: Docker Compose does not read it, and nothing in it has an effect."
                remedy = f"COMPOSE_FILE={':'.join(wanted)}, or take the line out."
                yield ids.COMPOSE_NOT_LISTED.fail(summary, remedy=remedy)
    elif len(overrides) > 1:
        summary = f"Docker Compose reads {overrides[0]} only; {', '.join(overrides[1:])} has no effect."
        yield ids.COMPOSE_SECOND_OVERRIDE.warn(summary)


_IN_CONTAINER = {
    "LDAP_CA_CERT_PATH": "LibreChat stops at start",
    "APPLE_PRIVATE_KEY_PATH": "every sign-in with Apple fails",
    "SAML_CERT": "SAML does not work",
    "NODE_EXTRA_CA_CERTS": "Node goes on without these certificates",
    "REDIS_CA": "the connection to Redis fails",
}
"""Settings that name a file inside LibreChat's container, and what follows when it is not there."""


def mounts(view: View) -> Iterator[Finding]:
    """L07, O12: a path inside the container that no volume leads to."""
    volumes = [volume for volume in view.api.get("volumes") or () if isinstance(volume, dict)]
    targets = [str(volume.get("target", "")).rstrip("/") for volume in volumes]
    home = "/app/api" if view.deployment.stack is Stack.DEPLOY else "/app"
    for name, effect in _IN_CONTAINER.items():
        value = view.value(name)
        if not value or (name == "SAML_CERT" and not value.startswith(("/", "./", "../"))):
            continue
        path = posixpath.normpath(posixpath.join(home, value))
        if not any(path == target or path.startswith(f"{target}/") for target in targets if target):
            shown = "what it names" if has_credentials(value) else path
            summary = f"{name} names a file inside LibreChat's container, but no volume brings it there: {effect}."
            remedy = f"Mount it in {_override(view)}: services.api.volumes, ./FILE to {shown}, read-only."
            status = Status.FAIL if name == "LDAP_CA_CERT_PATH" else Status.WARN
            yield ids.MOUNTS.of(name).finding(status, summary, remedy=plain(remedy, limit=300))


def _override(view: View) -> str:
    names = (name for name, state in view.deployment.files.items() if "override" in name and state.kind == "file")
    return next(names, "docker-compose.override.yml")


RULES: tuple[Rule, ...] = (
    reaches_librechat,
    compose_files,
    mounts,
    lines,
    duplicates,
    names,
    overridden,
    config_file,
    config_schema,
    environment_mode,
    links,
)
