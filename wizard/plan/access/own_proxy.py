"""HTTPS through a proxy that the wizard configures: Caddy, or the nginx of LibreChat's deploy stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.answers.model import Certificate, Stack
from wizard.basics.plain_text import plain
from wizard.composefile.override import Override, bind_mount
from wizard.plan.access.admin import admin_site
from wizard.plan.access.certificate import certificate
from wizard.plan.access.hsts import strict_transport
from wizard.plan.access.mounts import mount_nginx, own_file
from wizard.plan.access.names import CADDYFILE, NGINX_CONF, PART
from wizard.plan.access.ports import applied, bind_to_loopback, open_ports, other_open_ports
from wizard.plan.proxy_files import CERTIFICATE_IN_CONTAINER, KEY_IN_CONTAINER, ProxySite, caddyfile, nginx_conf
from wizard.yamlfile.render import Tagged

if TYPE_CHECKING:
    from wizard.librechat.site import Site
    from wizard.plan.access.builder import AccessBuilder

CADDY_IMAGE: Final = "caddy:2"


def https_proxy(work: AccessBuilder) -> None:
    """Collect what HTTPS through a proxy of the wizard's needs."""
    site = work.site("https", "https://chat.example.com")
    server = _server(work)
    if work.inputs.network_mode not in ("", "bridge", "default"):
        mode = plain(work.inputs.network_mode, limit=60)
        message = f"{work.inputs.service} has network_mode: {mode}, so a proxy in a container cannot reach it by name."
        work.fault("access", message, "Remove network_mode, or set access to https-existing in the answers.")
    pair = certificate(work, site) if site is not None else None
    if site is None or pair is None or work.problems:
        return
    inputs = work.inputs
    work.domains(site)
    work.trust_proxy(1)
    work.secure_cookies()
    front = ProxySite(
        site=site,
        upstream=f"{inputs.service}:{inputs.port}",
        admin=admin_site(work),
        own_certificate=inputs.proxy.certificate is not Certificate.ACME,
        email=inputs.proxy.email if inputs.proxy.certificate is Certificate.ACME else "",
        hsts=strict_transport(work, site),
    )
    mounts = list(zip(pair, (CERTIFICATE_IN_CONTAINER, KEY_IN_CONTAINER), strict=False))
    if server == "nginx":
        own_file(work, NGINX_CONF, nginx_conf(front))
        mount_nginx(work, site, mounts)
        work.steps.append(f"{inputs.compose_command} up -d --force-recreate --no-deps client")
        service = "client"
    else:
        own_file(work, CADDYFILE, caddyfile(front))
        service = _caddy(work, site, mounts)
    bind_to_loopback(work)
    _look_at_the_result(work, service)


def _server(work: AccessBuilder) -> str:
    """Return ``caddy`` or ``nginx``; on the deploy stack Caddy takes nginx's place where certificates come by ACME."""
    inputs = work.inputs
    server, is_acme = inputs.proxy.server, inputs.proxy.certificate is Certificate.ACME
    if server not in ("", "caddy", "nginx"):
        remedy = "Choose caddy or nginx; for your own proxy, set access to https-existing in the answers."
        work.fault("proxy.server", f"the wizard cannot set up {server[:40]!r}.", remedy)
        return "caddy"
    if server == "nginx" and (inputs.stack is not Stack.DEPLOY or "client" not in inputs.base_services):
        message = "LibreChat's nginx is available only in the deploy stack (the client service in deploy-compose.yml)."
        work.fault("proxy.server", message, "Choose caddy.")
    elif server == "nginx" and is_acme:
        message = "nginx cannot obtain a certificate itself."
        work.fault("proxy.certificate", message, "Set server to caddy, or certificate to internal or files.")
    if server:
        return server
    return "nginx" if inputs.stack is Stack.DEPLOY and "client" in inputs.base_services and not is_acme else "caddy"


def _caddy(work: AccessBuilder, site: Site, mounts: list[tuple[str, str]]) -> str:
    """Have Caddy: as a service of its own, or in the place of the deploy stack's nginx, whose ports it takes over.

    Returns the service that is Caddy.
    """
    inputs = work.inputs
    volumes = [
        *(bind_mount(*pair, read_only=True) for pair in ((f"./{CADDYFILE}", "/etc/caddy/Caddyfile"), *mounts)),
        {"type": "volume", "source": "caddy_data", "target": "/data"},
        {"type": "volume", "source": "caddy_config", "target": "/config"},
    ]
    ports = ["80:80", f"{site.port}:{site.port}", f"{site.port}:{site.port}/udp"]
    service = "caddy"
    if inputs.stack is Stack.DEPLOY and "client" in inputs.base_services:
        service = "client"
        values: dict[str, object] = {
            "image": CADDY_IMAGE,
            "container_name": "LibreChat-Caddy",
            "ports": Tagged("!override", ports),
            "volumes": Tagged("!override", volumes),
        }
        if "build" in inputs.base_services["client"]:
            values = {"build": Tagged("!reset", None), **values}
        for key, value in values.items():
            work.need(Override.with_value, ("services", "client", key), value, part=PART)
        work.notes.append("Caddy replaces the nginx in deploy-compose.yml (the client service).")
    else:
        mapping: dict[str, object] = {
            "image": CADDY_IMAGE,
            "container_name": "LibreChat-Caddy",
            "restart": "unless-stopped",
            "depends_on": [inputs.service],
            "ports": ports,
            "volumes": volumes,
        }
        if inputs.networks:
            # Only in a network of LibreChat's does its name lead there.
            mapping["networks"] = list(inputs.networks)
        work.need(Override.with_service, "caddy", mapping, part=PART)
    for volume in ("caddy_data", "caddy_config"):
        work.need(Override.with_named_volume, volume, part=PART)
    work.steps.append(f"{inputs.compose_command} up -d --force-recreate --no-deps {service}")
    return service


def _look_at_the_result(work: AccessBuilder, proxy: str) -> None:
    """Report what in the operator's own override is in the way, and what of LibreChat stays open past the proxy."""
    override = applied(work)
    if override is None:
        return
    wide = open_ports(override, [work.inputs.service], work.inputs.in_compose)
    if wide:
        work.notes.append(
            f"{work.inputs.override_name} publishes LibreChat itself at {plain(', '.join(wide))}. Anyone who can "
            "reach that port bypasses the proxy and can claim any IP address. Remove that port if you do not need it."
        )
    beside = other_open_ports(work, override, proxy)
    if beside:
        work.notes.append(f"Reachable from other machines without the proxy: {' '.join(beside)}")
