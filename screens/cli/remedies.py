"""Remedies for somebody at the command line: a command, where an answers file has a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wizard.basics.finding import Status
from wizard.basics.own_command import own_command
from wizard.basics.patterns import late_pattern
from wizard.basics.plain_text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checks.model import Report
    from wizard.basics.finding import Finding
    from wizard.deployment.model import Deployment

_GENERATE: Final = late_pattern(r"\{generate: true[a-z_:, ]*\}")
_OR_RUN: Final = late_pattern(r".* Or run: (?P<command>.+)", re.DOTALL)


def fixable_ids(current: Deployment, findings: Iterable[Finding]) -> frozenset[str]:
    """Return the ids of the findings that ``doctor --fix`` fixes."""
    from checks.fixes import fixes, is_missing_secret

    found = tuple(findings)
    return frozenset(
        {fix.finding.id for fix in fixes(current, found)} | {one.id for one in found if is_missing_secret(one)}
    )


def with_commands(report: Report, fixable: frozenset[str]) -> Report:
    """Return the report with a command in each remedy that has a line of an answers file."""
    return report._replace(findings=tuple(_with_command(one, fixable) for one in report.findings))


def hint(report: Report, fixable: frozenset[str], current: Deployment, explained: Sequence[Finding]) -> str:
    """Return how all that has one right fix is fixed at once; empty if there is nothing of the kind.

    ``explained`` is what the rules say about ``current``: the fix asks nobody else, and counts the same.
    Whether a fix can be written shows only when it is tried: a value of the compose files stays.
    """
    if not any(one.id in fixable and _is_open(one) for one in report.findings):
        return ""
    from screens.cli.fixing import resolved

    known = {one.id: one.acknowledged for one in report.findings}
    explained = [one._replace(acknowledged=known.get(one.id)) for one in explained]
    count = resolved(current.folder, current, explained)
    return f"Up to {counted(count, 'problem')} can be fixed automatically. Run: {own_command('doctor --fix')}"


def _is_open(finding: Finding) -> bool:
    return finding.status is not Status.PASS and finding.acknowledged is None


def _with_command(finding: Finding, fixable: frozenset[str]) -> Finding:
    if finding.status is Status.PASS or not _GENERATE.search(finding.remedy):
        return finding
    if (other := _OR_RUN.fullmatch(finding.remedy)) is not None:
        # It says what follows, too.
        return finding._replace(remedy=f"Run: {other['command']}")
    if finding.id in fixable and _is_open(finding):
        return finding._replace(remedy=f"Run: {own_command('doctor --fix')}")
    return finding._replace(remedy=f"In an answers file (--answers FILE): {finding.remedy}")
