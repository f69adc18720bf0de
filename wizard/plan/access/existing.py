"""HTTPS through a proxy that the operator has already: settings, and a ready text for that proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.answers.model import Stack
from wizard.plan import proxy_files
from wizard.plan.access.hsts import strict_transport
from wizard.plan.access.model import ExtraFile
from wizard.plan.access.names import READY

if TYPE_CHECKING:
    from wizard.plan.access.work import Work


def https_existing(work: Work) -> None:
    """Collect what HTTPS through the operator's own proxy needs."""
    inputs = work.inputs
    server, hops = inputs.proxy.server, inputs.proxy.hops
    if server and server not in READY:
        work.fault("proxy.server", f"there is no ready text for {server[:40]!r}.", f"Known are: {', '.join(READY)}.")
    site = work.site("https", "https://chat.example.com")
    if site is None or work.problems:
        return
    work.domains(site)
    work.trust_proxy(hops)
    work.secure_cookies()
    makers = {"nginx": proxy_files.ready_nginx, "caddy": proxy_files.ready_caddy, "traefik": proxy_files.ready_traefik}
    hsts = strict_transport(work, site)
    for name, make in makers.items():
        if server in ("", name):
            text = make(site, inputs.port, hops, hsts)
            work.files.append(ExtraFile(path=READY[name], content=text.encode()))
            work.notes.append(f"Ready text for {name}: {READY[name]}. Put it into your proxy's configuration.")
    work.notes.append(
        f"Port {inputs.port} of LibreChat stays reachable past your proxy, since only you know whether the proxy runs "
        "on this "
        f'machine. If it does, publish the port on loopback only: ports: !override ["127.0.0.1:${{PORT}}:${{PORT}}"]'
    )
    if inputs.stack is Stack.DEPLOY and (inputs.base_services.get("client") or {}).get("ports"):
        work.notes.append(
            "deploy-compose.yml also starts an nginx of its own (client) on ports 80 and 443. Your proxy goes "
            f"straight to port {inputs.port}; a proxy on this machine needs those two ports, so start LibreChat "
            "without it: --scale client=0"
        )
