"""The wizard's own files that a proxy in a container reads, and their mounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.composefile.override import Override
from wizard.plan.access.model import ExtraFile
from wizard.plan.access.names import NGINX_CONF, PART
from wizard.plan.proxy_files import HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wizard.librechat.site import Site
    from wizard.plan.access.builder import AccessBuilder


def own_file(work: AccessBuilder, name: str, text: str) -> None:
    """Write a configuration of the wizard's; one that somebody else wrote is never replaced."""
    present = work.inputs.state(name).data
    if present is not None and present.strip() and not present.startswith(HEADER.split(".")[0].encode()):
        message = f"{name} exists in the folder and was not written by the wizard."
        work.fault("access", message, f"Move {name} elsewhere, or set access to https-existing in the answers.")
        return
    work.files.append(ExtraFile(path=name, content=text.encode()))


def mount_nginx(work: AccessBuilder, site: Site, mounts: Iterable[tuple[str, str]] = ()) -> None:
    """Give the deploy stack's nginx our configuration in place of client/nginx.conf, which stays as it is."""
    for source, target in ((f"./{NGINX_CONF}", "/etc/nginx/conf.d/default.conf"), *mounts):
        work.need(Override.with_volume_mount, "client", source, target, read_only=True, part=PART)
    if site.port not in (80, 443):
        inside = 443 if site.scheme == "https" else 80
        work.need(Override.with_ports, "client", [f"{site.port}:{inside}"], override=False, part=PART)
