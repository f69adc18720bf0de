"""From a folder and answers to the files of a Helm release, and to what LibreChat would then see; writes nothing."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from wizard import catalogue
from wizard.answers.model import Answers
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import reveal
from wizard.catalogue.kubernetes_form import SecretFormat
from wizard.catalogue.model import Kind, holds_secret
from wizard.catalogue.parts import config_answers
from wizard.deployment import adoption
from wizard.deployment.adoption import Adoption
from wizard.deployment.kubernetes_folder import kubernetes_deployment, parsed
from wizard.deployment.kubernetes_names import (
    ADOPTED_VALUES,
    CERTIFICATES,
    CONFIG_FILE,
    CONFIG_KEY,
    CONFIG_MAP,
    EXTERNAL_FILE,
    MEILI_FILE,
    MEILI_SECRET,
    MOUNTED_AT,
    RECORD,
    SECRET_FILE,
    VALUES_FILE,
    HelmRelease,
    chart_for,
    release_told,
)
from wizard.deployment.kubernetes_view import KubernetesView
from wizard.deployment.librechat_yaml import config_text, with_keys
from wizard.deployment.ownership import PRIVATE, Ownership, for_public, for_secrets
from wizard.deployment.snapshot import STACK_RECORD, stack_to_record
from wizard.librechat.helm_chart import REQUIRED
from wizard.librechat.helm_values import survives_helm
from wizard.librechat.published_secrets import published_name
from wizard.plan import credentials
from wizard.plan.access.model import AccessInputs
from wizard.plan.file_edit import FileEdit
from wizard.plan.kubernetes import commands, manifests
from wizard.plan.kubernetes.access import kubernetes_access
from wizard.plan.kubernetes.overlay import ENVIRONMENT, mounts, overlay_text, values_of
from wizard.plan.kubernetes.verdicts import first_run, refused, unreadable_values, unwritable, without_effect
from wizard.plan.lines import Change
from wizard.plan.plan import Plan
from wizard.yamlfile.manifest import config_texts

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment, FileState
    from wizard.deployment.snapshot import Snapshot
    from wizard.plan.access.model import AccessPlan

_MEILI_KEY: Final = "MEILI_MASTER_KEY"


class KubernetesPlan:
    """Builds the edits, file after file."""

    def __init__(
        self,
        snapshot: Snapshot,
        answers: Answers,
        standing: Deployment,
        release: HelmRelease,
        adopted: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        self.snapshot = snapshot
        self.answers = answers
        self.view = _view(standing)
        self.release = release
        self._adopted = adopted
        self.edits: list[FileEdit] = []
        self.notes: list[str] = []
        self.problems: list[Problem] = []

    def _begins_with(self, file: str) -> bytes | None:
        """Return what a file is made from: what stands there, else what was taken over from the cluster."""
        data = self.snapshot.state(file).data
        return self._adopted.get(file) if data is None else data

    def values_taken_over(self) -> None:
        """Plan the file with the operator's own values, where they come from the cluster."""
        if ADOPTED_VALUES in self._adopted:
            self._edit(ADOPTED_VALUES, self._adopted[ADOPTED_VALUES], Ownership(mode=PRIVATE), ())

    def secrets(self, wanted: Mapping[str, str | None]) -> None:
        """Plan the two Secrets, and the ExternalSecret."""
        order = {name: number for number, name in enumerate(catalogue.by_key())}
        secret = {
            name: value if value is None or _is_secret(name, value) else None
            for name, value in sorted(wanted.items(), key=lambda item: order.get(item[0], len(order)))
        }
        kept = {name: value for name, value in {**self.view.secret, **secret}.items() if value is not None}
        self._secret(SECRET_FILE, self.release.secret, secret, self.view.secret)
        if self.view.has("meilisearch"):
            key = {_MEILI_KEY: kept.get(_MEILI_KEY)}
            self._secret(MEILI_FILE, MEILI_SECRET, key, self.view.meili)
        if self.release.is_external:
            self._external(kept)
        else:
            self.notes.append(
                f"For GitOps: kubeseal --format yaml < {SECRET_FILE} > sealed.yaml (sealed-secrets), or "
                f"sops encrypt -i {SECRET_FILE} in a copy of the folder (SOPS). Commit what comes out, never {SECRET_FILE}."
            )

    def _secret(self, file: str, name: str, wanted: Mapping[str, str | None], present: Mapping[str, str]) -> None:
        state = self.snapshot.state(file)
        after = manifests.secret_text(self._begins_with(file), name, self.release, wanted, file)
        changes = [
            Change(name=key, change="remove" if value is None else "set", secret=True)
            for key, value in wanted.items()
            if present.get(key) != value
        ]
        ownership = for_secrets(state, self.snapshot.operator, None)
        self._edit(file, after, ownership._replace(mode=ownership.mode & PRIVATE), tuple(changes))

    def _external(self, names: Iterable[str]) -> None:
        asked = self.answers.kubernetes
        if not asked.secret_store:
            return
        after = manifests.external_secret_text(
            names, self.release.secret, self.release, store=asked.secret_store, key=asked.remote_key, file=EXTERNAL_FILE
        )
        self._edit(EXTERNAL_FILE, after, for_public(self.snapshot.state(EXTERNAL_FILE)), ())
        self.notes.append(
            f"{SECRET_FILE} is not applied: put its values into your store, as properties of {asked.remote_key}."
        )

    def config(self) -> bool:
        """Plan the ConfigMap with librechat.yaml; tell whether there is one."""
        wanted = {question.asked.id: value for question, value in config_answers(self.answers)}
        state = self.snapshot.state(CONFIG_FILE)
        content = config_texts(parsed(replace(state, data=self._begins_with(CONFIG_FILE)))).get(CONFIG_KEY)
        inline = self.view.at("librechat", "configYamlContent")
        other = self.view.at("librechat", "existingConfigYaml")
        if content is None and other and other != CONFIG_MAP:
            if wanted:
                message = f"LibreChat reads it from the ConfigMap {str(other)[:80]}, which is not in this folder."
                remedy = "Answer kubernetes.adopt: true to take it over, or change it there yourself."
                self.problems.append(Problem(field=next(iter(wanted)), message=message, remedy=remedy))
            return False
        if (
            content is None
            and isinstance(inline, str)
            and inline.strip()
            and (wanted or self.release.chart.wraps_config_twice)
        ):
            content = inline
            self.notes.append("librechat.configYamlContent is carried over to the ConfigMap, which wins from now on.")
        if content is None and not wanted:
            return False
        text = (content or "") if not wanted else self._with_keys(content, wanted)
        after = manifests.config_map_text(state.data, text, self.release, CONFIG_FILE)
        changes = tuple(Change(name=key, change="set", after=config_text(value)) for key, value in wanted.items())
        self._edit(CONFIG_FILE, after, for_public(state), changes)
        return True

    def _with_keys(self, content: str | None, wanted: Mapping[str, object]) -> str:
        data = None if content is None else content.encode()
        return with_keys(data, wanted, self.snapshot.release).decode()

    def overlay(self, wanted: Mapping[str, str | None], values: Mapping[tuple[str, ...], Any]) -> None:
        """Plan the values file."""
        state = self.snapshot.state(VALUES_FILE)
        plain = {name: None if value is None or _is_secret(name, value) else value for name, value in wanted.items()}
        values_file = self.release.values
        begins = self._begins_with(values_file) if values_file else None
        own = parsed(replace(state, name=values_file, data=begins)).at(ENVIRONMENT)
        told: dict[tuple[str, ...], Any] = {
            (*ENVIRONMENT, name): value for name, value in (own if isinstance(own, Mapping) else {}).items()
        }
        present = parsed(state).at(ENVIRONMENT)
        after = overlay_text(state.data, VALUES_FILE, values, plain, own=told)
        changes = tuple(
            Change(name=name, change="set", before=_said(present, name), after=value)
            for name, value in plain.items()
            if value is not None and _said(present, name) != value
        )
        self._edit(VALUES_FILE, after, for_public(state), changes)

    def records(self, record: Mapping[str, str]) -> None:
        """Plan the wizard's own records."""
        told = {RECORD: self.release.to_bytes(), STACK_RECORD: stack_to_record(self.snapshot)}
        for file, after in told.items():
            if after is not None:
                self._edit(file, after, Ownership(mode=PRIVATE), (), internal=True)
        if record:
            import json

            text = json.dumps(dict(record), indent=1, sort_keys=True) + "\n"
            self._edit(credentials.RECORD, text.encode(), Ownership(mode=PRIVATE), (), internal=True)

    def _edit(
        self, file: str, after: bytes, ownership: Ownership, changes: tuple[Change, ...], *, internal: bool = False
    ) -> None:
        state = self.snapshot.state(file)
        if state.kind not in ("file", "missing"):
            message = f"a {state.kind} exists where the file should be written."
            self.problems.append(Problem(field="", file=file, message=message, remedy="Move it away."))
            return
        if after != state.data or (state.kind == "file" and ownership.mode != state.mode):
            self.edits.append(
                FileEdit(
                    path=file,
                    before=state.data,
                    after=after,
                    ownership=ownership,
                    changes=changes,
                    internal=internal,
                )
            )

    def steps(self) -> tuple[str, ...]:
        """Return the commands that put the plan into effect; none where nothing of the operator's changes."""
        if all(edit.internal for edit in self.edits):
            return ()
        after = {edit.path for edit in self.edits} | {
            name for name, state in self.snapshot.files.items() if state.data is not None
        }
        files = commands.objects(self.release, sorted(after))
        return tuple(
            shlex.join(command)
            for command in (
                commands.apply_command(self.release, files),
                commands.upgrade_command(self.release, self.snapshot.folder),
                commands.restart_command(self.release),
                commands.wait_command(self.release),
            )
        )


def release_of(snapshot: Snapshot, answers: Answers) -> HelmRelease:
    """Return which release is meant: as answered, else as the last run was told."""
    told, asked = release_told(snapshot.state(RECORD).data), answers.kubernetes
    is_external = told.is_external if asked.secret_format is None else asked.secret_format is SecretFormat.EXTERNAL
    return HelmRelease(
        namespace=asked.namespace or told.namespace,
        name=asked.release or told.name,
        chart=chart_for(answers, snapshot.state(RECORD).data),
        source=asked.chart_source or told.source,
        values=asked.values or told.values,
        secret=asked.secret or told.secret,
        is_external=is_external,
    )


def planned_on_kubernetes(snapshot: Snapshot, answers: Answers) -> tuple[Plan, Deployment, credentials.Resolution]:
    """Return the plan, the folder as it would leave it, and the answers with every needed secret.

    ``InvalidInput`` carries all problems at once.
    """
    release, taken = release_of(snapshot, answers), None
    if answers.kubernetes.adopt and all(snapshot.state(name).data is None for name in (SECRET_FILE, VALUES_FILE)):
        from wizard.plan.kubernetes.adopting import adopted

        taken = adopted(release, is_chart_given=answers.kubernetes.chart is not None)
        release = taken.release
        snapshot = replace(snapshot, has_run=taken.is_installed)
    # The release that is asked about decides which values file of the operator's own counts.
    begins = {**(taken.files if taken else {}), RECORD: release.to_bytes()}
    standing = kubernetes_deployment(
        snapshot, {name: replace(snapshot.state(name), data=data, kind="file") for name, data in begins.items()}
    )
    release, existing = _view(standing).release, _existing(snapshot, _view(standing))
    if faults := [*refused(answers), *unreadable_values(snapshot, release, begins)]:
        raise InvalidInput(*faults)
    given = {name: reveal(one.value or "") for name, one in answers.items()}
    access = kubernetes_access(
        AccessInputs(
            access=answers.access,
            stack=snapshot.stack,
            release=snapshot.release,
            values={**existing, **given},
            given=frozenset(answers),
            former_address=existing.get("DOMAIN_CLIENT", ""),
            base_services={},
            folder=snapshot.folder,
        ),
        answers.kubernetes,
        release.fullname,
    )
    if access.plan.problems:
        raise InvalidInput(*access.plan.problems)
    # A pod keeps what LibreChat made up itself until it ends; there is nothing to look for on this machine.
    snapshot.asked[adoption.__name__] = Adoption()
    circumstances = credentials.Circumstances(has_search=_view(standing).has("meilisearch"))
    resolution = credentials.resolve(snapshot, answers, existing, circumstances)
    work = KubernetesPlan(snapshot, resolution.answers, standing, release, taken.files if taken else {})
    work.values_taken_over()
    wanted = _wanted(resolution.answers, access.plan, _view(standing), existing)
    if faults := [*unwritable(wanted)]:
        raise InvalidInput(*faults)
    work.secrets(wanted)
    has_config = work.config()
    values = {**values_of(answers, work.view, release, has_config=has_config), **access.values}
    if mounted := [name for name, value in {**existing, **wanted}.items() if _is_certificate(name, value)]:
        values |= mounts(work.view)
        work.notes.append(
            f"{', '.join(sorted(mounted))}: the Secret {CERTIFICATES} is mounted at {MOUNTED_AT}. Make it once: kubectl -n "
            f"{release.namespace} create secret generic {CERTIFICATES} --from-file=FILE"
        )
    work.overlay(wanted, values)
    work.records(resolution.record)
    if work.problems:
        raise InvalidInput(*work.problems)
    plan = Plan(
        edits=tuple(work.edits),
        notes=(*(taken.notes if taken else ()), *resolution.notes, *access.plan.notes, *work.notes)
        if work.edits
        else (),
        apply_steps=work.steps(),
    )
    if not any(snapshot.state(name).data for name in (SECRET_FILE, VALUES_FILE)):
        plan = plan._replace(notes=(*plan.notes, *first_run(release, answers)))
    planned = kubernetes_deployment(
        snapshot, {edit.path: _after(snapshot, edit) for edit in plan.edits}, answers.access
    )
    if idle := [*without_effect({**access.plan.settings, **wanted}, _view(planned))]:
        raise InvalidInput(*idle)
    return plan, planned, resolution


def _view(deployment: Deployment) -> KubernetesView:
    if deployment.kubernetes is None:
        raise TypeError("a deployment on Kubernetes is meant")
    return deployment.kubernetes


def _existing(snapshot: Snapshot, view: KubernetesView) -> dict[str, str]:
    """Return what LibreChat has today by the files; where there are none, the keys of a ``.env`` in the folder go along.

    Who moves from Docker Compose takes the database along, and what CREDS_KEY encrypted in it.
    """
    found = {name: one.value for name, one in view.origins.items() if name in catalogue.by_key() and one.origin.line}
    document = snapshot.state(".env").data
    if view.secret or document is None:
        return found
    from wizard.dotenv.document import Document

    values = Document.parse(document).values()
    return {
        **{name: values[name] for name in REQUIRED if values.get(name) and not published_name(values[name])},
        **found,
    }


def _wanted(
    answers: Answers, access: AccessPlan, view: KubernetesView, existing: Mapping[str, str]
) -> dict[str, str | None]:
    wanted: dict[str, str | None] = {**access.settings}
    for name, given in answers.items():
        wanted[name] = None if given.value is None else reveal(given.value)
    if not view.secret:
        # The keys of a .env that came along.
        wanted = {**{name: existing[name] for name in REQUIRED if name in existing}, **wanted}
    if _MEILI_KEY in view.secret:
        wanted.setdefault(_MEILI_KEY, view.secret[_MEILI_KEY])
    return wanted


def _is_secret(name: str, value: str) -> bool:
    setting = catalogue.by_key().get(name)
    return setting is None or holds_secret(setting, value) or not survives_helm(value)


def _is_certificate(name: str, value: str | None) -> bool:
    setting = catalogue.by_key().get(name)
    return setting is not None and setting.kind is Kind.PATH and (value or "").startswith(f"{MOUNTED_AT}/")


def _said(environment: object, name: str) -> str | None:
    value = environment.get(name) if isinstance(environment, Mapping) else None
    return None if value is None else str(value)


def _after(snapshot: Snapshot, edit: FileEdit) -> FileState:
    return replace(snapshot.state(edit.path), data=edit.after, kind="file", mode=edit.mode)
