"""Proves that LibreChat runs with what was written, and decides which failed check undoes it.

A change is not undone for what it cannot have broken, because going back would mend nothing and cost the operator the work. The
files, the rules and whether people stay signed in are the change's own. A name that does not lead here yet, a certificate that
is still to come or another machine that answers in LibreChat's place are not, unless people came to it at that address just before.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checks.model import Found
from wizard.apply.events import Checked, Event, Failed, Note, Reason
from wizard.basics.finding import Finding, Status

if TYPE_CHECKING:
    from checks import model
    from checks.net.http import HttpResponse
    from wizard.deployment.model import Deployment
    from wizard.librechat.site import Site

_OTHERS: Final = frozenset({"dns", "proxy", "smtp", "mailgun", "sender", "delivery"})
"""What answers there is not LibreChat; the settings of mail were judged before they were written."""
_OK: Final = 200
_PATIENCE: Final = 40.0
"""Seconds for the look at how people come to LibreChat before the change; what is not known then counts as not open."""
_REACHED: Final = "instance.librechat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How people come to LibreChat."""

    site: Site | None = None
    """Where, once the change is in effect."""
    before: Callable[[], AsyncIterator[model.Event]] | None = None
    """Runs the checks of the way as it is before the change; ``None`` where people come to another address then, or offline."""


async def is_open(way: Way) -> bool:
    """Whether people reach LibreChat at the address now."""
    if way.before is None:
        return False
    found = set()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            async for event in way.before():
                if isinstance(event, Found) and event.finding.status is Status.PASS:
                    found.add(event.finding.id)
    return _REACHED in found


def undoes(finding: Finding, way: Way, *, was_open: bool) -> bool:
    """Whether the change can have broken what this finding is about."""
    if finding.status is not Status.FAIL:
        return False
    match finding.id.partition(".")[0]:
        case check if check in _OTHERS:
            return False
        case "instance":
            # Nobody but this machine is asked under an address or localhost; under a name anybody may answer.
            return was_open or way.site is None or way.site.is_address or way.site.is_loopback
        case "tls":
            return was_open
        case _:
            return True


def in_effect(answer: HttpResponse | None, deployment: Deployment) -> Finding:
    """Compare what LibreChat says of itself past every proxy with the files."""
    from checks.site.instance.compare import ASKED, applied

    shown = answer.object if answer is not None and answer.status == _OK else {}
    if not shown.keys() & ASKED.keys():
        return Finding(
            id="instance.applied",
            status=Status.UNKNOWN,
            summary="Whether LibreChat runs with these settings could not be told: /api/config gave no settings.",
            remedy="'librechat-wizard doctor --only instance' asks it at the address that people open.",
        )
    remedy = "Another container may answer on this port, or something sets these variables outside of the files."
    return applied(shown, deployment, remedy=remedy)


async def proven(
    first: Finding,
    checks: Callable[[], AsyncIterator[model.Event]],
    undoing: Callable[[Finding], bool],
) -> AsyncGenerator[Event, None]:
    """Give the checks' events behind ``first``; a ``Failed`` comes last where a finding undoes the change.

    Where LibreChat does not run with the files, nothing else is asked: it would be told about the old settings.
    """
    found = [first]
    yield Checked(event=Found(check="instance", finding=first))
    if first.status is not Status.FAIL:
        async for event in checks():
            if isinstance(event, Found):
                found.append(event.finding)
                if (event.finding.id, event.finding.status) == (first.id, first.status):
                    continue
            yield Checked(event=event)
    failed = [one for one in found if undoing(one)]
    if failed:
        yield Failed(
            reason=Reason.CHECKS,
            summary="LibreChat runs, but a check fails.",
            evidence=tuple(f"{one.id}: {one.summary}" for one in failed),
            remedy=failed[0].remedy,
        )
        return
    others = dict.fromkeys(one.id for one in found if one.status is Status.FAIL)
    if others:
        yield Note(text=f"Going back would not mend what else fails, so the new settings stay: {', '.join(others)}.")
