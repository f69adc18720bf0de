"""Plans for a LibreChat clone without Docker, from its folder and answers: only ``.env`` and ``librechat.yaml``."""

import pwd
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from wizard import catalogue
from wizard.answers.model import Access, Answers, Stack
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import reveal
from wizard.catalogue.parts import config_answers
from wizard.catalogue.questions import variable_id
from wizard.deployment import adoption
from wizard.deployment.adoption import Adoption, parse
from wizard.deployment.file_state import FileState
from wizard.deployment.librechat_yaml import config_text, with_keys
from wizard.deployment.local_install import (
    LocalInstall,
    found_install,
    install_without_docker,
    is_source_tree,
    local_deployment,
)
from wizard.deployment.model import Deployment
from wizard.deployment.ownership import Operator, for_public, for_secrets
from wizard.deployment.snapshot import CONFIG, Snapshot, starting_document
from wizard.deployment.systemd import environment_file
from wizard.dotenv.document import Document
from wizard.librechat.cookies import SWITCH_SINCE
from wizard.librechat.hosts import is_loopback
from wizard.librechat.published_secrets import published_name
from wizard.plan import access, credentials
from wizard.plan.consequences import consequences
from wizard.plan.credentials import RECORD
from wizard.plan.file_edit import FileEdit
from wizard.plan.lines import HEADING, Change, LineEdits
from wizard.plan.plan import Plan

if TYPE_CHECKING:
    from wizard.basics.finding import Finding

DOTENV: Final = ".env"
_TEMPORARY: Final = ".env.temp"
"""Where LibreChat keeps secrets that it made up, beside ``.env`` (packages/api/src/credentials.ts, v0.8.8-rc1)."""
_READ: Final = (DOTENV, ".env.example", CONFIG, "package.json", RECORD, _TEMPORARY)


class LocalPlan(NamedTuple):
    """What :class:`wizard.plan.proposal.Proposal` is made of."""

    snapshot: Snapshot
    answers: Answers
    plan: Plan
    deployment: Deployment
    findings: "tuple[Finding, ...]"


def is_local(folder: Path, answers: Answers) -> bool:
    """Whether a plan is for a LibreChat without Docker: the answers say so, or it is one as far as the folder tells."""
    if answers.librechat.stack is not None:
        return answers.librechat.stack is Stack.LOCAL
    return install_without_docker(folder) is not None


def propose_local(folder: Path, answers: Answers) -> LocalPlan:
    """Return what these answers lead to in a clone; ``InvalidInput`` carries all problems at once."""
    folder = folder.resolve()
    if not is_source_tree(folder):
        message = (
            "this folder is not a LibreChat checkout that can run without Docker (package.json and api/server are "
            "required)."
        )
        remedy = "Set --dir to the cloned repository, or choose stack: compose."
        raise InvalidInput(Problem(field="librechat.stack", message=message, remedy=remedy))
    install = found_install(folder)
    current = local_deployment(folder, install)
    snapshot = _snapshot(folder, current).reading(_READ)
    document, is_new = starting_document(snapshot)
    existing = {name: value for name, value in document.values().items() if not (is_new and published_name(value))}
    existing |= {name: value for name, value in install.environment.items() if name in catalogue.by_key()}
    needs = _needs(snapshot, answers, existing)
    snapshot.asked[adoption.__name__] = _generated(snapshot)
    circumstances = credentials.SecretContext(has_search=False, has_hidden_database=not _is_here(existing))
    resolution = credentials.resolve(snapshot, answers, existing, circumstances)
    wanted: dict[str, str | None] = {
        **needs.settings,
        **{name: None if one.value is None else reveal(one.value) for name, one in resolution.answers.items()},
    }
    snapshot = snapshot.reading([file.path for file in needs.files])
    edits, notes = _edits(snapshot, document, wanted, resolution.answers, install)
    edits = (*edits, *_ready_texts(snapshot, needs))
    after = {
        edit.path: snapshot.state(edit.path)._replace(data=edit.after, kind="file", mode=edit.mode) for edit in edits
    }
    planned = local_deployment(folder, _after(install, snapshot, after), after)
    if idle := tuple(_without_effect(wanted, planned, install)):
        raise InvalidInput(*idle)
    summary = f"LibreChat {snapshot.release} without Docker{f' ({install.runner}: {install.name})' if install.runner else ''}."
    more = consequences(planned, resolution.answers) if edits else ()
    if edits and not install.runner:
        more = (*more, "If LibreChat is already running, stop it before you start it again.")
    made = Plan(
        edits=edits,
        notes=(summary, *resolution.notes, *needs.notes, *notes, *more),
        apply_steps=(install.restart_command,) if edits else (),
    )
    return LocalPlan(snapshot, resolution.answers, made, planned, resolution.findings)


def _snapshot(folder: Path, current: Deployment) -> Snapshot:
    return Snapshot(
        folder=folder,
        files=MappingProxyType({}),
        stack=Stack.LOCAL,
        release=current.release,
        release_source="package.json" if current.release_known else "",
        has_run=current.has_run,
        operator=Operator.current(),
        base_name="",
        override_name="",
        seen={},
        asked={},
    )


def _needs(snapshot: Snapshot, answers: Answers, existing: Mapping[str, str]) -> access.AccessPlan:
    """Return the settings that the access needs; no file of a proxy is written beside a clone."""
    if answers.access is Access.HTTPS_PROXY:
        message = "the wizard's proxy runs in Docker Compose, but this LibreChat installation does not."
        remedy = "Set up your own proxy, and set access to https-existing in the answers."
        raise InvalidInput(Problem(field="access", message=message, remedy=remedy))
    if answers.access is Access.HTTP_LAN and snapshot.release < SWITCH_SINCE:
        message = (
            f"with LibreChat {snapshot.release}, nobody stays signed in over plain HTTP (SESSION_COOKIE_SECURE "
            "was added in v0.8.6)."
        )
        raise InvalidInput(Problem(field="access", message=message, remedy="Update LibreChat, or use HTTPS."))
    values = {**existing, **{name: reveal(one.value or "") for name, one in answers.items()}}
    made = access.needs(
        access.AccessInputs(
            access=answers.access,
            stack=Stack.LOCAL,
            release=snapshot.release,
            proxy=answers.proxy,
            values=values,
            given=frozenset(answers),
            former_address=existing.get("DOMAIN_CLIENT", ""),
            # As a container in the network of its machine.
            base_services={"api": {"network_mode": "host"}},
            folder=snapshot.folder,
            files={},
        )
    )
    if made.problems:
        raise InvalidInput(*made.problems)
    settings = dict(made.settings)
    if "HOST" not in answers and (host := _host(answers.access, existing.get("HOST", ""))):
        settings["HOST"] = host
    # What is said about network_mode is about a container.
    notes = tuple(note for note in made.notes if "network_mode" not in note and "ssh -L" not in note)
    return made._replace(settings=MappingProxyType(settings), notes=notes)


def _host(asked: Access | None, current: str) -> str:
    """Return the address to listen at that an access needs: without one LibreChat listens for its own machine alone."""
    is_alone = not current.strip() or is_loopback(current.strip())
    if asked is Access.HTTP_LAN and is_alone:
        return "0.0.0.0"  # noqa: S104 - that is what the answer means
    return "localhost" if asked is Access.LOCALHOST and not is_alone else ""


def _is_here(existing: Mapping[str, str]) -> bool:
    """Whether the database is on this machine, so that what LibreChat left in the folder tells whether it has run."""
    address = existing.get("MONGO_URI", "")
    return not address or "://127.0.0.1" in address or "://localhost" in address


def _generated(snapshot: Snapshot) -> Adoption:
    data = snapshot.state(_TEMPORARY).data
    return Adoption() if data is None else Adoption(values=parse(data.decode("utf-8", "replace")), source=_TEMPORARY)


def _edits(
    snapshot: Snapshot,
    document: Document,
    wanted: Mapping[str, str | None],
    answers: Answers,
    install: LocalInstall,
) -> tuple[tuple[FileEdit, ...], list[str]]:
    lines = LineEdits(snapshot)
    changes, report = lines.changes(document, wanted)
    edited = document.edit(changes, heading=HEADING) if changes else document
    after = edited.to_bytes()
    problems = [*lines.problems, *_misread(snapshot, after, {name: wanted[name] for name in changes}, install)]
    if problems:
        raise InvalidInput(*problems)
    state = snapshot.state(DOTENV)
    ownership = for_secrets(state, snapshot.operator, _reader(install))
    edits = [FileEdit(path=DOTENV, before=state.data, after=after, ownership=ownership, changes=report)]
    asked = {question.asked.id: value for question, value in config_answers(answers)}
    if asked:
        config = snapshot.state(CONFIG)
        keys = tuple(Change(name=name, change="set", after=config_text(value)) for name, value in asked.items())
        data = with_keys(config.data, asked, snapshot.release)
        edits.append(FileEdit(path=CONFIG, before=config.data, after=data, ownership=for_public(config), changes=keys))
    notes = [f"{DOTENV}: {ownership.note}"] if ownership.note else []
    is_tightened = state.kind == "file" and ownership.mode != state.mode
    kept = (edit for edit in edits if edit.after != (edit.before or b"") or (edit.path == DOTENV and is_tightened))
    return tuple(kept), notes


def _ready_texts(snapshot: Snapshot, needs: access.AccessPlan) -> Iterator[FileEdit]:
    """Yield the texts for a proxy of the operator's own."""
    for file in needs.files:
        state = snapshot.state(file.path)
        if state.data != file.content:
            yield FileEdit(path=file.path, before=state.data, after=file.content, ownership=for_public(state))


def _reader(install: LocalInstall) -> tuple[int, int] | None:
    """Return UID and GID of the account that LibreChat runs as; ``None`` if that is root, or not known."""
    try:
        account = pwd.getpwnam(install.user)
    except KeyError:
        return None
    return None if account.pw_uid == 0 else (account.pw_uid, account.pw_gid)


def _reads_by_systemd(snapshot: Snapshot, install: LocalInstall) -> bool:
    return str(snapshot.folder / DOTENV) in install.environment_files


def _misread(
    snapshot: Snapshot, after: bytes, wanted: Mapping[str, str | None], install: LocalInstall
) -> Iterator[Problem]:
    """Yield the values that systemd would hand over as something else (``EnvironmentFile=``; it wins over npm dotenv)."""
    if not _reads_by_systemd(snapshot, install):
        return
    read = environment_file(after)
    for name, value in wanted.items():
        if value is not None and read.get(name) != value:
            message = f"this value cannot be written to .env in a form that npm dotenv and systemd (EnvironmentFile= in {plain(install.name, limit=60)}) read the same way."
            remedy = "Choose a value without quotation marks, backslashes or line breaks."
            yield Problem(field=variable_id(name), message=message, remedy=remedy)


def _after(install: LocalInstall, snapshot: Snapshot, after: Mapping[str, FileState]) -> LocalInstall:
    """Return how LibreChat is run with the planned ``.env``, which systemd may read as well."""
    if DOTENV not in after or not _reads_by_systemd(snapshot, install):
        return install
    before = environment_file(snapshot.state(DOTENV).data or b"")
    others = {name: value for name, value in install.environment.items() if before.get(name) != value}
    return replace(install, environment=MappingProxyType({**others, **environment_file(after[DOTENV].data or b"")}))


def _without_effect(wanted: Mapping[str, str | None], planned: Deployment, install: LocalInstall) -> Iterator[Problem]:
    """Yield a problem for every answer that LibreChat would not get: what its process is handed wins over ``.env``."""
    for name, value in wanted.items():
        found = planned.settings.get(name, "")
        if found.strip() == (value or "").strip():
            continue
        where = (
            f"{install.runner} ({plain(install.name, limit=60)})" if name in install.environment else "npm run backend"
        )
        message = f"the answer would have no effect: {where} sets it and overrides .env."
        how = (
            f"with sudo systemctl edit {plain(install.name, limit=60)}"
            if install.runner == "systemd"
            else "in the shell or script that starts LibreChat"
        )
        yield Problem(field=variable_id(name), message=message, remedy=f"Change it {how}, or leave the answer out.")
