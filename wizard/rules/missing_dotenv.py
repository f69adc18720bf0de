"""Names a missing ``.env`` as the cause of everything that is missing with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.basics.finding import Finding, Status
from wizard.composefile.loading import absent
from wizard.findings.files import COMPOSE_REFUSED, ENV_MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wizard.rules.view import View


def traced(found: Iterable[Finding], view: View) -> Iterator[Finding]:
    """Yield the findings; those that a missing ``.env`` explains name it as their cause."""
    findings = tuple(found)
    is_missing = any(one.id == ENV_MISSING.id for one in findings)
    for one in findings:
        yield one._replace(causes=(ENV_MISSING.id,)) if is_missing and _is_explained(one, view) else one


def _is_explained(finding: Finding, view: View) -> bool:
    if finding.status is not Status.FAIL:
        return False
    if finding.id == COMPOSE_REFUSED.id:
        return _only_dotenv_refused(view)
    return bool(finding.settings) and not any(map(view.value, finding.settings))


def _only_dotenv_refused(view: View) -> bool:
    """Whether Docker Compose refuses nothing but a port without its number, and the ``.env`` that ``env_file`` names."""
    effective = view.deployment.effective
    refusals = effective.project.refusals if effective is not None else ()
    return all(one.field.endswith(".ports") or one.message == absent(".env") for one in refusals)
