"""What the doctor stores in a folder: acknowledged findings, and when the last test mail was sent."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from screens.cli.streams import tell
from wizard.basics.finding import Acknowledgement, Status
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem, WizardError

if TYPE_CHECKING:
    from pathlib import Path

    from checks.model import Check, Report, Subject
    from screens.cli.options import AckOption
    from wizard.store.acknowledged import AcknowledgedEntry


def acknowledge(folder: Path, given: AckOption) -> None:
    """Keep in the folder that a finding is known; ``InvalidInput`` for an id that no finding has."""
    from wizard.store.acknowledged import AcknowledgedEntry, AcknowledgedRecords

    _need_known(given.id)
    entry = AcknowledgedEntry(id=given.id, reason=plain(given.reason, limit=300), until=given.until, since=_now())
    if AcknowledgedRecords(folder).acknowledge(entry, _today()):
        tell(f"acknowledged: {given.id}, {f'until {given.until}' if given.until else 'with no end date'}")
    else:
        tell(f"no longer acknowledged: {given.id}")


def with_acknowledged(report: Report, folder: Path) -> Report:
    """Return a report in which the findings are marked that the operator knows of."""
    entries = known_findings(folder)
    found = (
        one._replace(acknowledged=Acknowledgement(entries[one.id].reason, entries[one.id].until))
        if one.id in entries and one.status is not Status.PASS
        else one
        for one in report.findings
    )
    return report._replace(findings=tuple(found)) if entries else report


def known_findings(folder: Path) -> Mapping[str, AcknowledgedEntry]:
    """Return the findings that the operator knows of, by id; what cannot be read acknowledges nothing, and is said so."""
    from wizard.store.acknowledged import AcknowledgedRecords

    try:
        return {each.id: each for each in AcknowledgedRecords(folder).read() if each.counts(_today())}
    except WizardError as error:
        tell(f"Note: {plain(str(error), limit=500)}")
        return {}


@contextlib.contextmanager
def held_back_mail(checks: Sequence[Check], subject: Subject, *, again: bool) -> Iterator[list[Report]]:
    """Refuse a second test mail within ten minutes unless it is meant (``InvalidInput``), and note the one that is sent now.

    The block puts its report into the list: if no mail was sent after all, none is noted.
    """
    reports: list[Report] = []
    from checks.mail.delivery import DELIVERY
    from checks.static_run import at_once, is_cut_off
    from wizard.basics.check_outcomes import Skipped

    sends = DELIVERY in checks and bool(subject.answers.checks.mail_to) and not is_cut_off(DELIVERY, subject)
    if not sends or at_once(DELIVERY, subject) is not None:
        yield reports
        return
    from wizard.store.acknowledged import TestMailRecord

    record = TestMailRecord(subject.deployment.folder)
    if (minutes := record.minutes_left(_now())) and not again:
        message = "a test email was sent less than ten minutes ago. Mail servers may block frequent senders."
        wait = f"Wait {minutes} minute{'' if minutes == 1 else 's'}, or add --again. To run only the other checks, omit --mail-to."
        raise InvalidInput(Problem(field="--mail-to", message=message, remedy=wait))
    record.note()
    yield reports
    outcomes = [outcome for report in reports for check, outcome in report.outcomes if check == DELIVERY.id]
    if any(isinstance(outcome, Skipped) for outcome in outcomes):
        record.forget()


def _need_known(identity: str) -> None:
    from wizard.basics.nearest import nearest_of
    from wizard.findings.registry import entries

    known = {
        each.at(each.counterpart).id if is_again else each.id
        for each in entries()
        for is_again in (False, bool(each.counterpart))
    }
    forms = (re.escape(each).replace("setting", "[a-z0-9-]+") for each in known if "setting" in each)
    if identity in known or any(re.fullmatch(form, identity) for form in forms):
        return
    near = nearest_of(identity, tuple(known))
    remedy = (
        f"Did you mean {near}?"
        if near
        else "The report prints the id below each finding. docs/findings.md lists all ids."
    )
    raise InvalidInput(Problem(field="--ack", message="no finding has this id.", remedy=remedy))


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    return datetime.now().astimezone().date()
