"""The life of a probe account: recorded, created, used, and always removed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from checks.options import Login
from checks.site.session import tokens
from checks.site.session.replies import LoginEnd
from checks.site.session.session import not_tried
from checks.site.target import address, is_to_make
from wizard.apply.account_scripts import AccountLookup, Removal, Scripts, scripts
from wizard.apply.probe_account import ImpossibleError, account, no_mail
from wizard.basics.finding import Finding
from wizard.basics.own_command import own_command
from wizard.basics.problem import WriteRefused
from wizard.findings import session as ids
from wizard.store.account_record import AccountStage, ProbeRecord, ProbeRecords

if TYPE_CHECKING:
    from checks.model import Subject
    from wizard.apply.events import CommandEnded
    from wizard.apply.first_admin import Admin

Run = Callable[["Subject"], AsyncGenerator[Finding, None]]
_T = TypeVar("_T")
_MAY_STILL_COME: Final = timedelta(minutes=3)
"""A create-user whose wizard was killed continues in the container: only after this time no account means none will come."""
_UNKNOWN_TO_LIBRECHAT: Final = frozenset(
    ids.LOGIN_FAILED.of(end).id for end in (LoginEnd.UNKNOWN_EMAIL, LoginEnd.WRONG_PASSWORD)
)


async def with_account(subject: Subject, run: Run | None) -> AsyncGenerator[Finding, None]:
    """Remove what an earlier run left, then make an account, give the findings of ``run`` with it, and remove it.

    Where no account is to be made, ``run`` gets the subject as it is; ``None``: there is nothing to run.
    """
    records = ProbeRecords(subject.deployment.folder)
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(records.lock())
        except WriteRefused as refused:
            yield _refused(refused)
            if run is not None and not is_to_make(subject):
                async for found in run(subject):
                    yield found
            return
        course = _Course(subject=subject, records=records)
        async with contextlib.aclosing(course.findings(run)) as findings:
            async for found in findings:
                yield found


@dataclass(slots=True, kw_only=True)
class _Course:
    """One course on one folder; the records are locked."""

    subject: Subject
    records: ProbeRecords

    async def findings(self, run: Run | None) -> AsyncGenerator[Finding, None]:
        wanted, left = run is not None and is_to_make(self.subject), self.records.read()
        account_: Admin | None = None
        if wanted and tokens.access_life(self.subject.deployment.settings) is None:
            yield not_tried(self.subject)
        elif wanted:
            try:
                account_ = account(self.subject.deployment)
            except ImpossibleError as why:
                yield _impossible(why)
        if account_ is not None or left is not None:
            async with contextlib.aclosing(self._with_docker(account_, left, run)) as findings:
                async for found in findings:
                    yield found
        if run is not None and not wanted:
            async with contextlib.aclosing(run(self.subject)) as findings:
                async for found in findings:
                    yield found

    async def _with_docker(
        self, new: Admin | None, left: ProbeRecord | None, run: Run | None
    ) -> AsyncGenerator[Finding, None]:
        if left is not None and left.is_damaged:
            yield ids.PROBE_DAMAGED.warn(left.notice())
            return
        deployment = self.subject.deployment
        found = await scripts(deployment, new.password.reveal() if new is not None else "", self.subject.tell)
        if found is None:
            yield _no_docker(left)
            return
        if left is not None:
            yield _removing(found, left)
        sight = await found.look()
        if sight.has_accounts is None:
            yield _unseen(sight, left)
            return
        if left is not None:
            removed = await _to_its_end(self._remove(found, left, sight))
            yield self._of_leftover(left, removed, found, sight)
        if new is not None and run is not None and self.records.read() is None:
            async with contextlib.aclosing(self._new(found, new, sight, run)) as findings:
                async for each in findings:
                    yield each

    async def _new(self, found: Scripts, new: Admin, sight: AccountLookup, run: Run) -> AsyncGenerator[Finding, None]:
        if not sight.has_accounts:
            yield _empty()
            return
        try:
            no_mail(self.subject.deployment, sight.release)
        except ImpossibleError as why:
            yield _impossible(why)
            return
        # Not sooner: what says that no account is made must not follow it.
        yield _announced(found, new)
        record = ProbeRecord(email=new.email, when=datetime.now(UTC))
        try:
            self.records.write(record)
        except WriteRefused as refused:
            yield _refused(refused)
            return
        async with contextlib.aclosing(self._used(found, new, record, sight, run)) as findings:
            async for each in findings:
                yield each

    async def _used(
        self, found: Scripts, new: Admin, record: ProbeRecord, sight: AccountLookup, run: Run
    ) -> AsyncGenerator[Finding, None]:
        removed: tuple[Removal, tuple[str, ...]] = (Removal.FAILED, ())
        try:
            # Also when the check is cancelled: a create-user whose docker is ended continues in the container.
            ended = await _to_its_end(self._make(found, new, record, sight))
            yield _made(new, ended)
            if ended.status == 0:
                given = Login(email=new.email, password=new.password)
                subject = self.subject._replace(site_options=self.subject.site_options._replace(login=given))
                unknown = False
                async with contextlib.aclosing(run(subject)) as findings:
                    async for each in findings:
                        unknown = unknown or each.id in _UNKNOWN_TO_LIBRECHAT
                        yield each
                if unknown:
                    yield self._elsewhere()
        finally:
            removed = await _to_its_end(self._remove(found, self.records.read() or record, sight))
        for each in self._removal_findings(removed, record, found, sight):
            yield each

    async def _make(self, found: Scripts, new: Admin, record: ProbeRecord, sight: AccountLookup) -> CommandEnded:
        ended = await found.make(new, sight.release)
        if ended.status is not None:
            with contextlib.suppress(WriteRefused):
                # The record that stands says less, and is as good.
                self.records.write(replace(record, stage=AccountStage.MADE))
        return ended

    async def _remove(
        self, found: Scripts, record: ProbeRecord, sight: AccountLookup
    ) -> tuple[Removal, tuple[str, ...]]:
        """Remove an account and its record; the record stays where the account may still be there, or may still come."""
        removal, output = await found.remove(record.email, sight.release)
        age = datetime.now(UTC) - record.when
        may_come = record.stage is AccountStage.MAKING and timedelta(0) <= age < _MAY_STILL_COME
        if removal is Removal.FAILED or (removal is Removal.ABSENT and may_come):
            self.subject.tell(f"The probe account {record.email} may still exist. {_again()}")
            return removal, output
        with contextlib.suppress(WriteRefused):
            # The next run finds no such account, and tries once more to remove the record.
            self.records.remove()
        if removal is Removal.REMOVED:
            self.subject.tell(f"The probe account {record.email} was removed.")
        return removal, output

    def _removal_findings(
        self, removed: tuple[Removal, tuple[str, ...]], record: ProbeRecord, found: Scripts, sight: AccountLookup
    ) -> Iterator[Finding]:
        removal, output = removed
        if self.records.read() is not None:
            yield _left(record, found, sight, output)
        elif removal is Removal.REMOVED:
            yield ids.PROBE_REMOVED.passed(f"The probe account {record.email} was removed.")

    def _of_leftover(
        self, left: ProbeRecord, removed: tuple[Removal, tuple[str, ...]], found: Scripts, sight: AccountLookup
    ) -> Finding:
        removal, output = removed
        if self.records.read() is not None:
            return _left(left, found, sight, output)
        gone = "it has now been removed" if removal is Removal.REMOVED else "it no longer exists"
        summary = f"An earlier run was interrupted before its probe account {left.email} was removed: {gone}."
        return ids.PROBE_LEFTOVER.passed(summary)

    def _elsewhere(self) -> Finding:
        site = address(self.subject)
        return ids.PROBE_ELSEWHERE.warn(
            f"The LibreChat server at {site.url if site else '?'} does not have the account that was just created in this "
            "folder's container: a different LibreChat server responds at that URL."
        )


async def _to_its_end(work: Coroutine[None, None, _T]) -> _T:
    """Wait until ``work`` is done, whatever cancels us meanwhile; the cancellation continues afterwards."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if task.cancelled():
                raise
            cancelled = error
    if cancelled is not None:
        if task.exception() is not None:
            cancelled.__cause__ = task.exception()
        raise cancelled
    return task.result()


def _removing(found: Scripts, left: ProbeRecord) -> Finding:
    words = found.looking(), found.files.delete_user(found.deployment.stack, found.deployment.release, left.email)
    return ids.PROBE_REMOVING.passed(
        f"An earlier run was interrupted before its probe account {left.email} was removed. It is now being removed "
        "with LibreChat's own script.",
        evidence=[found.shown(each) for each in words],
    )


def _announced(found: Scripts, new: Admin) -> Finding:
    looks, makes, removes = (found.shown(words) for words in found.commands(new, found.deployment.release))
    return ids.PROBE_ANNOUNCED.passed(
        f"This check creates the account {new.email} with LibreChat's own script, and removes the account afterwards. Its password was generated for this run and is not stored.",
        evidence=(looks, makes, removes),
    )


def _made(new: Admin, ended: CommandEnded) -> Finding:
    if ended.status == 0:
        return ids.PROBE_MADE.passed(f"LibreChat created the probe account {new.email}.")
    summary = "LibreChat did not create the probe account, so the sign-in was not attempted."
    if ended.status is None:
        summary = "LibreChat's create-user did not finish, so the sign-in was not attempted."
    return ids.PROBE_NOT_MADE.unknown(summary, evidence=ended.output[-4:])


def _left(record: ProbeRecord, found: Scripts, sight: AccountLookup, output: tuple[str, ...]) -> Finding:
    words = found.files.delete_user(found.deployment.stack, sight.release, record.email)
    manual = found.shown(tuple(word for word in words if word != "-T"))
    return ids.PROBE_LEFT.warn(
        f"The probe account {record.email} may still exist: it could not be removed, or LibreChat may not have finished creating it. Nobody knows its password.",
        remedy=f"{_again()} To remove it yourself, run: {manual}",
        evidence=output,
    )


def _no_docker(left: ProbeRecord | None) -> Finding:
    if left is not None:
        remedy = "Docker Compose is not available on this machine: run doctor on a machine that has it."
        return ids.PROBE_LEFT.warn(left.notice(), remedy=remedy)
    return ids.PROBE_NO_DOCKER.unknown()


def _unseen(sight: AccountLookup, left: ProbeRecord | None) -> Finding:
    if left is not None:
        return ids.PROBE_LEFT.warn(left.notice(), evidence=sight.details)
    return ids.PROBE_NOT_SEEN.unknown(evidence=sight.details)


def _empty() -> Finding:
    return ids.PROBE_EMPTY.unknown()


def _impossible(why: ImpossibleError) -> Finding:
    return ids.PROBE_IMPOSSIBLE.of(why.identity).unknown(why.summary, settings=why.settings, remedy=why.remedy)


def _refused(refused: WriteRefused) -> Finding:
    problem = refused.problems[0]
    return ids.PROBE_RECORD.unknown(remedy=problem.remedy, evidence=(f"{problem.file}: {problem.message}",))


def _again() -> str:
    return f"Run '{own_command('doctor')}' again: it removes the account."
