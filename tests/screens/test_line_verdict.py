"""The line prompts say before and after writing what the checks said: the same failures, the same cause first."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.model import Check
from checks.settings import RULES
from screens.demo import Practice
from screens.plain import run
from tests.screens.full.operator import interview_in, practice_with
from tests.screens.full.test_one_verdict import FAILING, REJECTED, SAMPLE
from wizard.findings.session import KEPT
from wizard.interview.steps import step

TypeLines = Callable[..., str]


@pytest.fixture
def type_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> TypeLines:
    """A function that types lines from a step on, with a mail server and a sender that do not work; returns the output."""

    def enter(begin: str, *typed: str, practice: Practice | None = None) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        with interview_in(tmp_path / "chat") as interview:
            for name, text in SAMPLE.items():
                interview.answer(f"settings.{name}", text)
            interview.step = step(begin)
            run(interview, practice)
        return " ".join(capsys.readouterr().out.split())

    return enter


def test_review_repeats_what_the_checks_found_in_their_order(type_lines: TypeLines) -> None:
    out = type_lines("checks", "", "back", ":quit", practice=practice_with(FAILING, RULES))
    checked, _, reviewed = out.partition("Review")
    for part in (checked, reviewed):
        assert part.index(REJECTED) < part.index("EMAIL_FROM is an address at librechat.ai"), part
    assert f"Mail will not arrive: {REJECTED} (1 more failed)" in checked
    assert "not checked with these answers" not in reviewed


def test_review_says_what_was_not_checked(type_lines: TypeLines) -> None:
    out = type_lines("review", "back", ":quit", practice=practice_with(FAILING, RULES))
    assert "Mail and DNS were not checked with these answers." in out


def test_test_of_the_mail_step_counts_in_the_review(type_lines: TypeLines) -> None:
    out = type_lines("mail", ":test", ":go review", "back", ":quit", practice=practice_with(FAILING, RULES))
    reviewed = out.partition("Review")[2]
    assert f"FAIL {REJECTED}" in reviewed
    assert "DNS was not checked with these answers." in reviewed


def test_end_does_not_wait_for_mail_that_does_not_arrive(type_lines: TypeLines) -> None:
    out = type_lines("review", "write anyway", "")
    assert "do not use the sign-up page until mail works" in out
    assert "create your account at once" not in out


def test_account_of_a_sign_in_test_is_asked_for_until_it_is_an_email_address(type_lines: TypeLines) -> None:
    out = type_lines("review", ":test", "foo", "", "back", ":quit", practice=practice_with(RULES))
    assert "Email: is not an email address." in out


def test_sign_in_test_ends_with_what_it_means_for_people(type_lines: TypeLines) -> None:
    kept = Check(id="session", title="Staying signed in", static=lambda _: iter((KEPT.passed(),)))
    out = type_lines("review", ":test", "", "back", ":quit", practice=practice_with(kept))
    assert f"{KEPT.passed().summary} 0 failed" in out
