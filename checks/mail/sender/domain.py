"""Sender domains that cannot send, recognized from the settings alone, without a network."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final

from checks.mail.sender.providers import MAILGUN, Provider, is_below, mailbox_provider, provider_of
from checks.model import Subject
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import sender as ids
from wizard.librechat.hosts import is_address
from wizard.librechat.mail_transport import Mailgun, Transport, sender, transport

_NOT_YOURS: Final = ("librechat.ai", "example.com", "example.net", "example.org", "example", "invalid")
"""LibreChat's own domain, which its sample .env names, and what nobody can register (RFC 2606 sections 2 and 3)."""
_INSIDE: Final = ("localhost", "local", "internal", "lan", "home.arpa", "localdomain", "test")
"""Names that no public DNS answers for (RFC 6761, 6762 and 8375, ICANN's ``internal``), or not the same everywhere."""

_PRACTICE: Final = ("example", "test", "invalid")
"""Top labels for samples and tests (RFC 2606 section 2)."""


def domain_of(address: str) -> str:
    """Return the domain of an address in small letters, without a last dot; empty if there is none."""
    return address.rpartition("@")[2].lower().removesuffix(".") if "@" in address else ""


def provider_for(chosen: Transport) -> Provider | None:
    """Return the provider behind a transport."""
    return MAILGUN if isinstance(chosen, Mailgun) else provider_of(chosen.host)


def is_inside(chosen: Transport) -> bool:
    """Whether the mail server is on this machine or in this network, by its name or address alone."""
    if isinstance(chosen, Mailgun):
        return False
    if is_address(chosen.host):
        return not ipaddress.ip_address(chosen.host).is_global
    return "." not in chosen.host.removesuffix(".") or any(is_below(chosen.host, end) for end in (*_INSIDE, *_PRACTICE))


def is_practice(subject: Subject) -> bool:
    """Whether a made-up domain sends through a server inside, as in ``demo``: no receiver ever sees such mail."""
    chosen = transport(subject.deployment.settings, subject.deployment.release)
    domain = domain_of(sender(subject.deployment.settings, subject.deployment.release).envelope)
    return chosen is not None and is_inside(chosen) and any(is_below(domain, end) for end in _PRACTICE)


def cannot_send(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the sender's domain for every receiver, whatever DNS says."""
    deployment = subject.deployment
    chosen = transport(deployment.settings, deployment.release)
    if chosen is None:
        return
    address = sender(deployment.settings, deployment.release).envelope
    domain = domain_of(address)
    shown, inside = plain(domain), is_inside(chosen)
    if not domain:
        yield ids.ADDRESS_NONE.fail()
    elif any(is_below(domain, end) for end in _INSIDE) or "." not in domain or domain.endswith("]"):
        summary = f"EMAIL_FROM is an address at {shown}, a name that may exist only on your own network."
        if inside:
            summary += " External mail servers refuse mail from such a domain."
            yield ids.DOMAIN_INSIDE.warn(summary)
        else:
            summary += " Mail servers refuse mail from a domain that they cannot find."
            yield ids.DOMAIN_INSIDE.fail(summary, remedy="EMAIL_FROM=somebody@a-domain-of-yours")
    elif any(is_below(domain, end) for end in _NOT_YOURS):
        summary = (
            f"EMAIL_FROM is an address at {shown}, which is not yours: servers refuse the mail or treat it as forged."
        )
        yield ids.DOMAIN_SAMPLE.fail(summary)
    else:
        yield from _foreign_mailbox(domain, provider_for(chosen))


def _foreign_mailbox(domain: str, used: Provider | None) -> Iterator[Finding]:
    owner = mailbox_provider(domain)
    if owner is None or owner is used:
        return
    by = f"{used.title} sends the mail" if used is not None else "another server sends the mail"
    summary = f"EMAIL_FROM is a mailbox at {owner.title} ({domain}), but {by}. Only {owner.title} may sign for that domain, so receivers treat the mail as forged."
    remedy = f"Send through {owner.title}'s own mail server, or set EMAIL_FROM to an address at your own domain."
    yield ids.DOMAIN_MAILBOX.fail(summary, remedy=remedy)
