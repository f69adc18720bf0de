"""Rules: lines that readers interpret differently, names that nothing reads, mounts, modes."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator

from wizard import catalogue
from wizard.answers.model import Stack
from wizard.basics.accounts import account_name
from wizard.basics.finding import Finding, Status
from wizard.basics.plain_text import plain
from wizard.basics.redaction import has_credentials
from wizard.composefile.container_environment import OriginMechanism
from wizard.deployment.file_state import FileState
from wizard.deployment.service import reads_dotenv
from wizard.findings import files as ids
from wizard.findings import values as values_ids
from wizard.rules import env_lines
from wizard.rules.env_lines import own_name
from wizard.rules.view import Rule, View

_LIMIT = 12
"""How many lines of one kind are named; a file that has more says so."""


def duplicates(view: View) -> Iterator[Finding]:
    """S18: a name set twice."""
    file = plain(own_name(view), limit=120)
    twice = list(view.deployment.dotenv.duplicates().items())
    for name, numbers in twice[:_LIMIT]:
        shown = name if re.fullmatch(r"[\w.-]{1,80}", name) else "a name"
        others = ", ".join(str(number) for number in numbers[:-1])
        summary = f"{file} sets {shown} on lines {others} and {numbers[-1]}; only line {numbers[-1]} is used."
        yield ids.ENV_TWICE.warn(summary, settings=(name,) if name in catalogue.by_key() else ())
    if len(twice) > _LIMIT:
        names = [name for name, _ in twice[_LIMIT:] if name in catalogue.by_key()]
        yield ids.ENV_TWICE.warn(
            f"{len(twice) - _LIMIT} more names are set more than once in {file}; only the last line of each is used.",
            settings=names,
        )


def _named(view: View) -> dict[str, str]:
    """Return what ``.env`` and the compose files name for LibreChat."""
    effective = view.deployment.effective
    handed = effective.settings if effective is not None else {}
    return {**view.deployment.dotenv.values(), **handed}


def file_suffixes(view: View) -> Iterator[Finding]:
    """H37: ``NAME_FILE`` as other images read it."""
    found = [
        name for name in _named(view) if name.endswith("_FILE") and name.removesuffix("_FILE") in catalogue.by_key()
    ]
    if found:
        summary = f"LibreChat does not read {' and '.join(found)}: it does not support NAME_FILE variables."
        bases = [name.removesuffix("_FILE") for name in found]
        remedy = f"Put the file's content in .env: {', '.join(f'{name}=...' for name in bases)}"
        yield values_ids.NAMES_FILE.warn(summary, settings=bases, remedy=remedy)


def names(view: View) -> Iterator[Finding]:
    """S19: names that this release does not read, never read, or that are misspelt."""
    written = _named(view)
    for name, value in written.items():
        if name.endswith("_FILE") and name.removesuffix("_FILE") in catalogue.by_key():
            continue
        setting = catalogue.by_key().get(name)
        if setting is None:
            yield from _unknown(name)
        elif not value.strip():
            continue
        elif setting.renamed_to:
            summary = f"{name} is the old name of {setting.renamed_to}; LibreChat does not read it."
            yield values_ids.NAMES_RENAMED.warn(summary, settings=(name,), remedy=f"Use {setting.renamed_to}.")
        elif setting.unread:
            yield values_ids.NAMES_UNREAD.warn(
                f"{name} is documented, but no LibreChat release reads it.", settings=(name,)
            )
        elif setting.until is not None and view.release >= setting.until:
            yield values_ids.NAMES_GONE.warn(f"LibreChat stopped reading {name} in {setting.until}.", settings=(name,))
        elif setting.since is not None and view.release < setting.since and not _is_default(name, value):
            summary = f"LibreChat {view.release} does not read {name}, which was added in {setting.since}."
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
    near = catalogue.COMMON_MISTAKES.get(name)
    if near is None and name.startswith(_OWN_PREFIXES):
        near = catalogue.nearest(name)
    if near is not None and re.fullmatch(r"[\w.-]{1,80}", name):
        summary = f"No LibreChat release reads {name}."
        yield values_ids.NAMES_UNKNOWN.warn(summary, settings=(near,), remedy=f"Did you mean {near}?")


def links(view: View) -> Iterator[Finding]:
    """Name each file of the folder that is elsewhere: what the wizard writes goes there."""
    for name, state in view.deployment.files.items():
        end = state.target
        if (
            state.is_link
            and state.kind == "file"
            and end is not None
            and not end.is_relative_to(view.deployment.folder)
        ):
            summary = f"{name} is a symbolic link to {plain(str(end), limit=300)}, outside this folder; the wizard reads and writes the target."
            yield ids.LINK.warn(summary)


def environment_mode(view: View) -> Iterator[Finding]:
    """S23, C11: files with secrets must be readable by the container, and by nobody else, whatever they are called."""
    mounted = _mounted_dotenv(view)
    for name in dict.fromkeys((".env", *([mounted] if mounted else []), *_files_with_secrets(view))):
        state = view.deployment.files.get(name)
        if state is None or state.kind != "file":
            continue
        is_mounted, (uid, gid), shown = name == mounted, view.deployment.container_ids, plain(name, limit=120)
        if is_mounted and not _is_readable(view, state):
            summary = (
                f"{shown} is owned by {account_name(state.uid)} and has mode {state.mode:04o}; LibreChat's container runs as "
                f"{account_name(uid)} and cannot read it. LibreChat starts without the settings in this file and reports no error."
            )
            remedy = f"Run: sudo chown -h {uid}:{gid} {shlex.quote(shown)}"
            yield ids.ENV_UNREADABLE.finding(_certainty(view), summary, remedy=remedy)
        elif state.mode & 0o007 or state.mode & 0o020:
            needs_group = is_mounted and state.uid != uid
            mode = "640" if needs_group else "600"
            group = f"sudo chgrp {gid} {shlex.quote(shown)} && " if needs_group else ""
            summary = f"{shown} contains secrets, but other users on this machine can read or write it (mode {state.mode:04o})."
            yield ids.ENV_OPEN.warn(summary, remedy=f"Run: {group}chmod {mode} {shlex.quote(shown)}")


def config_mode(view: View) -> Iterator[Finding]:
    """Find a mounted librechat.yaml that LibreChat's container cannot read."""
    deployment = view.deployment
    place = deployment.effective.config if deployment.effective is not None else None
    state = deployment.files.get(deployment.config_name)
    if place is None or place.kind != "file" or place.is_baked or state is None or state.kind != "file":
        return
    if not _is_readable(view, state):
        (uid, gid), shown = deployment.container_ids, plain(deployment.config_name, limit=120)
        summary = (
            f"{shown} is owned by {account_name(state.uid)} and has mode {state.mode:04o}; LibreChat's container runs as "
            f"{account_name(uid)} and cannot read it. LibreChat starts without the settings in this file."
        )
        remedy = f"Run: sudo chown -h {uid}:{gid} {shlex.quote(shown)}. Or run: chmod 644 {shlex.quote(shown)}"
        yield ids.CONFIG_UNREADABLE.finding(_certainty(view), summary, remedy=remedy)


def _mounted_dotenv(view: View) -> str:
    """Return the file of the host that LibreChat reads as its ``.env``; empty if none is mounted."""
    deployment = view.deployment
    if deployment.stack is not Stack.COMPOSE:
        return ""
    if deployment.effective is not None:
        return deployment.effective.dotenv_name
    return ".env" if reads_dotenv(deployment.librechat) else ""


def _files_with_secrets(view: View) -> Iterator[str]:
    """Yield the environment files that hand LibreChat a secret."""
    effective = view.deployment.effective
    for name, found in (effective.values if effective is not None else {}).items():
        setting = catalogue.by_key().get(name)
        if found.origin.mechanism is OriginMechanism.ENV_FILE and found.value.strip() and setting and setting.secret:
            yield found.origin.file


def _is_readable(view: View, state: FileState) -> bool:
    """Whether the user of LibreChat's container can read a file that is mounted there."""
    uid, gid = view.deployment.container_ids
    of_group = state.gid == gid or bool(view.api.get("group_add"))
    return bool(
        uid == 0 or (state.uid == uid and state.mode & 0o400) or (of_group and state.mode & 0o040) or state.mode & 0o004
    )


def _certainty(view: View) -> Status:
    # Without a user in the compose files the image's own counts, which rootless Docker and the like map to somebody else.
    return Status.FAIL if view.deployment.librechat.get("user") is not None else Status.WARN


_IN_CONTAINER = {
    "LDAP_CA_CERT_PATH": "LibreChat stops at startup",
    "APPLE_PRIVATE_KEY_PATH": "every sign-in with Apple fails",
    "SAML_CERT": "SAML does not work",
    "NODE_EXTRA_CA_CERTS": "Node.js continues without these certificates",
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
            shown = "the file" if has_credentials(value) else path
            summary = f"{name} points to a file inside LibreChat's container, but no volume is mounted there: {effect}."
            remedy = f"In {_override(view)}, under services.api.volumes, mount ./FILE at {shown}, read-only."
            status = Status.FAIL if name == "LDAP_CA_CERT_PATH" else Status.WARN
            yield ids.MOUNTS.of(name).finding(status, summary, remedy=plain(remedy, limit=300))


def _override(view: View) -> str:
    names = (name for name, state in view.deployment.files.items() if "override" in name and state.kind == "file")
    return next(names, "docker-compose.override.yml")


RULES: tuple[Rule, ...] = (
    mounts,
    *env_lines.RULES,
    duplicates,
    names,
    file_suffixes,
    environment_mode,
    config_mode,
    links,
)
