"""The ``saml`` check in the order of a sign-in: settings, metadata, request, response."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from checks.provider.conversation import ProviderConversation, Transport
from checks.provider.saml.metadata import metadata_findings
from checks.provider.saml.own_settings import settings_findings
from checks.provider.saml.pasted import response_findings
from checks.provider.saml.request import request_finding
from checks.provider.saml.task import SamlTask
from checks.provider.verdict import undecided
from wizard.basics.finding import Finding, Status
from wizard.findings import saml as ids

MOST: Final = 6
"""Requests in a run: the metadata, the sign-in request, and where it is sent on to."""


async def examine(task: SamlTask, transport: Transport) -> AsyncIterator[Finding]:
    """Yield what is found beyond the settings; nothing is asked while they cannot work."""
    own = tuple(settings_findings(task))
    if any(finding.status is Status.FAIL for finding in own):
        return
    conversation = ProviderConversation(transport, most=MOST)
    found: list[Finding] = []
    if task.metadata:
        found += await metadata_findings(task, conversation)
    if not task.unsent and not any(finding.status is Status.FAIL for finding in found):
        found.append(await request_finding(task, conversation))
    if task.response is not None:
        found += response_findings(task)
    for finding in found:
        yield finding
    unsent = (f"The sign-in request was not sent: {task.unsent}.",) if task.unsent else ()
    evidence = unsent + (() if task.response is not None else (ids.UNDECIDED.fix,))
    unreached = (ids.NO_ANSWER, *((ids.METADATA_UNREAD,) if task.unsent else ()))
    for finding in undecided(ids.UNDECIDED, (*own, *found), unreached=unreached, evidence=evidence):
        yield finding
