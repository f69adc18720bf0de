"""Rules across settings: what the files alone tell about how LibreChat will behave.

The letters and numbers in the rules' docstrings (S07, P01, ...) name the operators' situations they recognise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from wizard.basics.finding import Finding
    from wizard.deployment.model import Deployment
    from wizard.rules.view import Rule


def check(deployment: Deployment) -> tuple[Finding, ...]:
    """Return what the rules find, in the order of the rules; they belong to the checks ``rules`` and ``files``.

    Any setting may hold an address with a password, and rules quote what they judge: that is taken out here.
    """
    # The wizard's first screen is there before any rule is needed.
    from wizard.answers.model import Stack
    from wizard.basics.redaction import without_credentials
    from wizard.catalogue import by_key
    from wizard.deployment.file_faults import faults_of
    from wizard.rules import (
        accounts,
        compose_files,
        config_file,
        declared,
        directory,
        domains,
        files,
        headers,
        installers,
        limits,
        mail,
        openid,
        secrets,
        social,
        stack,
        stand_ins,
        surroundings,
        values,
    )
    from wizard.rules.origins import described
    from wizard.rules.view import View
    from wizard.rules.whole_file import findings_of

    counted = deployment.effective.values if deployment.effective is not None else {}

    def finished(finding: Finding) -> Finding:
        return replace(
            finding,
            origins=tuple(
                without_credentials(described(counted[name])) for name in finding.settings if name in counted
            ),
            summary=without_credentials(finding.summary),
            remedy=without_credentials(finding.remedy),
            docs=next((setting.docs for name in finding.settings if (setting := by_key().get(name))), ""),
        )

    faults = faults_of(deployment.files.get(".env"))
    if any(fault.is_whole for fault in faults):
        # Whatever else could be said of the settings follows from this.
        return tuple(map(finished, findings_of(faults)))
    subjects: tuple[ModuleType, ...] = (
        compose_files,
        stack,
        files,
        headers,
        config_file,
        values,
        secrets,
        domains,
        accounts,
        mail,
        social,
        openid,
        directory,
        limits,
        surroundings,
        installers,
    )
    more: tuple[Rule, ...] = ()
    if deployment.stack is Stack.LOCAL:
        # Without Docker neither compose files nor a second reader of .env count.
        subjects = tuple(each for each in subjects if each not in (compose_files, stack, files))
        more = (files.duplicates, files.names, files.file_suffixes)
    view = View(deployment)
    causes = [*findings_of(faults), *stand_ins.found(view)]
    explained = {name for finding in causes for name in finding.settings}
    rules = (*more, *(rule for subject in subjects for rule in subject.RULES))
    found = [finding for rule in rules for finding in rule(view)]
    found = [*causes, *(finding for finding in found if not _follows(finding, explained))]
    named = {name for finding in found for name in finding.settings}
    general = (finding for rule in declared.RULES for finding in rule(view))
    return tuple(map(finished, (*found, *(finding for finding in general if named.isdisjoint(finding.settings)))))


def _follows(finding: Finding, explained: set[str]) -> bool:
    """Whether a finding is only about settings of which the cause is known."""
    return bool(finding.settings) and explained.issuperset(finding.settings)
