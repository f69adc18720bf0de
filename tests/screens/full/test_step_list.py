"""The list of steps: a tick only for what was answered or passed, and a word for a step that is not open yet."""

from __future__ import annotations

from pathlib import Path

from checks.model import Report
from screens.full.sidebar import step_mark
from screens.shared.review import CheckedAnswers
from tests.finding_samples import sample
from tests.screens.full.operator import at_the_wizard, interview_in
from wizard.basics.check_outcomes import Ran
from wizard.basics.finding import SIGNS, Status
from wizard.interview.preview import look_ahead
from wizard.interview.steps import step


def test_a_review_that_was_read_has_no_tick(tmp_path: Path) -> None:
    with interview_in(tmp_path / "chat") as interview:
        interview.go("review")
        interview.go("protection")
        assert step_mark(interview, look_ahead(interview), step("review"))[1] == "visited"
        interview.answer("settings.LOGIN_MAX", "-1")
        sign, word = step_mark(interview, look_ahead(interview), step("review"))
        assert (sign, word) == ("x", "nothing can be written yet")


def test_an_invalid_answer_leaves_the_warnings_of_other_steps(tmp_path: Path) -> None:
    with interview_in(tmp_path / "chat") as interview:
        interview.go("sessions")
        interview.answer("settings.SESSION_EXPIRY", "1000")
        before = look_ahead(interview)
        interview.go("protection")
        assert step_mark(interview, before, step("sessions"))[0] == "!"
        interview.answer("settings.LOGIN_MAX", "-1")
        now = look_ahead(interview).after(before)
        assert (step_mark(interview, now, step("sessions"))[0], now.mark(step("protection"))) == ("!", "problem")
        interview.answer("settings.SESSION_EXPIRY", "1000 * 60 * 15")
        assert look_ahead(interview).after(now).mark(step("sessions")) == "", "what has changed is not known any more"


def test_a_test_does_not_make_good_what_the_settings_rule_out(tmp_path: Path) -> None:
    with interview_in(tmp_path / "chat") as interview:
        interview.go("mail")
        for name, text in (("EMAIL_HOST", "smtp.example.com"), ("EMAIL_FROM", "chat@librechat.test")):
            interview.answer(f"settings.{name}", text)
        found = Report(findings=(sample("smtp.starttls.none", Status.UNKNOWN, "EMAIL_HOST"),))
        for faulty, sign in ((False, SIGNS[Status.UNKNOWN].mark), (True, "x")):
            if faulty:
                interview.answer("settings.EMAIL_PORT", "0")
            checked = CheckedAnswers(interview.draft, found)
            assert step_mark(interview, look_ahead(interview), step("mail"), checked)[0] == sign


def test_a_provider_that_cannot_be_reached_has_no_tick(tmp_path: Path) -> None:
    with interview_in(tmp_path / "chat") as interview:
        interview.answer("guide.providers", "google github")
        for name in ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"):
            interview.answer(f"settings.{name}", "x" * 24)
        found = Report(
            findings=(sample("oauth.google.unreachable", Status.UNKNOWN),), outcomes=(("oauth", Ran(seconds=1)),)
        )
        checked = CheckedAnswers(interview.draft, found)
        signs = [step_mark(interview, None, step(name), checked)[0] for name in ("google", "github")]
        assert signs == [SIGNS[Status.UNKNOWN].mark, " "]


async def test_a_note_takes_the_place_of_what_it_makes_untrue(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", step="mail", size=(80, 24), shows_notes=True) as operator:
        await operator.go_to("EMAIL_HOST")
        await operator.paste("smtp.example.com")
        await operator.press("f4")
        await operator.until("answer removed")
        await operator.press("f4")
        await operator.until("answer restored")
        await operator.until("answer removed", gone=True)


async def test_a_click_on_the_end_says_when_it_opens(tmp_path: Path) -> None:
    async with at_the_wizard(tmp_path / "chat", shows_notes=True) as operator:
        rows = operator.text.splitlines()
        where = next(row for row, line in enumerate(rows) if line.split("\u2502")[0].strip() == "Done")
        await operator.click("#steps", row=where - operator.app.screen.query_one("#steps").region.y)
        await operator.until("opens once the files are written")
        await operator.until("Review")
