"""Checks that LibreChat runs with the written files, and decides which failed check undoes the change.

A change is not undone for what it cannot have broken, because rolling back would fix nothing and cost the operator the work. The
files, the rules and whether people stay signed in are the change's own. A name that does not lead here yet, a certificate that
is still to come or another machine that answers in LibreChat's place are not, unless people came to it at that address just before.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wizard.apply.events import ApplyEvent, Checked, Failed, Note, Reason
from wizard.basics.check_events import Found
from wizard.basics.finding import Finding, Status
from wizard.findings.instance import LIBRECHAT
from wizard.findings.openid_inside import NOT_REGISTERED

if TYPE_CHECKING:
    from wizard.basics.check_events import CheckEvent
    from wizard.librechat.site import Site

_OTHERS: Final = frozenset({"dns", "proxy", "smtp", "mailgun", "sender", "delivery", "openid", "oauth", "ldap", "saml"})
"""What answers there is not LibreChat; the settings of mail and of sign-in were judged before they were written."""
_PATIENCE: Final = 40.0
"""Seconds for the look at how people come to LibreChat before the change; what is not known then counts as not open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAccess:
    """How people come to LibreChat."""

    site: Site | None = None
    """Where, once the change is in effect."""
    before: Callable[[], AsyncIterator[CheckEvent]] | None = None
    """Runs the checks of that address as it is before the change; ``None`` if people come to another address then, or offline."""


async def is_open(access: SiteAccess) -> bool:
    """Whether people reach LibreChat at the address now."""
    if access.before is None:
        return False
    found = set()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            async for event in access.before():
                if isinstance(event, Found) and event.finding.status is Status.PASS:
                    found.add(event.finding.id)
    return LIBRECHAT.id in found


def may_be_caused_by(finding: Finding, access: SiteAccess, *, was_open: bool) -> bool:
    """Whether the change can have broken what this finding is about."""
    if finding.status is not Status.FAIL:
        return False
    match finding.check:
        case _ if finding.id == NOT_REGISTERED.id:
            # LibreChat itself said so, with the new settings.
            return True
        case check if check in _OTHERS:
            return False
        case "instance":
            # Nobody but this machine is asked under an address or localhost; under a name anybody may answer.
            return was_open or access.site is None or access.site.is_address or access.site.is_loopback
        case "tls":
            return was_open
        case _:
            return True


def ending(in_effect: Finding | None) -> str:
    """Return how an apply ends that is not undone although LibreChat itself says that it runs with other settings; else nothing."""
    if in_effect is None or in_effect.status is not Status.FAIL:
        return ""
    return f"The settings were written, but LibreChat does not use them ({in_effect.id})."


async def proven(
    first: Finding | None,
    checks: Callable[[], AsyncIterator[CheckEvent]],
    undoing: Callable[[Finding], bool],
) -> AsyncGenerator[ApplyEvent, None]:
    """Yield the checks' events behind ``first``; a ``Failed`` comes last where a finding undoes the change.

    Where LibreChat does not run with the files, nothing else is asked: it would be told about the old settings. ``None``: it
    could not be asked past every proxy.
    """
    found = [] if first is None else [first]
    if first is not None:
        yield Checked(event=Found(check="instance", finding=first))
    if first is None or first.status is not Status.FAIL:
        async for event in checks():
            if isinstance(event, Found):
                found.append(event.finding)
                if first is not None and (event.finding.id, event.finding.status) == (first.id, first.status):
                    continue
            yield Checked(event=event)
    failed = [one for one in found if undoing(one)]
    if failed:
        yield Failed(
            reason=Reason.CHECKS,
            summary="LibreChat is running, but a check failed.",
            findings=tuple(failed),
            remedy=failed[0].remedy,
        )
        return
    others = dict.fromkeys(one.id for one in found if one.status is Status.FAIL)
    if others:
        yield Note(
            text=f"The new settings are kept, because rolling back would not fix these failures: {', '.join(others)}."
        )
