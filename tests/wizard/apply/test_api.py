"""The streams that a screen listens to: a plan that it wrote itself, a failure, the way back, leaving in the middle."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from checks.options import Allowance
from screens.shared.librechat_probes import http_get, live_probes
from tests.wizard.apply.stack import Stack
from wizard.answers.file import load
from wizard.apply.events import ApplyEvent, ApplyOutcome, ApplyResult, CommandShown, Failed, PutBack, Reason, Waiting
from wizard.apply.job import Job
from wizard.apply.roll_back import rollback
from wizard.apply.run import apply, keep
from wizard.apply.timeouts import ApplyTimeouts, StartTimeouts
from wizard.basics.check_events import CheckEvent, Found
from wizard.basics.finding import Finding, Status
from wizard.deployment.model import Deployment
from wizard.plan.proposal import propose
from wizard.store.folder_store import FolderStore
from wizard.store.plan_writes import file_writes

NEW = ("APP_TITLE: New", "ALLOW_REGISTRATION: false")
QUICK = ApplyTimeouts(start=StartTimeouts(ready=5, first=5, restarting=1, between=0.1))


@pytest.fixture
def screen(running: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A running stack whose docker this process finds."""
    monkeypatch.setenv("PATH", running.environment["PATH"])
    return running


async def passing() -> AsyncIterator[CheckEvent]:
    yield Found(check="x", finding=Finding(id="x.ok", status=Status.PASS, summary="Fine."))


async def failing() -> AsyncIterator[CheckEvent]:
    yield Found(check="x", finding=Finding(id="x.bad", status=Status.FAIL, summary="Not fine.", remedy="Mend."))


def job(stack: Stack, store: FolderStore) -> Job:
    proposal = propose(stack.folder, load(stack.answers(*NEW)).answers)
    written = store.apply(file_writes(proposal), when=datetime.now(UTC))
    probes = live_probes(Allowance())
    return Job(proposal=proposal, store=store, checks=passing, probes=probes, written=written, timeouts=QUICK)


async def told(stack: Stack, store: FolderStore) -> tuple[list[ApplyEvent], ApplyResult]:
    events = [event async for event in rollback(stack.folder, store, http_get, QUICK)]
    verdict = events[-1]
    assert isinstance(verdict, ApplyResult)
    return events, verdict


async def test_plan_that_the_screen_wrote_is_applied(screen: Stack) -> None:
    store = FolderStore(screen.folder)
    with store.lock():
        events = [event async for event in apply(job(screen, store))]
    assert isinstance(events[-1], ApplyResult)
    assert events[-1].outcome is ApplyOutcome.DONE
    assert [event.command[2:] for event in events if isinstance(event, CommandShown)] == [
        ("up", "-d", "--force-recreate", "--no-deps", "api")
    ]
    assert screen.told()["appTitle"] == "New"
    assert not screen.record.exists()


async def test_failed_check_can_be_undone(screen: Stack) -> None:
    before, store = screen.files(), FolderStore(screen.folder)
    with store.lock():
        made = replace(job(screen, store), checks=failing)
        events = [event async for event in apply(made)]
        verdict = events[-1]
        assert isinstance(verdict, ApplyResult)
        assert verdict.can_go_back
        assert verdict.failed is not None
        assert (verdict.failed.reason, verdict.failed.remedy) == (Reason.CHECKS, "Mend.")
        assert screen.told()["appTitle"] == "New"
        back, verdict = await told(screen, store)
    assert verdict.outcome is ApplyOutcome.ROLLED_BACK
    assert [event for event in back if isinstance(event, PutBack)] == [PutBack(files=(".env",))]
    assert screen.files() == before
    assert screen.told()["appTitle"] == "Old"
    assert not screen.record.exists()


async def test_failed_check_can_be_lived_with(screen: Stack) -> None:
    store = FolderStore(screen.folder)
    with store.lock():
        made = replace(job(screen, store), checks=failing)
        assert [event async for event in apply(replace(made, accepted=frozenset({"x.bad"})))][-1] is not None
        assert not screen.record.exists()
        assert [event for event in [e async for e in apply(made)] if isinstance(event, Failed)]
        assert screen.record.exists()
        keep(store)
    assert not screen.record.exists()
    assert screen.told()["appTitle"] == "New"


async def test_checks_are_not_asked_about_old_settings(screen: Stack) -> None:
    """What does not run with the files would be judged by settings that it has not read."""
    asked = []

    async def checks() -> AsyncIterator[CheckEvent]:
        asked.append("asked")
        async for event in passing():
            yield event

    def compare(shown: Mapping[str, Any], _: Deployment) -> Finding:
        title = str(shown["appTitle"])
        return Finding(id="instance.not-applied", status=Status.FAIL, summary=title, remedy="Recreate it.")

    store = FolderStore(screen.folder)
    with store.lock():
        made = job(screen, store)
        made = replace(made, checks=checks, probes=replace(made.probes, compare=compare))
        failed = [event async for event in apply(made) if isinstance(event, Failed)]
    assert [(one.reason, one.findings[0].summary) for one in failed] == [(Reason.CHECKS, "New")]
    assert asked == []


async def test_leaving_in_the_middle_is_known_and_can_be_undone(screen: Stack) -> None:
    before, store = screen.files(), FolderStore(screen.folder)
    screen.trouble(New="never")
    with store.lock():
        async with contextlib.aclosing(apply(job(screen, store))) as events:
            async for event in events:
                if isinstance(event, Waiting):
                    break
    assert "was interrupted while LibreChat was starting" in (pending.notice() if (pending := store.pending()) else "")
    with store.lock():
        _, verdict = await told(screen, store)
    assert verdict.outcome is ApplyOutcome.ROLLED_BACK
    assert screen.files() == before
    assert screen.told()["appTitle"] == "Old"


async def test_nothing_to_undo(screen: Stack) -> None:
    store = FolderStore(screen.folder)
    with store.lock():
        _, verdict = await told(screen, store)
    assert verdict.outcome is ApplyOutcome.FAILED
    assert screen.told()["appTitle"] == "Old"
