"""Rules across settings: what the files alone show about how LibreChat will behave.

The letters and numbers in the rules' docstrings (S07, P01, ...) name the operators' situations they recognize.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wizard.basics.finding import Finding
    from wizard.deployment.model import Deployment
    from wizard.rules.view import Rule


def check(deployment: Deployment) -> tuple[Finding, ...]:
    """Return what the rules find, in the order of the rules; they belong to the checks ``rules`` and ``files``.

    Any setting may hold an address with a password, and rules quote what they judge: that is taken out here.
    """
    # The wizard's first screen is there before any rule is needed.
    from wizard.deployment.file_faults import faults_of
    from wizard.rules import declared, missing_dotenv, placeholders
    from wizard.rules.view import View
    from wizard.rules.whole_file import findings_of

    faults = faults_of(deployment.files.get(".env"))
    causes = [*findings_of(faults)]
    if any(fault.is_whole for fault in faults):
        # Whatever else could be said about the settings follows from this.
        return tuple(_finished(causes, deployment))
    view = View(deployment)
    if deployment.is_service_unclear:
        # Nobody knows what LibreChat gets: only what the files themselves are is judged.
        found = [finding for rule in _of_any_service() for finding in rule(view)]
        return tuple(_finished([*causes, *found], deployment))
    causes += placeholders.found(view)
    explained = {name for finding in causes for name in finding.settings}
    found = [finding for rule in _rules(deployment) for finding in rule(view)]
    found = [*causes, *(finding for finding in found if not _follows(finding, explained))]
    named = {name for finding in found for name in finding.settings}
    general = (finding for rule in declared.RULES for finding in rule(view))
    found += [finding for finding in general if named.isdisjoint(finding.settings)]
    return tuple(_finished(missing_dotenv.traced(found, view), deployment))


def _rules(deployment: Deployment) -> Iterator[Rule]:
    """Yield the rules that concern a deployment, in their order."""
    from wizard.answers.model import Stack
    from wizard.rules import (
        accounts,
        compose_files,
        config_file,
        directory,
        domains,
        files,
        headers,
        installers,
        limits,
        listening,
        mail,
        openid,
        secrets,
        social,
        stack,
        surroundings,
        values,
    )

    if deployment.stack is Stack.LOCAL:
        # Without Docker neither compose files nor a second reader of .env count.
        yield from (files.duplicates, files.names, files.file_suffixes)
    elif deployment.kubernetes is not None:
        from wizard.rules import kubernetes

        yield from kubernetes.RULES
    elif deployment.stack is not Stack.HELM:
        for subject in (compose_files, stack, listening, files):
            yield from subject.RULES
    for subject in (
        *(headers, config_file, values, secrets, domains, accounts, mail, social, openid, directory, limits),
        *(surroundings, installers),
    ):
        yield from subject.RULES


def _of_any_service() -> Iterator[Rule]:
    """Yield the rules that say nothing of LibreChat's own settings."""
    from wizard.rules import compose_files, files, stack

    yield from (compose_files.followed, compose_files.reaches_librechat, compose_files.compose_files)
    yield from (compose_files.dotenv_missing, stack.port_twice, stack.network_mode, stack.unread_names)
    yield from (stack.override_left_out, files.duplicates, files.environment_mode, files.links)


def _finished(found: Iterable[Finding], deployment: Deployment) -> Iterator[Finding]:
    """Add to each finding where its values come from and the documentation of its first variable."""
    from wizard.basics.redaction import without_credentials
    from wizard.catalogue import by_key
    from wizard.rules.origins import described

    counted = deployment.effective.values if deployment.effective is not None else {}
    if deployment.kubernetes is not None:
        counted = deployment.kubernetes.origins
    for finding in found:
        origins = (described(counted[name]) for name in finding.settings if name in counted)
        yield finding._replace(
            origins=tuple(without_credentials(origin) for origin in origins),
            summary=without_credentials(finding.summary),
            remedy=without_credentials(finding.remedy),
            docs=next((setting.docs for name in finding.settings if (setting := by_key().get(name))), ""),
        )


def _follows(finding: Finding, explained: set[str]) -> bool:
    """Whether a finding is only about settings of which the cause is known."""
    return bool(finding.settings) and explained.issuperset(finding.settings)
