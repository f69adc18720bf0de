"""The live test of each step, and what it consists of."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from wizard.basics.secret import Secret
from wizard.interview.steps import StepKind
from wizard.librechat.providers import SOCIAL

if TYPE_CHECKING:
    from checks.mail.delivery.delivery import Delivery
    from checks.model import Check, Subject
    from checks.options import Login
    from screens.demo import Practice
    from wizard.interview.interview import Interview

MAIL: Final = ("smtp", "mailgun", "sender")
PROVIDERS: Final = ("openid", "saml", "ldap", *SOCIAL)
"""The providers that can be tried without anybody signing in."""


_WRONG_SECRET: Final = "The provider may log one request with a deliberately wrong secret."
_ASKED: Final = {
    "ldap": "The service account signs in once. A rejected password is not sent again.",
    "saml": "One sign-in request is sent, which the provider may log.",
}
"""What the provider sees of it."""


def kind_of(interview: "Interview") -> str:
    """Return ``mail``, ``provider``, ``sign-in`` or nothing: what can be tried from the present step."""
    if interview.step.id == "mail":
        return "mail"
    if interview.step.provider in PROVIDERS:
        return "provider"
    is_first = interview.step.kind is StepKind.WELCOME and interview.snapshot.has_run
    return "sign-in" if is_first or interview.step.kind is StepKind.DONE else ""


class LiveTestPlan(NamedTuple):
    """What a live test runs: the checks, what they are about, and what a person reads before."""

    title: str
    intro: str
    checks: "tuple[Check, ...]"
    subject: "Callable[[], Subject]"
    """Makes it anew for each run, from the answers or the folder of that moment; ``WriteRefused`` or ``InvalidInput`` if there is none."""


def mail_test_plan(interview: "Interview", practice: "Practice | None") -> LiveTestPlan:
    """Return the test of the mail server with what the answers so far would lead to."""
    from checks.model import planned
    from wizard.interview.preview import proposal_of

    return LiveTestPlan(
        "Test the mail server",
        "The test connects as LibreChat would with these answers. No password is sent unencrypted, and no email is sent, unless you ask for it.",
        _checks(MAIL, practice),
        lambda: planned(proposal_of(interview)),
    )


def provider_test_plan(interview: "Interview", practice: "Practice | None") -> LiveTestPlan:
    """Return the test of the step's sign-in provider with what the answers so far would lead to; nobody signs in."""
    from checks.model import planned
    from checks.provider.oauth import only
    from wizard.interview.preview import proposal_of

    provider = interview.step.provider
    checks = _checks(("oauth",) if provider in SOCIAL else (provider,), practice)
    if provider in SOCIAL:
        checks = tuple(only(check, provider) for check in checks)
    return LiveTestPlan(
        "Test the sign-in provider",
        f"The test contacts the provider as LibreChat would with these answers, without signing in a user. {_ASKED.get(provider, _WRONG_SECRET)}",
        checks,
        # A step without any answer is no failed test: there is nothing to test.
        lambda: planned(proposal_of(interview))._replace(chosen=()),
    )


def sign_in_test_plan(interview: "Interview", practice: "Practice | None", account: "Login | None") -> LiveTestPlan:
    """Return the test of the running LibreChat, with the present folder; without an account nobody is signed in."""
    from checks.model import RunMemory, Subject
    from checks.options import SiteOptions
    from checks.registry import RUNNING
    from wizard.answers.model import Answers
    from wizard.deployment.assembled import deployment
    from wizard.deployment.snapshot import take

    site_options = (practice.site_options if practice is not None else SiteOptions())._replace(login=account)
    return LiveTestPlan(
        "Test the running LibreChat",
        "The test acts like a browser: it signs in, reloads, renews the session, and signs out.",
        _checks(RUNNING, practice),
        lambda: Subject(
            memory=RunMemory(), deployment=deployment(take(interview.folder, Answers()), {}), site_options=site_options
        ),
    )


def _checks(wanted: Collection[str], practice: "Practice | None") -> "tuple[Check, ...]":
    """Return the checks of a test, the practice's own if there is one."""
    from checks.registry import ALL

    return tuple(check for check in (practice.checks if practice is not None else ALL) if check.id in wanted)


def delivery_of(subject: "Subject", practice: "Practice | None") -> "Delivery":
    """Return the test of the arrival; the practice's mail server is reached in its own way."""
    from checks.mail.delivery.delivery import Delivery

    if practice is None:
        return Delivery(subject)
    from screens.demo.run import task

    return Delivery(subject, task=task)


def account_of(interview: "Interview", practice: "Practice | None") -> "Login | None":
    """Return the account that was answered, or the practice's."""
    if practice is not None and practice.site_options.login is not None:
        return practice.site_options.login
    email, password = (interview.draft.text(f"checks.login.{name}") for name in ("email", "password"))
    return login(email, password) if email and password else None


def login(email: str, password: str) -> "Login":
    """Return an account as the checks take it."""
    from checks.options import Login

    return Login(email=email, password=Secret(password))


def effective_settings(interview: "Interview") -> Mapping[str, str]:
    """Return what the running LibreChat reads, as the folder is now: what the compose files set, too, not only ``.env``."""
    from wizard.answers.model import Answers
    from wizard.basics.problem import WizardError
    from wizard.deployment.assembled import deployment
    from wizard.deployment.snapshot import take

    try:
        return deployment(take(interview.folder, Answers()), {}).settings
    except WizardError:
        # The test itself says what is wrong with the files.
        return interview.present


def check_account(email: str, settings: Mapping[str, str]) -> None:
    """Refuse, with ``InvalidInput``, a name that LibreChat's sign-in form would not send; with LDAP it sends any.

    ``settings`` are those of the running LibreChat (:func:`effective_settings`).
    """
    from wizard.basics.problem import InvalidInput, Problem
    from wizard.librechat.account_address import email_fault
    from wizard.librechat.providers import has_ldap

    if (fault := email_fault(email)) and not has_ldap(settings):
        remedy = "Use an address such as ann@example.com."
        raise InvalidInput(Problem(field="Email", message=fault, remedy=remedy))
