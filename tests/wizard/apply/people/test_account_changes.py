"""Every change with the scripts of each era: the database says what came of it, and no password is where others can read it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from screens.shared.people import change_lines, change_of, outcome_lines, people_in
from tests.rounds import NAME
from tests.wizard.apply.people.conftest import MakeStack
from tests.wizard.apply.people_stack import PeopleStack, ban, session, user
from wizard.answers.model import Stack
from wizard.apply.people.account_changes import UserAccounts
from wizard.apply.people.model import AccountOutcome, Consent, PeopleError
from wizard.apply.people.script_talk import ScriptTalk
from wizard.basics.exit_status import ExitStatus
from wizard.basics.secret import Secret
from wizard.librechat.releases import Release
from wizard.librechat.scripts import Script

ALL_ERAS = ("v0.7.0", "v0.7.5", "v0.7.9", "v0.8.0", "v0.8.3", "v0.8.5", "v0.8.8-rc1", "v0.8.8")
ERAS = ALL_ERAS if NAME == "long" else ("v0.7.0", "v0.8.0", "v0.8.8")
"""Every one whose scripts differ is in the short list for what they differ in."""
HOSTILE = " ä$s'w\"o\\rd#`x`€ ${A} $(id) %41 \\n;|&<>~!*?[]{}^ --prov=x 💥 "
"""60 characters: what shells, .env files, JSON and readline could change, and blanks at both ends."""


async def of(stack: PeopleStack) -> UserAccounts:
    return await people_in(stack.deployment())


async def do(
    people: UserAccounts, action: str, email: str, consent: Consent = Consent.CHANGE, **more: Any
) -> tuple[AccountOutcome, str]:
    change = await change_of(people, action, email, **more)
    outcome = await change.work(consent)
    return outcome, "\n".join([*change_lines(change), *outcome_lines(outcome)])


def secrets_seen(stack: PeopleStack, *texts: str) -> list[str]:
    """Return which texts stand in docker's arguments and environment, or in a file of the folder."""
    files = [path.read_bytes() for path in stack.folder.rglob("*") if path.is_file()]
    seen = json.dumps(stack.log())
    return [text for text in texts if json.dumps(text)[1:-1] in seen or any(text.encode() in data for data in files)]


@pytest.mark.parametrize("release", ERAS)
async def test_an_account_is_made_and_gets_exactly_the_password(make_stack: MakeStack, release: str) -> None:
    stack = make_stack(release)
    people = await of(stack)
    assert len(HOSTILE) == 60
    outcome, output = await do(people, "add", "Ann@Example.com", password=Secret(HOSTILE))
    assert outcome.status is ExitStatus.DONE, output
    made = stack.user("ann@example.com")
    assert made is not None
    assert (made["password"], made["role"], made["name"]) == (f"clear:{HOSTILE}", "ADMIN", "Ann")
    assert HOSTILE not in output
    assert not secrets_seen(stack, HOSTILE)
    outcome, output = await do(people, "add", "bob@example.com")
    assert outcome.password is not None
    second = stack.user("bob@example.com")
    assert second is not None
    assert (second["password"], second["role"]) == (f"clear:{outcome.password.reveal()}", "USER")
    assert output.count(outcome.password.reveal()) == 1
    assert not secrets_seen(stack, outcome.password.reveal())


@pytest.mark.parametrize("release", ERAS)
async def test_an_account_is_removed_and_only_that_one(make_stack: MakeStack, release: str) -> None:
    stack = make_stack(release)
    ann, eve = user("ann@example.com", "ADMIN"), user("eve@example.com")
    stack.fill(ann, eve, sessions=[session(ann), session(eve)], transactions=[{"user": eve["_id"]}])
    outcome, output = await do(await of(stack), "remove", "EVE@example.com")
    assert (outcome.status, stack.user("eve@example.com")) == (ExitStatus.DONE, None), output
    assert stack.user("ann@example.com") == ann
    assert len(stack.mongo.content()["transactions"]) == 1
    assert "Kept (LibreChat" in output
    # Up to v0.7.8 the script prints the document with the hash of the password.
    assert "clear:" not in output
    calls = [entry["words"] for entry in stack.log()]
    stops = [words[-2:] for words in calls if words[-2] in ("stop", "start")]
    assert stops == ([["stop", "api"], ["start", "api"]] if release == "v0.8.8" else [])


async def test_transactions_go_where_the_second_question_is_answered(stack: PeopleStack) -> None:
    ann, eve = user("ann@example.com", "ADMIN"), user("eve@example.com")
    stack.fill(ann, eve, transactions=[{"user": eve["_id"]}, {"user": ann["_id"]}])
    outcome, _ = await do(await of(stack), "remove", "eve@example.com", Consent.FURTHER)
    assert outcome.status is ExitStatus.DONE
    assert [one["user"] for one in stack.mongo.content()["transactions"]] == [ann["_id"]]


@pytest.mark.parametrize(
    ("release", "silent"),
    [(release, silent) for release in ALL_ERAS[2:] for silent in ("", "1")][:: 1 if NAME == "long" else 9],
)
async def test_a_reset_sets_the_password_and_offers_to_end_sessions(
    make_stack: MakeStack, release: str, silent: str
) -> None:
    stack = make_stack(release)
    stack.container_environment(SILENT_QUESTION=silent)
    ann = user("ann@example.com", "ADMIN")
    stack.fill(ann, sessions=[session(ann), session(ann)])
    outcome, output = await do(await of(stack), "reset-password", "ann@example.com", password=Secret(HOSTILE))
    assert outcome.status is ExitStatus.DONE, output
    after = stack.user("ann@example.com")
    assert after is not None
    assert after["password"] == f"clear:{HOSTILE}"
    assert not secrets_seen(stack, HOSTILE)
    assert len(stack.mongo.content()["sessions"]) == 2
    assert outcome.offer is not None
    await outcome.offer.work(Consent.CHANGE)
    assert stack.mongo.content()["sessions"] == []


async def test_an_account_of_a_provider_is_told_before_it_gets_a_password(stack: PeopleStack) -> None:
    stack.fill(user("goo@example.com", provider="google"))
    _, output = await do(await of(stack), "reset-password", "goo@example.com")
    assert "The account signs in through google." in output


@pytest.mark.parametrize("release", ["v0.7.0", "v0.7.5"])
async def test_a_release_without_the_script_says_so(make_stack: MakeStack, release: str) -> None:
    stack = make_stack(release)
    stack.fill(user("ann@example.com"))
    with pytest.raises(
        PeopleError, match=f"LibreChat {release} has no reset-password script. It was added in v0.7.7-rc1"
    ):
        await change_of(await of(stack), "reset-password", "ann@example.com")
    assert not [entry for entry in stack.log() if "run" in entry["words"]]


async def test_an_invitation_needs_mail_and_is_believed_by_the_database(stack: PeopleStack) -> None:
    people = await of(stack)
    with pytest.raises(PeopleError, match="Mail is not configured in LibreChat"):
        await change_of(people, "invite", "new@example.com")
    mail = {"EMAIL_HOST": "smtp.example.com", "EMAIL_FROM": "a@example.com"}
    stack.settings(**mail)
    outcome, output = await do(await of(stack), "invite", " New@Example.com ")
    assert outcome.status is ExitStatus.DONE, output
    assert [one["email"] for one in stack.mongo.content()["tokens"]] == ["new@example.com"]
    stack.container_environment(EMAIL_HOST="refused.example")
    outcome, output = await do(await of(stack), "invite", "two@example.com")
    assert outcome.status is ExitStatus.FAILED
    assert "Error: connect ECONNREFUSED" in output


@pytest.mark.parametrize("release", ERAS)
async def test_a_ban_is_set_and_lifted_with_its_copies(make_stack: MakeStack, release: str) -> None:
    stack = make_stack(release)
    ann, eve = user("ann@example.com", "ADMIN"), user("eve@example.com")
    other = ban("BANS:" + "f" * 24, "ban:10.0.0.9", minutes=30)
    stack.fill(ann, eve, sessions=[session(eve)], logs=[*other])
    with pytest.raises(PeopleError, match="BAN_VIOLATIONS is not true"):
        await change_of(await of(stack), "ban", "eve@example.com")
    stack.settings(BAN_VIOLATIONS="true")
    outcome, output = await do(await of(stack), "ban", "eve@example.com", lasting=600_000)
    assert outcome.status is ExitStatus.DONE, output
    own = next(one for one in stack.mongo.content()["logs"] if one["key"].startswith("BANS:") and one not in other)
    # checkBan.js copies it to the person's id and to their address once they try to sign in.
    content = stack.mongo.content()
    copies = [
        {**own, "_id": str(number), "key": key} for number, key in enumerate((f"ban:{eve['_id']}", "ban:10.0.0.1"))
    ]
    stack.mongo.fill({**content, "logs": [*content["logs"], *copies]})
    everybody = await (await of(stack)).directory.everybody()
    assert {one.email for one in everybody if one.banned_until is not None} == {"eve@example.com"}
    outcome, output = await do(await of(stack), "unban", "eve@example.com")
    assert outcome.status is ExitStatus.DONE, output
    assert stack.mongo.content()["logs"] == other


async def test_a_ban_that_the_script_does_not_set_is_no_success(stack: PeopleStack) -> None:
    stack.fill(user("ann@example.com", "ADMIN"), user("eve@example.com"))
    stack.settings(BAN_VIOLATIONS="true", BAN_INTERVAL="30")
    with pytest.raises(PeopleError, match="BAN_INTERVAL is 30"):
        await change_of(await of(stack), "ban", "eve@example.com")
    stack.settings(BAN_INTERVAL="20")
    stack.container_environment(BAN_VIOLATIONS="false")
    outcome, _ = await do(await of(stack), "ban", "eve@example.com")
    assert (outcome.status, outcome.sentence) == (ExitStatus.FAILED, "LibreChat did not ban the account.")


async def test_a_role_changes_and_nothing_else(stack: PeopleStack) -> None:
    ann, eve = user("ann@example.com", "ADMIN"), user("eve@example.com")
    stack.fill(ann, eve, roles=[{"name": "ADMIN"}, {"name": "USER"}, {"name": "Staff"}])
    people = await of(stack)
    outcome, _ = await do(people, "role", "eve@example.com", role="admin")
    assert (outcome.status, stack.user("eve@example.com")) == (ExitStatus.DONE, {**eve, "role": "ADMIN"})
    await do(people, "role", "ann@example.com", role="staff")
    assert stack.user("ann@example.com") == {**ann, "role": "Staff"}
    with pytest.raises(PeopleError, match="LibreChat has no role Boss"):
        await change_of(people, "role", "ann@example.com", role="Boss")
    with pytest.raises(PeopleError, match="already has the role ADMIN") as caught:
        await change_of(people, "role", "eve@example.com", role="ADMIN")
    assert caught.value.status is ExitStatus.DONE


@pytest.mark.parametrize("action", ["remove", "ban", "role"])
async def test_the_last_administrator_is_protected(stack: PeopleStack, action: str) -> None:
    probe = user("librechat-wizard-probe-0123abcd@example.com", "ADMIN")
    ann = user("ann@example.com", "ADMIN")
    stack.fill(ann, user("eve@example.com"), probe)
    stack.settings(BAN_VIOLATIONS="true")
    with pytest.raises(PeopleError, match=r"ann@example\.com is the only administrator") as caught:
        await change_of(await of(stack), action, "ann@example.com", role="USER")
    assert "users role EMAIL ADMIN" in caught.value.remedy
    assert stack.user("ann@example.com") == ann


NOBODY = {
    "nobody@example.com": "No account has the address",
    "twin@example.com": "2 accounts have the address",
    "librechat-wizard-probe-0123abcd@example.com": "the wizard's own probe account",
    ".*@example.com": "No account has the address",
}


async def test_who_is_not_exactly_one_person_is_refused(stack: PeopleStack) -> None:
    twins = [user("twin@example.com", tenantId=name) for name in ("one", "two")]
    stack.fill(user("ann@example.com", "ADMIN"), *twins, user("librechat-wizard-probe-0123abcd@example.com"))
    stack.settings(BAN_VIOLATIONS="true")
    people, before = await of(stack), stack.mongo.content()
    cases = [("role", email) for email in NOBODY]
    cases += [(action, "twin@example.com") for action in ("remove", "reset-password", "ban", "unban")]
    for action, email in cases:
        with pytest.raises(PeopleError, match=NOBODY[email]):
            await change_of(people, action, email, role="ADMIN")
    assert stack.mongo.content() == before


async def test_an_address_in_mixed_case_is_not_given_to_a_script_that_cannot_find_it(stack: PeopleStack) -> None:
    mixed = user("Mixed@Example.com")
    stack.fill(user("ann@example.com", "ADMIN"), mixed)
    with pytest.raises(PeopleError, match="LibreChat's scripts find only lowercase addresses"):
        await change_of(await of(stack), "remove", "mixed@example.com")
    outcome, _ = await do(await of(stack), "role", "mixed@example.com", role="ADMIN")
    assert (outcome.status, stack.user("Mixed@Example.com")) == (ExitStatus.DONE, {**mixed, "role": "ADMIN"})


TAKEN = [
    *("plus+tag@example.com", "o'hara@example.com", "a_b-c.d@sub.example.co.uk", "x@example.org", "ab@example.org"),
    *("UPPER.Case@EXAMPLE.com", "123@example.com", "a--b@example.com", "_under@example.com", "very." + "long" * 12 + "@example.com"),
    *("--provider@example.com", "--email-verified@example.com", "root@example.com", "null@example.com", "a.b.c.d.e@example.com"),
    *("d-v0.8.0@example.com", "list@example.com", "y@example.com", "n@xn--bcher-kva.example", "trailing-@example.com"),
]  # fmt: skip
REFUSED = [
    *("nomail", "", "@", "a@b", "ö@example.com", "a b@example.com", ".dot@example.com", "dot..dot@example.com"),
    *("a@-example.com", 'quote"@example.com', "semi;colon@example.com", "$(id)@example.com", "a@example.com\nEmail: b@x.org"),
    *("tab\t@example.com", "a@exa mple.com", "{$ne:1}@example.com", "<b>@example.com", "a*@example.com", "x" * 250 + "@example.com"),
    *("\x1b[31mred@example.com", "null\0@example.com", "a@example.c0m", "a,b@example.com"),
]  # fmt: skip


NAMES = [
    *("Zoë O'Hara \"Z\" 李", "$(id)", "`x`", "a\\b\\n", "--dry-run", "-T x", "[bold]x[/]", "{$ne: 1}", "Robert'); DROP TABLE"),
    *("😀😀😀", "  padded  ", "x" * 80, "عربي اسم", "null", "0000", "%41%42", "<script>", "a;b|c&d", "~/x", "*?[]"),
]  # fmt: skip
MANY = len(TAKEN) if NAME == "long" else 5


async def test_odd_addresses_and_names_arrive_as_they_are(stack: PeopleStack) -> None:
    people = await of(stack)
    pairs = list(zip(TAKEN, NAMES, strict=True))[:MANY]
    for email, name in pairs:
        outcome, output = await do(people, "add", email, name=name)
        assert outcome.status is ExitStatus.DONE, output
        made = stack.user(email.lower())
        assert made is not None
        assert (made["name"], made["provider"]) == (name.strip(), "local")
    # Ids of one second, made by several processes, have no order.
    everybody = await people.directory.everybody()
    assert sorted(one.name for one in everybody) == sorted(name.strip() for _, name in pairs)


async def test_what_is_no_address_or_name_is_refused_before_anything_runs(stack: PeopleStack) -> None:
    people = await of(stack)
    for email in REFUSED:
        with pytest.raises(PeopleError) as caught:
            await change_of(people, "add", email)
        assert caught.value.sentence.isprintable()
        assert caught.value.status is ExitStatus.INVALID
    for name in ("Zo", "x" * 81, "--provider=openid", "--email-verified=false"):
        with pytest.raises(PeopleError, match="A name must have 3 to 80 characters"):
            await change_of(people, "add", "bad@example.com", name=name)
    for name in ("\x1b[31mred", "two\nlines", "\x9b31m red", "not \udcff UTF-8", "a\u2028line", "nul\0nul"):
        with pytest.raises(PeopleError, match="A name must be one line"):
            await change_of(people, "add", "bad@example.com", name=name)
    for password in ("short", " " * 9, "x" * 129, "line\nbreak9", "tab\there99"):
        with pytest.raises(PeopleError, match="The password ") as caught:
            await change_of(people, "add", "bad@example.com", password=Secret(password))
        assert password not in caught.value.sentence
    assert not [entry for entry in stack.log() if "run" in entry["words"]]


async def test_the_release_that_runs_decides_and_not_the_one_of_the_files(make_stack: MakeStack) -> None:
    stack = make_stack("v0.7.0")
    people = await people_in(stack.deployment()._replace(release=Release(0, 8, 8)))
    outcome, output = await do(people, "add", "ann@example.com", password=Secret(HOSTILE))
    made = stack.user("ann@example.com")
    assert made is not None, output
    assert (outcome.status, made["password"]) == (ExitStatus.DONE, f"clear:{HOSTILE}")


async def test_what_only_the_script_refuses_is_reported_in_its_words(stack: PeopleStack) -> None:
    stack.container_environment(MIN_PASSWORD_LENGTH="80")
    outcome, output = await do(await of(stack), "add", "ann@example.com")
    assert outcome.status is ExitStatus.FAILED
    assert "Error: password: String must contain at least" in output


async def test_a_taken_user_name_gets_another_end(stack: PeopleStack) -> None:
    stack.fill(user("ann@one.example"))
    outcome, output = await do(await of(stack), "add", "ann@two.example")
    made = stack.user("ann@two.example")
    assert (outcome.status, made is not None) == (ExitStatus.DONE, True), output
    assert made is not None
    assert made["username"].startswith("ann-")


@pytest.mark.parametrize(
    ("stack_kind", "release", "path"),
    [
        (Stack.COMPOSE, Release(0, 7, 0), "/app/config/create-user.js"),
        (Stack.COMPOSE, Release(0, 8, 8), "/app/config/create-user.js"),
        (Stack.DEPLOY, Release(0, 7, 4), "/app/api/create-user.js"),
        (Stack.DEPLOY, Release(0, 8, 8), "/app/config/create-user.js"),
        (Stack.LOCAL, Release(0, 8, 8), "config/create-user.js"),
    ],
)
async def test_each_stack_has_its_path_of_a_script(
    stack: PeopleStack, stack_kind: Stack, release: Release, path: str
) -> None:
    talk = ScriptTalk(host=(await of(stack)).host, stack=stack_kind, release=release)
    assert talk.words(Script.CREATE, "a@b.org") == (path, "a@b.org")
