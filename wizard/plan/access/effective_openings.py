"""The ports of a whole stack that other machines can reach, following ``include`` and ``extends``.

The proof behind an answer that LibreChat is for this machine alone: of the planned files, before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any

from wizard.basics.plain_text import plain
from wizard.basics.problem import Problem
from wizard.composefile.located import Leaf, first_leaf, plain_tree
from wizard.composefile.project import ComposeProject
from wizard.plan.access.exposure import OTHERWISE, is_closed


def effective_openings(project: ComposeProject) -> Iterator[Problem]:
    """Yield everything that is published beyond the loopback interface, with its line."""
    used: set[str] = set()
    for name, service in project.services.items():
        if name in project.inactive:
            continue
        used |= {*(service.get("networks") or {})}
        yield from _own_network(name, service)
        yield from _ports(name, service)
    for name in sorted(used):
        network = project.networks.get(name)
        if isinstance(network, Mapping) and not is_closed(plain_tree(network), {}):
            message = "other machines can reach containers on this network without a published port."
            yield _at(
                f"networks.{name}", first_leaf(network), message, f"Use a network with the bridge driver, {OTHERWISE}"
            )


def _own_network(name: str, service: Mapping[str, Any]) -> Iterator[Problem]:
    mode = service.get("network_mode")
    text = mode.text.strip() if isinstance(mode, Leaf) else ""
    if text == "host" or text.startswith("container:"):
        what = "every port of this service is open to other machines"
        if text != "host":
            what = "the wizard cannot see which ports that container publishes"
        message = f"{plain(text, limit=80)}: {what}."
        remedy = f"Remove the line, and publish 127.0.0.1:PORT:TARGET instead, {OTHERWISE}"
        yield _at(f"services.{name}.network_mode", mode, message, remedy)


def _ports(name: str, service: Mapping[str, Any]) -> Iterator[Problem]:
    for entry in service.get("ports") or ():
        texts = {key: leaf.text for key, leaf in entry.items() if isinstance(leaf, Leaf)}
        if _is_loopback(texts.get("host_ip", "")):
            continue
        outer, inner = texts.get("published", ""), texts.get("target", "")
        message = f"{plain(f'{outer}:{inner}' if outer else inner, limit=40)} is published to other machines."
        remedy = (
            f"Write 127.0.0.1 before the port: 127.0.0.1:{plain(outer, limit=20)}:{plain(inner, limit=20)}, {OTHERWISE}"
        )
        yield _at(f"services.{name}.ports", first_leaf(entry), message, remedy)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _at(place: str, leaf: Leaf | None, message: str, remedy: str) -> Problem:
    file, line = (leaf.file, leaf.line) if isinstance(leaf, Leaf) else ("", 0)
    return Problem(field=plain(place, limit=120), file=file, line=line, message=message, remedy=remedy)
