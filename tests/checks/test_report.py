"""Reports as a person reads them."""

from __future__ import annotations

import io
import os
import pty

import pytest

from checks.model import Report
from checks.report import columns_of, report_text
from wizard.basics.check_outcomes import Skipped
from wizard.findings.consequences import RESET
from wizard.findings.smtp import AUTH_REJECTED

CAUSE = AUTH_REJECTED.fail("The server rejects the user name or password. " * 3)
EFFECT = RESET["smtp"].fail("Nobody gets a link.", remedy="Fix it. " * 20)


def test_a_cause_stands_before_what_follows_from_it() -> None:
    text = report_text(Report(findings=(EFFECT, CAUSE)))
    assert text.index("rejects the user") < text.index("Nobody gets")


def test_no_advice_is_cut() -> None:
    advice = "If an older release ever ran here: " + "sign people out; " * 25 + "CREDS_KEY."
    text = report_text(Report(findings=(AUTH_REJECTED.fail("Refused.", evidence=[advice]),)))
    assert " ".join(advice.split()) in " ".join(text.replace("|", " ").split())


def test_what_was_shown_before_is_counted_and_not_repeated_unless_it_failed() -> None:
    warning = AUTH_REJECTED.warn("Weak.", remedy="Fix it.")
    report = Report(findings=(warning, CAUSE))
    again = report_text(report, is_brief=True, shown=(warning, CAUSE))
    assert "Weak." not in again
    assert "rejects the user" in again
    assert again.endswith("0 ok, 1 failed, 1 warning, 0 inconclusive. Findings shown above are not repeated.\n")
    other = report_text(report, is_brief=True, shown=(AUTH_REJECTED.warn("Weaker."),))
    assert "Weak." in other
    assert "not repeated" not in other


def test_what_no_run_here_can_tell_is_one_paragraph_of_a_brief_report() -> None:
    unknown = AUTH_REJECTED.unknown("Untold.", remedy="Ask there.", evidence=["said"])._replace(by_nature=True)
    assert (
        report_text(Report(findings=(unknown,)), is_brief=True).splitlines()[0]
        == f"????  Untold. Ask there. [{unknown.id}]"
    )
    assert "| said" in report_text(Report(findings=(unknown,)))


@pytest.mark.parametrize("columns", [50, 60, 80])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    outcomes = (
        (
            "delivery",
            Skipped(because="no recipient: set checks.mail_to in the answers file, or run doctor --mail-to ADDRESS"),
        ),
    )
    lines = report_text(Report(findings=(EFFECT, CAUSE), outcomes=outcomes), columns).splitlines()
    assert columns - 20 < max(map(len, lines)) < columns


@pytest.mark.parametrize(("columns", "wanted"), [(60, 60), (200, 80), (20, 40), (0, 80)])
def test_the_terminal_says_how_wide_it_is(columns: int, wanted: int) -> None:
    import fcntl
    import struct
    import termios

    leader, follower = pty.openpty()
    try:
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 16, columns, 0, 0))
        with os.fdopen(follower, "w") as stream:
            assert columns_of(stream) == wanted
    finally:
        os.close(leader)
    assert columns_of(io.StringIO()) == 80
