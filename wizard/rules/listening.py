"""Rules: where LibreChat listens inside its container, compared with what the compose files publish."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any, Final

from wizard.answers.model import Stack
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.composefile.container_environment import OriginMechanism
from wizard.deployment.ports import DEFAULT_PORT, Published, bound, is_published_by_another, own_port
from wizard.findings import domains as ids
from wizard.librechat.hosts import is_address, is_loopback
from wizard.rules.view import Rule, View

_IN_VAIN: Final = (OriginMechanism.DOTENV, OriginMechanism.CONTENT)
"""A line at /app/.env: the image's own ``ENV HOST=0.0.0.0`` wins over it (LibreChat's Dockerfile, v0.7.0 and later)."""
_DEBUG: Final = range(9200, 9240)
"""Ports of Node's inspector (nodejs.org/api/debugger.html, 9229), which people publish beside LibreChat's own."""
_WEB: Final = (80, 443)


def host(view: View) -> Iterator[Finding]:
    """Find a HOST address on which only the container itself can connect, or which it does not have (api/server/index.js, app.listen)."""
    effective = view.deployment.effective
    found = effective.values.get("HOST") if effective is not None else None
    if found is None or found.origin.mechanism in _IN_VAIN or not view.has_own_network:
        return
    value = found.value.strip()
    remedy = f"Set HOST=0.0.0.0 (in {plain(str(found.origin))})"
    if is_loopback(value):
        summary = (
            f"HOST={plain(value, limit=60)}: LibreChat listens only inside its own container, so nobody can reach it."
        )
        yield ids.HOST_LOCAL.fail(summary, remedy=remedy)
    elif is_address(value) and not ip_address(value).is_unspecified and value not in _own_addresses(view.api):
        summary = (
            f"HOST={plain(value, limit=60)} is not an address of LibreChat's container, so LibreChat does not start."
        )
        yield ids.HOST_FOREIGN.warn(summary, remedy=remedy)


def _own_addresses(service: Mapping[str, Any]) -> set[str]:
    """Return the fixed addresses that the compose files give a container (``ipv4_address``, ``ipv6_address``)."""
    networks = service.get("networks")
    each = networks.values() if isinstance(networks, Mapping) else ()
    return {str(one.get(key)) for one in each if isinstance(one, Mapping) for key in ("ipv4_address", "ipv6_address")}


def port(view: View) -> Iterator[Finding]:
    """Find published ports of which none leads to where LibreChat listens (PORT; 3080 if it is not set)."""
    deployment = view.deployment
    text = view.value("PORT")
    if not view.has_own_network or (text and (not re.fullmatch("[0-9]{1,5}", text) or not 0 < int(text) < 1 << 16)):
        return
    if "PORT" in f"{view.command} {view.api.get('entrypoint') or ''}" or _is_fixed(view):
        return
    own, published = own_port(deployment), [each for each in bound(deployment) if each.target not in _DEBUG]
    if not published or any(each.target == own for each in published):
        return
    service = plain(deployment.service, limit=60)
    listed = ", ".join(dict.fromkeys(f"{each.port}:{each.target}" for each in published))
    origin = deployment.effective.values.get("PORT") if deployment.effective is not None else None
    says = (
        f"port {own} (PORT in {plain(str(origin.origin))})" if origin is not None else f"port {own} (PORT is not set)"
    )
    summary = f"The service {service} publishes {listed}, but LibreChat listens on {says}: nobody can reach it."
    target = published[0].target
    remedy = (
        f'Set PORT={target}, or add to the override for {service}: ports: !override ["{_written(published[0], own)}"]'
    )
    is_sure = any(_is_meant(view, each) for each in published) and not _has_proxy(view)
    yield (ids.PORT_ELSEWHERE.fail if is_sure else ids.PORT_ELSEWHERE.warn)(summary, remedy=remedy)


def _is_fixed(view: View) -> bool:
    """Whether it is the deploy stack's port, of which ``rules.server.port-deploy`` speaks."""
    return view.deployment.stack is Stack.DEPLOY and view.value("PORT") not in ("", str(DEFAULT_PORT))


def _is_meant(view: View, published: Published) -> bool:
    """Whether a published port can only be meant for people: the image's usual target, or a port that they type."""
    client = view.url("DOMAIN_CLIENT")
    return published.target == DEFAULT_PORT or published.port in (*_WEB, client.port if client is not None else None)


def _has_proxy(view: View) -> bool:
    """Whether another service publishes what people open: it reaches LibreChat without a published port."""
    client = view.url("DOMAIN_CLIENT")
    ports = {*_WEB, client.port or DEFAULT_PORT} if client is not None else {*_WEB}
    return any(is_published_by_another(view.deployment, each) for each in ports)


def _written(published: Published, target: int) -> str:
    address = f"[{published.host}]" if ":" in published.host else published.host
    return f"{f'{address}:' if address else ''}{published.port}:{target}"


RULES: tuple[Rule, ...] = (host, port)
