"""Folds findings: a finding from the settings alone gives way to one from a real test."""

from __future__ import annotations

from collections.abc import Iterable

from wizard.basics.finding import Finding, Status


def folded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings of one run without those that another one says better; their settings go to that one."""
    all_of_them = tuple(findings)
    better: dict[str, str] = {}
    for finding in all_of_them:
        says_more = () if finding.status is Status.PASS else (*finding.supersedes, finding.counterpart)
        better |= dict.fromkeys((*says_more, *finding.refutes), finding.id)
    kept: list[Finding] = []
    more: dict[str, tuple[str, ...]] = {}
    for finding in all_of_them:
        if finding.status is Status.PASS or finding.id not in better:
            kept.append(finding)
            continue
        last = better[finding.id]
        while last in better:
            last = better[last]
        more[last] = (*more.get(last, ()), *finding.settings)
    return tuple(_with_settings(finding, more.get(finding.id, ())) for finding in kept)


def _with_settings(finding: Finding, more: tuple[str, ...]) -> Finding:
    if finding.status is Status.PASS or not more:
        return finding
    return finding._replace(settings=tuple(dict.fromkeys((*finding.settings, *more))))
