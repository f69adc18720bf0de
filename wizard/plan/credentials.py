"""The secrets that LibreChat needs: kept, adopted or generated, never replaced without being asked."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from wizard import catalogue
from wizard.answers.model import Answers, Given, Source
from wizard.basics.digests import sha256_hex
from wizard.basics.finding import Finding, Status
from wizard.basics.own_command import in_folder
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import Secret, reveal
from wizard.catalogue.questions import variable_id
from wizard.deployment import adoption
from wizard.deployment.adoption import Adoption
from wizard.deployment.compose_names import USUAL
from wizard.deployment.file_state import FileState
from wizard.deployment.snapshot import Snapshot
from wizard.findings import secrets as ids
from wizard.librechat.fingerprints import FOLDER_FILES
from wizard.librechat.published_secrets import published_name
from wizard.librechat.secret_uses import SECRET_USES
from wizard.librechat.startup_refusals import OWN_SECRETS_SINCE
from wizard.librechat.values import is_enabled

BOOTSTRAPPED: Final = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET")
ENCRYPTING: Final = ("CREDS_KEY", "CREDS_IV")
RECORD: Final = ".librechat-wizard/replaced.json"
"""Fingerprints of the values that a ``replace: true`` led to: the same answers replace once, not at every run."""

CONSEQUENCES: Final[Mapping[str, str]] = {use.name: use.consequence for use in SECRET_USES}
"""What the replacement of each secret costs."""


class Resolution(NamedTuple):
    """Answers in which every needed secret has a value, with notes about them."""

    answers: Answers
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    record: Mapping[str, str] = MappingProxyType({})
    """What ``replaced.json`` shall hold afterwards; empty if nothing was ever replaced."""


def needed(values: Mapping[str, str], *, has_admin_panel: bool, has_search: bool = True) -> tuple[str, ...]:
    """Return the names of the secrets that LibreChat needs with these values, asked for or not."""
    names = list(BOOTSTRAPPED)
    # LibreChat searches with SEARCH and MEILI_HOST (api/db/indexSync.js:21-30, v0.8.8-rc1).
    if has_search or is_enabled(values.get("SEARCH")) or values.get("MEILI_HOST", "").strip():
        names.append("MEILI_MASTER_KEY")
    if has_admin_panel:
        names.append("ADMIN_PANEL_SESSION_SECRET")
    # With the first of them: until the others are answered, what is missing names only what a person has to give.
    if values.get("OPENID_CLIENT_ID") or values.get("OPENID_ISSUER"):
        names.append("OPENID_SESSION_SECRET")
    if any(values.get(name) for name in ("SAML_ENTRY_POINT", "SAML_ISSUER", "SAML_CERT")):
        names.append("SAML_SESSION_SECRET")
    return tuple(names)


def fingerprint(value: str) -> str:
    """Return what is recorded of a generated value: it is long and random, so a hash gives nothing away."""
    return sha256_hex(value.encode())[:16]


def read_record(state: FileState) -> dict[str, str] | None:
    """Read ``replaced.json``; ``None`` if it is damaged. Names that this release does not know are left out."""
    if state.kind in ("missing", "unreadable"):
        return {}
    try:
        record = json.loads(state.data or b"")
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or not all(isinstance(mark, str) for mark in record.values()):
        return None
    return {name: mark for name, mark in record.items() if name in catalogue.by_key()}


class SecretContext(NamedTuple):
    """The facts from the compose files that decide about secrets."""

    has_admin_panel: bool = False
    has_search: bool = True
    """A service is Meilisearch, or the compose files hand its key on."""
    has_hidden_database: bool = False
    """The database cannot be inspected from here: an existing key may have encrypted somebody's data."""
    from_shell: frozenset[str] = frozenset()
    """Names that the compose files take from the shell, which has a value for them: it wins over every line of ``.env``."""


def resolve(
    snapshot: Snapshot, answers: Answers, existing: Mapping[str, str], circumstances: SecretContext
) -> Resolution:
    """Give every needed secret a value.

    ``existing`` is what ``.env`` holds today. ``InvalidInput`` if a replacement would make stored data unreadable and the
    operator did not accept that.
    """
    wanted = {**existing, **{name: reveal(given.value or "") for name, given in answers.items()}}
    secrets = needed(wanted, has_admin_panel=circumstances.has_admin_panel, has_search=circumstances.has_search)
    names = dict.fromkeys((*secrets, *sorted(answers.generate)))
    record = read_record(snapshot.state(RECORD))
    if record is None and answers.replace:
        message = f"it is damaged: the wizard cannot tell whether an earlier run replaced {', '.join(sorted(answers.replace))}."
        remedy = f"To replace them anyway, delete the record: rm -r {RECORD}. Otherwise remove 'replace: true'."
        raise InvalidInput(Problem(field="", file=RECORD, message=message, remedy=remedy))
    work = _Work(snapshot, answers, existing, record or {}, circumstances)
    if record is None:
        work.notes.append(
            f"{RECORD} is damaged. It records only which secrets were replaced, so it is safe to delete: {in_folder(f'rm -r {RECORD}')}"
        )
    for name in names:
        if name in answers:
            work.given(name)
        else:
            work.decide(name)
    if work.problems:
        raise InvalidInput(*work.problems)
    return Resolution(
        answers=answers.give(work.values), notes=tuple(work.notes), findings=tuple(work.findings), record=work.record
    )


class _Work:
    """The decisions on one name after the other."""

    def __init__(
        self,
        snapshot: Snapshot,
        answers: Answers,
        existing: Mapping[str, str],
        record: dict[str, str],
        circumstances: SecretContext,
    ) -> None:
        self._snapshot = snapshot
        self._answers = answers
        self._existing = existing
        self._circumstances = circumstances
        self._adoption: Adoption | None = None
        self.record = record
        self.values: dict[str, Given] = {}
        self.notes: list[str] = []
        self.findings: list[Finding] = []
        self.problems: list[Problem] = []

    def given(self, name: str) -> None:
        """Weigh a value that the operator gave: it may replace one that is in use."""
        old, new = self._existing.get(name, "").strip(), self._answers[name].value
        if not old or not self._may_have_data() or reveal(new or "") == old:
            return
        summary = f"If the specified value replaces {name}, {CONSEQUENCES.get(name, 'the data that it protects becomes invalid')}."
        status = Status.FAIL if name in ENCRYPTING else Status.WARN
        remedy = ids.REPLACED.entry.fix if status is Status.FAIL else ""
        self.findings.append(ids.REPLACED.of(name).finding(status, summary, remedy=remedy))

    def decide(self, name: str) -> None:
        """Keep, adopt, generate or replace the value of a name that the operator gave no value for."""
        old = self._existing.get(name, "").strip()
        if name in self._circumstances.from_shell and (not old or name in self._answers.replace):
            message = (
                "its value comes from this shell. A new value in .env would either have no effect or replace "
                "a value that is in use."
            )
            remedy = f"Write the same value into .env ({name}=...), then run the wizard again."
            if old:
                remedy = "Leave out replace: true, or change the value where it is set for this shell."
            self.problems.append(Problem(field=variable_id(name), message=message, remedy=remedy))
        elif name in self._circumstances.from_shell and published_name(old):
            self.notes.append(f"{name} is kept: its value comes from this shell, which overrides .env.")
        elif old and name in self._answers.replace and self.record.get(name) == fingerprint(old):
            self.notes.append(
                f"{name} was replaced by an earlier run and is kept. To replace it again, delete {RECORD}."
            )
        elif old and published_name(old) and not self._may_have_data():
            self._generate(
                name, f"{name} gets a new value: the old one is public, because every copy of .env.example contains it."
            )
        elif old and name in self._answers.replace:
            self._replace(name)
        elif not old:
            self._fill(name)

    def _may_have_data(self) -> bool:
        """Whether LibreChat may have run with these values: then people are signed in, and keys are stored."""
        return self._snapshot.has_run or self._circumstances.has_hidden_database

    def _replace(self, name: str) -> None:
        loss = CONSEQUENCES.get(name, "the data that it protects becomes invalid")
        if name in ENCRYPTING and self._may_have_data() and name not in self._answers.accept_loss:
            self.problems.append(
                Problem(
                    field=variable_id(name),
                    message=f"replacing it means that {loss}.",
                    remedy=f"Keep the value, or write {name}: {{generate: true, replace: true, accept_loss: true}}.",
                )
            )
            return
        self._generate(name, f"{name} is replaced: {loss}.")

    def _fill(self, name: str) -> None:
        if name in BOOTSTRAPPED:
            found = self._found()
            if value := found.values.get(name):
                self.values[name] = Given(value, Source.EXISTING)
                self.notes.append(
                    f"{name}: the wizard keeps the value that LibreChat generated itself ({found.source})."
                )
                return
            if found.unknown_reason and (found.has_container or self._may_have_generated()):
                self._unknown(name, found.unknown_reason)
                return
        self._generate(name, f"{name}: a new random value.")

    def _found(self) -> Adoption:
        snapshot = self._snapshot
        if self._adoption is None:
            found = snapshot.asked.get(adoption.__name__)
            if not isinstance(found, Adoption):
                service = snapshot.service or USUAL
                found = adoption.look(snapshot.folder, service, self._existing, has_run=snapshot.has_run)
                snapshot.asked[adoption.__name__] = found
            self._adoption = found
        return self._adoption

    def _may_have_generated(self) -> bool:
        """Whether a LibreChat that has run here can have made up a value: one pinned to an older release cannot."""
        snapshot = self._snapshot
        is_pinned = snapshot.release_source not in ("", *FOLDER_FILES)
        return snapshot.has_run and (snapshot.release >= OWN_SECRETS_SINCE or not is_pinned)

    def _unknown(self, name: str, why: str) -> None:
        """LibreChat runs on a value of its own that nobody can read here: a new one would lock its data."""
        if name in self._answers.replace and (name not in ENCRYPTING or name in self._answers.accept_loss):
            self._generate(name, f"{name}: a new random value; {CONSEQUENCES[name]}.")
            return
        flags = "generate: true, replace: true" + (", accept_loss: true" if name in ENCRYPTING else "")
        self.findings.append(
            ids.GENERATED_ELSEWHERE.of(name).fail(
                f"{name} is blank. LibreChat has run here with a value that it generated itself, and this value could not be read ({why}). A "
                f"new value would mean that {CONSEQUENCES[name]}.",
                remedy=f"Start LibreChat without changes (docker compose up -d), then run the wizard again. Or copy the values from {' or '.join(adoption.IN_CONTAINER)} in LibreChat's container into .env. Or write {name}: "
                f"{{{flags}}}.",
            )
        )

    def _generate(self, name: str, note: str) -> None:
        generate = catalogue.by_key()[name].generate
        if generate is None:
            raise TypeError(f"{name} has no generator")
        taken = {reveal(given.value or "") for given in (*self.values.values(), *self._answers.values())}
        value = generate()
        while value in taken or value in self._existing.values():
            value = generate()
        self.values[name] = Given(Secret(value), Source.GENERATED)
        self.notes.append(note)
        if name in self._answers.replace:
            self.record[name] = fingerprint(value)
