"""``keys rotate``: explains the effects, asks, and then completes the rotation or puts everything back."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from checks.net.aio import run_until_signal
from checks.report import columns_of, wrapped
from screens.cli.json_parts import plan_json
from screens.cli.stored_values import stored_json, stored_text
from screens.cli.streams import tell
from screens.shared.apply_progress import ApplyProgress, failure_lines
from screens.shared.librechat_probes import http_get
from wizard import catalogue
from wizard.answers.model import Stack
from wizard.apply import containers, rotation_limits
from wizard.apply.database_dump import DumpFailed, dumper
from wizard.apply.events import ApplyOutcome, ApplyResult
from wizard.apply.key_rotation import RotationJob, answers_of, roll_back, rotate_secrets
from wizard.apply.key_status import OwnKeys, own_keys, value_of
from wizard.apply.node_script import NodeHost, NotReachedError, node_host
from wizard.apply.redaction import Redactor
from wizard.apply.stack_files import compose_files_of
from wizard.apply.stored_values import look
from wizard.basics.docker_engine import demand_confirmation, docker_engine
from wizard.basics.exit_status import ExitStatus
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.basics.private_folder import PrivateFolder
from wizard.basics.problem import InvalidInput, Problem
from wizard.deployment.folder_deployment import folder_deployment
from wizard.librechat.secret_uses import GROUP_CONSEQUENCES, SecretGroup, names_of
from wizard.plan.diff import of_plan
from wizard.plan.proposal import propose
from wizard.store.folder_store import FolderStore
from wizard.store.rotation_record import RotationRecord, RotationRecords, RotationStage

if TYPE_CHECKING:
    from screens.cli.options import KeysOptions
    from screens.cli.output import Output
    from wizard.apply.commands import Compose
    from wizard.apply.events import ApplyEvent
    from wizard.deployment.model import Deployment

_NEEDED: Final = {"CREDS_KEY", "CREDS_IV"}
_UNTIL: Final = "until you run the commands above"
_MANUALLY: Final = f"If LibreChat was restarted in the meantime, it uses the new values {_UNTIL}."
_YES: Final = frozenset({"y", "yes"})


class _Refused(Exception):
    """It is not done: why, and with which exit status."""

    def __init__(self, why: str, status: ExitStatus = ExitStatus.FAILED) -> None:
        super().__init__(why)
        self.status = status


def rotate(options: KeysOptions, groups: frozenset[SecretGroup], output: Output) -> ExitStatus:
    """Replace the secrets of some groups, or finish a rotation that was interrupted."""
    # A wrong folder is said before anything about it is asked.
    current = folder_deployment(options.folder)
    if not (options.yes or options.dry_run or sys.stdin.isatty()):
        message = "cannot ask for confirmation: standard input is not a terminal."
        raise InvalidInput(
            Problem(
                field="keys", message=message, remedy="Add --yes to confirm, or --dry-run to see what would change."
            )
        )
    output.parts |= {"rotated": [], "written": [], "backup": None, "dump": None}
    if current.stack not in (Stack.LOCAL, Stack.HELM):
        tell(docker_engine().line)
        demand_confirmation()
    store = FolderStore(current.folder)
    try:
        if options.dry_run:
            return _Rotation(options, groups, output, current, store).run()
        with store.lock():
            store.clean_up()
            return _Rotation(options, groups, output, current, store).run()
    except _Refused as refusal:
        tell(str(refusal))
        output.parts["refused"] = str(refusal)
        return refusal.status
    except KeyboardInterrupt:
        if (pending := RotationRecords(current.folder).read()) is not None:
            tell(pending.notice())
        raise


def _manual_steps_in_kubernetes(groups: frozenset[SecretGroup]) -> str:
    """Return what an operator can do about these secrets on Kubernetes, where this program changes none of them."""
    sentences = []
    if SecretGroup.CREDS in groups:
        sentences.append(
            f"{rotation_limits.IN_KUBERNETES} Stored values therefore cannot be re-encrypted here. Do not change CREDS_KEY or CREDS_IV: LibreChat could not decrypt the stored values with other keys."
        )
    if others := groups - {SecretGroup.CREDS}:
        sentences.append(
            f"To replace {', '.join(names_of(others))}, change them in the Secret, then restart the Deployment."
        )
    return " ".join((*sentences, "Nothing changed."))


class _Rotation:
    """One run of the command.

    Questions are asked between the runs of the event loop: within one, Ctrl+C waits for the answer.
    """

    def __init__(
        self,
        options: KeysOptions,
        groups: frozenset[SecretGroup],
        output: Output,
        current: Deployment,
        store: FolderStore,
    ) -> None:
        self._options, self._groups, self._output = options, groups, output
        self._current, self._store = current, store
        self._records = RotationRecords(current.folder)
        self._compose: Compose | None = None
        self._host: NodeHost | None = None
        self._own = OwnKeys(pair=None, values={})

    def run(self) -> ExitStatus:
        """Do it; ``_Refused`` if nothing is changed."""
        if self._current.stack is Stack.HELM:
            raise _Refused(_manual_steps_in_kubernetes(self._groups))
        self._compose = run_until_signal(self._found_compose())
        pending = self._records.read()
        if pending is not None:
            return self._resume(pending)
        if (cut := self._store.pending()) is not None:
            raise _Refused(cut.notice(self._current.compose_command))
        record = self._planned()
        if record is None:
            tell("Nothing to replace: none of these secrets is set here.")
            return ExitStatus.DONE
        run_until_signal(self._reach(record))
        self._show(record)
        if self._options.dry_run:
            tell("Dry run: nothing was written.")
            return ExitStatus.DONE
        dump = self._confirmed()
        return run_until_signal(self._begin(record, dump))

    async def _reach(self, record: RotationRecord) -> None:
        """Find what runs scripts beside LibreChat; for CREDS_KEY, look with it whether everything stored can be moved."""
        if SecretGroup.CREDS in self._groups:
            await self._examine()
        elif self._compose is not None:
            with contextlib.suppress(NotReachedError):
                self._host = await node_host(self._current, *record.old, *record.new)

    async def _begin(self, record: RotationRecord, dump: str) -> ExitStatus:
        running = await self._runs()
        begun = RotationRecord(
            when=datetime.now(UTC),
            stage=RotationStage.DATABASE,
            names=record.names,
            old=record.old,
            new=record.new,
            was_running=running,
            dump=dump,
        )
        return await self._carry_out(begun)

    async def _found_compose(self) -> Compose | None:
        if self._current.stack in (Stack.HELM, Stack.LOCAL):
            return None
        document = self._current.dotenv
        redactor = Redactor([self._current.settings, document.values(), document.compose_values()])
        compose = await containers.found_in(self._current.folder, redactor)
        if compose is not None and (other := await containers.folder_in_the_way(compose, self._current)):
            raise _Refused(f"This project's containers belong to another folder: {plain(other)}.", ExitStatus.UNKNOWN)
        return compose

    def _planned(self) -> RotationRecord | None:
        """Return the secrets with their old values and new ones; ``None`` if none is set."""
        current = self._current
        if SecretGroup.CREDS in self._groups:
            self._own = own_keys(current)
            if self._own.pair is None:
                raise _Refused(f"The keys cannot be replaced: {self._own.why}", ExitStatus.UNKNOWN)
        old = {name: value_of(name, current) or self._own.values.get(name, "") for name in names_of(self._groups)}
        old = {name: value for name, value in old.items() if value}
        taken = {*current.settings.values(), *old.values()}
        new: list[str] = []
        for name in old:
            generate = catalogue.by_key()[name].generate
            if generate is None:
                raise TypeError(f"{name} has no generator")
            while (value := generate()) in taken:
                pass
            taken.add(value)
            new.append(value)
        record = RotationRecord(
            when=datetime.now(UTC),
            stage=RotationStage.DATABASE,
            names=tuple(old),
            old=tuple(old.values()),
            new=tuple(new),
        )
        if old and not record.is_sound:
            raise _Refused(
                f"At least one of these secrets is invalid: {', '.join(old)}. If the rotation were interrupted, it could not be finished. "
                "Run doctor to find the invalid secret, and set a valid value first. Nothing changed."
            )
        return record if old else None

    async def _examine(self) -> None:
        """Look whether everything stored can be moved; ``_Refused`` if not, or if that is not known."""
        current = self._current
        reasons = list(rotation_limits.refusals(current))
        if not reasons and self._compose is not None:
            copies = await rotation_limits.running_copies(self._compose, compose_files_of(current))
            if copies is None:
                raise _Refused("Docker is not responding. Nothing changed.", ExitStatus.UNKNOWN)
            if copies > 1:
                reasons.append(
                    f"{copies} LibreChat containers are running. Scale down to one first: --scale {current.service}=1."
                )
        if reasons:
            raise _Refused(f"Stored values cannot be re-encrypted here: {' '.join(reasons)}")
        try:
            self._host = await node_host(current, *(self._own.pair or ()))
            tell(f"$ {self._host.typed('-')}    (counts the stored values; the script is piped to standard input)")
            found = await look(self._host, self._own.pair)
        except NotReachedError as error:
            for line in error.details:
                tell(f"  | {plain(line, limit=400)}")
            raise _Refused(f"{error.sentence} Nothing changed.", ExitStatus.UNKNOWN) from None
        self._output.parts["stored"] = stored_json(found)
        tell(stored_text(found, columns_of(sys.stderr) - 2))
        if found.stage:
            raise _Refused(
                "The database contains an unfinished rotation whose new keys are not in this folder. That rotation was started from another folder or machine."
            )
        if reasons := list(rotation_limits.refusals_of(found)):
            raise _Refused(f"Nothing was written: {' '.join(reasons)}")

    def _show(self, record: RotationRecord) -> None:
        """Say what will change."""
        columns = columns_of(sys.stderr) - 2
        for group in SecretGroup:
            if group in self._groups and any(name in record.names for name in names_of(frozenset({group}))):
                tell("\n".join(wrapped(GROUP_CONSEQUENCES[group], "* ", columns)))
        proposal = propose(self._current.folder, answers_of(record.new_values))
        self._output.parts["plan"] = plan_json(proposal)
        self._output.show(of_plan(proposal.plan))

    def _confirmed(self) -> str:
        """Ask; return the dump that was made. ``_Refused`` if the answer is no."""
        if SecretGroup.CREDS not in self._groups:
            self._ask("Replace them now?")
            return ""
        if self._compose is None:
            raise _Refused("Docker Compose is not installed on this machine. Nothing changed.", ExitStatus.UNKNOWN)
        found = dumper(self._compose, compose_files_of(self._current), self._current)
        why = "the database is not in this stack, or it requires a password"
        if found is not None:
            tell(f"The wizard first dumps the database to .librechat-wizard: {plain(found.typed, limit=400)}")
            self._ask("Stop LibreChat and re-encrypt the stored values with new keys?")
            try:
                dump = run_until_signal(found.make(PrivateFolder(self._current.folder)))
            except DumpFailed as error:
                why = str(error)
            else:
                tell(
                    f"The dump is in {dump}. Delete the dump once LibreChat works: the old keys can decrypt the values in it."
                )
                self._output.parts["dump"] = dump
                return dump
        tell(
            f"The wizard could not make a dump ({plain(why, limit=300)}). With --yes, you confirm that you have a dump."
        )
        self._ask("Continue only if you have a database dump that you can restore. Stop LibreChat now?")
        return ""

    def _ask(self, question: str) -> None:
        if self._options.yes:
            return
        sys.stderr.write(f"{question} [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in _YES:
            raise _Refused("Nothing changed.")

    async def _runs(self) -> bool:
        """Return whether LibreChat's container runs."""
        if self._compose is None:
            return False
        copies = await rotation_limits.running_copies(self._compose, compose_files_of(self._current))
        if copies is None:
            raise _Refused("Docker is not responding. Nothing changed.", ExitStatus.UNKNOWN)
        return copies > 0

    def _resume(self, pending: RotationRecord) -> ExitStatus:
        """Finish what was cut off, or put it back."""
        if pending.is_damaged:
            raise _Refused(pending.notice())
        if not set(pending.names) <= set(names_of(self._groups)):
            raise _Refused(f"{pending.notice()} Nothing changed.")
        tell(pending.notice())
        if self._options.dry_run:
            tell("Dry run: nothing was written.")
            return ExitStatus.DONE
        goes_back = pending.stage is RotationStage.BACK
        if not goes_back and not self._options.yes:
            sys.stderr.write("Finish the rotation or roll it back? [finish/back/N] ")
            sys.stderr.flush()
            answer = sys.stdin.readline().strip().lower()
            if answer not in ("finish", "back"):
                raise _Refused("Nothing changed.")
            goes_back = answer == "back"
        self._own = own_keys(self._current)
        return run_until_signal(self._resumed(pending, goes_back=goes_back))

    async def _resumed(self, pending: RotationRecord, *, goes_back: bool) -> ExitStatus:
        try:
            self._host = await node_host(self._current, *pending.old, *pending.new)
        except NotReachedError as error:
            if "CREDS_KEY" in pending.names:
                raise _Refused(f"{error.sentence} Nothing changed.", ExitStatus.UNKNOWN) from None
        return await self._go_back() if goes_back else await self._carry_out(pending)

    def _job(self) -> RotationJob:
        from screens.shared.apply_limits import timeouts

        return RotationJob(
            folder=self._current.folder,
            store=self._store,
            records=self._records,
            compose=self._compose,
            host=self._host,
            http_get=http_get,
            is_adopted=self._own.is_generated,
            timeouts=timeouts(),
        )

    async def _carry_out(self, record: RotationRecord) -> ExitStatus:
        progress, result = await self._follow(rotate_secrets(self._job(), record))
        self._output.parts |= {"written": list(progress.written), "backup": progress.backup or None}
        if result.outcome is ApplyOutcome.DONE:
            self._output.parts["rotated"] = list(record.names)
            tell(f"Done in {result.seconds:.0f} s: {', '.join(record.names)} replaced.")
        if result.outcome is ApplyOutcome.BY_HAND:
            self._output.parts |= {"rotated": list(record.names), "outcome": result.outcome.value}
            tell(f"Written: {', '.join(record.names)}. LibreChat uses the old values {_UNTIL}.")
        if result.outcome in (ApplyOutcome.DONE, ApplyOutcome.BY_HAND):
            if progress.backup and "CREDS_KEY" in record.names:
                tell(
                    f"The old keys are in {progress.backup}. They can now decrypt only the dump, and 'restore' does not put them back."
                )
            elif progress.backup:
                tell(
                    f"The old values are in {progress.backup}. To list the backups, run: {own_command('restore --list')}"
                )
            return ExitStatus.DONE
        tell("Putting everything back.")
        return await self._go_back()

    async def _go_back(self) -> ExitStatus:
        _, result = await self._follow(roll_back(self._job()))
        self._output.parts |= {"written": [], "outcome": result.outcome.value}
        if result.outcome is ApplyOutcome.ROLLED_BACK:
            is_manual = self._compose is None
            tell(f"The old files were restored. {_MANUALLY}" if is_manual else "Everything was restored.")
            return ExitStatus.NOT_WRITTEN
        pending = self._records.read()
        if pending is None:
            tell("The database and the files were restored, but LibreChat is not responding.")
            return ExitStatus.NOT_WRITTEN
        tell(pending.notice())
        return ExitStatus.UNKNOWN

    async def _follow(self, stream: AsyncGenerator[ApplyEvent, None]) -> tuple[ApplyProgress, ApplyResult]:
        progress, result = ApplyProgress(), ApplyResult(outcome=ApplyOutcome.FAILED)
        async with contextlib.aclosing(stream) as events:
            async for event in events:
                if isinstance(event, ApplyResult):
                    result = event
                    continue
                for line in progress.take(event):
                    with contextlib.suppress(OSError):
                        tell(str(line))
        if result.failed is not None:
            self._output.parts["failed"] = [result.failed.summary, *failure_lines(result.failed)]
        return progress, result
