"""From what stands there and what is wanted to the edits that lead from one to the other. Pure: no clock, no random, no disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from wizard import catalogue
from wizard.answers.model import Answers, Stack
from wizard.basics.accounts import account_name
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import reveal
from wizard.catalogue.model import Setting
from wizard.catalogue.questions import variable_id
from wizard.composefile.override import Override, env_file_services, interpolated_names, merged_model
from wizard.deployment.librechat_yaml import with_registration
from wizard.deployment.model import FileState, container_id
from wizard.deployment.ownership import Ownership, for_public, for_secrets
from wizard.deployment.snapshot import CONFIG, STACK_RECORD, Snapshot, stack_to_record, starting_document
from wizard.dotenv.document import Document
from wizard.dotenv.spelling import Reader, Unspellable, spell
from wizard.plan.access import AccessPlan
from wizard.plan.credentials import RECORD

HEADING: Final = "Set by the LibreChat auth wizard"
ALL_READERS: Final = frozenset(Reader)
RUNTIME: Final = frozenset({"NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED"})
"""Node reads these before any code of LibreChat runs, so that a line in ``.env`` comes too late on the compose stack."""


class Change(NamedTuple):
    """One setting (or key) of a file that becomes another; the texts of a secret are ``None``."""

    name: str
    change: str
    """``set`` or ``remove``."""
    secret: bool = False
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEdit:
    """A file before and after."""

    path: str
    """Relative to the folder."""
    before: bytes | None = field(repr=False)
    after: bytes = field(repr=False)
    ownership: Ownership
    changes: tuple[Change, ...] = ()
    internal: bool = False
    """A note of the wizard to itself, not part of what the operator reviews."""

    @property
    def mode(self) -> int:
        """The permission bits that the file will have."""
        return self.ownership.mode

    @property
    def action(self) -> str:
        """``create`` or ``update``."""
        return "create" if self.before is None else "update"


class Plan(NamedTuple):
    """What would be written, what the operator has to know, and what to run afterwards."""

    edits: tuple[FileEdit, ...]
    notes: tuple[str, ...]
    apply_steps: tuple[str, ...]

    @property
    def shown_edits(self) -> tuple[FileEdit, ...]:
        """The edits of the operator's files, without the wizard's own records."""
        return tuple(edit for edit in self.edits if not edit.internal)


class Materials(NamedTuple):
    """What was decided or generated before planning."""

    access: AccessPlan
    record: Mapping[str, str] = MappingProxyType({})
    """Content of the record of replaced secrets."""


def plan(snapshot: Snapshot, answers: Answers, materials: Materials) -> Plan:
    """Return the plan. ``InvalidInput`` names every value that cannot be written."""
    work = _Work(snapshot, answers, materials)
    work.environment_file()
    work.override()
    work.config()
    work.further_files()
    if work.problems:
        raise InvalidInput(*work.problems)
    edits = tuple(edit for edit in work.edits if edit.after != edit.before or work.is_tightened(edit))
    return Plan(
        edits=edits, notes=tuple(dict.fromkeys(work.notes)), apply_steps=_apply_steps(snapshot, edits, materials)
    )


def readers_of(name: str, snapshot: Snapshot) -> frozenset[Reader]:
    """Return the programs that read this name from ``.env`` on this stack.

    compose stack: the api container's npm dotenv; Docker Compose for names that docker-compose.yml interpolates and, through
    env_file, for what rag_api reads. deploy stack: Docker Compose alone (env_file; no ``/app/api/.env`` exists).
    """
    if snapshot.stack is Stack.DEPLOY:
        return frozenset({Reader.COMPOSE})
    base = snapshot.state(snapshot.base_name).data or b""
    override = snapshot.state(snapshot.override_name).data or b""
    if name in interpolated_names(base) | interpolated_names(override) or name == "JWT_SECRET":
        return frozenset({Reader.NPM, Reader.COMPOSE})
    # rag_api has it in every base file; LibreChat itself only in hand-made ones.
    if len(env_file_services(override)) > 0 or "api" in env_file_services(base):
        return frozenset({Reader.NPM, Reader.COMPOSE})
    return frozenset({Reader.NPM})


class _Work:
    """Builds the edits, file after file, and collects problems and notes."""

    def __init__(self, snapshot: Snapshot, answers: Answers, materials: Materials) -> None:
        self._snapshot = snapshot
        self._answers = answers
        self._access = materials.access
        self._record = materials.record
        self._mended: set[str] = set()
        self.edits: list[FileEdit] = []
        self.notes: list[str] = [*materials.access.notes]
        self.problems: list[Problem] = list(materials.access.problems)

    def is_tightened(self, edit: FileEdit) -> bool:
        """Whether the content stays and only mode or group changes."""
        state = self._snapshot.state(edit.path)
        gid = edit.ownership.gid
        return state.kind == "file" and (edit.mode != state.mode or gid not in (None, state.gid))

    def _runtime(self, name: str) -> bool:
        return name in RUNTIME and self._snapshot.stack is Stack.COMPOSE

    def environment_file(self) -> None:
        """Plan ``.env``."""
        document, is_new = starting_document(self._snapshot)
        wanted: dict[str, str | None] = {**self._access.settings}
        for name, given in self._answers.items():
            wanted[name] = None if given.value is None else reveal(given.value)
        if is_new:
            self._mend_sample(document, wanted)
        self._give_port(document, wanted)
        ownership = self._ownership(document, wanted)
        changes, report = self._changes(document, wanted)
        if self.problems:
            return
        edited = document.edit(changes, heading=HEADING) if changes else document
        before = self._snapshot.state(".env").data
        self._edit(".env", edited.to_bytes(), ownership, report, before)

    def _give_port(self, document: Document, wanted: dict[str, str | None]) -> None:
        is_set = "PORT" in wanted or document.compose_values().get("PORT", "").strip()
        is_asked = "PORT" in interpolated_names(self._snapshot.state(self._snapshot.base_name).data or b"")
        if self._snapshot.stack is Stack.COMPOSE and is_asked and not is_set:
            wanted["PORT"] = "3080"
            self.notes.append("PORT=3080 is set: docker-compose.yml has no valid port mapping without it.")

    def _changes(
        self, document: Document, wanted: Mapping[str, str | None]
    ) -> tuple[dict[str, str | None], tuple[Change, ...]]:
        """Return the new spellings of the names that change, and the same for the report."""
        values, compose_values = document.values(), document.compose_values()
        changes: dict[str, str | None] = {}
        report: list[Change] = []
        # In the catalogue's order: the same answers make the same file, in whatever order they were given.
        order = {name: number for number, name in enumerate(catalogue.by_key())}
        for name in sorted(wanted, key=lambda name: order.get(name, len(order))):
            value = wanted[name]
            if self._runtime(name):
                continue
            readings = {Reader.NPM: values.get(name), Reader.COMPOSE: compose_values.get(name)}
            readers = ALL_READERS if name in self._mended else readers_of(name, self._snapshot)
            if all(readings.get(reader, value) == value for reader in readers) and (value is None or name in values):
                continue
            spelled = None if value is None else self._spelled(name, value, readers)
            if value is None or spelled is not None:
                changes[name] = spelled
                report.append(self._change(name, values.get(name), value))
        return changes, tuple(report)

    def _spelled(self, name: str, value: str, readers: frozenset[Reader]) -> str | None:
        spelling = spell(value)
        if isinstance(spelling, Unspellable):
            spelling = spell(value, readers=readers)
        if isinstance(spelling, Unspellable):
            setting = catalogue.by_key()[name]
            way = (
                "Let another one be generated, or choose one without it." if setting.secret else "Choose another value."
            )
            message = f"no spelling of this value in .env is read the same way by every reader: {spelling.reason}"
            self.problems.append(Problem(field=variable_id(name), message=message, remedy=way))
            return None
        if spelling.misread_by:
            others = " and ".join(sorted(reader.value for reader in spelling.misread_by))
            self.notes.append(
                f"{name}: LibreChat reads it as given; {others} would read something else, which does no harm."
            )
        return spelling.text

    def _change(self, name: str, before: str | None, after: str | None) -> Change:
        setting: Setting = catalogue.by_key()[name]
        kind = "remove" if after is None else "set"
        if setting.secret:
            return Change(name=name, change=kind, secret=True)
        return Change(name=name, change=kind, before=before, after=after)

    def _mend_sample(self, document: Document, wanted: dict[str, str | None]) -> None:
        """Write anew the lines of ``.env.example`` that Docker Compose reads as something else than LibreChat does.

        v0.8.0-rc3 and later ship ``OPENID_JWKS_URL_CACHE_TIME= # 600000 ...``, whose comment Docker Compose takes for the value.
        """
        values, compose_values = document.values(), document.compose_values()
        for fault in document.faults():
            name = fault.name
            if name in values and compose_values.get(name) != values[name] and name in catalogue.by_key():
                wanted.setdefault(name, values[name])
                self._mended.add(name)

    def _ownership(self, document: Document, wanted: dict[str, str | None]) -> Ownership:
        """Decide who reads ``.env``; a new file may need ``UID`` and ``GID`` so that LibreChat can."""
        snapshot = self._snapshot
        if snapshot.stack is Stack.DEPLOY:
            return for_secrets(snapshot.state(".env"), snapshot.operator, None)
        ids = {}
        for name in ("UID", "GID"):
            ids[name] = container_id(wanted.get(name) or document.values().get(name))
        ownership = for_secrets(snapshot.state(".env"), snapshot.operator, (ids["UID"], ids["GID"]))
        is_set = any(document.values().get(name, "").strip() or wanted.get(name) for name in ("UID", "GID"))
        if ownership.unreadable_by and snapshot.state(".env").kind == "missing" and not is_set:
            operator = snapshot.operator
            wanted.update({"UID": str(operator.uid), "GID": str(operator.gid)})
            self.notes.append(
                f"UID={operator.uid} and GID={operator.gid} are set, so that LibreChat's containers run as you and can read .env. "
                "Make their folders before the first start: mkdir -p images logs uploads data-node"
            )
            return Ownership(mode=0o600)
        if ownership.unreadable_by:
            uid, gid = ownership.unreadable_by
            self.notes.append(
                f".env: LibreChat's container ({account_name(uid)}, GID {gid}) cannot read it and would start without any "
                f"setting. Run: sudo chown -h {uid}:{gid} .env"
            )
        return ownership

    def override(self) -> None:
        """Plan the override of the compose file: only what the answers need."""
        name = self._snapshot.override_name
        state = self._snapshot.state(name)
        override = self._access.apply_override(Override.parse(state.data, name))
        runtime = {
            key: reveal(given.value)
            for key, given in self._answers.items()
            if self._runtime(key) and given.value is not None
        }
        if runtime:
            override = override.with_environment("api", runtime)
        registration = self._answers.registration
        asks = registration.social_logins is not None or registration.allowed_domains is not None
        if asks and self._snapshot.stack is Stack.COMPOSE:
            override = override.with_volume_mount("api", "./librechat.yaml", "/app/librechat.yaml", read_only=False)
        if override.is_empty() and state.data is None:
            return
        after = override.to_bytes()
        changes = tuple(Change(name=key, change="set") for key in override.changed_keys())
        self._edit(name, after, for_public(state), changes, state.data)

    def config(self) -> None:
        """Plan ``librechat.yaml``: only ``registration``, only when asked, or where the deploy stack cannot start without it."""
        registration, state = self._answers.registration, self._snapshot.state(CONFIG)
        asks = registration.social_logins is not None or registration.allowed_domains is not None
        required = self._snapshot.stack is Stack.DEPLOY and state.data is None
        if not asks and not required:
            return
        after = with_registration(
            state.data, registration.social_logins, registration.allowed_domains, self._snapshot.release
        )
        if required:
            self.notes.append("librechat.yaml is made: deploy-compose.yml mounts it and does not start without it.")
        keys = (
            ("registration.socialLogins", registration.social_logins),
            ("registration.allowedDomains", registration.allowed_domains),
        )
        changes = tuple(
            Change(name=name, change="set", after=", ".join(value)) for name, value in keys if value is not None
        )
        self._edit(CONFIG, after, for_public(state), changes, state.data)

    def further_files(self) -> None:
        """Plan the proxy's files, certificates, ready texts and the record of replaced secrets."""
        for file in self._access.files:
            state = self._snapshot.state(file.path)
            ownership = for_public(state) if file.mode & 0o044 else Ownership(mode=file.mode)
            self._edit(file.path, file.content, ownership, (), state.data)
        if (stack := stack_to_record(self._snapshot)) is not None:
            told = self._snapshot.state(STACK_RECORD).data
            self._edit(STACK_RECORD, stack, Ownership(mode=0o600), (), told, internal=True)
        if self._record:
            text = json.dumps(dict(self._record), indent=1, sort_keys=True) + "\n"
            state = self._snapshot.state(RECORD)
            self._edit(RECORD, text.encode(), Ownership(mode=0o600), (), state.data, internal=True)

    def _edit(
        self,
        name: str,
        after: bytes,
        ownership: Ownership,
        changes: tuple[Change, ...],
        before: bytes | None,
        *,
        internal: bool = False,
    ) -> None:
        state: FileState = self._snapshot.state(name)
        if state.kind not in ("file", "missing"):
            message = f"a {state.kind} stands where the file shall be written."
            self.problems.append(Problem(field="", file=name, message=message, remedy="Move it away."))
            return
        if state.is_link and (after != before or ownership.mode != state.mode):
            self.notes.append(f"{name} is a link to {state.target}: that file is written.")
        if ownership.note and (before is None or after != before or ownership.mode != state.mode):
            self.notes.append(f"{name}: {ownership.note}")
        self.edits.append(
            FileEdit(path=name, before=before, after=after, ownership=ownership, changes=changes, internal=internal)
        )


def compose_command(snapshot: Snapshot) -> str:
    """Return how Docker Compose is called for this stack, the override included."""
    if snapshot.stack is Stack.DEPLOY:
        return f"docker compose -f {snapshot.base_name} -f {snapshot.override_name}"
    return "docker compose"


def _apply_steps(snapshot: Snapshot, edits: tuple[FileEdit, ...], materials: Materials) -> tuple[str, ...]:
    """Return the commands that make LibreChat use what was written.

    ``.env`` is only bind-mounted into api on the compose stack, so that ``up -d`` alone sees no change and the container has to
    be recreated (docker-compose.yml:31-34); env_file services are recreated by ``up -d`` itself.
    """
    if all(edit.internal for edit in edits):
        return ()
    has_override = snapshot.state(snapshot.override_name).data is not None or any(
        edit.path == snapshot.override_name for edit in edits
    )
    command = compose_command(snapshot) if has_override else f"docker compose -f {snapshot.base_name}"
    if snapshot.stack is Stack.COMPOSE:
        command = "docker compose"
    orphans = " --remove-orphans" if _loses_a_service(snapshot, edits) else ""
    steps = [f"{command} up -d{orphans}"]
    if snapshot.has_run and snapshot.stack is Stack.COMPOSE:
        steps.append(f"{command} up -d --force-recreate --no-deps api")
    return (*steps, *materials.access.apply_steps)


def _loses_a_service(snapshot: Snapshot, edits: tuple[FileEdit, ...]) -> bool:
    """Tell whether the new override no longer has a service of the old one, whose container would go on running."""
    edit = next((edit for edit in edits if edit.path == snapshot.override_name and edit.before is not None), None)
    if edit is None:
        return False
    base = snapshot.state(snapshot.base_name).data or b""
    before, after = (set(merged_model(base, data).get("services") or {}) for data in (edit.before, edit.after))
    return not before <= after
