"""The live test as lines: mail from the mail step, the sign-in of the running LibreChat from everywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.plain.question import told
from screens.plain.review import run_and_tell
from screens.shared import live_tests
from wizard.basics.insecure_login import FINDINGS
from wizard.basics.problem import InvalidInput
from wizard.basics.secret import Secret
from wizard.interview.dialogues import UNPROTECTED

if TYPE_CHECKING:
    from checks.model import Check, Subject
    from checks.options import Login
    from screens.demo import Practice
    from screens.plain.console import Console
    from wizard.interview.interview import Interview


def test(console: Console, interview: Interview, practice: Practice | None) -> None:
    """Try what the present step is about."""
    try:
        if interview.step.id == "mail":
            console.say("Testing the mail server as LibreChat would send with these answers. Nothing is sent.")
            _run(console, live_tests.checks_of("mail", practice), live_tests.mail_subject(interview))
            return
        if not interview.snapshot.has_run and practice is None:
            console.say("Type :test in the mail step (:go mail). The sign-in can be tried once LibreChat runs.")
            return
        account = live_tests.account_of(interview, practice) or _asked(console)
        console.say("Testing the running LibreChat as a browser would: sign in, reload, stay signed in, and out again.")
        _run(
            console, live_tests.checks_of("sign-in", practice), live_tests.running_subject(interview, practice, account)
        )
    except InvalidInput as error:
        console.say(told(error))


def _run(console: Console, checks: tuple[Check, ...], subject: Subject) -> None:
    """Run checks; where a password was held back, ask whether it is to be sent anyway."""
    report = run_and_tell(console, checks, subject)
    if any(finding.id in FINDINGS for finding in report.findings) and console.settle(UNPROTECTED).word == "yes":
        run_and_tell(console, checks, subject.allowing_insecure_login())


def _asked(console: Console) -> Login | None:
    email = console.read("E-mail of an account to try (Enter: without a sign-in)> ").strip()
    if not email:
        return None
    password = console.read_secret("Its password (not shown, not kept)> ")
    return live_tests.login(email, Secret(password)) if password else None
