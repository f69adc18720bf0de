"""The ports that LibreChat's compose files publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.answers.model import Stack
from wizard.plan.access.admin import asked_admin
from wizard.plan.access.names import PART

if TYPE_CHECKING:
    from wizard.plan.access.work import Work

TAGS_SINCE: Final = "2.24.4"
"""First Docker Compose that knows ``!override`` (docs.docker.com/reference/compose-file/merge, "Replace value"). The
old docker-compose 1 stops at a tag that it does not know; others before this one would publish the port twice."""


def bind_to_loopback(work: Work) -> None:
    """Close LibreChat's own ports to the network: only the proxy is to be reached."""
    inputs = work.inputs
    port = f"127.0.0.1:{inputs.port}:{inputs.port}" if inputs.stack is Stack.DEPLOY else "127.0.0.1:${PORT}:${PORT}"
    work.needs.append(lambda override: override.with_ports("api", [port], part=PART))
    if inputs.has_admin_panel and inputs.stack is Stack.COMPOSE:
        panel = "127.0.0.1:${ADMIN_PANEL_PORT:-3000}:3000"
        work.needs.append(lambda override: override.with_ports("admin-panel", [panel], part=PART))
        if asked_admin(work) is None:
            work.notes.append(
                "The admin panel is reachable from this machine only: http://localhost:3000, from elsewhere through "
                "ssh -L 3000:localhost:3000. To serve it by the proxy give ADMIN_PANEL_URL a host name of its own "
                "(https)."
            )
    work.notes.append(
        f"LibreChat's own port is bound to loopback with the tag !override, which needs Docker Compose {TAGS_SINCE} or "
        "newer (docker compose version); older ones refuse the file or publish the port twice."
    )
