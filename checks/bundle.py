"""The support bundle: what a maintainer needs to know about a folder, without any secret, address or person in it.

It is made of words that the wizard knows: names of settings, ids and meanings of findings, numbers, kinds of values. No value,
path, host or name of the folder is copied, so that none has to be found and taken out.
"""

from __future__ import annotations

import ipaddress
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from wizard import __version__
from wizard.basics.check_outcomes import Ran
from wizard.basics.finding import SIGNS, Finding
from wizard.basics.patterns import late_pattern
from wizard.catalogue import by_key
from wizard.catalogue.model import SWITCHES, Kind, Setting
from wizard.librechat.log_text import LogText
from wizard.librechat.log_words import shown_line

if TYPE_CHECKING:
    from checks.model import Report
    from wizard.deployment.effective import EffectiveValue
    from wizard.deployment.model import Deployment

NO_ENGINE: Final = "did not respond"
"""In place of a version: the program is there, and what it asks does not respond."""
NOT_ASKED: Final = "not asked (on another machine)"
_STATES: Final = (NO_ENGINE, NOT_ASKED)
_MOST_LOG_LINES: Final = 60
_NUMBER: Final = late_pattern(r"-?\d{1,6}(?:\.\d{1,3})?")
_EXPRESSION: Final = late_pattern(r"[\d\s*/+().-]{1,60}")
_HEX: Final = late_pattern(r"[0-9A-Fa-f]+")
_VERSION: Final = late_pattern(r"v?\d{1,4}(?:\.\d{1,4}){0,3}(?:-rc\d{0,2})?")
_KNOWN_SERVICES: Final = frozenset(
    {
        "api",
        "mongodb",
        "meilisearch",
        "vectordb",
        "rag_api",
        "admin-panel",
        "client",
        "nginx",
        "caddy",
        "traefik",
        "redis",
    }
    | {"librechat", "mongo", "db", "ollama", "rag-api", "postgres"}
)
_KNOWN_IMAGES: Final = (
    *("librechat-dev-api", "librechat-dev", "librechat-api", "librechat-rag-api-dev-lite", "librechat-rag-api-dev"),
    *(
        "librechat-admin-panel",
        "librechat",
        "mongo",
        "meilisearch",
        "pgvector",
        "nginx",
        "caddy",
        "traefik",
        "redis",
        "postgres",
    ),
)
_KNOWN_TARGETS: Final = frozenset(
    {
        "/app/.env",
        "/app/librechat.yaml",
        "/app/data",
        "/app/logs",
        "/app/api/logs",
        "/app/uploads",
        "/data/db",
        "/meili_data",
    }
    | {"/app/client/public/images", "/app/skill", "/var/lib/postgresql/data", "/etc/nginx/conf.d/default.conf"}
)
_KNOWN_COMMANDS: Final = ("npm run backend:dev", "npm run backend", "mongod --noauth")


def bundle(
    report: Report, deployment: Deployment, *, release_source: str, programs: Mapping[str, str], log: bytes | None
) -> str:
    """Return the text. ``programs`` are versions of other programs by name; ``log`` is what LibreChat's container wrote."""
    return "\n".join(
        [
            "## Versions",
            *_versions(deployment, release_source, programs),
            "",
            "## Findings",
            *_findings(report),
            "",
            "## Settings passed to LibreChat",
            *_settings(deployment),
            "",
            "## Compose model",
            *_services(deployment),
            "",
            "## Last log lines (words that the wizard does not recognize are omitted)",
            *_log(log),
            "",
        ]
    )


def _versions(deployment: Deployment, release_source: str, programs: Mapping[str, str]) -> Iterator[str]:
    source = release_source if release_source in {"the image", "the answers"} else "the folder's files"
    yield f"- LibreChat {deployment.release}{f' (from {source})' if release_source else ' (assumed)'}"
    yield f"- stack {deployment.stack.value}"
    yield f"- librechat-wizard {__version__}, Python {platform.python_version()}"
    yield f"- {platform.system()} {_version(platform.release())}, {platform.machine()}"
    for name, version in programs.items():
        yield f"- {name} {version if version in _STATES else _version(version) or 'not found'}"


def _version(text: str) -> str:
    found = _VERSION.match(text.strip())
    return found[0] if found else ""


def _findings(report: Report) -> Iterator[str]:
    known = _entries()
    for finding in report.ordered:
        yield f"- {SIGNS[finding.status].tag.strip()} `{finding.id}`{_settings_of(finding)}: {_meaning(finding, known)}"
    for check, outcome in report.outcomes:
        if not isinstance(outcome, Ran):
            yield f"- not run: {check} ({type(outcome).__name__.lower()})"


def _entries() -> Mapping[str, str]:
    from wizard.findings.registry import entries

    return {
        name: entry.meaning for entry in entries() for name in {entry.id, entry.at(entry.counterpart or entry.check).id}
    }


def _meaning(finding: Finding, known: Mapping[str, str]) -> str:
    """Return the sentence of the entry, never that of the finding: it may quote what it found."""
    if (meaning := known.get(finding.id)) is not None:
        return meaning.rstrip(":")
    for name in finding.settings:
        part = name.lower().replace("_", "-")
        if (meaning := known.get(finding.id.replace(part, "setting"))) is not None and name in by_key():
            return meaning.replace("SETTING", name).rstrip(":")
    return "(no text)"


def _settings_of(finding: Finding) -> str:
    names = [name for name in finding.settings if name in by_key()]
    return f" [{', '.join(names)}]" if names else ""


def _settings(deployment: Deployment) -> Iterator[str]:
    hosts: dict[str, str] = {}
    effective = deployment.effective.values if deployment.effective is not None else {}
    unknown = 0
    for name in sorted(deployment.settings):
        setting = by_key().get(name)
        if setting is None:
            unknown += 1
            continue
        yield f"- {name}: {_shape(setting, deployment.settings[name], hosts)}{_origin(effective.get(name))}"
    if unknown:
        yield f"- settings unknown to the wizard: {unknown}"


def _origin(found: EffectiveValue | None) -> str:
    if found is None:
        return ""
    beaten = f", other lines with no effect: {len(found.shadowed)}" if found.shadowed else ""
    return f" ({found.origin.mechanism.value}{beaten})"


def _shape(setting: Setting, value: str, hosts: dict[str, str]) -> str:
    """Return what kind of value it is; the value itself where it can be nobody's name, address or secret."""
    text = value.strip()
    padded = ", with surrounding spaces" if text != value else ""
    if not text:
        return "empty"
    if setting.secret or setting.kind is Kind.SECRET:
        return _secret_shape(text) + padded
    if _is_harmless(setting, text):
        return text + padded
    if setting.kind in (Kind.URL, Kind.HOST):
        return _address_shape(text, hosts) + padded
    return f"set ({setting.kind.value}{_marks(text)}){padded}"


def _is_harmless(setting: Setting, text: str) -> bool:
    """Whether a value can be shown: the sample's own, one of few words, or a short number."""
    words = {choice.value for choice in setting.choices} | {"true", "false"}
    is_word = text.lower() in words and (setting.kind in SWITCHES or setting.kind is Kind.CHOICE)
    is_number = setting.kind in (Kind.INT, Kind.NUMBER, Kind.PORT, Kind.MINUTES) and _NUMBER.fullmatch(text)
    is_duration = setting.kind is Kind.DURATION and _EXPRESSION.fullmatch(text)
    return text == setting.default or is_word or bool(is_number) or bool(is_duration)


def _secret_shape(text: str) -> str:
    if _HEX.fullmatch(text) and len(text) in (32, 48, 64):
        return f"set ({len(text)} hexadecimal digits)"
    return f"set (secret{', under 8 characters' if len(text) < 8 else ''}{_marks(text)})"  # noqa: PLR2004


def _marks(text: str) -> str:
    """Name what of a value often goes wrong, without the value."""
    marks = {"#": "#", "quotes": "'\"`\u201c\u201d\u2018\u2019", "$": "$", "whitespace": " \t"}
    found = [name for name, characters in marks.items() if any(char in text for char in characters)]
    return f", with {', '.join(found)}" if found else ""


def _address_shape(text: str, hosts: dict[str, str]) -> str:
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "set (not a valid URL or host name)"
    scheme = (
        parts.scheme if parts.scheme in ("http", "https", "ldap", "ldaps", "mongodb", "mongodb+srv", "redis") else "?"
    )
    named = hosts.setdefault(host, f"host-{len(hosts) + 1}") if host else "no host"
    shown = f"{scheme}://" if "://" in text else ""
    more = [f"port {port}" if port else "", "with a path" if parts.path.strip("/") else ""]
    more += ["ends with /" if text.endswith("/") else "", "with a user name or password" if "@" in parts.netloc else ""]
    return f"{shown}<{named}, {_host_kind(host)}>" + "".join(f", {each}" for each in more if each)


def _host_kind(host: str) -> str:
    if host == "localhost" or host.endswith(".localhost"):
        return "localhost"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "a name" if "." in host else "a name without a dot"
    return "loopback" if address.is_loopback else "private address" if address.is_private else "public address"


def _services(deployment: Deployment) -> Iterator[str]:
    services: Mapping[str, Any] = deployment.compose.get("services") or {}
    for number, (name, service) in enumerate(services.items(), start=1):
        mark = " (LibreChat)" if name == deployment.service else ""
        yield f"- {name if name in _KNOWN_SERVICES else f'service-{number}'}{mark}: {'; '.join(_service(service or {}))}"
    if not services:
        yield "- none"


def _service(service: Mapping[str, Any]) -> Iterator[str]:
    yield _image(str(service.get("image") or ""))
    if command := service.get("command"):
        text = " ".join(map(str, command)) if isinstance(command, list) else str(command)
        yield f"command {next((known for known in _KNOWN_COMMANDS if text.strip() == known), 'other')}"
    if ports := [_port(entry) for entry in service.get("ports") or ()]:
        yield f"ports {', '.join(ports)}"
    targets = [_target(entry) for entry in service.get("volumes") or ()]
    if targets:
        yield f"volumes {', '.join(targets)}"
    environment = service.get("environment") or {}
    names = [str(each).partition("=")[0] for each in environment]
    known = [name for name in names if name in by_key()]
    more = [f"{len(names) - len(known)} more"] if len(names) > len(known) else []
    if names:
        yield f"environment {', '.join([*known, *more])}"
    if service.get("env_file"):
        yield "env_file"
    if user := str(service.get("user") or ""):
        yield f"user {user if re.fullmatch(r'[0-9]{0,6}(:[0-9]{0,6})?', user) else 'by name'}"
    if service.get("network_mode"):
        yield f"network_mode {'host' if service['network_mode'] == 'host' else 'other'}"


def _image(image: str) -> str:
    if not image:
        return "built, or no image"
    name, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    shown = tag if tag == "latest" or _VERSION.fullmatch(tag) else "another tag" if tag else "no tag"
    return f"image {name if name in _KNOWN_IMAGES else 'other'}:{shown}"


def _port(entry: object) -> str:
    if isinstance(entry, Mapping):
        published, target = str(entry.get("published") or ""), str(entry.get("target") or "")
        bound = " on one address" if entry.get("host_ip") else ""
        if published.isdigit() and target.isdigit():
            return f"{published}:{target}{bound}"
    return "other syntax"


def _target(entry: object) -> str:
    if not isinstance(entry, Mapping):
        return "other syntax"
    target = str(entry.get("target") or "")
    kind = str(entry.get("type") or "")
    shown = target if target in _KNOWN_TARGETS else "another path"
    return f"{kind if kind in ('bind', 'volume', 'tmpfs') else 'mount'} at {shown}"


def _log(log: bytes | None) -> Sequence[str]:
    if log is None:
        return ["(no log: Docker is not available, or has no container for this folder)"]
    text = LogText(log)
    names = frozenset(by_key())
    lines = [shown_line(line, names=names) for line in text.current.last(_MOST_LOG_LINES)]
    return ["```", *(line.replace("`", "'") for line in lines if line), "```"]
