"""Accounts at the line prompts: what a change needs to be said, also where it is interrupted."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from screens.plain.console import Console
from screens.plain.people import people
from tests.wizard.apply.people_stack import PeopleStack, people_stack, user
from wizard.apply.people.directory import Directory
from wizard.store.removal_record import TakenRole, TakenRoles

ANN, NEW = "ann@example.com", "new@example.com"


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PeopleStack]:
    with people_stack(tmp_path, "v0.8.5") as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


def password_of(stack: PeopleStack, email: str) -> str:
    found = stack.user(email)
    assert found is not None
    return str(found["password"]).removeprefix("clear:")


def test_a_generated_password_is_shown_once(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.fill(user(ANN, "ADMIN"))
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    people(Console(), stack.folder, ["add", NEW])
    output = capsys.readouterr().out
    assert f"Created the account {NEW} with the role USER." in output
    assert output.count(password_of(stack, NEW)) == 1


@pytest.mark.parametrize("words", [("add", NEW), ("reset-password", ANN)])
def test_a_generated_password_is_shown_where_the_look_afterwards_is_interrupted(
    stack: PeopleStack,
    words: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stack.fill(user(ANN, "ADMIN"))
    email, ask = words[1], Directory._ask
    before = stack.user(email)

    async def interrupted(self: Directory, op: str, **more: object) -> dict[str, Any]:
        if stack.user(email) != before:
            raise asyncio.CancelledError
        return await ask(self, op, **more)

    monkeypatch.setattr(Directory, "_ask", interrupted)
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    with pytest.raises(asyncio.CancelledError):
        people(Console(), stack.folder, [*words])
    output = capsys.readouterr().out
    assert "The password below may already be in effect. Try it." in output
    assert output.count(password_of(stack, email)) == 1


def test_nothing_is_shown_where_the_answer_is_no(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ann = user(ANN, "ADMIN")
    stack.fill(ann)
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    people(Console(), stack.folder, ["reset-password", ANN])
    output = capsys.readouterr().out
    assert ("Nothing changed." in output, "shown only once" in output, stack.user(ANN)) == (True, False, ann)


def test_a_removal_that_was_killed_is_offered_back(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ann = user(ANN)
    stack.fill(ann, user("bob@example.com", "ADMIN"))
    TakenRoles(stack.folder).note(TakenRole(when=datetime.now(UTC), account=str(ann["_id"]), email=ANN))
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    people(Console(), stack.folder, [])
    output = capsys.readouterr().out
    assert f"The removal of {ANN} was interrupted" in " ".join(output.split())
    assert stack.user(ANN) == {**ann, "role": "ADMIN"}
    assert "2 accounts" in output
    (stack.folder / ".librechat-wizard" / "removals.json").write_text("{")
    people(Console(), stack.folder, [])
    output = capsys.readouterr().out
    assert "the record of interrupted removals is damaged" in " ".join(output.split())
    assert "2 accounts" in output
