"""The address of the admin panel (v0.8.7 and later)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.answers.model import Stack
from wizard.librechat.site import Site

if TYPE_CHECKING:
    from wizard.plan.access.builder import AccessBuilder


def asked_admin(work: AccessBuilder) -> Site | None:
    """Return the address of ADMIN_PANEL_URL if a proxy can serve it next to LibreChat."""
    inputs = work.inputs
    text = inputs.values.get("ADMIN_PANEL_URL", "")
    if not inputs.has_admin_panel or not text:
        return None
    try:
        site = Site.parse(text)
    except ValueError:
        return None
    main = inputs.values.get("DOMAIN_CLIENT") or inputs.values.get("DOMAIN_SERVER", "")
    try:
        same = Site.parse(main).host == site.host
    except ValueError:
        same = False
    usable = (
        not site.is_loopback and not same and not site.path and site.port == (443 if site.scheme == "https" else 80)
    )
    return site if usable else None


def admin_site(work: AccessBuilder) -> Site | None:
    """Return where the proxy serves the admin panel.

    A host name of its own in ADMIN_PANEL_URL; else, on the deploy stack, http://admin.localhost as LibreChat's
    client/nginx.conf does since v0.8.7; else nowhere.
    """
    inputs = work.inputs
    if (site := asked_admin(work)) is not None and (site.scheme == "https") == (str(inputs.access) == "https-proxy"):
        if site.scheme == "https":
            work.set("ADMIN_PANEL_SESSION_COOKIE_SECURE", "true")
        return site
    if inputs.has_admin_panel and inputs.stack is Stack.DEPLOY:
        work.notes.append(
            "The admin panel stays at http://admin.localhost on this machine, as set in deploy-compose.yml."
        )
        return Site(scheme="http", host="admin.localhost", port=80)
    return None
