"""HTTPS through the operator's own proxy: settings, and a configuration text for that proxy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.plan import proxy_files
from wizard.plan.access.hsts import strict_transport
from wizard.plan.access.model import ExtraFile
from wizard.plan.access.names import READY
from wizard.plan.access.reach import Reach, reach

if TYPE_CHECKING:
    from wizard.plan.access.builder import AccessBuilder
    from wizard.plan.access.model import AccessInputs

_NGINX: Final = "client"
"""The nginx of deploy-compose.yml."""


def https_existing(work: AccessBuilder) -> None:
    """Collect what HTTPS through the operator's own proxy needs."""
    inputs = work.inputs
    server, hops = inputs.proxy.server, inputs.proxy.hops
    if server and server not in READY:
        work.fault(
            "proxy.server",
            f"there is no configuration example for {server[:40]!r}.",
            f"Choose one of: {', '.join(READY)}.",
        )
    site = work.site("https", "https://chat.example.com")
    if site is None or work.problems:
        return
    work.domains(site)
    work.trust_proxy(hops)
    work.secure_cookies()
    makers = {"nginx": proxy_files.ready_nginx, "caddy": proxy_files.ready_caddy, "traefik": proxy_files.ready_traefik}
    hsts = strict_transport(work, site)
    reached = reach(inputs)
    for name, make in makers.items():
        if server in ("", name):
            text = make(site, reached.upstream, hops, hsts)
            work.files.append(ExtraFile(path=READY[name], content=text.encode()))
            work.notes.append(
                f"Configuration example for {name}: {READY[name]}. Copy it into your proxy's configuration."
            )
    if _has_nginx_beside(inputs, reached):
        work.without.append(_NGINX)
    work.notes += _about(inputs, reached)


def _has_nginx_beside(inputs: AccessInputs, reached: Reach) -> bool:
    """Return whether the deploy stack would start an nginx of its own beside the operator's proxy."""
    service = inputs.base_services.get(_NGINX) or {}
    return inputs.stack is Stack.DEPLOY and not reached.proxy and bool(service.get("ports"))


def _about(inputs: AccessInputs, reached: Reach) -> Iterator[str]:
    """Say where a proxy finds LibreChat, and who reaches it past the proxy."""
    upstream = reached.upstream
    if upstream.is_in_docker:
        named = [
            f"the network {name}" if name != "default" else "this folder's own network" for name in reached.networks
        ]
        networks = " or ".join(named) or "this folder's own network"
        where = f"A proxy in {networks} can reach LibreChat at {upstream.address}, as in the configuration examples"
        if reached.proxy:
            yield f"{reached.proxy} in this folder already serves HTTPS. {where}."
        else:
            yield (
                f"LibreChat publishes no port. {where}. For a proxy outside Docker, publish a port in the compose "
                f'file (ports: ["127.0.0.1:{inputs.port}:{inputs.port}"]), and point the proxy to that address.'
            )
    if reached.is_on_host:
        yield (
            f"LibreChat uses the host's network (network_mode: host), so port {inputs.port} stays reachable without "
            "your proxy. If the proxy runs on this machine, set HOST=127.0.0.1."
        )
    if reached.opened:
        listed = ", ".join(f'"{port}"' for port in reached.opened)
        yield (
            f"LibreChat's port {inputs.port} stays reachable without your proxy, because the wizard does not know "
            "whether the proxy runs on this machine. If so, publish the port only on loopback: ports: !override "
            f"[{listed}]"
        )
    if _has_nginx_beside(inputs, reached):
        yield (
            "deploy-compose.yml also starts its own nginx (client) on ports 80 and 443. Your proxy connects directly "
            f"to port {inputs.port}. A proxy on this machine needs ports 80 and 443, so the command starts LibreChat "
            f"without that nginx: --scale {_NGINX}=0"
        )
