"""Asks the check about a sender, with a name server of the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from checks.mail.sender.examine import examine
from checks.mail.sender.task import SenderTask, task_of
from checks.model import RunMemory, Subject
from checks.net.dns import Lookup
from tests.servers.dns import resolver_at
from tests.wizard.rules.builder import deployment
from wizard.basics.finding import Finding, Status

WORST = (Status.FAIL, Status.UNKNOWN, Status.WARN, Status.PASS)


def task(port: int, settings: Mapping[str, str], *, seconds: float = 2, total: float = 20) -> SenderTask:
    """Return the task for these settings; DNS is asked at ``port`` alone."""
    resolver = resolver_at(port)
    made = task_of(Subject(memory=RunMemory(), deployment=deployment(dict(settings))), resolver)
    return replace(made, lookup=Lookup(resolver=resolver, seconds=seconds, total=total))


async def ask(wanted: SenderTask) -> list[Finding]:
    return [finding async for finding in examine(wanted)]


def by_id(findings: Sequence[Finding], identity: str) -> Finding:
    found = [finding for finding in findings if finding.id == identity]
    assert len(found) == 1, [(finding.id, finding.summary) for finding in findings]
    return found[0]


def ids(findings: Sequence[Finding], part: str) -> list[str]:
    return [finding.id for finding in findings if finding.id.startswith(f"sender.{part}.")]
