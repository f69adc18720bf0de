"""The last line of a check run, for people: whether they stay signed in, whether mail arrives, and what else is wrong."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from checks.model import Report
from wizard import catalogue
from wizard.basics.check_outcomes import Crashed, Ran, TimedOut
from wizard.basics.finding import Finding, FindingKind, Status
from wizard.basics.plain_text import plain
from wizard.findings import accounts, domains, instance, surroundings
from wizard.findings.session import KEPT, LOST

_LASTING: Final = frozenset(
    entry.id
    for entry in (
        accounts.SESSIONS_WHOLE_SECONDS,
        accounts.SESSIONS_EXPIRED,
        accounts.SESSIONS_SHORT,
        accounts.SESSIONS_TOO_LONG,
        accounts.SESSIONS_ORDER,
        accounts.SESSIONS_SHORT_REFRESH,
        accounts.SESSIONS_REFRESH_WHOLE_SECONDS,
        domains.DIFFERENT,
        domains.COOKIES_LOCALHOST,
        surroundings.TEMPORARY,
    )
)
"""What settings alone tell of how long a sign-in lasts."""
_SIGN_IN: Final = frozenset({"domains", "sessions", "credentials"})
"""Sections of the catalogue on whose settings it depends whether a sign-in lasts: nothing is promised while one is in doubt."""
_MAIL: Final = "email"
_MAIL_CHECKS: Final = frozenset({"smtp", "mailgun", "sender", "delivery"})
_REACHING: Final = frozenset({"dns", "tls", "instance"})
"""Checks of whether LibreChat can be opened."""
_OF_THE_PANEL: Final = frozenset(
    entry.id
    for entry in (
        *(instance.PANEL_DOWN, instance.PANEL_COOKIE, instance.PANEL_API_SERVER, instance.PANEL_NOT_ASKED),
        *(instance.PANEL_OUTDATED, instance.PANEL_API_BROWSER, instance.PANEL_URL, instance.PANEL_ROLE),
    )
)
"""What that check says of the admin panel, which is no way into LibreChat."""
_PROVIDERS: Final = MappingProxyType(
    {"openid": "OpenID", "saml": "SAML", "ldap": "LDAP", "oauth": "provider", "social": "provider"}
)
"""Checks, and sections of the catalogue, about a sign-in provider, and what people call it."""
_LONGEST: Final = 160


def closing_sentence(report: Report) -> str:
    """Return what a report means for the people who use LibreChat, in one line.

    It promises no more than was looked at: without a sign-in it speaks of the settings, and after a check that could not tell
    it says nothing about that matter.
    """
    failed = report.failed
    sessions = [one for one in failed if _is_about_sign_in(one)]
    mail = [one for one in failed if one not in sessions and _is_about_mail(one)]
    causes = [one for one in failed if one not in sessions and one not in mail and one.kind is FindingKind.CAUSE]
    # Before what lasts comes whether anybody gets in at all: then nothing else is promised.
    entry = [one for one in causes if _is_about_reaching(one)] or [one for one in causes if _provider(one)]
    others = [one for one in causes if one not in entry]
    parts = [_on_the_way_in(entry[0])] if entry else []
    # What was measured holds whatever else is wrong.
    is_kept = any(one.id == KEPT.id and one.status is Status.PASS for one in report.findings)
    parts += [_signed_in(report, sessions)] if sessions or is_kept or not entry else []
    parts.append(_mail(report, mail))
    if others:
        parts.append(f"Also failed: {_short(others[0])}" if sessions or mail or entry else _short(others[0]))
    # Of all that the line above counts, so that both say the same.
    named = sum(map(bool, (entry, sessions, mail, others)))
    if named and len(failed) > named:
        parts.append(f"({len(failed) - named} more failed)")
    return " ".join(filter(None, parts)) or report.sentence


def _is_about_reaching(finding: Finding) -> bool:
    """Return whether it is about opening LibreChat itself: the admin panel has an address of its own."""
    return finding.check in _REACHING and finding.id not in _OF_THE_PANEL


def _on_the_way_in(finding: Finding) -> str:
    title = _provider(finding)
    return f"Problem with {title} sign-in: {_short(finding)}" if title else _short(finding)


def _provider(finding: Finding) -> str:
    """Return the sign-in provider that a finding is about; empty if it is about none."""
    found = {finding.check} if finding.check != "rules" else _sections(finding)
    return next((title for name, title in _PROVIDERS.items() if name in found), "")


def summary_of_test(report: Report) -> str:
    """Return the last words about the test of one thing: what it means for people, where it tells that, and the counts.

    What failed is shown next to it, and is not repeated.
    """
    lost = [one for one in report.failed if one.id == LOST.id]
    parts = [_signed_in(report, lost)] * (bool(lost) or not report.failed) + [_mail(report, [])] * (not report.failed)
    return " ".join(filter(None, (*parts, report.sentence)))


def _signed_in(report: Report, failed: list[Finding]) -> str:
    if LOST.id in {one.id for one in failed}:
        return "People do not stay signed in."
    if failed:
        return f"People will not stay signed in: {_short(failed[0])}"
    if any(one.id == KEPT.id and one.status is Status.PASS for one in report.findings):
        return "People stay signed in."
    doubtful = [
        one
        for one in report.findings
        if one.status is not Status.PASS and one.acknowledged is None and _could_be_about_sign_in(one)
    ]
    is_judged = any(check == "rules" and isinstance(outcome, Ran) for check, outcome in report.outcomes)
    return "" if doubtful or not is_judged else "With these settings, people will stay signed in."


def mail_sentence(report: Report) -> str:
    """Return whether LibreChat's mail arrives, as far as it was checked; empty if it was not, or if there is none."""
    return _mail(report, [one for one in report.having(Status.FAIL) if _is_about_mail(one)])


def mail_fails(report: Report) -> bool:
    """Return whether the checks say that LibreChat's mail does not arrive."""
    return any(_is_about_mail(one) for one in report.having(Status.FAIL))


def _mail(report: Report, failed: list[Finding]) -> str:
    if failed:
        cause = next((one for one in failed if one.kind is FindingKind.CAUSE), failed[0])
        return f"Mail will not arrive: {_short(cause)}"
    outcomes = [outcome for check, outcome in report.outcomes if check in _MAIL_CHECKS]
    if not any(isinstance(outcome, Ran | TimedOut | Crashed) for outcome in outcomes):
        return ""
    untold = any(one.status is Status.UNKNOWN and one.check in _MAIL_CHECKS for one in report.findings)
    if untold or any(isinstance(outcome, TimedOut | Crashed) for outcome in outcomes):
        return "Mail could not be checked."
    return "The mail server accepts LibreChat's mail." if _is_accepted(report) else ""


def _is_accepted(report: Report) -> bool:
    """Return whether the mail server, or Mailgun, was asked and refused nothing."""
    asked = {check for check, outcome in report.outcomes if check in {"smtp", "mailgun"} and isinstance(outcome, Ran)}
    return any(one.check in asked and one.status is Status.PASS for one in report.findings)


def _is_about_sign_in(finding: Finding) -> bool:
    return finding.check == "session" or finding.id in _LASTING


def _could_be_about_sign_in(finding: Finding) -> bool:
    return _is_about_sign_in(finding) or (finding.check == "rules" and bool(_sections(finding) & _SIGN_IN))


def _is_about_mail(finding: Finding) -> bool:
    return finding.check in _MAIL_CHECKS or (finding.check == "rules" and _MAIL in _sections(finding))


def _sections(finding: Finding) -> set[str]:
    known = catalogue.by_key()
    return {known[name].section for name in finding.settings if name in known}


def _short(finding: Finding) -> str:
    """Return the first sentence of a summary, without the consequence that may follow a colon: the report says it with the finding."""
    # It begins with a capital where it is a sentence of its own.
    effect = finding.consequence[1:]
    cause = (
        finding.summary[: -len(finding.consequence)] if effect and finding.summary.endswith(effect) else finding.summary
    )
    cause = re.sub(r",? so$", "", cause.rstrip(" :"))
    text = plain(cause or finding.summary, limit=1000).split(". ", maxsplit=1)[0].rstrip(".")
    return f"{text if len(text) <= _LONGEST else text[: _LONGEST - 3].rstrip() + '...'}."
