"""The addresses to check: where people open LibreChat, and where sign-in providers send them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checks.model import Subject
from checks.site.target import address
from wizard.librechat.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAddress:
    """One address and where it is written."""

    named: str
    """``--url``, ``DOMAIN_CLIENT`` or ``DOMAIN_SERVER``."""
    site: Site

    @property
    def settings(self) -> tuple[str, ...]:
        """The variables to change; none where the command line says the address."""
        return () if self.named.startswith("-") else (self.named,)


def site_addresses(subject: Subject) -> tuple[SiteAddress, ...]:
    """Return each place once, DOMAIN_CLIENT's first. ``--url`` stands for both: what it leads to is all that is tested."""
    found: list[SiteAddress] = []
    client = address(subject)
    if client is not None:
        found.append(SiteAddress(named="--url" if subject.site_options.url else "DOMAIN_CLIENT", site=client))
    if not subject.site_options.url:
        try:
            server = Site.parse(subject.deployment.settings.get("DOMAIN_SERVER", "").strip())
        except ValueError:
            # The rules tell what is wrong with it.
            return tuple(found)
        if all(_origin(site_address.site) != _origin(server) for site_address in found):
            found.append(SiteAddress(named="DOMAIN_SERVER", site=server))
    return tuple(found)


def hosts(wanted: Sequence[SiteAddress]) -> tuple[SiteAddress, ...]:
    """Return one address for each host."""
    return tuple({site_address.site.host: site_address for site_address in reversed(wanted)}.values())[::-1]


def _origin(site: Site) -> tuple[str, str, int]:
    return site.scheme, site.host, site.port
