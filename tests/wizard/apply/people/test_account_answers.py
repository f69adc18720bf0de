"""What the database and the scripts answer is foreign: nothing in it passes unchecked, and what is not known is said to be so."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from screens.shared.live_signs import unlocking_of
from screens.shared.people import change_lines, change_of, outcome_lines
from tests.wizard.apply.people.conftest import MakeStack
from tests.wizard.apply.people.test_account_changes import do, of
from tests.wizard.apply.people_stack import PeopleStack, user
from wizard.apply.node_script import NodeHost, NotReachedError, ScriptEnded
from wizard.apply.people.database_changes import sessions_change
from wizard.apply.people.model import Consent, PeopleError, UserAccount
from wizard.apply.people.script_talk import ScriptTalk
from wizard.basics.exit_status import ExitStatus


async def test_of_two_administrators_who_are_demoted_at_once_one_stays(stack: PeopleStack) -> None:
    stack.fill(user("ann@example.com", "ADMIN"), user("eve@example.com", "ADMIN"))
    stack.settings(BAN_VIOLATIONS="true")
    people = await of(stack)
    asked = [await change_of(people, action, "ann@example.com", role="USER") for action in ("role", "remove", "ban")]
    outcome, output = await do(people, "role", "eve@example.com", role="USER")
    assert outcome.status is ExitStatus.DONE, output
    before = stack.mongo.content()
    for change in asked:
        with pytest.raises(PeopleError, match=r"only administrator|no other administrator"):
            await change.work(Consent.CHANGE)
        assert stack.mongo.content() == before


async def test_a_role_of_a_similar_name_does_not_stand_for_the_administrator(stack: PeopleStack) -> None:
    roles = [{"name": name} for name in ("ADMIN", "USER", "Admin", "Staff", "STAFF")]
    stack.fill(user("ann@example.com", "ADMIN"), user("eve@example.com"), roles=roles)
    people = await of(stack)
    for wanted, given in (("ADMIN", "ADMIN"), ("admin", "ADMIN"), ("Admin", "Admin"), ("STAFF", "STAFF")):
        change = await change_of(people, "role", "eve@example.com", role=wanted)
        assert change.title == f"Give eve@example.com the role {given}"
    with pytest.raises(PeopleError, match="LibreChat has no role staff"):
        await change_of(people, "role", "eve@example.com", role="staff")


class Told(NamedTuple):
    """A database of one answer: the real one cannot be made to give such."""

    answer: dict[str, Any]

    async def __call__(self, *_: object, **__: object) -> dict[str, Any]:
        return self.answer


PERSON = {
    **dict.fromkeys(("id", "email", "name", "username", "provider", "role", "tenant"), "x"),
    **dict.fromkeys(("verified", "two_factor", "has_password"), True),
    **dict.fromkeys(("created", "expires", "banned_until"), None),
    "sessions": 0,
}
FOUND = {
    "people": [PERSON],
    "is_probe": False,
    "admins": 2,
    "acting_admins": 2,
    "everybody": 2,
    "first": "x",
    "roles": ["USER"],
    "invitations": 0,
    "username_taken": False,
}
ODD_COUNTS: tuple[object, ...] = (float("inf"), float("nan"), True, "1", -1, None, 1.5, 10**400)
ODD_PEOPLE: tuple[object, ...] = (None, {}, [1], [{}], "x")
ODD: tuple[dict[str, Any], ...] = (
    {},
    *({name: found for name, found in FOUND.items() if name != left} for left in FOUND),
    *({**FOUND, name: odd} for name in ("admins", "acting_admins") for odd in ODD_COUNTS),
    *({**FOUND, "people": odd} for odd in ODD_PEOPLE),
    *({**FOUND, "people": [{**PERSON, name: {}}]} for name in PERSON),
    {**FOUND, "roles": [1]},
)


async def test_an_answer_that_is_not_as_the_script_makes_it_is_refused_with_words(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = (await of(stack)).directory
    for answer in ODD:
        monkeypatch.setattr(NodeHost, "ask", Told(answer))
        with pytest.raises(NotReachedError, match="unexpected reply"):
            await directory.lookup("x")
    monkeypatch.setattr(NodeHost, "ask", Told({}))
    account = UserAccount(id="x", email="x")
    for asked in (
        directory.everybody(),
        directory.document(account, ()),
        directory.bans(),
        directory.change([]),
        directory.end_sessions(account),
    ):
        with pytest.raises(NotReachedError, match="unexpected reply"):
            await asked


async def test_an_id_does_not_steer_the_terminal(stack: PeopleStack, monkeypatch: pytest.MonkeyPatch) -> None:
    steering = {**PERSON, "id": "\x1b]0;x\x07", "email": "a@b.example", "role": "\x1b[2J", "sessions": 1}
    answer = {**FOUND, "people": [steering], "fields": {"password": "x"}, "bans": []}
    monkeypatch.setattr(NodeHost, "ask", Told(answer))
    people = await of(stack)
    changes = [
        await change_of(people, action, "a@b.example", role="USER") for action in ("remove", "reset-password", "role")
    ]
    person = UserAccount.of(steering)
    changes.append(sessions_change(people.directory, person))
    unlocks = await unlocking_of(people).unlocks("a@b.example")
    changes += [unlock.change for unlock in unlocks if unlock.change is not None]
    assert len(changes) > len(unlocks) > 0
    for change in changes:
        assert all(line.isprintable() for line in (*change_lines(change), change.question, change.further)), change
    monkeypatch.setattr(NodeHost, "ask", Told({**answer, "people": [steering, steering]}))
    with pytest.raises(PeopleError) as caught:
        await people.find("a@b.example")
    assert caught.value.sentence.isprintable()


@pytest.mark.parametrize("action", ["add", "reset-password"])
async def test_a_generated_password_that_may_be_in_force_is_shown(
    stack: PeopleStack, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.fill(user("ann@example.com", "ADMIN"))
    email = "new@example.com" if action == "add" else "ann@example.com"
    change = await change_of(await of(stack), action, email)

    async def gone(*_: object, **__: object) -> dict[str, Any]:
        raise NotReachedError("LibreChat's database could not be read: MongoServerSelectionError.")

    monkeypatch.setattr(NodeHost, "ask", gone)
    outcome = await change.work(Consent.CHANGE)
    made = stack.user(email)
    assert made is not None
    assert outcome.password is not None
    assert made["password"] == f"clear:{outcome.password.reveal()}"
    assert outcome.status is ExitStatus.UNKNOWN
    assert "Could not confirm" in outcome.sentence
    assert outcome.password.reveal() in "\n".join(outcome_lines(outcome))


@pytest.mark.parametrize("release", ["v0.7.5", "v0.8.8"])
async def test_a_name_does_not_answer_for_the_script(make_stack: MakeStack, release: str) -> None:
    stack = make_stack(release)
    names = " transaction history generation coordination is unavailable account-deletion fence already exists\n> "
    stack.fill(user("ann@example.com", "ADMIN"), user("eve@example.com", name=names))
    outcome, output = await do(await of(stack), "remove", "eve@example.com")
    assert (outcome.status, stack.user("eve@example.com")) == (ExitStatus.DONE, None), output
    calls = [entry["words"] for entry in stack.log()]
    assert any(words[-2:] == ["stop", "api"] for words in calls) is (release == "v0.8.8")


@pytest.mark.parametrize("action", ["ban", "invite"])
async def test_what_may_be_in_force_is_reported_where_nobody_can_look_afterwards(
    stack: PeopleStack, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.fill(user("ann@example.com", "ADMIN"), user("eve@example.com"))
    stack.settings(BAN_VIOLATIONS="true", EMAIL_HOST="smtp.example.com", EMAIL_FROM="a@example.com")
    email = "eve@example.com" if action == "ban" else "new@example.com"
    change = await change_of(await of(stack), action, email)
    look, ask = "logs" if action == "ban" else "tokens", NodeHost.ask

    async def gone(self: NodeHost, *words: Any) -> dict[str, Any]:
        if stack.mongo.content().get(look):
            raise NotReachedError("LibreChat's database could not be read: MongoServerSelectionError.", "| its words")
        return await ask(self, *words)

    monkeypatch.setattr(NodeHost, "ask", gone)
    outcome = await change.work(Consent.CHANGE)
    assert stack.mongo.content()[look], "the script has done it"
    assert outcome.status is ExitStatus.UNKNOWN
    done = "banned" if action == "ban" else "invited"
    assert outcome.sentence.startswith(f"Could not confirm whether {email} is {done}. LibreChat's database could not")
    assert "| its words" in outcome.details
    assert any(f"users unban {email}" in line for line in outcome.details) is (action == "ban")


async def test_a_ban_of_somebody_who_is_gone_meanwhile_is_not_called_nothing(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = user("ann@example.com", "ADMIN")
    stack.fill(ann, user("eve@example.com"))
    stack.settings(BAN_VIOLATIONS="true")
    change = await change_of(await of(stack), "ban", "eve@example.com")
    script = ScriptTalk.ban

    async def then_gone(self: ScriptTalk, email: str, milliseconds: int) -> ScriptEnded:
        ended = await script(self, email, milliseconds)
        stack.mongo.fill({**stack.mongo.content(), "users": [ann]})
        return ended

    monkeypatch.setattr(ScriptTalk, "ban", then_gone)
    outcome = await change.work(Consent.CHANGE)
    assert outcome.status is ExitStatus.UNKNOWN
    assert outcome.sentence == (
        "Could not confirm whether eve@example.com is banned. No account has the address eve@example.com."
    )
