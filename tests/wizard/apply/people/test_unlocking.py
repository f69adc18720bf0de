"""The eight lock-outs: the right cause, signed in again after the one unlock, nothing else changed, and undone to the byte."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from screens.demo.database import Database
from screens.demo.settings import Account, Settings
from screens.demo.sign_in import SignIn
from screens.shared.live_signs import is_limited, unlocking_of
from screens.shared.people import people_in, unlock_lines
from tests.wizard.apply.people.conftest import MakeStack
from tests.wizard.apply.people_stack import NOW, PeopleStack, ban, session, user
from wizard.answers.model import Stack
from wizard.apply.people.lockouts import Cause, LiveSigns, of_running
from wizard.apply.people.model import AccountOutcome, Consent, PeopleError
from wizard.apply.people.undo import undo_changes
from wizard.apply.people.unlocking import Unlocking, UnlockOption
from wizard.basics.exit_status import ExitStatus
from wizard.basics.problem import WriteRefused
from wizard.basics.secret import Secret
from wizard.librechat.releases import Release
from wizard.store.rotation_record import RotationRecord, RotationRecords, RotationStage
from wizard.store.unlock_record import UnlockEntry, UnlockRecords

EVE = "eve@example.com"
PASSWORD = "old password of eve"
OPENID = {
    "ALLOW_SOCIAL_LOGIN": "true",
    "OPENID_CLIENT_ID": "id",
    "OPENID_CLIENT_SECRET": "secret",
    "OPENID_ISSUER": "https://127.0.0.1:1/realm",
    "OPENID_SESSION_SECRET": "session",
    "OPENID_SCOPE": "openid",
    "OPENID_AUTO_REDIRECT": "true",
}


class Seed(NamedTuple):
    """One lock-out: what is in the database and in .env, and what comes of it."""

    cause: Cause
    eve: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it
    ann_role: str = "ADMIN"
    settings: dict[str, str] = {}  # noqa: RUF012 - the same
    banned: bool = False
    is_certain: bool = True
    refused: int | str | None = None
    """What LibreChat answers to her sign-in meanwhile; ``None``: she gets in, and something else is wrong."""
    changed: frozenset[str] = frozenset()
    """The collections that opening changes."""


SEEDS = (
    Seed(Cause.BAN, banned=True, settings={"BAN_VIOLATIONS": "true"}, refused=403, changed=frozenset({"logs"})),
    Seed(Cause.UNVERIFIED, eve={"emailVerified": False, "expiresAt": NOW}, refused=422, changed=frozenset({"users"})),
    Seed(
        Cause.SECOND_FACTOR,
        eve={"twoFactorEnabled": True, "totpSecret": "v3:00:ff", "backupCodes": [{"codeHash": "x", "used": False, "usedAt": None}]},
        is_certain=False,
        refused="second factor",
        changed=frozenset({"users"}),
    ),
    Seed(Cause.NO_ADMINISTRATOR, ann_role="USER", is_certain=False, changed=frozenset({"users"})),
    Seed(Cause.OTHER_PROVIDER, eve={"provider": "google", "googleId": "1"}, changed=frozenset({"users"})),
    Seed(Cause.EMAIL_LOGIN_OFF, settings={"ALLOW_EMAIL_LOGIN": "false"}, refused=403),
    Seed(Cause.PROVIDER_DOWN, settings=OPENID),
)  # fmt: skip


def signs_in(stack: PeopleStack, email: str, password: str, address: str = "10.0.0.1") -> int | str:
    """Sign in at the stand-in with what the database and .env hold now; a second factor that is asked for is named."""
    content, settings = stack.mongo.content(), stack.deployment().settings
    database = Database(time.time)
    for one in content["users"]:
        if stored := one.get("password"):
            account = Account(
                email=one["email"],
                password=Secret(stored.removeprefix("clear:")),
                verified=one["emailVerified"],
                two_factor=one["twoFactorEnabled"],
            )
            # LibreChat's form does not ask whose account it is (localStrategy.js): one with a password signs in.
            identity = database.add(account).identity
            database.users[str(one["_id"])] = dataclasses.replace(
                database.users.pop(identity), identity=str(one["_id"])
            )
    for one in content.get("logs", []):
        until = json.loads(one["value"])["value"]["expiresAt"]
        database.ban(one["key"].rpartition(":")[2], until - time.time() * 1000)
    made = Settings(environment=dict(settings), release=Release.parse(stack.release))
    reply = SignIn(made, database, time.time).login({"email": email, "password": password}, address)
    return "second factor" if b"twoFAPending" in reply.body else reply.status


async def unlocking_in(stack: PeopleStack) -> Unlocking:
    return unlocking_of(await people_in(stack.deployment()), ready_seconds=30)


def seeded(stack: PeopleStack, seed: Seed) -> dict[str, Any]:
    ann, eve = user("ann@example.com", seed.ann_role), user(EVE, **seed.eve)
    if eve["provider"] != "local":
        del eve["password"]
    other = ban("BANS:" + "f" * 24, "ban:10.0.0.9", minutes=30)
    own = ban(f"BANS:{eve['_id']}", f"ban:{eve['_id']}", "ban:10.0.0.1") if seed.banned else []
    stack.fill(ann, eve, user("bob@example.com"), sessions=[session(ann)], logs=[*other, *own])
    needed = {"PORT": str(stack.port), "JWT_SECRET": "j" * 40, "JWT_REFRESH_SECRET": "r" * 40}
    stack.settings(**needed, **seed.settings)
    return eve


def differing(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> set[str]:
    """Return the collections that differ, ``others`` where a document of somebody else does."""
    found = {name for name in before if sorted(map(str, before[name])) != sorted(map(str, after[name]))}
    strangers = [one for one in before["users"] if one["email"] != EVE and one not in after["users"]]
    strangers += [one for one in before["logs"] if "ffff" in one["key"] and one not in after["logs"]]
    return found | ({"others"} if strangers else set())


def in_order(content: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """Return it for comparison: MongoDB puts a field that was taken out and set again behind the others."""
    return {name: sorted(str(sorted(one.items())) for one in documents) for name, documents in content.items()}


@pytest.mark.parametrize("seed", SEEDS, ids=[seed.cause.value for seed in SEEDS])
async def test_the_cause_is_found_the_door_opens_and_is_closed_to_the_byte(stack: PeopleStack, seed: Seed) -> None:
    seeded(stack, seed)
    before, env = stack.mongo.content(), (stack.folder / ".env").read_bytes()
    if seed.refused:
        assert signs_in(stack, EVE, PASSWORD) == seed.refused
    unlocks = await (await unlocking_in(stack)).unlocks(EVE)
    assert [(one.lockout.cause, one.lockout.is_certain) for one in unlocks] == [(seed.cause, seed.is_certain)]
    change = unlocks[0].change
    assert change is not None
    outcome = await change.work(Consent.CHANGE)
    assert outcome.status is ExitStatus.DONE, outcome
    password = outcome.password.reveal() if outcome.password else PASSWORD
    assert signs_in(stack, EVE, password) == 200
    assert differing(before, stack.mongo.content()) == seed.changed
    assert ((stack.folder / ".env").read_bytes() == env) is not (
        seed.cause in (Cause.EMAIL_LOGIN_OFF, Cause.PROVIDER_DOWN)
    )
    assert [one.lockout.cause for one in await (await unlocking_in(stack)).unlocks(EVE)] in ([], [Cause.OTHER_PROVIDER])
    record = stack.folder / ".librechat-wizard" / "unlock.json"
    assert (record.stat().st_mode & 0o777, record.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    if seed.cause is not Cause.OTHER_PROVIDER:  # whose old and new hash it holds; here they are in clear
        assert password not in record.read_text()
    unlocking = await unlocking_in(stack)
    taken_back = await unlocking.undoing(unlocking.opened(EVE if seed.changed else "")).work(Consent.CHANGE)
    assert taken_back.status is ExitStatus.DONE, taken_back
    assert in_order(stack.mongo.content()) == in_order(before)
    assert (stack.folder / ".env").read_bytes() == env
    assert not record.exists()


async def test_a_rate_limit_ends_with_a_restart(stack: PeopleStack) -> None:
    seeded(stack, Seed(Cause.RATE_LIMIT))
    address = f"http://127.0.0.1:{stack.port}"
    unlocking = await unlocking_in(stack)
    assert await unlocking.settings.read() == "LibreChat uses the new value."
    assert await unlocking.unlocks() == ()
    while not await is_limited(address):
        pass
    unlocks = await unlocking.unlocks()
    assert [one.lockout.cause for one in unlocks] == [Cause.RATE_LIMIT]
    assert "The block ends automatically within 5 minutes." in "\n".join(unlock_lines(unlocks[0]))
    before = stack.mongo.content()
    assert unlocks[0].change is not None
    outcome = await unlocks[0].change.work(Consent.CHANGE)
    assert outcome.status is ExitStatus.DONE, outcome
    assert await is_limited(address) is False
    assert stack.mongo.content() == before
    assert outcome.sentence.endswith("A restart cannot be undone.")
    # It stands in the record all the same, and the way back says that there is none.
    change = unlocking.undoing(unlocking.opened())
    assert "LibreChat was restarted, which reset its sign-in counters." in change.lines[0]
    assert change.question == "Remove the restart from the list of unlocks to undo?"
    stack.did()
    taken_back = await change.work(Consent.CHANGE)
    assert taken_back.sentence == "A restart cannot be undone. The entry was removed from the record."
    assert (stack.did(), stack.mongo.content()) == ([], before)
    with pytest.raises(PeopleError, match="no unlock to undo"):
        unlocking.opened()


async def test_beside_a_rotation_nothing_is_opened_and_nothing_taken_back(stack: PeopleStack) -> None:
    seeded(stack, SEEDS[2])
    await opened_at(stack, Cause.SECOND_FACTOR)
    seeded(stack, SEEDS[1])
    before = stack.mongo.content()
    unlocking = await unlocking_in(stack)
    unlocks = await unlocking.unlocks(EVE)
    undo = unlocking.undoing(unlocking.opened())
    removal = await unlocking.accounts.remove(EVE)
    rotation = RotationRecord(
        when=NOW, stage=RotationStage.DATABASE, names=("JWT_SECRET",), old=("ab" * 32,), new=("cd" * 32,)
    )
    RotationRecords(stack.folder).write(rotation)
    record = (stack.folder / ".librechat-wizard" / "unlock.json").read_bytes()
    stack.did()
    works = [change.work(Consent.CHANGE) for change in (unlocks[0].change, undo, removal) if change is not None]
    assert len(works) == 3
    for work in (*works, unlocking.unlocks(EVE), unlocking.accounts.remove(EVE)):
        with pytest.raises(PeopleError, match="An earlier rotation of JWT_SECRET was interrupted"):
            await work
    # Neither the database was asked nor LibreChat started.
    assert (stack.did(), stack.mongo.content()) == ([], before)
    assert (stack.folder / ".librechat-wizard" / "unlock.json").read_bytes() == record


async def test_without_docker_a_rate_limit_names_the_restart_and_opens_nothing(stack: PeopleStack) -> None:
    here = stack.deployment()._replace(stack=Stack.LOCAL)

    async def yes(*_: object) -> bool:
        return True

    signs = LiveSigns(is_limited=yes, is_provider_up=yes)
    (found,), unchecked = await of_running(here, signs, "http://127.0.0.1:1")
    assert unchecked == ()
    assert (found.cause, found.can_open) == (Cause.RATE_LIMIT, False)
    assert found.advice.endswith("Or restart LibreChat: stop LibreChat and run: npm run backend")


async def opened_at(stack: PeopleStack, cause: Cause) -> tuple[UnlockOption, AccountOutcome]:
    unlocks = await (await unlocking_in(stack)).unlocks(EVE)
    unlock = next(one for one in unlocks if one.lockout.cause is cause)
    assert unlock.change is not None
    return unlock, await unlock.change.work(Consent.CHANGE)


async def test_what_was_changed_meanwhile_is_neither_opened_nor_taken_back(stack: PeopleStack) -> None:
    seeded(stack, SEEDS[1])
    unlocks = await (await unlocking_in(stack)).unlocks(EVE)
    content = stack.mongo.content()
    content["users"][1]["emailVerified"] = True
    stack.mongo.fill(content)
    assert unlocks[0].change is not None
    assert (await unlocks[0].change.work(Consent.CHANGE)).status is ExitStatus.FAILED
    assert stack.mongo.content() == content
    content["users"][1]["emailVerified"] = False
    stack.mongo.fill(content)
    await opened_at(stack, Cause.UNVERIFIED)
    content["users"][1]["emailVerified"] = "other"
    stack.mongo.fill(content)
    unlocking = await unlocking_in(stack)
    with pytest.raises(PeopleError, match="The account has been changed since"):
        await unlocking.undoing(unlocking.opened(EVE)).work(Consent.CHANGE)
    assert unlocking.opened(EVE).is_done
    assert stack.mongo.content() == content


async def test_where_librechat_does_not_start_the_file_is_put_back(stack: PeopleStack) -> None:
    seeded(stack, SEEDS[5])
    env = (stack.folder / ".env").read_bytes()
    unlocks = await unlocking_of(await people_in(stack.deployment()), ready_seconds=1).unlocks(EVE)
    stack.trouble(**{"ALLOW_EMAIL_LOGIN=true": "image"})
    assert unlocks[0].change is not None
    outcome = await unlocks[0].change.work(Consent.CHANGE)
    assert outcome.status is ExitStatus.NOT_WRITTEN
    assert (stack.folder / ".env").read_bytes() == env
    assert not (stack.folder / ".librechat-wizard" / "unlock.json").exists()


async def test_a_damaged_record_stops_before_anything_is_opened(stack: PeopleStack) -> None:
    seeded(stack, SEEDS[1])
    before = stack.mongo.content()
    unlocks = await (await unlocking_in(stack)).unlocks(EVE)
    room = stack.folder / ".librechat-wizard"
    room.mkdir(mode=0o700, exist_ok=True)
    (room / "unlock.json").write_text("{")
    assert unlocks[0].change is not None
    with pytest.raises(WriteRefused, match="the record of earlier unlocks is damaged"):
        await unlocks[0].change.work(Consent.CHANGE)
    assert stack.mongo.content() == before


CONTROLS: dict[str, Callable[[], Seed]] = {
    "nothing": lambda: Seed(Cause.BAN),
    "a ban that LibreChat does not look at": lambda: Seed(Cause.BAN, banned=True),
    "not verified, and allowed": lambda: SEEDS[1]._replace(settings={"ALLOW_UNVERIFIED_EMAIL_LOGIN": "true"}),
    "a provider without auto-redirect": lambda: Seed(Cause.BAN, settings={**OPENID, "OPENID_AUTO_REDIRECT": "false"}),
}


@pytest.mark.parametrize("name", CONTROLS)
async def test_nothing_is_found_where_nothing_is_wrong(stack: PeopleStack, name: str) -> None:
    seeded(stack, CONTROLS[name]())
    assert await (await unlocking_in(stack)).unlocks(EVE) == ()


async def test_before_v0_8_8_rc1_the_form_alone_is_gone(make_stack: MakeStack) -> None:
    stack = make_stack("v0.8.7")
    seeded(stack, SEEDS[5])
    unlocks = await (await unlocking_in(stack)).unlocks(EVE)
    assert [one.lockout.sentence for one in unlocks] == ["ALLOW_EMAIL_LOGIN is off: the sign-in page shows no form."]


class CutOffError(BaseException):
    """The run is killed here."""


@pytest.mark.parametrize("seed", [SEEDS[0], SEEDS[4], SEEDS[5]], ids=["ban", "password", "setting"])
@pytest.mark.parametrize("is_done", [True, False], ids=["after the act", "before the act"])
async def test_what_a_run_opened_that_was_killed_is_taken_back(
    stack: PeopleStack, seed: Seed, is_done: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded(stack, seed)
    before, env = stack.mongo.content(), (stack.folder / ".env").read_bytes()
    unlocking = await unlocking_in(stack)
    change = (await unlocking.unlocks(EVE))[0].change
    assert change is not None
    with monkeypatch.context() as cut:

        def killed(*_: object, **__: object) -> None:
            raise CutOffError

        if is_done:
            cut.setattr(UnlockRecords, "end", killed)
        else:
            begin = UnlockRecords.begin
            cut.setattr(UnlockRecords, "begin", lambda self, unlock: killed(begin(self, unlock)))
        with pytest.raises(CutOffError):
            await change.work(Consent.CHANGE)
    is_changed = stack.mongo.content() != before or (stack.folder / ".env").read_bytes() != env
    assert is_changed is is_done
    unlocking = await unlocking_in(stack)
    outcome = await unlocking.undoing(unlocking.opened()).work(Consent.CHANGE)
    assert outcome.status is ExitStatus.DONE, outcome
    assert in_order(stack.mongo.content()) == in_order(before)
    assert (stack.folder / ".env").read_bytes() == env
    with pytest.raises(PeopleError, match="no unlock to undo"):
        unlocking.opened()


async def test_what_cannot_be_found_out_is_not_called_undone(stack: PeopleStack) -> None:
    seeded(stack, SEEDS[5])
    records = UnlockRecords(stack.folder)
    unlock = UnlockEntry(when=NOW, cause=Cause.EMAIL_LOGIN_OFF, email="", sentence="x", is_done=False, written="0" * 64)
    for one in (unlock, dataclasses.replace(unlock, cause=Cause.UNVERIFIED, email=EVE)):
        records.begin(one)
        unlocking = await unlocking_in(stack)
        with pytest.raises(PeopleError, match=r"has been changed since|does not contain the state"):
            await unlocking.undoing(unlocking.opened()).work(Consent.CHANGE)
        assert records.read() == (one,)
        records.end(one, None)


def of_user(expect: object, given: object, unset: object = (), **more: object) -> dict[str, Any]:
    identity = {"$oid": "0" * 24}
    return {"collection": "users", "id": identity, "expect": expect, "set": given, "unset": list(unset), **more}  # type: ignore[call-overload]


FORGED: dict[str, tuple[str, object]] = {
    "no JSON": (Cause.BAN, None),
    "too deep": (Cause.BAN, "deep"),
    "no list": (Cause.BAN, {}),
    "a kind that is not known": ("else", []),
    "changes with a setting": (Cause.EMAIL_LOGIN_OFF, [of_user({"role": {"is": "USER"}}, {"role": "ADMIN"})]),
    "role for a ban": (Cause.BAN, [of_user({"role": {"is": "USER"}}, {"role": "ADMIN"})]),
    "another collection": (Cause.BAN, [{"collection": "roles", "insert": {"_id": 1, "key": "ban:x"}}]),
    "an entry that is no ban": (Cause.BAN, [{"collection": "logs", "insert": {"_id": 1, "key": "other"}}]),
    "what opens": (Cause.NO_ADMINISTRATOR, [of_user({"role": {"is": "USER"}}, {"role": "ADMIN"})]),
    "the factor off": (Cause.SECOND_FACTOR, [of_user({"twoFactorEnabled": {"is": True}}, {"twoFactorEnabled": False})]),
    "role and password": (Cause.NO_ADMINISTRATOR, [of_user({"role": {"is": "ADMIN"}}, {"role": "USER", "password": "x"})]),
    "nothing expected": (Cause.NO_ADMINISTRATOR, [of_user({}, {"role": "USER"})]),
    "two accounts": (Cause.UNVERIFIED, [of_user({"emailVerified": {"is": True}}, {"emailVerified": False})] * 2),
    "an id that is a query": (Cause.UNVERIFIED, [of_user({"emailVerified": {"is": True}}, {}, id={"$ne": 1})]),
    "no fields": (Cause.UNVERIFIED, [of_user(1, 2)]),
    "no names": (Cause.UNVERIFIED, [of_user({"emailVerified": {"is": True}}, {}, [{}])]),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_record_takes_back_only_what_an_unlock_of_its_kind_did(name: str) -> None:
    cause, changes = FORGED[name]
    text = "[" * 100_000 if changes == "deep" else '{"bad' if changes is None else json.dumps(changes)
    unlock = UnlockEntry(when=NOW, cause=cause, email=EVE, sentence="x", is_done=True, changes=text)
    with pytest.raises(WriteRefused, match="the record of earlier unlocks is damaged"):
        undo_changes(unlock)
