"""The last finding of a provider's check that found no failure: what it may claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wizard.basics.finding import Finding, Status
from wizard.findings.model import ONLY_A_SIGN_IN, FindingEntry


def undecided(
    entry: FindingEntry, found: Sequence[Finding], *, unreached: Iterable[FindingEntry], evidence: Iterable[str]
) -> Iterable[Finding]:
    """Yield the PASS that leaves the rest to a real sign-in; none after a FAIL, or if the provider did not respond.

    It says that there are no problems only if nothing in ``found`` names one.
    """
    silent = {one.id for one in unreached}
    if any(one.status is Status.FAIL or one.id in silent for one in found):
        return
    yield claimed(entry.passed(evidence=evidence), found)


def claimed(ending: Finding, found: Iterable[Finding]) -> Finding:
    """Return the PASS that ends a check, without its "no problems found" if ``found`` names one."""
    if all(one.status is Status.PASS for one in found) or not ending.summary.endswith(ONLY_A_SIGN_IN):
        return ending
    title, colon, _ = ending.summary.rpartition(": ")
    rest = ONLY_A_SIGN_IN[:1].lower() + ONLY_A_SIGN_IN[1:] if title else ONLY_A_SIGN_IN
    return ending._replace(summary=f"{title}{colon}{rest}")
