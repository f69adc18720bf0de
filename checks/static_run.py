"""Runs checks that need only the files, and tells which can run without an event loop."""

from __future__ import annotations

import time
from collections.abc import Sequence

from checks.model import Check, Report, Subject
from wizard.basics.check_outcomes import CheckOutcome, Crashed, Ran, Skipped
from wizard.basics.finding import Finding


def run_static(checks: Sequence[Check], subject: Subject) -> Report:
    """Run checks that need no event loop (its import alone takes longer than they do)."""
    findings: list[Finding] = []
    outcomes: list[tuple[str, CheckOutcome]] = []
    for check in checks:
        outcome: CheckOutcome | None = at_once(check, subject)
        if outcome is None and check.static is not None:
            begun = time.monotonic()
            try:
                findings.extend(check.static(subject))
                outcome = Ran(seconds=time.monotonic() - begun) if check.run is None else half(check, subject)
            except Exception as error:  # noqa: BLE001 - whatever escapes a check is a bug in it; the others go on
                outcome = Crashed(error=type(error).__name__)
        outcomes.append((check.id, outcome or Skipped(because="this check needs more than the configuration files")))
    return Report.of(findings, outcomes)


def needs_loop(checks: Sequence[Check], subject: Subject) -> bool:
    """Whether any of these checks would wait for something now: offline, and without mail, none does."""
    return any(
        check.run is not None and not is_cut_off(check, subject) and at_once(check, subject) is None for check in checks
    )


def _not_now(check: Check, subject: Subject) -> Skipped | None:
    if check.static is None and is_cut_off(check, subject):
        return Skipped(because="offline")
    skip = check.applies(subject)
    if skip is None and check.acts and subject.read_only_reason:
        return Skipped(because=subject.read_only_reason)
    return None if skip is None else Skipped(because=skip.because, waits=skip.waits)


def at_once(check: Check, subject: Subject) -> CheckOutcome | None:
    """Return how a check ends before it has begun; ``None`` if it is to run."""
    try:
        return _not_now(check, subject)
    except Exception as error:  # noqa: BLE001 - as in run_static
        return Crashed(error=type(error).__name__)


def is_cut_off(check: Check, subject: Subject) -> bool:
    """Whether the part that waits must not run."""
    return check.network and subject.offline


def half(check: Check, subject: Subject) -> Skipped:
    """Return how a check ended of which only the part ran that needs no network."""
    why = "offline" if is_cut_off(check, subject) else "the rest of the check needs more than the configuration files"
    return Skipped(because=f"{why}; only the settings were checked")
