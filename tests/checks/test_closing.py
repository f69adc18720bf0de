"""The last line of a run of checks says for people what holds, and promises nothing that was not looked at."""

from __future__ import annotations

import pytest

from checks.closing import closing_sentence, summary_of_test
from checks.model import Report
from wizard.basics.check_outcomes import CheckOutcome, Ran, Skipped, TimedOut
from wizard.basics.finding import Acknowledgement, Finding
from wizard.findings import dns as ids
from wizard.findings.accounts import SESSIONS_EXPIRED, SESSIONS_ORDER, UNCONFIRMED
from wizard.findings.domains import MISSING
from wizard.findings.email import RESET_WITHOUT_MAIL
from wizard.findings.envelope import ACCEPTED
from wizard.findings.instance import PANEL_DOWN
from wizard.findings.openid_check import FINDINGS
from wizard.findings.secrets import PUBLISHED
from wizard.findings.session import KEPT, LOST
from wizard.findings.smtp import AUTH_REJECTED

RAN = Ran(seconds=0.1)
RULES = ("rules", RAN)
NO_MAIL = ("smtp", Skipped(because="no mail server is configured"))
MAIL = ("smtp", RAN)
OK = ACCEPTED.at("smtp").passed()


@pytest.mark.parametrize(
    ("findings", "outcomes", "says", "unmentioned"),
    [
        ((), (RULES, NO_MAIL), ("people will stay signed in",), ("mail", "Mail")),
        ((), (NO_MAIL,), ("0 failed",), ("stay",)),
        ((SESSIONS_ORDER.fail(),), (RULES,), ("will not stay signed in", "REFRESH_TOKEN_EXPIRY"), ()),
        ((SESSIONS_ORDER.warn(),), (RULES,), ("1 warning",), ("stay",)),
        ((KEPT.passed(),), (RULES, ("session", RAN)), ("People stay signed in.",), ("will",)),
        ((KEPT.passed(), LOST.fail()), (RULES,), ("do not stay signed in",), ("Users stay",)),
        ((AUTH_REJECTED.fail("The password is wrong. More."),), (RULES, MAIL), ("will stay", "Mail will not arrive: The password is wrong."), ("More",)),
        ((OK,), (RULES, MAIL), ("will stay", "mail server accepts"), ()),
        ((OK, AUTH_REJECTED.unknown()), (RULES, MAIL), ("could not be checked",), ("accepts",)),
        ((), (RULES, ("smtp", TimedOut(seconds=1))), ("could not be checked",), ("accepts",)),
        ((UNCONFIRMED.warn(),), (RULES, NO_MAIL), ("will stay",), ("arrive",)),
        ((PUBLISHED.of("CREDS_KEY").fail(),), (RULES, NO_MAIL), ("CREDS_KEY is the value",), ("stay",)),
        ((MISSING.of("DOMAIN_CLIENT").fail(),), (RULES, NO_MAIL), ("DOMAIN_CLIENT is not set.",), ("stay",)),
        (
            (SESSIONS_ORDER.fail(), AUTH_REJECTED.fail(), *(PUBLISHED.of(f"CREDS_{name}").fail() for name in ("KEY", "IV"))),
            (RULES, MAIL),
            ("will not stay", "will not arrive", "Also failed", "(1 more failed)"),
            (),
        ),
        ((SESSIONS_ORDER.fail(), SESSIONS_EXPIRED.fail()), (RULES,), ("(1 more failed)",), ()),
        # The consequence is said with the finding, right below.
        ((RESET_WITHOUT_MAIL.fail(),), (RULES, NO_MAIL), ("Mail will not arrive: Password reset is on",), ("anyone who asks",)),
    ],
)  # fmt: skip
def test_what_people_are_told(
    findings: tuple[Finding, ...],
    outcomes: tuple[tuple[str, CheckOutcome], ...],
    says: tuple[str, ...],
    unmentioned: tuple[str, ...],
) -> None:
    sentence = closing_sentence(Report(findings=findings, outcomes=outcomes))
    assert [word for word in says if word not in sentence] == [], sentence
    assert [word for word in unmentioned if word in sentence] == [], sentence


def test_what_the_operator_knows_of_is_no_news() -> None:

    known = AUTH_REJECTED.fail()._replace(acknowledged=Acknowledgement())
    assert "arrive" not in closing_sentence(Report(findings=(known,), outcomes=(RULES, MAIL)))


def test_whether_anybody_gets_in_comes_first_and_lasting_is_not_promised_then() -> None:
    name = ids.NO_ADDRESS.fail(
        "The name x.example does not resolve: DNS has no address for it, so nobody can open LibreChat."
    )
    provider = FINDINGS["discovery.unreachable"].fail("The discovery document could not be fetched.")
    sentence = closing_sentence(Report.of((provider,), (RULES,)))
    assert sentence.startswith("Problem with OpenID sign-in: The discovery document could not be fetched.")
    assert "stay signed in" not in sentence
    sentence = closing_sentence(Report.of((name, provider), (RULES,)))
    assert sentence.startswith("The name x.example does not resolve: DNS has no address for it.")
    assert "Also failed: The discovery document could not be fetched." in sentence


@pytest.mark.parametrize(
    ("findings", "outcomes", "says", "unmentioned"),
    [
        ((KEPT.passed(),), (("session", RAN),), ("People stay signed in.", "0 failed"), ()),
        ((KEPT.passed(), LOST.fail()), (("session", RAN),), ("do not stay signed in.", "1 failed"), ()),
        ((), (("session", RAN),), ("0 failed",), ("stay",)),
        ((OK,), (MAIL,), ("mail server accepts", "0 failed"), ("stay",)),
        # The failure is shown right below.
        ((AUTH_REJECTED.fail(),), (MAIL,), ("1 failed",), ("arrive", "accepts")),
    ],
)
def test_what_a_single_test_ends_with(
    findings: tuple[Finding, ...],
    outcomes: tuple[tuple[str, CheckOutcome], ...],
    says: tuple[str, ...],
    unmentioned: tuple[str, ...],
) -> None:
    sentence = summary_of_test(Report(findings=findings, outcomes=outcomes))
    assert [word for word in says if word not in sentence] == [], sentence
    assert [word for word in unmentioned if word in sentence] == [], sentence


def test_what_was_measured_is_reported_whatever_else_is_wrong() -> None:
    provider = FINDINGS["discovery.unreachable"].fail("The discovery document could not be fetched.")
    sentence = closing_sentence(Report.of((KEPT.passed(), provider), (RULES, ("session", RAN))))
    assert "Problem with OpenID sign-in" in sentence
    assert "People stay signed in." in sentence
    panel = closing_sentence(Report.of((KEPT.passed(), PANEL_DOWN.fail()), (RULES, ("session", RAN))))
    assert panel.startswith("People stay signed in."), "the panel is not the way in"
