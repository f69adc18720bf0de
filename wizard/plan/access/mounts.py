"""Files of the wizard's own that a proxy in a container reads, and their mounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wizard.plan.access.model import ExtraFile, Need
from wizard.plan.access.names import NGINX_CONF, PART
from wizard.plan.proxy_files import HEADER

if TYPE_CHECKING:
    from wizard.composefile.override import Override
    from wizard.librechat.site import Site
    from wizard.plan.access.work import Work


def mount(source: str, target: str) -> dict[str, Any]:
    """Return the mount of a file that the container cannot change."""
    return {"type": "bind", "source": source.replace("$", "$$"), "target": target, "read_only": True}


def own_file(work: Work, name: str, text: str) -> None:
    """Write a configuration of the wizard's; one that somebody else wrote is never replaced."""
    present = work.inputs.state(name).data
    if present is not None and present.strip() and not present.startswith(HEADER.split(".")[0].encode()):
        message = f"{name} stands in the folder and was not written by the wizard."
        work.fault("access", message, f"Move {name} away, or answer access: https-existing.")
        return
    work.files.append(ExtraFile(path=name, content=text.encode()))


def mount_nginx(work: Work, site: Site, mounts: list[dict[str, Any]] | None = None) -> None:
    """Give the deploy stack's nginx our configuration in place of client/nginx.conf, which stays as it is."""
    for each in (mount(f"./{NGINX_CONF}", "/etc/nginx/conf.d/default.conf"), *(mounts or [])):
        work.needs.append(_mounted("client", each))
    if site.port not in (80, 443):
        inside = 443 if site.scheme == "https" else 80
        ports = [f"{site.port}:{inside}"]
        work.needs.append(lambda override: override.with_ports("client", ports, override=False, part=PART))


def _mounted(service: str, volume: dict[str, Any]) -> Need:
    def need(override: Override) -> Override:
        source = str(volume["source"]).replace("$$", "$")
        return override.with_volume_mount(service, source, volume["target"], read_only=True, part=PART)

    return need
