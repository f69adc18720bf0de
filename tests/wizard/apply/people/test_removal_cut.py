"""A removal that is stopped, however hard, leaves no administrator without the role and no LibreChat stopped, or says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from screens.shared.people import change_of, interrupted_lines, people_in
from tests.wizard.apply.people.test_last_administrator import ANN, administrators, two_administrators
from tests.wizard.apply.people_stack import PeopleStack
from wizard.apply.node_script import ScriptEnded
from wizard.apply.people.directory import Directory
from wizard.apply.people.last_administrator import RoleTaken
from wizard.apply.people.model import AccountChange, Consent
from wizard.apply.people.removal import roles_to_give_back
from wizard.apply.people.script_talk import ScriptTalk
from wizard.apply.stopping import Stopping
from wizard.basics.exit_status import ExitStatus
from wizard.store.removal_record import TakenRoles
from wizard.store.rotation_record import RotationRecord, RotationRecords, RotationStage

Stop = Callable[[], Awaitable[bool]]


async def removal(stack: PeopleStack) -> AccountChange:
    two_administrators(stack)
    return await change_of(await people_in(stack.deployment()), "remove", ANN)


def starts(stack: PeopleStack) -> list[str]:
    """Return what was done with LibreChat's service."""
    return [entry["words"][-2] for entry in stack.log() if entry["words"][-2] in ("stop", "start")]


def waiting_script(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Have the script wait for ever once LibreChat is stopped; return what says that it does."""
    waits = asyncio.Event()

    async def delete(_self: ScriptTalk, _email: str, *, with_transactions: bool, stop: Stop) -> ScriptEnded:
        assert not with_transactions
        await stop()
        waits.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(ScriptTalk, "delete", delete)
    return waits


@pytest.mark.parametrize("during", ["the role is given back", "LibreChat is started"])
async def test_a_second_ctrl_c_leaves_nothing_half_done(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch, during: str
) -> None:
    change = await removal(stack)
    waits, again = waiting_script(monkeypatch), asyncio.Event()
    kind, name = (RoleTaken, "give_back") if during == "the role is given back" else (Stopping, "start")
    cleans_up = getattr(kind, name)

    async def then_cancelled(self: object) -> str:
        again.set()
        await asyncio.sleep(0)
        return str(await cleans_up(self))

    monkeypatch.setattr(kind, name, then_cancelled)
    task = asyncio.create_task(change.work(Consent.CHANGE))
    await waits.wait()
    assert ANN not in administrators(stack)
    assert [one.email for one in TakenRoles(stack.folder).read()] == [ANN]
    for event in (waits, again):
        await event.wait()
        task.cancel()
    (ended,) = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError)
    assert ANN in administrators(stack)
    assert starts(stack) == ["stop", "start"]
    assert (TakenRoles(stack.folder).read(), interrupted_lines(change)) == ((), [])


async def test_a_loop_that_is_closed_begins_once_more(stack: PeopleStack, monkeypatch: pytest.MonkeyPatch) -> None:
    change = await removal(stack)
    waits, again = waiting_script(monkeypatch), asyncio.Event()
    give_back = RoleTaken.give_back

    async def first_held(self: RoleTaken) -> str:
        if not again.is_set():
            again.set()
            await asyncio.Event().wait()
        return await give_back(self)

    monkeypatch.setattr(RoleTaken, "give_back", first_held)
    task = asyncio.create_task(change.work(Consent.CHANGE))
    await waits.wait()
    task.cancel()
    await again.wait()
    # As asyncio.Runner does after a second Ctrl+C: all tasks at once.
    for each in asyncio.all_tasks() - {asyncio.current_task()}:
        each.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert ANN in administrators(stack)
    assert starts(stack) == ["stop", "start"]


async def test_what_could_not_be_put_back_is_reported_and_offered_by_the_next_run(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = await removal(stack)
    waits = waiting_script(monkeypatch)
    with monkeypatch.context() as cut:

        async def fails(*_: Any) -> str:
            return ""

        cut.setattr(RoleTaken, "give_back", fails)
        cut.setattr(Stopping, "start", fails)
        task = asyncio.create_task(change.work(Consent.CHANGE))
        await waits.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    output = "\n".join(interrupted_lines(change))
    assert f"users role {ANN} ADMIN" in output
    assert "LibreChat was stopped and not started again. To start it: docker compose start api" in output
    # Another process reads only what is on the disk.
    directory: Directory = (await people_in(stack.deployment())).directory
    (offer,) = await roles_to_give_back(directory, stack.folder)
    assert f"users role {ANN} ADMIN" in "\n".join(offer.lines)
    outcome = await offer.work(Consent.CHANGE)
    assert (outcome.status, ANN in administrators(stack)) == (ExitStatus.DONE, True)
    assert await roles_to_give_back(directory, stack.folder) == []


async def test_who_has_the_role_again_or_is_gone_is_forgotten(stack: PeopleStack) -> None:
    ann, bob = two_administrators(stack)
    directory = (await people_in(stack.deployment())).directory
    for one in (ann, bob):
        person, _ = await directory.one(one["email"])
        await RoleTaken(directory, person, stack.folder).take() if one is ann else None
    stack.fill(bob)
    assert await roles_to_give_back(directory, stack.folder) == []
    assert TakenRoles(stack.folder).read() == ()


async def test_librechat_is_not_started_into_a_rotation_that_began_meanwhile(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = await removal(stack)
    real = ScriptTalk.delete

    async def delete(self: ScriptTalk, email: str, *, with_transactions: bool, stop: Stop) -> ScriptEnded:
        assert await stop()
        rotation = RotationRecord(
            when=datetime.now(UTC), stage=RotationStage.DATABASE, names=("JWT_SECRET",), old=("ab" * 32,), new=("cd" * 32,)
        )  # fmt: skip
        RotationRecords(stack.folder).write(rotation)
        return await real(self, email, with_transactions=with_transactions, stop=stop)

    monkeypatch.setattr(ScriptTalk, "delete", delete)
    outcome = await change.work(Consent.CHANGE)
    assert (outcome.status, stack.user(ANN)) == (ExitStatus.DONE, None), outcome
    assert "LibreChat was stopped for the removal and is still stopped." in outcome.sentence
    assert "An earlier rotation of JWT_SECRET was interrupted" in outcome.sentence
    assert outcome.sentence.endswith("Afterwards, start LibreChat: docker compose start api")
    assert starts(stack) == ["stop"]
