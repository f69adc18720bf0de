"""The live test as lines: mail from the mail step, the running LibreChat's sign-in from every other step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.plain.question import problem_text
from screens.plain.review import run_and_tell
from screens.plain.sign_in import offer_sign_in
from screens.shared import live_tests, sign_ins
from wizard.basics.problem import InvalidInput
from wizard.interview.dialogues import UNPROTECTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checks.model import Report
    from checks.options import Login
    from screens.demo import Practice
    from screens.plain.console import Console
    from screens.plain.words import Words
    from wizard.interview.interview import Interview


def test(console: Console, words: Words, interview: Interview, practice: Practice | None) -> Report | None:
    """Try what the present step is about; where a password was held back, ask whether it is to be sent anyway.

    Return what was found with these answers; ``None`` if nothing was tested, or if it was the running LibreChat.
    """
    if interview.step.id == "mail":
        plan = live_tests.mail_test_plan(interview, practice)
    elif interview.step.provider in live_tests.PROVIDERS:
        plan = live_tests.provider_test_plan(interview, practice)
    elif not interview.snapshot.has_run and practice is None:
        console.say(
            "Type :test in the Mail step (:go mail) or in a provider's step. The sign-in can be tested once LibreChat is running."
        )
        return None
    else:
        account = live_tests.account_of(interview, practice) or _asked(
            console, words, live_tests.effective_settings(interview)
        )
        plan = live_tests.sign_in_test_plan(interview, practice, account)
    try:
        subject = plan.subject()
    except InvalidInput as error:
        console.say("Nothing can be tested with these answers yet:")
        console.say(problem_text(error))
        return None
    console.say(f"{plan.title}. {plan.intro}")
    report = run_and_tell(console, plan.checks, subject)
    if any(finding.withheld for finding in report.findings) and console.settle(UNPROTECTED).word == "yes":
        report = run_and_tell(console, plan.checks, subject.allowing_insecure_login())
    if interview.step.provider in sign_ins.PROVIDERS:
        offer_sign_in(console, words, interview.step.provider, subject)
    is_of_answers = live_tests.kind_of(interview) in ("mail", "provider")
    return report if is_of_answers else None


def _asked(console: Console, words: Words, settings: Mapping[str, str]) -> Login | None:
    while email := words.read("Email address of a test account (Enter: no sign-in)> ", "Account> "):
        try:
            live_tests.check_account(email, settings)
        except InvalidInput as error:
            console.say(problem_text(error))
            continue
        password = console.read_secret("Password (hidden, not stored)> ")
        return live_tests.login(email, password) if password else None
    return None
