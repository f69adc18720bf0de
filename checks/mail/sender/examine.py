"""The part of the sender check that queries DNS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from checks.mail.sender.dkim_verdict import judge_dkim
from checks.mail.sender.dmarc_verdict import judge_alignment, judge_dmarc
from checks.mail.sender.providers import mailbox_provider
from checks.mail.sender.spf_verdict import judge_spf
from checks.mail.sender.task import SenderTask
from checks.net.dns import BadName, DnsAnswer
from checks.net.errors import DnsError
from wizard.basics.finding import Finding
from wizard.basics.plain_text import plain
from wizard.findings import sender as ids

_MOST_SERVERS = 3


async def examine(task: SenderTask) -> AsyncIterator[Finding]:
    """Yield what DNS says about the sender's domain; the last finding is ``sender.aligned.*`` if it came to that."""
    name = plain(task.domain)
    if mailbox_provider(task.domain) is not None:
        # Another provider's mailbox was told without DNS.
        yield ids.MAILBOX.passed(f"The mail is sent through the mail provider of {name}.")
        return
    try:
        servers = await task.lookup.ask(task.domain, "MX")
    except BadName:
        summary = f"{name} is not a valid domain: part of it is empty or too long."
        yield ids.DOMAIN_UNKNOWN.fail(summary)
        return
    except DnsError as error:
        summary = f"Could not check the DNS records of {name}: {plain(str(error))}."
        yield ids.DNS_SILENT.unknown(summary)
        return
    if not servers.exists and await task.lookup.knows_nothing():
        summary = f"The DNS resolver on this machine reports that no name exists, not even the root domain, so {name} could not be checked."
        remedy = "Check that this machine is online, and that its network allows DNS queries."
        yield ids.DNS_SILENT.unknown(summary, settings=(), remedy=remedy)
        return
    if not servers.exists:
        summary = f"The domain {name} does not exist in DNS: mail servers refuse mail from it."
        yield ids.DOMAIN_UNKNOWN.fail(summary, remedy="Correct EMAIL_FROM, or register the domain.")
        return
    reachable, spf, dkim, (policy_findings, policy) = await asyncio.gather(
        _judge_servers(task, servers), judge_spf(task), judge_dkim(task), judge_dmarc(task)
    )
    for finding in (*reachable, *spf.findings, *dkim.findings, *policy_findings):
        yield finding
    yield judge_alignment(task, spf, dkim, policy)


async def _judge_servers(task: SenderTask, servers: DnsAnswer) -> tuple[Finding, ...]:
    """Can the domain get mail: receivers refuse a sender that no answer can reach (RFC 5321 section 5.1, RFC 7505)."""
    name = plain(task.domain)
    if servers.names == ("",):
        summary = f"{name} has a null MX record, so it accepts no mail, and many servers refuse mail from it."
        return (ids.MX_NULL.fail(summary),)
    try:
        targets = servers.names[:_MOST_SERVERS] or (task.domain,)
        is_there = [await _has_address(task, target) for target in targets if target]
    except DnsError as error:
        summary = f"Could not check whether mail to {name} can arrive: {plain(str(error))}."
        return (ids.MX_UNKNOWN.unknown(summary),)
    shown = ", ".join(plain(target) for target in targets)
    if not any(is_there):
        summary = f"No mail can be sent to {name}: it has no mail server with an IP address. Many servers refuse mail from such a domain."
        return (ids.MX_MISSING.fail(summary, evidence=(shown,) if servers.names else ()),)
    if not servers.names:
        summary = f"{name} has no MX record: replies and bounces go to the machine that the name itself resolves to."
        return (ids.MX_IMPLICIT.warn(summary),)
    return (ids.MX_OK.passed(f"{name} receives mail at {shown}."),)


async def _has_address(task: SenderTask, name: str) -> bool:
    try:
        replies = [await task.lookup.ask(name, kind) for kind in ("A", "AAAA")]
    except BadName:
        return False
    return any(reply.addresses for reply in replies)
