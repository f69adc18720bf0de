"""Which live test belongs to which step, and what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.basics.secret import Secret
from wizard.interview.steps import StepKind

if TYPE_CHECKING:
    from checks.mail.delivery.delivery import Delivery
    from checks.model import Check, Subject
    from checks.options import Login, SiteOptions
    from screens.demo import Practice
    from wizard.interview.interview import Interview

MAIL: Final = ("smtp", "mailgun", "sender")


def kind_of(interview: Interview) -> str:
    """Return ``mail``, ``sign-in`` or nothing: what can be tried from the present step."""
    if interview.step.id == "mail":
        return "mail"
    is_first = interview.step.kind is StepKind.WELCOME and interview.snapshot.has_run
    return "sign-in" if is_first or interview.step.kind is StepKind.DONE else ""


def checks_of(kind: str, practice: Practice | None) -> tuple[Check, ...]:
    """Return the checks of a test, the practice's own where there is one."""
    from checks.registry import ALL, RUNNING

    wanted = MAIL if kind == "mail" else RUNNING
    return tuple(check for check in (practice.checks if practice is not None else ALL) if check.id in wanted)


def mail_subject(interview: Interview) -> Subject:
    """Return what the answers so far would lead to; ``InvalidInput`` where they lead nowhere."""
    from checks.model import planned
    from wizard.interview.preview import proposal_of

    return planned(proposal_of(interview))


def delivery_of(subject: Subject, practice: Practice | None) -> Delivery:
    """Return the test of the arrival; the practice's mail server is reached in its own way."""
    from checks.mail.delivery.delivery import Delivery

    if practice is None:
        return Delivery(subject)
    from screens.demo.run import task

    return Delivery(subject, task=task)


def running_subject(interview: Interview, practice: Practice | None, account: Login | None) -> Subject:
    """Return the folder as it stands now, and how its LibreChat is reached."""
    from checks.model import Subject
    from wizard.answers.model import Answers
    from wizard.deployment.snapshot import deployment, take

    return Subject(deployment=deployment(take(interview.folder, Answers()), {}), reach=_reach(practice, account))


def account_of(interview: Interview, practice: Practice | None) -> Login | None:
    """Return the account that was answered, or the practice's."""
    if practice is not None and practice.reach.login is not None:
        return practice.reach.login
    email, password = (interview.draft.text(f"checks.login.{name}") for name in ("email", "password"))
    return login(email, Secret(password)) if email and password else None


def login(email: str, password: Secret) -> Login:
    """Return an account as the checks take it."""
    from checks.options import Login

    return Login(email=email, password=password)


def _reach(practice: Practice | None, account: Login | None) -> SiteOptions:
    from dataclasses import replace

    from checks.options import SiteOptions

    reach = practice.reach if practice is not None else SiteOptions()
    return replace(reach, login=account)
