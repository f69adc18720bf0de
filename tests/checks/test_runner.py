"""Running checks: side by side, in order where one needs another, each within its time, none able to break the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from checks.model import Check, RunMemory, Skip, Subject
from checks.registry import ALL, AUTOMATIC, TO_COME, select
from checks.report import outcomes_json, report_text
from checks.runner import report, run
from checks.static_run import needs_loop, run_static
from tests.patience import within
from tests.wizard.rules.builder import deployment
from wizard.basics.check_events import Finished, Started
from wizard.basics.check_outcomes import Crashed, Ran, Skipped, TimedOut
from wizard.basics.finding import Finding, Status
from wizard.basics.problem import InvalidInput

SUBJECT = Subject(memory=RunMemory(), deployment=deployment())
SECRET = "hidden-value"


def finding(identity: str, status: Status = Status.PASS) -> Finding:
    return Finding(id=identity, status=status, summary="A thing is so.")


def waiting(identity: str, delay: float, status: Status = Status.PASS, **options: object) -> Check:
    async def probe(_: Subject) -> AsyncIterator[Finding]:
        await asyncio.sleep(delay)
        yield finding(f"{identity}.x", status)

    return Check(id=identity, title=identity, run=probe, **options)  # type: ignore[arg-type]


def meeting(identity: str, place: asyncio.Barrier, status: Status = Status.PASS, **options: object) -> Check:
    """Return a check that ends when the others have come too: one after the other they never would."""

    async def probe(_: Subject) -> AsyncIterator[Finding]:
        await place.wait()
        yield finding(f"{identity}.x", status)

    return Check(id=identity, title=identity, run=probe, **options)  # type: ignore[arg-type]


async def test_independent_checks_run_side_by_side() -> None:
    place = asyncio.Barrier(20)
    done = await within(report([meeting(f"c{number}", place) for number in range(20)], SUBJECT))
    assert len(done.findings) == 20
    assert done.exit_status == 0


async def test_a_check_waits_for_what_it_needs_and_is_skipped_when_that_failed() -> None:
    checks = [
        waiting("b", 0, needs=("a",)),
        waiting("a", 0.05, Status.FAIL),
        waiting("d", 0, needs=("c",)),
        waiting("c", 0.05),
    ]
    events = [event async for event in run(checks, SUBJECT)]
    order = [(type(event).__name__, event.check) for event in events if isinstance(event, Started | Finished)]
    assert order.index(("Finished", "c")) < order.index(("Started", "d"))
    assert ("Started", "b") not in order
    done = await report(checks, SUBJECT)
    assert dict(done.outcomes)["b"] == Skipped(because="a failed", obstacle="a")
    assert done.exit_status == 1


async def test_what_could_not_be_told_is_told_once() -> None:
    checks = [
        waiting("a", 0, Status.UNKNOWN),
        waiting("b", 0, Status.FAIL, needs=("a",)),
        waiting("c", 0, needs=("b",)),
    ]
    done = await report(checks, SUBJECT)
    assert [each.id for each in done.findings] == ["a.x"]
    assert dict(done.outcomes)["c"] == Skipped(because="a was inconclusive", obstacle="a")
    assert done.exit_status == 4


@pytest.mark.parametrize("status", [Status.PASS, Status.FAIL])
async def test_an_early_check_does_not_wait_and_counts_only_where_its_needs_are_well(status: Status) -> None:
    place = asyncio.Barrier(2)
    checks = [meeting("a", place, status), meeting("b", place, Status.WARN, needs=("a",), early=True)]
    events = [event async for event in run(checks, SUBJECT)]
    told = [type(event).__name__ for event in events if event.check == "b"]
    assert told == (["Started", "Found", "Finished"] if status is Status.PASS else ["Finished"])
    assert len(asyncio.all_tasks()) == 1


async def test_an_early_check_ends_with_the_run() -> None:
    checks = [waiting("a", 60), waiting("b", 60, needs=("a",), early=True)]
    task = asyncio.create_task(report(checks, SUBJECT))
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(asyncio.all_tasks()) == 1


async def test_a_check_that_does_not_end_times_out_and_is_not_a_failure() -> None:
    done = await report([waiting("slow", 60, seconds=0.05), waiting("quick", 0)], SUBJECT)
    assert dict(done.outcomes)["slow"] == TimedOut(seconds=0.05)
    assert isinstance(dict(done.outcomes)["quick"], Ran)
    assert done.exit_status == 4


async def test_a_broken_check_is_our_bug_and_shows_no_value() -> None:
    async def probe(_: Subject) -> AsyncIterator[Finding]:
        password = SECRET
        yield finding("broken.first")
        raise ValueError(password)

    done = await report([Check(id="broken", title="", run=probe), waiting("good", 0)], SUBJECT)
    assert dict(done.outcomes)["broken"] == Crashed(error="ValueError")
    assert SECRET not in report_text(done)
    assert {entry.id for entry in done.findings} == {"broken.first", "good.x"}


async def test_a_check_that_breaks_before_it_begins_holds_nobody_up() -> None:
    def applies(_: Subject) -> Skip | None:
        raise KeyError(SECRET)

    broken = waiting("a", 0, applies=applies)
    for done in (await report([broken, waiting("b", 0, needs=("a",))], SUBJECT), run_static([broken], SUBJECT)):
        assert dict(done.outcomes)["a"] == Crashed(error="KeyError")
        assert done.exit_status == 4


async def test_cancelling_ends_every_check() -> None:
    ended = []

    async def probe(_: Subject) -> AsyncIterator[Finding]:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)
        yield finding("never.x")

    events = run([Check(id="never", title="", run=probe)], SUBJECT)
    assert await anext(events) == Started(check="never")
    await events.aclose()  # type: ignore[attr-defined]
    assert ended == [True]


def test_offline_and_inapplicable_checks_are_skipped_with_the_reason() -> None:
    checks = [
        waiting("net", 0, Status.FAIL, network=True),
        Check(id="other", title="", static=lambda _: [], applies=lambda _: Skip(because="no mail is set up")),
    ]
    done = run_static(checks, Subject(memory=RunMemory(), deployment=deployment(), offline=True))
    assert dict(done.outcomes) == {"net": Skipped(because="offline"), "other": Skipped(because="no mail is set up")}
    assert outcomes_json(done)[0] == {"check": "net", "outcome": "skipped", "because": "offline"}
    assert "not run (offline)" in report_text(done)


async def test_offline_the_part_that_needs_no_network_still_runs_and_says_that_it_was_a_part() -> None:
    both = waiting("both", 0, Status.FAIL, network=True, static=lambda _: [finding("both.static")])
    offline = Subject(memory=RunMemory(), deployment=deployment(), offline=True)
    assert not needs_loop([both], offline)
    for done in (run_static([both], offline), await report([both], offline)):
        assert [entry.id for entry in done.findings] == ["both.static"]
        assert dict(done.outcomes)["both"] == Skipped(because="offline; only the settings were checked")
    assert needs_loop([both], SUBJECT)
    assert [entry.id for entry in (await report([both], SUBJECT)).findings] == ["both.static", "both.x"]
    assert [entry.id for entry in run_static([both], SUBJECT).findings] == ["both.static"]


def test_a_static_check_that_breaks_does_not_stop_the_others() -> None:
    def probe(_: Subject) -> list[Finding]:
        raise KeyError(SECRET)

    done = run_static([Check(id="broken", title="", static=probe), *ALL], SUBJECT)
    assert dict(done.outcomes)["broken"] == Crashed(error="KeyError")
    assert done.exit_status == 4
    assert {entry.id for entry in done.findings} == {"advisory.none", "files.ok", "rules.ok"}


def test_unknown_is_never_failed() -> None:
    checks = [Check(id="x", title="", static=lambda _: [finding("x.y", Status.UNKNOWN)])]
    assert run_static(checks, SUBJECT).exit_status == 4


def test_no_mail_is_sent_where_a_person_did_not_ask_for_it() -> None:
    assert {check.id for check in ALL} - {check.id for check in AUTOMATIC} == {"delivery"}


def test_select_names_the_nearest_and_what_comes_later() -> None:
    assert [check.id for check in select(())] == [check.id for check in ALL]
    assert [check.id for check in select(("rules",))] == ["rules"]
    with pytest.raises(InvalidInput, match="Did you mean rules"):
        select(("rule",))
    with pytest.raises(InvalidInput, match="planned for a later release"):
        select((TO_COME[0],))


def test_evidence_is_drawn_as_plain_text() -> None:
    hostile = Finding(
        id="x.y", status=Status.FAIL, summary="s", evidence=("\x1b]0;owned\x07[@click=app.bell]x\u202e" + "y" * 1000,)
    )
    text = report_text(run_static([Check(id="x", title="", static=lambda _: [hostile])], SUBJECT))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 900


@pytest.mark.parametrize("status", list(Status))
def test_a_status_is_told_by_a_word_and_fits_80_columns(status: Status) -> None:
    long = Finding(id="x.y", status=status, summary="word " * 60, remedy="step " * 60)
    text = report_text(run_static([Check(id="x", title="", static=lambda _: [long])], SUBJECT))
    assert max(map(len, text.splitlines())) <= 80
    assert text.split()[0] == {"PASS": "ok", "UNKNOWN": "????"}.get(status.value, status.value)
