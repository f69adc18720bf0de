"""Computes the edits that lead from the current files to the wanted ones. Pure: no clock, no random numbers, no disk."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from wizard import catalogue
from wizard.answers.model import Answers, Stack
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import reveal
from wizard.catalogue.parts import config_answers
from wizard.catalogue.questions import variable_id
from wizard.composefile.container_environment import OriginMechanism
from wizard.composefile.override import Override, interpolated_names
from wizard.deployment.effective import CONFIG_TARGET, ConfigPlace
from wizard.deployment.file_state import FileState
from wizard.deployment.librechat_yaml import config_text, with_keys
from wizard.deployment.model import Deployment
from wizard.deployment.ownership import Ownership, for_public, for_secrets
from wizard.deployment.service import is_published_image, needs_dotenv
from wizard.deployment.snapshot import (
    CONFIG,
    SERVICE_RECORD,
    STACK_RECORD,
    Snapshot,
    service_to_record,
    stack_to_record,
    starting_document,
)
from wizard.dotenv.document import Document
from wizard.plan.access import AccessPlan
from wizard.plan.compose_commands import apply_steps
from wizard.plan.credentials import RECORD
from wizard.plan.dotenv_readers import dotenv_ownership
from wizard.plan.file_edit import FileEdit
from wizard.plan.lines import HEADING, Change, LineEdits, is_runtime
from wizard.plan.placement import DOTENV, Placement, place, unwritable_config

_STOCK_LINES: Final = ("OPENID_JWKS_URL_CACHE_TIME",)
"""Lines of the sample that two readers read differently: they are written anew in a copy of it too, while they are blank."""


class Plan(NamedTuple):
    """What would be written, what the operator has to know, and what to run afterwards."""

    edits: tuple[FileEdit, ...]
    notes: tuple[str, ...]
    apply_steps: tuple[str, ...]
    without: tuple[str, ...] = ()
    """Services of the compose files that are not started."""

    @property
    def shown_edits(self) -> tuple[FileEdit, ...]:
        """The edits of the operator's files, without the wizard's own records."""
        return tuple(edit for edit in self.edits if not edit.internal)


class PlanInputs(NamedTuple):
    """What was decided or generated before planning."""

    access: AccessPlan
    current: Deployment
    """The deployment of the current files."""
    record: Mapping[str, str] = MappingProxyType({})
    """Content of the record of replaced secrets."""


def plan(snapshot: Snapshot, answers: Answers, materials: PlanInputs) -> Plan:
    """Return the plan. ``InvalidInput`` names every value that cannot be written."""
    work = _Work(snapshot, answers, materials)
    work.environment_files()
    work.override()
    work.config()
    work.further_files()
    work.take_over_lines()
    if work.problems:
        raise InvalidInput(*work.problems)
    edits = tuple(edit for edit in work.edits if edit.after != edit.before or work.is_tightened(edit))
    return Plan(
        edits=edits,
        notes=tuple(dict.fromkeys(work.notes)),
        apply_steps=apply_steps(snapshot, edits, materials.access, builds=work.builds(edits)),
        without=materials.access.without,
    )


class _Work:
    """Builds the edits, file after file, and collects problems and notes."""

    def __init__(self, snapshot: Snapshot, answers: Answers, materials: PlanInputs) -> None:
        self._snapshot = snapshot
        self._answers = answers
        self._access = materials.access
        self._record = materials.record
        self._current = materials.current
        self._lines = LineEdits(snapshot)
        self._places: dict[str, Placement] = {}
        self.edits: list[FileEdit] = []
        self.notes: list[str] = [*materials.access.notes]
        self.problems: list[Problem] = list(materials.access.problems)

    def is_tightened(self, edit: FileEdit) -> bool:
        """Whether the content stays and only mode or group changes."""
        state = self._snapshot.state(edit.path)
        gid = edit.ownership.gid
        return state.kind == "file" and (edit.mode != state.mode or gid not in (None, state.gid))

    def environment_files(self) -> None:
        """Plan ``.env``, and the environment file that wins over it."""
        wanted: dict[str, str | None] = {**self._access.settings}
        for name, given in self._answers.items():
            wanted[name] = None if given.value is None else reveal(given.value)
        self._give_port(wanted)
        self._aim(wanted)
        for file in sorted({aimed.file for aimed in self._places.values()} - {"", DOTENV}):
            self._further_environment_file(file, self._meant_for(file, wanted))
        self._dotenv(self._meant_for(DOTENV, wanted))

    def _aim(self, wanted: Mapping[str, str | None]) -> None:
        """Decide where each wanted value goes."""
        effective = self._current.effective
        for name, value in wanted.items():
            if is_runtime(name, self._snapshot.stack):
                continue
            if effective is None:
                self._places[name] = Placement(DOTENV)
                continue
            found = effective.values.get(name)
            is_made = found is not None and found.origin.mechanism is OriginMechanism.GENERATED
            if found is not None and not is_made and found.value == value and found.origin.file != DOTENV:
                # It is there already, and .env would add nothing.
                continue
            self._places[name] = place(name, effective)

    def _meant_for(self, file: str, wanted: Mapping[str, str | None]) -> dict[str, str | None]:
        return {name: wanted[name] for name, aimed in self._places.items() if aimed.file == file}

    def _dotenv(self, wanted: dict[str, str | None]) -> None:
        document, is_new = starting_document(self._snapshot)
        is_needed = any(map(needs_dotenv, (self._current.compose.get("services") or {}).values()))
        if is_new and not is_needed:
            if not wanted:
                return
            document = Document.empty()
        elif is_new:
            self._rewrite_sample_lines(document, wanted)
        else:
            self._rewrite_stock_lines(document, wanted)
        ownership, notes = dotenv_ownership(self._snapshot, self._current, document, wanted)
        self.notes += notes
        changes, report = self._lines.changes(document, wanted)
        if self._lines.problems:
            return
        edited = document.edit(changes, heading=HEADING) if changes else document
        before = self._snapshot.state(DOTENV).data
        self._edit(DOTENV, edited.to_bytes(), ownership, report, before)

    def _further_environment_file(self, file: str, wanted: Mapping[str, str | None]) -> None:
        if file.startswith(("/", "..")):
            message = f"it is in {file}, which is not in this folder, and the wizard writes only to this folder."
            remedy = "Change the value in that file, or remove the line so that the value in .env is used."
            self.problems += [Problem(field=variable_id(name), message=message, remedy=remedy) for name in wanted]
            return
        state = self._snapshot.state(file)
        document = Document.parse(state.data or b"", name=file)
        changes, report = self._lines.changes(document, wanted, file)
        if self._lines.problems:
            return
        edited = document.edit(changes, heading=HEADING) if changes else document
        ids = self._current.container_ids if file == self._dotenv_name else None
        self._edit(file, edited.to_bytes(), for_secrets(state, self._snapshot.operator, ids), report, state.data)

    def take_over_lines(self) -> None:
        """Report what the lines of environment files had to say."""
        self.problems += self._lines.problems
        self.notes += self._lines.notes

    @property
    def _dotenv_name(self) -> str:
        return self._current.effective.dotenv_name if self._current.effective is not None else DOTENV

    def _give_port(self, wanted: dict[str, str | None]) -> None:
        variables = {**starting_document(self._snapshot)[0].compose_values(), **self._current.variables}
        is_set = "PORT" in wanted or variables.get("PORT", "").strip()
        is_asked = "PORT" in interpolated_names(self._snapshot.state(self._snapshot.base_name).data or b"")
        if self._snapshot.stack is Stack.COMPOSE and is_asked and not is_set:
            wanted["PORT"] = "3080"
            self.notes.append("PORT=3080 is set: without it, the port mapping in docker-compose.yml is invalid.")

    def _rewrite_sample_lines(self, document: Document, wanted: dict[str, str | None]) -> None:
        """Rewrite the lines of ``.env.example`` that Docker Compose and LibreChat read differently.

        v0.8.0-rc3 and later ship ``OPENID_JWKS_URL_CACHE_TIME= # 600000 ...``, whose comment Docker Compose reads as the value.
        """
        values, compose_values = document.values(), document.compose_values()
        for fault in document.faults():
            name = fault.name
            if name in values and compose_values.get(name) != values[name] and name in catalogue.by_key():
                wanted.setdefault(name, values[name])
                self._lines.mended.add(name)

    def _rewrite_stock_lines(self, document: Document, wanted: dict[str, str | None]) -> None:
        """Rewrite such lines in a copy of the sample, as long as LibreChat reads them as empty."""
        values, compose_values = document.values(), document.compose_values()
        for name in _STOCK_LINES:
            if values.get(name) == "" and compose_values.get(name) != "":
                wanted.setdefault(name, "")
                self._lines.mended.add(name)

    def _handed_over(self, override: Override, service: str) -> Override:
        """Return the override with what no environment file can bring to LibreChat."""
        for name, aimed in self._places.items():
            given = self._answers.get(name)
            value = (
                reveal(given.value)
                if given is not None and given.value is not None
                else self._access.settings.get(name)
            )
            if not aimed.in_override or value is None:
                continue
            # A secret stays in .env, which nobody else can read.
            text = f"${{{name}}}" if aimed.file else value
            override = override.with_environment(service, {name: text}, is_literal=not aimed.file)
        return override

    def override(self) -> None:
        """Plan the override of the compose file: only what the answers need."""
        name = self._snapshot.override_name
        state = self._snapshot.state(name)
        override = self._access.apply_override(Override.parse(state.data, name))
        runtime = {
            key: reveal(given.value)
            for key, given in self._answers.items()
            if is_runtime(key, self._snapshot.stack) and given.value is not None
        }
        service = self._snapshot.service
        if runtime:
            override = override.with_environment(service, runtime)
        override = self._handed_over(override, service)
        if self._asks_config() and self._config.kind == "" and self._config.in_container == CONFIG_TARGET:
            override = override.with_volume_mount(service, f"./{CONFIG}", CONFIG_TARGET, read_only=False)
        if override.is_empty() and state.data is None:
            return
        after = override.to_bytes()
        changes = tuple(Change(name=key, change="set") for key in override.changed_keys())
        self._edit(name, after, for_public(state), changes, state.data)

    @property
    def _config(self) -> ConfigPlace:
        effective = self._current.effective
        return effective.config if effective is not None else ConfigPlace("file", CONFIG)

    def _asks_config(self) -> bool:
        return next(config_answers(self._answers), None) is not None

    def config(self) -> None:
        """Plan ``librechat.yaml``: only what is answered of it, or where the deploy stack cannot start without it."""
        wanted = {question.asked.id: value for question, value in config_answers(self._answers)}
        asks, config = bool(wanted), self._config
        name = config.name if config.kind == "file" else CONFIG
        if asks and (problem := unwritable_config(config, next(iter(wanted)))) is not None:
            self.problems.append(problem)
            return
        if not asks and name.startswith(("/", "..")):
            return
        state = self._snapshot.state(name)
        required = self._snapshot.stack is Stack.DEPLOY and config.kind == "file" and state.data is None
        if not asks and not required:
            return
        after = with_keys(state.data, wanted, self._snapshot.release)
        if required:
            self.notes.append(
                f"The wizard creates {name}: {self._snapshot.base_name} mounts it, and LibreChat does not start without it."
            )
        if config.is_baked:
            self.notes.append(
                f"{name} is copied into LibreChat's image ({config.origin}): it takes effect once the image is rebuilt."
            )
        elif asks and config.kind == "" and (foreign := _foreign_image(self._current)):
            self.notes.append(
                f"If the image {foreign} contains its own librechat.yaml, the {CONFIG} in this folder now replaces it completely."
            )
        changes = tuple(Change(name=key, change="set", after=config_text(value)) for key, value in wanted.items())
        self._edit(name, after, for_public(state), changes, state.data)

    def builds(self, edits: tuple[FileEdit, ...]) -> bool:
        """Return whether an edit takes effect only after LibreChat's image is rebuilt."""
        return self._config.is_baked and any(edit.path == self._config.name for edit in edits)

    def further_files(self) -> None:
        """Plan the proxy's files, certificates, ready texts and the record of replaced secrets."""
        for file in self._access.files:
            state = self._snapshot.state(file.path)
            ownership = for_public(state) if file.mode & 0o044 else Ownership(mode=file.mode)
            self._edit(file.path, file.content, ownership, (), state.data)
        if (stack := stack_to_record(self._snapshot)) is not None:
            recorded = self._snapshot.state(STACK_RECORD).data
            self._edit(STACK_RECORD, stack, Ownership(mode=0o600), (), recorded, internal=True)
        if (service := service_to_record(self._answers)) is not None:
            recorded = self._snapshot.state(SERVICE_RECORD).data
            self._edit(SERVICE_RECORD, service, Ownership(mode=0o600), (), recorded, internal=True)
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
            what = "a directory" if state.kind == "directory" else "something other than a readable file"
            message = f"{what} already exists at that path."
            self.problems.append(Problem(field="", file=name, message=message, remedy="Move it elsewhere."))
            return
        if state.is_link and (after != before or ownership.mode != state.mode):
            self.notes.append(f"{name} is a link: the wizard writes to its target, {state.target}.")
        if ownership.note and (before is None or after != before or ownership.mode != state.mode):
            self.notes.append(f"{name}: {ownership.note}")
        self.edits.append(
            FileEdit(path=name, before=before, after=after, ownership=ownership, changes=changes, internal=internal)
        )


def _foreign_image(current: Deployment) -> str:
    """Return the image that runs if it is not one of LibreChat's own."""
    image = current.effective.image if current.effective is not None else ""
    return "" if not image or is_published_image(image) else plain(image, limit=120)
