"""Checks whether receivers would trust mail from the domain in EMAIL_FROM: MX, SPF, DKIM and DMARC."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Final

from checks.model import Check, Skip, Subject
from wizard.basics.finding import Finding

if TYPE_CHECKING:
    import dns.asyncresolver


def resolver_of(_: Subject) -> dns.asyncresolver.Resolver:
    """Return the resolver that is asked: the machine's own. Raises ``dns.exception.DNSException`` if it has none."""
    import dns.asyncresolver

    return dns.asyncresolver.Resolver()


def _applies(subject: Subject) -> Skip | None:
    from wizard.librechat.mail_configured import has_transport

    deployment = subject.deployment
    if not has_transport(deployment.settings, deployment.release):
        return Skip(because="no mail server is configured")
    if not deployment.settings.get("EMAIL_FROM"):
        return Skip(because="EMAIL_FROM is not set")
    from checks.mail.sender.domain import is_practice

    return (
        Skip(because="EMAIL_FROM uses a reserved test domain, and an internal server sends the mail")
        if is_practice(subject)
        else None
    )


def _static(subject: Subject) -> Iterator[Finding]:
    from checks.mail.sender.domain import cannot_send

    yield from cannot_send(subject)


async def _run(subject: Subject) -> AsyncIterator[Finding]:
    import dns.exception

    from checks.mail.sender.domain import cannot_send
    from checks.mail.sender.examine import examine
    from checks.mail.sender.task import task_of
    from wizard.findings import sender as ids

    if any(cannot_send(subject)):
        return
    try:
        resolver = resolver_of(subject)
    except (dns.exception.DNSException, OSError, UnicodeError):
        summary = "This machine has no usable DNS resolver, so the sender's domain could not be checked."
        yield ids.DNS_SILENT.unknown(summary, settings=(), remedy="Check /etc/resolv.conf.")
        return
    async for finding in examine(task_of(subject, resolver)):
        yield finding


SENDER: Final = Check(
    id="sender", title="Sender's domain", applies=_applies, static=_static, run=_run, network=True, seconds=60
)
