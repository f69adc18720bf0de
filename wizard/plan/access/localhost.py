"""Access from this machine only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.catalogue.questions import variable_id
from wizard.librechat.cookies import LOCALHOST_SINCE
from wizard.librechat.site import Site
from wizard.plan.access.hsts import note_useless_header
from wizard.plan.access.ports import bind_everything

if TYPE_CHECKING:
    from wizard.plan.access.builder import AccessBuilder


def localhost(work: AccessBuilder) -> None:
    """Collect what a LibreChat for this machine alone needs."""
    inputs = work.inputs
    default = Site(scheme="http", host="localhost", port=inputs.port)
    site = default
    text = inputs.asked("DOMAIN_CLIENT") or inputs.asked("DOMAIN_SERVER")
    if text:
        parsed = work.parsed("DOMAIN_CLIENT", text)
        if parsed is None:
            return
        if not parsed.is_loopback:
            message = f"access: localhost means this machine only, but {text[:80]} is a different address."
            work.fault(
                variable_id("DOMAIN_CLIENT"), message, "Leave out the address, or choose a different access mode."
            )
            return
        site = parsed
    work.domains(site)
    work.trust_proxy(1)
    note_useless_header(work)
    work.notes.append(f"LibreChat is reachable only from this machine: {site.url}.")
    bind_everything(work, site.bracketed if site.is_address else "127.0.0.1")
    if inputs.release < LOCALHOST_SINCE:
        work.notes.append(
            f"LibreChat {inputs.release} sets Secure on its sign-in cookies even on localhost. Chrome and Firefox "
            "keep such cookies. Safari does not, so Safari users are signed out at the first reload."
        )
