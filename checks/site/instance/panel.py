"""The admin panel as the compose files configure it (src/server/session.ts and utils/url.ts of ClickHouse/librechat-admin-panel)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checks.browser.origin import parse_web_address
from wizard.dotenv.compose import interpolate
from wizard.findings import instance as ids
from wizard.librechat.routes import PANEL_SINCE

if TYPE_CHECKING:
    from checks.browser.origin import WebAddress
    from wizard.basics.finding import Finding
    from wizard.deployment.model import Deployment

SERVICE: Final = "admin-panel"
DEFAULT_URL: Final = "http://localhost:3000"
"""Where LibreChat sends administrators back to if ADMIN_PANEL_URL is not set (packages/api/src/auth/exchange.ts:14)."""
_ITSELF: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The panel's settings, as far as somebody else can see that they are wrong."""

    address: str
    """Where browsers open it."""
    returns_to: str
    """Where LibreChat sends administrators back to."""
    api_server: str
    """Where its server asks LibreChat."""
    api_browser: str
    """Where its page sends browsers."""

    @property
    def opens(self) -> WebAddress | None:
        """``address``, parsed; ``None``: nobody can open it."""
        return parse_web_address(self.address)


def panel_of(deployment: Deployment) -> Panel | None:
    """Return the panel of the compose files; ``None``: there is none."""
    services = deployment.compose.get("services")
    service = services.get(SERVICE) if isinstance(services, Mapping) else None
    if not isinstance(service, Mapping) or deployment.release < PANEL_SINCE:
        return None
    values = deployment.variables
    given = service.get("environment")
    environment = {
        name: interpolate(str(value or ""), values)
        for name, value in (given if isinstance(given, Mapping) else {}).items()
    }
    browser = environment.get("VITE_API_BASE_URL") or "http://localhost:3080"
    named = deployment.settings.get("ADMIN_PANEL_URL", "").strip()
    return Panel(
        address=named or _published(deployment, service),
        returns_to=named or DEFAULT_URL,
        api_server=environment.get("API_SERVER_URL") or browser,
        api_browser=browser.rstrip("/"),
    )


def _published(deployment: Deployment, service: Mapping[str, Any]) -> str:
    """Return the panel's address if none is set: the port that it publishes, under LibreChat's own name."""
    client = parse_web_address(deployment.settings.get("DOMAIN_CLIENT", ""))
    for entry in service.get("ports") or ():
        if not isinstance(entry, Mapping):
            continue
        parts = {
            name: interpolate(str(entry.get(name) or ""), deployment.variables) for name in ("host_ip", "published")
        }
        if parts["published"]:
            is_local = parts["host_ip"].startswith(("127.", "::1")) or client is None or client.encrypted
            return f"http://{'localhost' if client is None or is_local else client.host}:{parts['published']}"
    return DEFAULT_URL


def panel_settings_findings(panel: Panel, deployment: Deployment) -> Iterator[Finding]:
    """Yield what the settings alone say."""
    target = parse_web_address(panel.api_server)
    services = deployment.compose.get("services")
    names = set(services) if isinstance(services, Mapping) else set()
    own, port = deployment.service or "api", deployment.settings.get("PORT", "").strip() or "3080"
    is_other = target is None or target.host in (names - {own}) | _ITSELF
    if target is None or is_other or (target.host == own and str(target.port) != port):
        remedy = f"Set API_SERVER_URL=http://{own}:{port} in the environment of {SERVICE}"
        yield ids.PANEL_API_SERVER.fail(remedy=remedy, evidence=(f"API_SERVER_URL={panel.api_server}",))
    if panel.opens is None:
        yield ids.PANEL_URL.fail(
            "ADMIN_PANEL_URL is not a valid URL.", evidence=(f"ADMIN_PANEL_URL={panel.returns_to}",)
        )
    elif panel.returns_to.endswith("/"):
        remedy = f"ADMIN_PANEL_URL={panel.returns_to.rstrip('/')}"
        yield ids.PANEL_URL.fail(remedy=remedy, evidence=(f"ADMIN_PANEL_URL={panel.returns_to}",))
    elif panel.opens != parse_web_address(panel.returns_to):
        yield ids.PANEL_URL.fail(
            "ADMIN_PANEL_URL is not set, and the admin panel is not at http://localhost:3000.",
            remedy=f"ADMIN_PANEL_URL={panel.address}",
        )
