"""A chosen mail provider answers all that it can: what is left are the questions that only the person can answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.demo.folder import make
from wizard.interview.interview import Interview
from wizard.interview.steps import step

FROM, USER = "settings.EMAIL_FROM", "settings.EMAIL_USERNAME"


@pytest.fixture
def interview(tmp_path: Path) -> Iterator[Interview]:
    make(tmp_path)
    made = Interview(tmp_path)
    made.step = step("mail")
    yield made
    made.close()


def test_gmail_leaves_user_and_password(interview: Interview) -> None:
    interview.answer("guide.mail", "gmail")
    for typed in ("m", "me@", "me@gmail.com"):
        interview.answer(USER, typed)
    assert interview.draft.text(FROM) == "me@gmail.com"
    shown = interview.shown(everything=False)
    assert {USER, "settings.EMAIL_PASSWORD"} <= set(shown)
    assert not {FROM, "settings.EMAIL_HOST", "settings.EMAIL_PORT", "settings.EMAIL_ENCRYPTION"} & set(shown)
    assert {FROM, "settings.EMAIL_HOST"} <= set(interview.shown(everything=True))


def test_sender_of_ones_own_stays(interview: Interview) -> None:
    interview.answer("guide.mail", "gmail")
    interview.answer(FROM, "chat@example.com")
    interview.answer(USER, "me@gmail.com")
    assert interview.draft.text(FROM) == "chat@example.com"
    assert FROM in interview.shown(everything=False)


def test_a_host_that_was_changed_is_shown_again(interview: Interview) -> None:
    interview.answer("guide.mail", "gmail")
    interview.answer("settings.EMAIL_HOST", "smtp-relay.gmail.com")
    assert "settings.EMAIL_HOST" in interview.shown(everything=False)


def test_region_of_amazon_is_asked(interview: Interview) -> None:
    interview.answer("guide.mail", "ses")
    assert "settings.EMAIL_HOST" in interview.shown(everything=False)
