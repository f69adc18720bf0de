"""No removal and no ban takes the last administrator away, whatever happens between the question and the script."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from screens.shared.people import change_of, people_in
from tests.servers.mongodb_query import Document
from tests.wizard.apply.people.conftest import MakeStack
from tests.wizard.apply.people_stack import PeopleStack, ban, session, user
from wizard.apply.node_script import NotReachedError
from wizard.apply.people.account_changes import UserAccounts
from wizard.apply.people.directory import Directory
from wizard.apply.people.model import Consent, PeopleError
from wizard.apply.people.script_talk import ScriptTalk
from wizard.basics.exit_status import ExitStatus

ANN, BOB = "ann@example.com", "bob@example.com"


def two_administrators(stack: PeopleStack) -> tuple[dict[str, Any], dict[str, Any]]:
    ann, bob = user(ANN, "ADMIN"), user(BOB, "ADMIN")
    stack.fill(ann, bob, sessions=[session(ann)])
    stack.settings(BAN_VIOLATIONS="true")
    return ann, bob


def administrators(stack: PeopleStack) -> set[str]:
    return {one["email"] for one in stack.mongo.content()["users"] if one["role"] == "ADMIN"}


def demote(stack: PeopleStack, email: str) -> None:
    """Take the role as somebody else does meanwhile."""
    one = next(one for one in stack.mongo.database().documents("users") if one["email"] == email)
    one["role"] = "USER"


def after_the_last_look(monkeypatch: pytest.MonkeyPatch, deed: Callable[[], None]) -> None:
    """Let something happen between the look at the account and LibreChat's script."""
    still = UserAccounts._still

    async def then(*about: Any) -> None:
        await still(*about)
        deed()

    monkeypatch.setattr(UserAccounts, "_still", then)


async def test_who_became_the_last_administrator_after_the_last_look_is_not_removed(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, _bob = two_administrators(stack)
    change = await change_of(await people_in(stack.deployment()), "remove", ANN)
    after_the_last_look(monkeypatch, lambda: demote(stack, BOB))
    with pytest.raises(
        PeopleError, match=r"There is no other administrator, or all others are banned\. Nothing changed\."
    ):
        await change.work(Consent.CHANGE)
    assert stack.user(ANN) == ann
    assert not any("delete-user" in word for entry in stack.log() for word in entry["words"])


async def test_two_administrators_who_remove_each_other_leave_one(stack: PeopleStack) -> None:
    two_administrators(stack)
    people = await people_in(stack.deployment())
    changes = [await change_of(people, "remove", email) for email in (ANN, BOB)]
    ended = await asyncio.gather(*(change.work(Consent.CHANGE) for change in changes), return_exceptions=True)
    assert administrators(stack), ended
    removed = [one for one in ended if not isinstance(one, BaseException) and one.status is ExitStatus.DONE]
    assert len(removed) + len(stack.mongo.content()["users"]) == 2


@pytest.mark.parametrize("way", ["the script refuses", "the script is cut off", "nobody can look afterwards"])
async def test_an_administrator_who_stays_keeps_the_role(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    ann, _bob = two_administrators(stack)
    change = await change_of(await people_in(stack.deployment()), "remove", ANN)
    if way == "the script refuses":
        (stack.image / "config" / "delete-user.js").write_text(
            "console.log('Error: could not commit'); process.exit(1)"
        )
        outcome = await change.work(Consent.CHANGE)
        assert (outcome.status, outcome.sentence) == (ExitStatus.FAILED, "LibreChat did not remove the account.")
        assert outcome.details == ("Error: could not commit",)
    else:
        error = asyncio.CancelledError if way == "the script is cut off" else NotReachedError

        async def fails(*_: Any, **__: Any) -> None:
            assert administrators(stack) == {BOB}
            raise error("no answer")

        monkeypatch.setattr(ScriptTalk, "delete", fails)
        with pytest.raises(error):
            await change.work(Consent.CHANGE)
    assert stack.user(ANN) == ann


async def test_a_role_that_cannot_be_given_back_is_reported(stack: PeopleStack) -> None:
    two_administrators(stack)
    change = await change_of(await people_in(stack.deployment()), "remove", ANN)
    # Somebody gives another role meanwhile.
    (stack.image / "config" / "delete-user.js").write_text("process.exit(1)")

    def other_role(name: str, command: Document) -> None:
        for one in stack.mongo.database().documents("users"):
            if name == "find" and command["find"] == "sessions" and one["email"] == ANN and one["role"] == "USER":
                one["role"] = "Staff"

    stack.mongo.before = other_role
    outcome = await change.work(Consent.CHANGE)
    assert outcome.status is ExitStatus.FAILED
    assert "could not be restored" in outcome.sentence
    assert f"users role {ANN} ADMIN" in outcome.sentence


@pytest.mark.parametrize("release", ["v0.8.8-rc1"])
async def test_a_ban_that_hit_the_last_administrator_is_lifted_again(make_stack: MakeStack, release: str) -> None:
    stack = make_stack(release)
    ann, _bob = two_administrators(stack)
    change = await change_of(await people_in(stack.deployment()), "ban", ANN)

    def bob_goes(name: str, command: Document) -> None:
        if name == "insert" and command["insert"] == "logs":
            demote(stack, BOB)

    stack.mongo.before = bob_goes
    outcome = await change.work(Consent.CHANGE)
    assert outcome.status is ExitStatus.FAILED
    assert outcome.sentence == (
        "ann@example.com is now the only administrator, or all others are banned. "
        "The ban was lifted, but the user's sessions have ended."
    )
    assert stack.mongo.content()["logs"] == []
    assert stack.user(ANN) == ann


def ban_stored(stack: PeopleStack, person: dict[str, Any]) -> None:
    """Have a ban of this person in the database."""
    stack.mongo.fill({**stack.mongo.content(), "logs": ban(f"BANS:{person['_id']}")})


async def test_of_two_administrators_one_at_most_is_banned(stack: PeopleStack) -> None:
    two_administrators(stack)
    people = await people_in(stack.deployment())
    first, second = [await change_of(people, "ban", email) for email in (ANN, BOB)]
    assert (await first.work(Consent.CHANGE)).status is ExitStatus.DONE
    logs = stack.mongo.content()["logs"]
    # Both where the question was asked before the first ban, and where it is asked after it.
    for work in (second.work(Consent.CHANGE), change_of(people, "ban", BOB)):
        with pytest.raises(PeopleError, match=r"bob@example\.com cannot be banned: the other administrator is banned"):
            await work
    assert stack.mongo.content()["logs"] == logs


@pytest.mark.parametrize("action", ["remove", "role"])
async def test_a_banned_administrator_is_no_other_one(stack: PeopleStack, action: str) -> None:
    ann, bob = two_administrators(stack)
    people = await people_in(stack.deployment())
    asked = await change_of(people, action, BOB, role="USER")
    ban_stored(stack, ann)
    for work in (asked.work(Consent.CHANGE), change_of(people, action, BOB, role="USER")):
        with pytest.raises(PeopleError, match=r"the other administrator is banned|all others are banned") as caught:
            await work
        assert "users " in caught.value.remedy
    assert stack.user(BOB) == bob
    # The banned one may go: somebody stays who can act.
    await (await change_of(people, action, ANN, role="USER")).work(Consent.CHANGE)
    assert administrators(stack) == {BOB}


async def test_a_ban_between_the_look_and_the_removal_stops_it(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = two_administrators(stack)
    change = await change_of(await people_in(stack.deployment()), "remove", BOB)
    after_the_last_look(monkeypatch, lambda: ban_stored(stack, ann))
    with pytest.raises(PeopleError, match="all others are banned"):
        await change.work(Consent.CHANGE)
    assert stack.user(BOB) == bob


async def test_a_ban_is_lifted_again_where_the_other_administrator_was_banned_meanwhile(stack: PeopleStack) -> None:
    ann, bob = two_administrators(stack)
    change = await change_of(await people_in(stack.deployment()), "ban", ANN)
    stack.mongo.fill({**stack.mongo.content(), "logs": []})

    def bob_is_banned(name: str, command: Document) -> None:
        logs = stack.mongo.database().documents("logs")
        if name == "insert" and command["insert"] == "logs" and not logs:
            logs.extend(ban(f"BANS:{bob['_id']}", minutes=30))

    stack.mongo.before = bob_is_banned
    outcome = await change.work(Consent.CHANGE)
    assert outcome.status is ExitStatus.FAILED
    assert "The ban was lifted" in outcome.sentence
    assert [one["key"] for one in stack.mongo.content()["logs"]] == [f"BANS:{bob['_id']}"]
    assert stack.user(ANN) == ann


async def test_a_ban_of_the_last_administrator_that_cannot_be_lifted_again_is_reported(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_administrators(stack)
    change = await change_of(await people_in(stack.deployment()), "ban", ANN)
    stack.mongo.fill({**stack.mongo.content(), "logs": []})

    def bob_goes(name: str, command: Document) -> None:
        if name == "insert" and command["insert"] == "logs":
            demote(stack, BOB)

    async def unreachable(*_: Any, **__: Any) -> None:
        raise NotReachedError("no answer")

    stack.mongo.before = bob_goes
    monkeypatch.setattr(Directory, "change", unreachable)
    outcome = await change.work(Consent.CHANGE)
    assert outcome.status is ExitStatus.FAILED
    assert "The ban could not be lifted. To lift it: " in outcome.sentence
    assert outcome.sentence.endswith(f" users unban {ANN}")
