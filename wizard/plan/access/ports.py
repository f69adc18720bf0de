"""The ports that LibreChat's compose files publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.basics.problem import InvalidInput, Problem
from wizard.composefile.override import Override
from wizard.plan.access.admin import asked_admin
from wizard.plan.access.exposure import ComposeLayers, openings, other_files, written_ports
from wizard.plan.access.names import PART
from wizard.plan.access.port_entry import read_port, shown
from wizard.yamlfile.document import YamlText

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wizard.plan.access.builder import AccessBuilder

TAGS_SINCE: Final = "2.24.4"
"""First Docker Compose that knows ``!override`` (docs.docker.com/reference/compose-file/merge, "Replace value"). The
old docker-compose 1 stops at a tag that it does not know; others before this one would publish the port twice."""


def bind_to_loopback(work: AccessBuilder) -> None:
    """Close LibreChat's own ports to the network: only the proxy is to be reached."""
    inputs = work.inputs
    is_bound = _bind_own(work, inputs.service)
    if inputs.has_admin_panel and inputs.stack is Stack.COMPOSE:
        is_bound |= _bind_own(work, "admin-panel")
        if asked_admin(work) is None:
            work.notes.append(
                "The admin panel is reachable only from this machine: http://localhost:3000. To serve it through the proxy, set ADMIN_PANEL_URL to a separate host name (https). From another machine, use: ssh -L 3000:localhost:3000 THIS-MACHINE"
            )
    if is_bound:
        work.notes.append(
            f"LibreChat's own port is bound to loopback. This needs Docker Compose {TAGS_SINCE} or later: older "
            "versions reject the !override tag or publish the port twice."
        )


def _bind_own(work: AccessBuilder, service: str) -> bool:
    """Bind what the compose files publish of a service to loopback, in their own words; ``False``: nothing is open."""
    inputs = work.inputs
    files = _files(work, Override.parse(None, inputs.override_name))
    written = [files.read(port) for port in written_ports(files.base, service)]
    # What other files bring in (include, extends, COMPOSE_FILE) is known with its variables filled in.
    seen = {port for entry in written if entry is not None for port in entry.published_ports}
    merged = (inputs.base_services.get(service) or {}).get("ports")
    others = [read_port(port, {}) for port in merged] if isinstance(merged, list) else []
    if None not in written:
        written += [entry for entry in others if entry is None or (entry.published_ports - seen)]
    entries = [entry for entry in written if entry is not None]
    if len(entries) != len(written):
        # Nobody can say what that publishes: our list replaces it, so that nothing of it stays open.
        bound = [f"127.0.0.1:{inputs.port}:{inputs.port}"] if service == inputs.service else []
    elif all(entry.is_local for entry in entries):
        return False
    else:
        bound = [
            entry.at(f"[{entry.host}]" if ":" in entry.host else entry.host)
            if entry.is_local
            else entry.at("127.0.0.1")
            for entry in entries
        ]
        if service == inputs.service and inputs.stack is Stack.DEPLOY:
            # Its compose file always publishes 3080; LibreChat listens at PORT.
            bound = [
                f"127.0.0.1:{inputs.port}:{inputs.port}" if port == "127.0.0.1:3080:3080" else port for port in bound
            ]
    work.need(Override.with_ports, service, list(dict.fromkeys(bound)), part=PART)
    return True


def bind_everything(work: AccessBuilder, address: str) -> None:
    """Publish what the compose files publish, of every service, at this address of the loopback interface alone.

    What cannot be bound, or not be seen, is a fault of the answer: this machine only was asked for.
    """
    inputs = work.inputs
    written = applied(work)
    if written is None:
        return
    files = _files(work, written.without_former(PART))
    # What the operator's own file opens we do not rewrite: neither can what we add be any better then.
    work.problems += [problem for problem in _found(work, files) if problem.file == inputs.override_name]
    if work.problems:
        return
    for service in files.services():
        base = [files.read(port) for port in written_ports(files.base, service)]
        if not base or None in base or files.replaces_ports(service):
            continue
        # Our list also takes the place of what the service gets by ``extends`` in the override.
        inherited = [
            files.read(port)
            for port in written_ports(files.override, service)
            if port.path != ("services", service, "ports")
        ]
        bound = [entry.at(address) for entry in (*base, *inherited) if entry is not None]
        work.need(_bound, service, bound, files.values)
    override = applied(work)
    if override is None:
        return
    files = _files(work, override)
    work.problems += _found(work, files)
    if not work.problems:
        _tell(work, files, address)


def other_open_ports(work: AccessBuilder, override: Override, proxy: str) -> list[str]:
    """Return the open ports besides the proxy's and LibreChat's own (see :func:`open_ports`), one line each."""
    own = (work.inputs.override_name, f"services.{work.inputs.service}.ports")
    return [
        f"{_place(problem)} {problem.field}: {problem.message}"
        for problem in _found(work, _files(work, override), frozenset({proxy}))
        if (problem.file, problem.field) != own
    ]


def applied(work: AccessBuilder) -> Override | None:
    """Return the override as it will be; ``None`` after a fault: something of the operator's is in the way."""
    try:
        return work.plan().apply_override(Override.parse(work.inputs.override, work.inputs.override_name))
    except InvalidInput as conflict:
        work.problems += conflict.problems
        return None


def open_ports(override: Override, services: Iterable[str], values: Mapping[str, str]) -> list[str]:
    """Return the ports that an override publishes for these services beyond the loopback interface."""
    ports = [port.value for service in services for port in written_ports(override.document, service)]
    return [shown(port) for port in ports if (entry := read_port(port, values)) is None or not entry.is_local]


def _found(work: AccessBuilder, files: ComposeLayers, public: frozenset[str] = frozenset()) -> list[Problem]:
    """Return what is open or cannot be seen."""
    inputs = work.inputs
    if inputs.is_followed:
        return openings(files, public, is_followed=True)
    further = other_files(inputs.in_compose, inputs.folder, inputs.base_name, inputs.override_name)
    return [*openings(files, public), *further]


def _place(problem: Problem) -> str:
    return f"{problem.file}:{problem.line}" if problem.line else problem.file


def _files(work: AccessBuilder, override: Override) -> ComposeLayers:
    inputs = work.inputs
    base = YamlText.parse(inputs.base, inputs.base_name)
    return ComposeLayers(base=base, override=override.document, values=inputs.in_compose)


def _tell(work: AccessBuilder, files: ComposeLayers, address: str) -> None:
    """Say what is published at the address, and nothing of what is not."""
    found = []
    for service in files.services():
        entries = [entry for port in files.ports(service) if (entry := files.read(port)) is not None]
        ports = [entry.published or entry.words[1] for entry in entries if entry.host == address.strip("[]")]
        found += [f"{service} {', '.join(ports)}"] if ports else []
    if found:
        work.notes.append(
            f"Published on {address} only: {'; '.join(found)}. This needs Docker Compose {TAGS_SINCE} or later, "
            "because of the !override tag. To check, run docker compose version. From another machine, use: ssh -L "
            f"{work.inputs.port}:localhost:{work.inputs.port} THIS-MACHINE"
        )


def _bound(override: Override, service: str, ports: list[str], values: Mapping[str, str]) -> Override:
    path = ("services", service, "ports")

    def outer(port: object) -> str:
        entry = read_port(port, values)
        return entry.published if entry is not None else ""

    document = override.document
    # What a former answer put there is no entry of the operator's.
    present = None if (path, None) in document.own(PART) else document.at(path)
    taken = {outer(port) for port in present if port not in ports} if isinstance(present, list) else set()
    # Docker cannot bind a port that the operator's own entry binds already.
    free = [port for port in ports if outer(port) not in taken or not outer(port)]
    if not free and not document.tag(path):
        message = "publishes the port a second time; the base file's mapping stays in effect."
        remedy = "Add the !override tag before this list: ports: !override"
        where, line = ".".join(path), document.line_of(path)
        raise InvalidInput(Problem(field=where, file=document.source.name, line=line, message=message, remedy=remedy))
    return override.with_ports(service, free, part=PART) if free else override
