"""How people reach LibreChat: what that answer means for settings, compose override and additional files."""

from __future__ import annotations

from wizard.answers.model import Access, Certificate, Proxy
from wizard.plan.access.model import AccessInputs, AccessPlan
from wizard.plan.access.names import (
    AUTHORITY,
    AUTHORITY_KEY,
    CADDYFILE,
    NGINX_CONF,
    READY,
    SERVER_CERTIFICATE,
    SERVER_KEY,
)

__all__ = ["AccessInputs", "AccessPlan", "file_names", "needs"]


def file_names(proxy: Proxy) -> tuple[str, ...]:
    """Return the paths, relative to the folder or absolute, whose content :func:`needs` wants to know."""
    own = (CADDYFILE, NGINX_CONF, AUTHORITY, SERVER_CERTIFICATE, SERVER_KEY, AUTHORITY_KEY, *READY.values())
    given = (proxy.certificate_file, proxy.key_file) if proxy.certificate is Certificate.FILES else ()
    return (*own, *(name for name in given if name))


def needs(inputs: AccessInputs) -> AccessPlan:
    """Return what the chosen access needs.

    Faults of the answers are in ``problems``, all of them at once. Nothing is raised but ``InvalidInput`` for an
    override that is not valid YAML.
    """
    from wizard.plan.access.builder import AccessBuilder

    work = AccessBuilder(inputs)
    match inputs.access:
        case Access.LOCALHOST:
            from wizard.plan.access.localhost import localhost

            localhost(work)
        case Access.HTTP_LAN:
            from wizard.plan.access.http_lan import http_lan

            http_lan(work)
        case Access.HTTPS_PROXY:
            from wizard.plan.access.own_proxy import https_proxy

            https_proxy(work)
        case Access.HTTPS_EXISTING:
            from wizard.plan.access.existing import https_existing

            https_existing(work)
        case None:
            return AccessPlan()
    return work.plan()
