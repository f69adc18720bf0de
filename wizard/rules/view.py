"""The properties of a deployment that rules need, each named once; :mod:`wizard.librechat` decides what settings mean."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from wizard.answers.model import Stack
from wizard.basics.finding import Finding
from wizard.catalogue import by_key
from wizard.deployment.model import Deployment
from wizard.librechat import mail_configured, providers
from wizard.librechat.cookies import is_localhost
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled, is_enabled_default_on


class View(NamedTuple):
    """A deployment with the questions that several rules ask."""

    deployment: Deployment

    @property
    def release(self) -> Release:
        """The release that the rules are about."""
        return self.deployment.release

    @property
    def api(self) -> Mapping[str, Any]:
        """LibreChat's service of the merged compose files; empty if there is none."""
        return self.deployment.librechat

    @property
    def has_own_network(self) -> bool:
        """Whether LibreChat's container has its own network, so that ``localhost`` is only that container."""
        deployment = self.deployment
        if deployment.stack is Stack.HELM:
            return True
        services: Mapping[str, Any] = deployment.compose.get("services") or {}
        modes = [str((service or {}).get("network_mode") or "") for service in services.values()]
        in_container = deployment.stack in (Stack.COMPOSE, Stack.DEPLOY) and bool(self.api)
        return in_container and not self.api.get("network_mode") and f"service:{deployment.service}" not in modes

    @property
    def command(self) -> str:
        """What the compose files start in LibreChat's container, on one line; empty if it is what the image starts."""
        command = self.api.get("command") or ""
        return " ".join(map(str, command)) if isinstance(command, list) else str(command)

    def value(self, name: str) -> str:
        """Return a setting without blanks around it; nothing if it is not set."""
        return self.deployment.settings.get(name, "").strip()

    def is_set(self, name: str) -> bool:
        """Whether the line is there, be it empty."""
        return name in self.deployment.settings

    def is_on(self, name: str) -> bool:
        """Whether a switch is on, as LibreChat reads it."""
        text = self.deployment.settings.get(name)
        setting = by_key().get(name)
        if setting is not None and setting.kind.value == "bool-default-on":
            return is_enabled_default_on(text)
        return is_enabled(text)

    @property
    def has_smtp(self) -> bool:
        """Whether an SMTP server is named."""
        return mail_configured.has_smtp(self.deployment.settings)

    @property
    def has_mail(self) -> bool:
        """Whether LibreChat considers mail configured."""
        return mail_configured.is_configured(self.deployment.settings, self.release)

    @property
    def has_ldap(self) -> bool:
        """Whether sign-in goes to LDAP."""
        return providers.has_ldap(self.deployment.settings)

    @property
    def has_openid(self) -> bool:
        """Whether OpenID is configured."""
        return "openid" in self.providers

    @property
    def has_saml(self) -> bool:
        """Whether SAML is configured."""
        return "saml" in self.providers

    @property
    def providers(self) -> tuple[str, ...]:
        """The providers that are completely configured, by their names in librechat.yaml."""
        return providers.configured(self.deployment.settings, self.release)

    def url(self, name: str) -> SplitResult | None:
        """Return a setting as URL, ``None`` if it is none with scheme and host."""
        try:
            parts = urlsplit(self.value(name))
            # Only asking for the port tells one that is not a port number.
            port = parts.port
        except ValueError:
            return None
        return parts if parts.scheme and parts.hostname and port != 0 else None

    @property
    def is_local(self) -> bool:
        """Whether LibreChat treats DOMAIN_SERVER as localhost."""
        return is_localhost(self.deployment.settings.get("DOMAIN_SERVER", ""))

    @property
    def config(self) -> Mapping[str, Any]:
        """librechat.yaml where it takes effect, else nothing."""
        return (self.deployment.config if self.deployment.config_mounted else None) or {}

    @property
    def registration(self) -> dict[str, object]:
        """``registration:`` of librechat.yaml where it takes effect, else nothing."""
        registration = self.config.get("registration")
        return dict(registration) if isinstance(registration, dict) else {}


Rule = Callable[[View], Iterator[Finding]]
