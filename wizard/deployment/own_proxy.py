"""The host names under which the folder's own proxies serve LibreChat: Caddy's Caddyfile, nginx servers with TLS.

What cannot be told from the files (imports, names by pattern, variables that are set nowhere) gives no answer.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.composefile.container_environment import environment_of
from wizard.composefile.located import Leaf, leaves
from wizard.composefile.project import ComposeProject, UnreadFile
from wizard.deployment.effective import mounted_places, place_in_container

_CADDYFILE: Final = "/etc/caddy/Caddyfile"
_NGINX: Final = ("/etc/nginx/conf.d/default.conf", "/etc/nginx/nginx.conf")
_NGINX_CONF: Final = late_pattern(r"/etc/nginx/(?:conf\.d|http\.d|templates|sites-enabled)/[^/]+")
_CADDY_VARIABLE: Final = late_pattern(r"\{\$(?P<name>\w+)(?::(?P<default>[^{}]*))?\}")
_HARMLESS_INCLUDE: Final = late_pattern(r"\binclude\s+\S*(?:mime\.types|_params|options-ssl\S*|ssl\S*\.conf)\s*;")
_MOST: Final = 40
"""Blocks of a file that are looked at."""


class Served(NamedTuple):
    """The host names of one proxy."""

    service: str
    file: str
    """As an operator names it."""
    line: int
    hosts: tuple[str, ...]
    """In small letters; ``*.example.com`` stands for one label."""
    is_strict: bool
    """Whether nobody else is answered at all: Caddy has no certificate for another name, nginx answers with the one it has."""
    is_published: bool
    """Whether the service publishes a port of this machine."""

    def has(self, host: str) -> bool:
        """Whether a host name is among them."""
        parent = host.partition(".")[2]
        return (
            host in self.hosts
            or f"*.{parent}" in self.hosts
            or any(each[1:] in (parent, host) for each in self.hosts if each[0] == ".")
        )


def served(project: ComposeProject, librechat: str) -> Iterator[Served]:
    """Yield the proxies of the folder that pass people on to a service."""
    names = _names(librechat, project.services.get(librechat) or {})
    target = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, names))})(?=[:/;\s}}])")
    for name, service in project.services.items():
        if name in project.inactive or name == librechat:
            continue
        is_published = bool(service.get("ports"))
        for path, reader in _files(project, service):
            text = _text(project, path)
            if text is None or not target.search(text):
                continue
            environment = {key: sources[-1].leaf.text for key, sources in environment_of(project, name).items()}
            found = reader(text, target, environment)
            if found is not None:
                line, hosts = found
                is_strict = reader is _caddy
                yield Served(name, project.shown(path), line, tuple(hosts), is_strict, is_published)


def _names(name: str, service: Mapping[str, Any]) -> list[str]:
    """Return the names by which other containers reach a service."""
    container = service.get("container_name")
    networks = service.get("networks")
    aliases = [
        leaf.text
        for network in (networks.values() if isinstance(networks, Mapping) else ())
        if isinstance(network, Mapping)
        for leaf in leaves(network.get("aliases"))
    ]
    return [name, *([container.text] if isinstance(container, Leaf) else []), *aliases]


def _files(project: ComposeProject, service: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if (place := place_in_container(service, project, _CADDYFILE)) is not None and place.kind == "bind":
        yield place.path, _caddy
    targets = [target for target, _ in mounted_places(service, project) if _NGINX_CONF.fullmatch(target)]
    for target in dict.fromkeys((*targets, *_NGINX)):
        if (place := place_in_container(service, project, target)) is not None and place.kind == "bind":
            yield place.path, _nginx


def _text(project: ComposeProject, path: str) -> str | None:
    try:
        data = project.read(path)
    except UnreadFile:
        return None
    return None if data is None else re.sub(r"(?m)(^|\s)#.*$", r"\1", data.decode("utf-8", "replace"))


def _caddy(text: str, target: re.Pattern[str], environment: Mapping[str, str]) -> tuple[int, list[str]] | None:
    """Read a Caddyfile (caddyserver.com/docs/caddyfile/concepts); ``None``: it cannot be told, or every name is answered."""
    if re.search(r"(?m)^\s*import\b", text):
        return None
    filled = _CADDY_VARIABLE.sub(lambda found: environment.get(found["name"]) or found["default"] or "{?}", text)
    hosts: list[str] = []
    first = 0
    for line, head, body in _blocks(filled):
        if not head or head.startswith("(") or not target.search(body):
            continue
        for address in re.split(r"[,\s]+", head.strip()):
            host = re.sub(r"^https?://", "", address.lower()).partition("/")[0]
            host = host.rpartition(":")[0] if re.search(r":[0-9]*$", host) else host
            if not host or "{" in host or host == "*":
                return None
            hosts.append(host.strip("[]"))
        first = first or line
    return (first, hosts) if hosts else None


def _nginx(text: str, _target: re.Pattern[str], _environment: Mapping[str, str]) -> tuple[int, list[str]] | None:
    """Read nginx's servers with TLS (nginx.org, server_names); without TLS no certificate is wrong, and any name is answered."""
    if re.search(r"\binclude\s", _HARMLESS_INCLUDE.sub("", text)):
        return None
    hosts: list[str] = []
    first = 0
    for match in list(re.finditer(r"\bserver\s*\{", text))[:_MOST]:
        body = _inside(text, match.end())
        if not re.search(r"\blisten\s[^;]*\bssl\b", body):
            continue
        names = [name.lower() for words in re.findall(r"\bserver_name\s+([^;]+);", body) for name in words.split()]
        if not names or any(name in ("_", '""') or name[0] in "~$" or "$" in name for name in names):
            return None
        first = first or text.count("\n", 0, match.start()) + 1
        hosts += [name.strip("[]") for name in names]
    return (first, hosts) if hosts else None


def _blocks(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the outermost blocks of a Caddyfile: line, what is before the brace, what is inside."""
    position = count = 0
    while count < _MOST and (match := re.compile(r"\{(?=\s|$)").search(text, position)) is not None:
        head = text[position : match.start()]
        body = _inside(text, match.end())
        line = text.count("\n", 0, position + len(head) - len(head.lstrip())) + 1
        yield line, head.strip(), body
        position = match.end() + len(body) + 1
        count += 1
    if count == 0:
        # One site alone needs no braces: its addresses are the first line.
        head, _, body = text.strip().partition("\n")
        yield 1, head, body


def _inside(text: str, start: int) -> str:
    depth = 1
    for match in re.compile(r"[{}]").finditer(text, start):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return text[start : match.start()]
    return text[start:]
