"""``users`` on the command line: exit statuses, what is asked, what is reported, and a password that is nowhere else."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from screens.cli.main import main
from tests.judge import JUDGES, need_path
from tests.screens.cli.program import Run
from tests.wizard.apply.people_stack import NOW, PeopleStack, people_stack, session, user
from wizard.apply.address import ApiAddress
from wizard.apply.people.directory import Directory
from wizard.apply.people.model import PeopleError
from wizard.apply.people.script_talk import ScriptTalk
from wizard.store.removal_record import TakenRole, TakenRoles

NEW = "new@example.com"


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PeopleStack]:
    with people_stack(tmp_path, "v0.8.5") as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


def users(stack: PeopleStack, *words: str, stdin: str = "", is_terminal: bool = False) -> Run:
    """Run the command in this process."""
    given = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
    given.isatty = lambda: is_terminal  # type: ignore[method-assign]
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "stdin", given)
        status = main(["users", *words, "--dir", str(stack.folder)])
    return Run(status=status, out=out.getvalue(), err=err.getvalue())


def test_the_list_has_what_list_users_leaves_out_and_forges_no_line(stack: PeopleStack) -> None:
    ann = user("ann@example.com", "ADMIN", twoFactorEnabled=True)
    goo = user("goo@example.com", provider="google", emailVerified=False, name="x\nann@example.com  x  ADMIN\x1b[31m")
    del goo["password"]
    probe = user("librechat-wizard-probe-0123abcd@example.com")
    stack.fill(ann, goo, probe, sessions=[session(ann)])
    done = users(stack, "list")
    assert done.status == 0, done.text
    lines = {line.split("  ")[0].strip(): line for line in done.out.splitlines()}
    assert lines["ann@example.com"].endswith("second factor, sessions: 1")
    assert lines["goo@example.com"].endswith("google    email not verified, no password")
    assert done.out.splitlines()[-1] == "2 accounts"
    assert len(done.out.splitlines()) == 4
    assert "\x1b" not in done.out
    told = json.loads(users(stack, "list", "--json").out)
    assert [(one["email"], one["role"], one["two_factor"], one["password"]) for one in told["people"]] == [
        (one["email"], one["role"], one["twoFactorEnabled"], "password" in one)
        for one in sorted((ann, goo), key=lambda each: str(each["_id"]))
    ]
    assert "clear:" not in done.text + json.dumps(told)


def test_a_password_comes_by_standard_input_or_is_shown_once(stack: PeopleStack) -> None:
    done = users(stack, "add", "ann@example.com", "--password-file", "-", stdin="kanarie 1 $x\n")
    assert (done.status, done.out) == (0, "Created the account ann@example.com with the role ADMIN.\n"), done.text
    ann = stack.user("ann@example.com")
    assert ann is not None
    assert ann["password"] == "clear:kanarie 1 $x"
    assert "kanarie" not in done.text + json.dumps(stack.log())
    done = users(stack, "add", "bob@example.com", "--name", "Bob Builder", "--json")
    bob = stack.user("bob@example.com")
    assert bob is not None
    password = bob["password"].removeprefix("clear:")
    assert done.err.count(password) == 1
    assert password not in done.out
    assert json.loads(done.out)["done"] == [
        {"change": "add", "exit": 0, "sentence": "Created the account bob@example.com with the role USER."}
    ]
    assert password not in json.dumps(stack.log())


@pytest.mark.parametrize("words", [("add", NEW), ("reset-password", "ann@example.com"), ("unlock", "goo@example.com")])
def test_a_generated_password_is_shown_where_the_look_afterwards_is_interrupted(
    stack: PeopleStack, words: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    goo = user("goo@example.com", provider="google")
    del goo["password"]
    stack.fill(user("ann@example.com", "ADMIN"), goo)
    _, email = words
    before = stack.user(email)
    ask = Directory._ask

    async def interrupted(self: Directory, op: str, **more: object) -> dict[str, Any]:
        if stack.user(email) != before:
            raise asyncio.CancelledError
        return await ask(self, op, **more)

    monkeypatch.setattr(Directory, "_ask", interrupted)
    done = users(stack, *words, "--yes")
    after = stack.user(email)
    assert after is not None
    password = after["password"].removeprefix("clear:")
    assert done.status == 130, done.text
    assert "The password below may already be in effect. Try it." in done.err
    assert done.err.count(password) == 1
    assert password not in done.out + json.dumps(stack.log())


def test_a_refusal_shows_no_password(stack: PeopleStack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.fill(user("ann@example.com", "ADMIN"))

    async def refused(*_: object, **__: object) -> None:
        raise PeopleError("Not now.")

    monkeypatch.setattr(ScriptTalk, "reset", refused)
    done = users(stack, "reset-password", "ann@example.com", "--yes")
    assert (done.status, "Not now." in done.err, "password below" in done.err) == (1, True, False), done.text


def test_removal_asks_as_the_script_does_and_tells_what_stays(stack: PeopleStack) -> None:
    stack.fill(user("ann@example.com", "ADMIN"), user("eve@example.com"))
    done = users(stack, "remove", "eve@example.com", stdin="n\n", is_terminal=True)
    assert (done.status, "Nothing changed." in done.err) == (0, True), done.text
    assert stack.user("eve@example.com") is not None
    assert "Kept (LibreChat v0.8.5)" in done.err
    manual = "docker compose run --rm --no-deps api node /app/config/delete-user.js eve@example.com"
    assert f"Run manually: (cd {stack.folder} && {manual})" in done.err
    done = users(stack, "remove", "eve@example.com", stdin="y\ny\n", is_terminal=True)
    assert done.status == 0, done.text
    assert "Also delete all transaction history for this user? [y/N]" in done.err
    assert stack.user("eve@example.com") is None


def test_a_reset_offers_to_end_sessions(stack: PeopleStack) -> None:
    ann = user("ann@example.com", "ADMIN")
    stack.fill(ann, sessions=[session(ann)])
    done = users(stack, "reset-password", "ann@example.com", "--yes")
    assert done.status == 0, done.text
    assert done.out.splitlines() == ["ann@example.com has a new password.", "Sessions ended for ann@example.com: 1."]
    assert stack.mongo.content()["sessions"] == []


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("role", "ann@example.com", "USER", "--yes"), 1, "is the only administrator"),
        (("remove", "nobody@example.com", "--yes"), 4, "No account has the address nobody@example.com."),
        (("add", "ö@example.com"), 2, "is not an email address"),
        (("add", "eve@example.com"), 1, "already has an account"),
        (("role", "ann@example.com"), 2, "users role EMAIL ROLE"),
        (("remove", "eve@example.com"), 2, "cannot ask for confirmation"),
        (("frobnicate",), 2, "no such action."),
        ((), 2, "requires an action"),
        (("ban", "eve@example.com", "--for", "soon", "--yes"), 2, "soon is not a duration"),
        (("list", "--undo"), 2, "--undo: can only be used with 'users unlock'"),
        (("invite", "new@example.com"), 1, "Mail is not configured in LibreChat"),
    ],
)
def test_what_cannot_be_done_has_its_exit_status(
    stack: PeopleStack, words: tuple[str, ...], status: int, message: str
) -> None:
    stack.fill(user("ann@example.com", "ADMIN"), user("eve@example.com"))
    stack.settings(BAN_VIOLATIONS="true")
    before = stack.mongo.content()
    done = users(stack, *words)
    assert done.status == status, done.text
    assert message in done.text
    assert stack.mongo.content() == before


def test_a_database_that_does_not_answer_is_inconclusive(stack: PeopleStack) -> None:
    stack.container_environment(MONGO_URI="")
    done = users(stack, "list", "--json")
    assert done.status == 4
    assert json.loads(done.out)["problems"] == ["LibreChat's database could not be read: MONGO_URI is not set."]


def test_unlock_tells_the_cause_opens_after_a_question_and_takes_it_back(stack: PeopleStack) -> None:
    ann, eve = user("ann@example.com", "ADMIN"), user("eve@example.com", emailVerified=False)
    stack.fill(ann, eve)
    told = json.loads(users(stack, "unlock", "eve@example.com", "--json").out)
    assert [(one["cause"], one["certain"]) for one in told["lockouts"]] == [("unverified", True)]
    assert stack.user("eve@example.com") == eve
    done = users(stack, "unlock", "eve@example.com", stdin="y\n", is_terminal=True)
    assert (done.status, stack.user("eve@example.com")) == (0, {**eve, "emailVerified": True}), done.text
    assert done.out.splitlines()[0].startswith("Cause: The address eve@example.com was never verified")
    assert users(stack, "unlock", "eve@example.com", "--yes").status == 4
    assert users(stack, "unlock", "--undo", "--yes").status == 0
    assert stack.user("eve@example.com") == eve
    assert users(stack, "unlock", "--undo", "--yes").status == 4


def test_a_lost_telephone_is_the_cause_only_where_somebody_says_so(stack: PeopleStack) -> None:
    ann = user("ann@example.com", "ADMIN")
    eve = user("eve@example.com", emailVerified=False, twoFactorEnabled=True, totpSecret="x")
    stack.fill(ann, eve)
    done = users(stack, "unlock", "eve@example.com", "--yes")
    assert (done.status, stack.user("eve@example.com")) == (0, {**eve, "emailVerified": True}), done.text
    assert "Possible cause: eve@example.com must enter a second-factor code to sign in." in done.out
    done = users(stack, "unlock", "eve@example.com", "--yes")
    after = stack.user("eve@example.com")
    assert after is not None
    assert (done.status, after["twoFactorEnabled"], "totpSecret" in after) == (0, False, False)


def test_without_docker_the_scripts_run_in_the_repository(stack: PeopleStack, tmp_path: Path) -> None:
    folder = tmp_path / "clone"
    shutil.copytree(stack.image, folder, symlinks=True)
    (folder / "api" / "server").mkdir()
    (folder / "package.json").write_text('{"name": "LibreChat", "version": "v0.8.5"}')
    (folder / "node_modules" / "dotenv").symlink_to(need_path("dotenv", JUDGES / "node_modules" / "dotenv"))
    (folder / ".env").write_text(f"MONGO_URI={stack.mongo.address()}\nRELEASE=v0.8.5\n")
    stack.folder = folder
    done = users(stack, "add", "ann@example.com", "--password-file", "-", stdin="kanarie 1 $x\n")
    assert done.status == 0, done.text
    assert (
        "$ node config/create-user.js ann@example.com ann ann --email-verified=true    (LibreChat's create-user)"
        in done.err
    )
    ann = stack.user("ann@example.com")
    assert ann is not None
    assert ann["password"] == "clear:kanarie 1 $x"
    assert "2 accounts" not in (listed := users(stack, "list").out)
    assert "ann@example.com  ann   ADMIN" in listed
    done = users(stack, "reset-password", "ann@example.com", "--yes")
    assert (done.status, stack.user("ann@example.com") != ann) == (0, True), done.text
    assert not [entry for entry in stack.log() if "run" in entry["words"]]


def test_a_removal_that_was_killed_is_told_and_its_role_offered_back(stack: PeopleStack) -> None:
    ann = user("ann@example.com")
    stack.fill(ann, user("bob@example.com", "ADMIN"))
    roles = TakenRoles(stack.folder)
    roles.note(TakenRole(when=NOW, account=str(ann["_id"]), email="ann@example.com"))
    done = users(stack, "list")
    assert done.status == 0, done.text
    assert "The removal of ann@example.com was interrupted" in done.err
    assert "users role ann@example.com ADMIN" in done.err
    assert stack.user("ann@example.com") == ann
    done = users(stack, "list", stdin="y\n", is_terminal=True)
    assert "Give ann@example.com the administrator role back? [y/N]" in done.err
    assert (done.status, stack.user("ann@example.com")) == (0, {**ann, "role": "ADMIN"}), done.text
    assert roles.read() == ()
    damaged = stack.folder / ".librechat-wizard" / "removals.json"
    damaged.write_text("{")
    done = users(stack, "list")
    assert (done.status, "the record of interrupted removals is damaged" in done.err) == (0, True), done.text


def test_with_yes_nobody_becomes_an_administrator(stack: PeopleStack) -> None:
    bob = user("bob@example.com", emailVerified=False)
    stack.fill(user("eve@example.com"), bob)
    done = users(stack, "unlock", "bob@example.com", "--yes")
    assert (done.status, stack.user("bob@example.com")) == (0, {**bob, "emailVerified": True}), done.text
    # Nothing else keeps him out by now: the missing administrator alone is no reason.
    done = users(stack, "unlock", "bob@example.com", "--yes")
    assert (done.status, stack.user("bob@example.com")) == (0, {**bob, "emailVerified": True}), done.text
    assert "Possible cause: There is no administrator." in done.out
    assert "users role bob@example.com ADMIN" in done.err
    # Who is asked may say yes.
    done = users(stack, "unlock", "bob@example.com", stdin="y\n", is_terminal=True)
    assert (done.status, stack.user("bob@example.com")) == (0, {**bob, "emailVerified": True, "role": "ADMIN"})


def test_an_unlock_says_what_could_not_be_checked(stack: PeopleStack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.fill(user("ann@example.com", "ADMIN"))
    where = ApiAddress(host="127.0.0.1", port=9)
    monkeypatch.setattr("wizard.apply.people.unlocking.api_address", lambda _deployment: where)
    monkeypatch.setattr("screens.shared.live_signs.is_limited", _nobody_there)
    done = users(stack, "unlock")
    assert done.status == 4
    assert where.url in done.err
    [problem] = json.loads(users(stack, "unlock", "--json").out)["problems"]
    assert problem in done.err
    monkeypatch.setattr("screens.shared.live_signs.is_limited", _nobody_refused)
    assert "problems" not in json.loads(users(stack, "unlock", "--json").out)


async def _nobody_there(_address: str) -> None:
    return None


async def _nobody_refused(_address: str) -> bool:
    return False
