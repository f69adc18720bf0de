"""Questions about the run itself: what each answer does, and that the first one loses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.demo.folder import make
from wizard.answers.draft import Generate
from wizard.interview import dialogues
from wizard.interview.interview import Interview
from wizard.interview.search import search

TITLE = "settings.APP_TITLE"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "chat"
    made.mkdir()
    make(made)
    (made / ".env").write_text("CREDS_KEY=" + "1f" * 32 + "\nJWT_SECRET=" + "3d" * 32 + "\n", encoding="utf-8")
    return made


@pytest.fixture
def interview(folder: Path) -> Iterator[Interview]:
    opened = Interview(folder)
    yield opened
    opened.close()


def kept(folder: Path) -> list[str]:
    journal = folder / ".librechat-wizard" / "draft.json"
    return list(json.loads(journal.read_text(encoding="utf-8"))["entries"]) if journal.exists() else []


def test_nothing_is_asked_where_nothing_can_be_lost(interview: Interview) -> None:
    settled = dialogues.leave(interview).settled
    assert settled is not None
    assert settled.exit_message == "Nothing changed."
    assert dialogues.generate(interview, "settings.MEILI_MASTER_KEY", "MEILI_MASTER_KEY").settled is not None
    interview.answer(TITLE, "Ours")
    assert dialogues.leave(interview).settled is None
    assert dialogues.generate(interview, "settings.JWT_SECRET", "JWT_SECRET").settled is None


@pytest.mark.parametrize(
    ("word", "stays", "ends"), [("stay", True, False), ("keep", True, True), ("discard", False, True)]
)
def test_leaving_does_with_the_answers_as_told(
    folder: Path, interview: Interview, word: str, stays: bool, ends: bool
) -> None:
    interview.answer(TITLE, "Ours")
    answer = dialogues.leave(interview).answer(word)
    answer.action()
    assert (TITLE in kept(folder)) is stays
    assert bool(answer.exit_message) is ends


@pytest.mark.parametrize(("word", "title"), [("continue", "Ours"), ("new", None)])
def test_an_earlier_run_is_resumed_or_forgotten(folder: Path, word: str, title: str | None) -> None:
    first = Interview(folder)
    first.answer(TITLE, "Ours")
    first.answer("settings.EMAIL_PASSWORD", "hidden-word")
    first.close()
    second = Interview(folder)
    dialogue = dialogues.resume(second)
    assert "has 1 saved answer." in dialogue.text
    assert "1 must be entered again" in dialogue.text
    dialogue.answer(word).action()
    assert second.draft.text(TITLE) == title
    second.close()


def test_an_earlier_run_without_answers_has_no_number(folder: Path) -> None:
    first = Interview(folder)
    first.go("access")
    first.close()
    second = Interview(folder)
    assert dialogues.resume(second).text == "An earlier run in this folder did not finish."
    second.close()


@pytest.mark.parametrize(("name", "is_lost"), [("JWT_SECRET", False), ("CREDS_KEY", True)])
def test_a_value_is_replaced_only_when_told_to(interview: Interview, name: str, is_lost: bool) -> None:
    dialogue = dialogues.generate(interview, f"settings.{name}", name)
    assert f"{name} already has a value. If you replace it, " in dialogue.text
    dialogue.answers[0].action()
    assert f"settings.{name}" not in interview.draft.entries
    dialogue.answer("replace").action()
    assert interview.draft.entries[f"settings.{name}"] == Generate(replace=True, accept_loss=is_lost)


def test_search_lists_the_nearest_first() -> None:
    found = [one.id for one in search("Host")]
    assert found[:2] == ["settings.HOST", "settings.EMAIL_HOST"]
    assert next(one.id for one in search("proxy.hops")) == "proxy.hops"
    assert search("no-such-word-anywhere") == []
    assert len(search("")) > 200
