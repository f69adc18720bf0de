"""The task of the sender check: which sender, and what to find out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checks.mail.sender.domain import domain_of, is_inside, provider_for
from checks.mail.sender.providers import Provider
from checks.model import Subject
from checks.net.dns import Lookup
from wizard.librechat.mail_transport import Mailgun, Smtp, sender, transport

if TYPE_CHECKING:
    import dns.asyncresolver


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderTask:
    """Everything that the check needs to know; made once."""

    address: str
    """After MAIL FROM and in the From header."""
    domain: str
    """Of the address: what people see, and what DMARC asks about (RFC 7489 section 3.1)."""
    lookup: Lookup = field(repr=False)
    provider: Provider | None = None
    host: str = ""
    """The SMTP server's name or address; empty for the Mailgun API."""
    is_inside: bool = False
    """Whether the server is in the own network, so that the address it sends from is another one."""
    spf_domain: str = ""
    """Whose SPF is asked: the domain after MAIL FROM; empty: the provider puts an unknown one of its own there."""
    signing_domain: str = ""
    """``d=`` of the signature that the provider or server is expected to make."""
    selectors: tuple[str, ...] = ()
    """Selectors that are known from a received message; they go before the provider's own."""


def task_of(subject: Subject, resolver: dns.asyncresolver.Resolver) -> SenderTask:
    """Return the task for a deployment that sends mail from an address with a domain."""
    deployment = subject.deployment
    chosen = transport(deployment.settings, deployment.release)
    if chosen is None:
        raise TypeError("the check applies only to deployments that send mail")
    address = sender(deployment.settings, deployment.release).envelope
    domain = domain_of(address)
    provider = provider_for(chosen)
    own_domain = domain
    if isinstance(chosen, Mailgun):
        own_domain = chosen.domain.lower().removesuffix(".")
    elif provider is not None and provider.id == "mailgun" and chosen.credentials is not None:
        # Mailgun's SMTP users are postmaster@the-sending-domain.
        own_domain = domain_of(chosen.credentials.user) or domain
    is_elsewhere = provider is not None and provider.own_return_path and provider.id != "mailgun"
    return SenderTask(
        address=address,
        domain=domain,
        lookup=Lookup(resolver=resolver),
        provider=provider,
        host=chosen.host if isinstance(chosen, Smtp) else "",
        is_inside=is_inside(chosen),
        spf_domain="" if is_elsewhere else own_domain,
        signing_domain=own_domain,
    )
