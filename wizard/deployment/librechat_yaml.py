"""Reads and edits librechat.yaml: only the keys that decide who gets in and what people share, only if they are answered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from wizard.basics.problem import InvalidInput, Problem
from wizard.librechat.providers import BUTTONS
from wizard.librechat.releases import NEWEST, Release
from wizard.yamlfile.document import YamlText

NAME: Final = "librechat.yaml"
_VERSIONS: Final = (
    ("v0.7.0", "1.0.5"),
    ("v0.7.1", "1.0.6"),
    ("v0.7.2", "1.0.9"),
    ("v0.7.3-rc", "1.1.0"),
    ("v0.7.3-rc2", "1.1.4"),
    ("v0.7.4", "1.1.5"),
    ("v0.7.5-rc1", "1.1.6"),
    ("v0.7.5-rc2", "1.1.7"),
    ("v0.7.6-rc1", "1.1.8"),
    ("v0.7.6", "1.2.0"),
    ("v0.7.7-rc1", "1.2.1"),
    ("v0.7.8-rc1", "1.2.4"),
    ("v0.7.8", "1.2.5"),
    ("v0.7.9-rc1", "1.2.8"),
    ("v0.8.0-rc4", "1.2.9"),
    ("v0.8.0", "1.3.0"),
    ("v0.8.1-rc1", "1.3.1"),
    ("v0.8.2", "1.3.3"),
    ("v0.8.3-rc1", "1.3.4"),
    ("v0.8.3-rc2", "1.3.5"),
    ("v0.8.3", "1.3.6"),
    ("v0.8.5-rc1", "1.3.8"),
    ("v0.8.5", "1.3.9"),
    ("v0.8.6-rc1", "1.3.11"),
    ("v0.8.6", "1.3.12"),
    ("v0.8.7-rc1", "1.3.13"),
    ("v0.8.8-rc1", "1.3.14"),
    ("v0.8.8-rc2", "1.3.15"),
    ("v0.8.8-rc3", "1.3.16"),
    ("v0.8.8-rc4", "1.3.17"),
    ("v0.8.9-rc1", "1.3.18"),
)
"""``CONFIG_VERSION`` of packages/data-provider/src/config.ts, from the first release tag that has it. LibreChat only
logs that a file is outdated when its version differs; a file without any version is refused (configSchema)."""
_DOMAIN: Final = r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z"
_LOGINS: Final = "registration.socialLogins"
_DOMAINS: Final = "registration.allowedDomains"
_HEADER: Final = (
    "# LibreChat's configuration file. All settings:\n# https://www.librechat.ai/docs/configuration/librechat_yaml\n"
)


def with_keys(data: bytes | None, wanted: Mapping[str, object], release: Release = NEWEST) -> bytes:
    """Return librechat.yaml with these values, each by its place: ``registration.openidDiscovery.startupAttempts``.

    ``data`` is ``None`` if there is no file yet, and a minimal one is made. Every other byte stays. ``InvalidInput`` for a provider
    that LibreChat does not know, a domain that it could never match (it compares exactly: packages/api/src/auth/domain.ts:16-33, v0.8.7),
    a file that is not valid YAML, or one in which something else prevents it.
    """
    document = YamlText.parse(data, NAME)
    faults = [fault for place, value in wanted.items() for fault in _faults(place, value)]
    in_the_way = dict.fromkeys(above for place in wanted for above in _above(place) if _is_in_the_way(document, above))
    faults += [
        Problem(
            field=".".join(path),
            file=NAME,
            line=document.line_of(path),
            message="is not a mapping (key: value), so nothing can be added under it.",
            remedy="Remove the line. The wizard will add a valid section.",
        )
        for path in in_the_way
    ]
    if faults:
        raise InvalidInput(*faults)
    if document.at(("version",)) is None:
        document = document.set(("version",), config_version(release))
    for place, value in wanted.items():
        path = tuple(place.split("."))
        if isinstance(value, Sequence) and not isinstance(value, str):
            names = [name.lower() if place == _DOMAINS else name for name in value]
            document = document.set_list(path, list(dict.fromkeys(names)))
        elif document.at(path) is not value and document.at(path) != value:
            document = document.set(path, value)
    return (b"" if data is not None else _HEADER.encode()) + document.to_bytes()


def _above(place: str) -> list[tuple[str, ...]]:
    path = tuple(place.split("."))
    return [path[:depth] for depth in range(1, len(path))]


def _is_in_the_way(document: YamlText, path: tuple[str, ...]) -> bool:
    present = document.at(path)
    return present is not None and not isinstance(present, dict)


def _faults(place: str, value: object) -> list[Problem]:
    if place == _LOGINS and isinstance(value, Sequence):
        return _provider_faults(value)
    return _domain_faults(value) if place == _DOMAINS and isinstance(value, Sequence) else []


def config_text(value: object) -> str:
    """Return a value of the file as a person reads it: ``true``, ``openid, google``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)


def config_version(release: Release) -> str:
    """Return the version of the configuration file that a release knows."""
    known = [version for tag, version in _VERSIONS if Release.parse(tag) <= release]
    return known[-1] if known else _VERSIONS[0][1]


def read_config(data: bytes | None) -> dict[str, Any] | None:
    """Return librechat.yaml as plain data; ``None`` if there is none or it cannot be read."""
    if data is None:
        return None
    try:
        content = YamlText.parse(data, NAME).data
    except InvalidInput:
        return None
    return content if isinstance(content, dict) else {}


def config_fault(data: bytes) -> str:
    """Return what :func:`read_config` cannot read, and the line, without quoting the file; empty if it can be read."""
    try:
        YamlText.parse(data, NAME)
    except InvalidInput as error:
        return str(error.problems[0])
    return ""


def _provider_faults(names: Sequence[str]) -> list[Problem]:
    from wizard.basics.nearest import nearest_of

    faults = []
    for name in names:
        if name not in BUTTONS:
            near = nearest_of(name, BUTTONS)
            remedy = f"Did you mean {near}?" if near else f"Valid names: {', '.join(BUTTONS)}."
            message = f"{name[:40]!r} is not a LibreChat sign-in provider."
            faults.append(Problem(field=_LOGINS, message=message, remedy=remedy))
    return faults


def _domain_faults(domains: Sequence[str]) -> list[Problem]:
    faults = []
    for domain in domains:
        if not re.match(_DOMAIN, domain.lower()):
            message = f"{domain[:80]!r} is not a domain that LibreChat can match: LibreChat compares the whole domain after the @."
            remedy = "Write each domain in full, without '@' or '*': example.com"
            faults.append(Problem(field=_DOMAINS, message=message, remedy=remedy))
    return faults
