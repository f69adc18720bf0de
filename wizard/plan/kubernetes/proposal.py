"""Plans the files of a Helm release from a folder and answers, and what LibreChat would then get; writes nothing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from wizard import catalogue
from wizard.answers.model import Answers
from wizard.basics.problem import InvalidInput
from wizard.basics.secret import reveal
from wizard.catalogue.kubernetes_form import SecretFormat
from wizard.catalogue.model import Kind
from wizard.deployment import adoption
from wizard.deployment.adoption import Adoption
from wizard.deployment.kubernetes_folder import kubernetes_deployment
from wizard.deployment.kubernetes_names import (
    CERTIFICATES,
    MOUNTED_AT,
    RECORD,
    SECRET_FILE,
    VALUES_FILE,
    HelmRelease,
    chart_for,
    recorded_release,
)
from wizard.deployment.kubernetes_view import KubernetesView
from wizard.librechat.helm_chart import REQUIRED
from wizard.librechat.published_secrets import published_name
from wizard.plan import credentials
from wizard.plan.access.model import AccessInputs
from wizard.plan.file_edit import FileEdit
from wizard.plan.kubernetes.access import KubernetesAccess, kubernetes_access
from wizard.plan.kubernetes.edits import MEILI_KEY, KubernetesPlan
from wizard.plan.kubernetes.overlay import mounts, values_of
from wizard.plan.kubernetes.verdicts import first_run, refused, unreadable_values, unwritable, without_effect
from wizard.plan.plan import Plan

if TYPE_CHECKING:
    from wizard.deployment.file_state import FileState
    from wizard.deployment.model import Deployment
    from wizard.deployment.snapshot import Snapshot
    from wizard.plan.access.model import AccessPlan


def release_of(snapshot: "Snapshot", answers: Answers) -> HelmRelease:
    """Return the Helm release: as answered, else as in the last run."""
    recorded, asked = recorded_release(snapshot.state(RECORD).data), answers.kubernetes
    is_external = recorded.is_external if asked.secret_format is None else asked.secret_format is SecretFormat.EXTERNAL
    return HelmRelease(
        namespace=asked.namespace or recorded.namespace,
        name=asked.release or recorded.name,
        chart=chart_for(answers, snapshot.state(RECORD).data),
        source=asked.chart_source or recorded.source,
        values=asked.values or recorded.values,
        secret=asked.secret or recorded.secret,
        is_external=is_external,
    )


class _Basis(NamedTuple):
    """What a plan starts from: the folder, and what was taken over from the cluster."""

    snapshot: "Snapshot"
    release: HelmRelease
    view: KubernetesView
    files: Mapping[str, bytes]
    """What the plan's files are made from where the folder has none."""
    notes: tuple[str, ...]
    existing: Mapping[str, str]
    """What LibreChat has today."""


def planned_on_kubernetes(snapshot: "Snapshot", answers: Answers) -> "tuple[Plan, Deployment, credentials.Resolution]":
    """Return the plan, the folder as it would leave it, and the answers with every needed secret.

    ``InvalidInput`` carries all problems at once.
    """
    basis = _taken_over(snapshot, answers)
    access = _access(basis, answers)
    # A pod keeps what LibreChat made up itself until it ends; there is nothing to look for on this machine.
    basis.snapshot.asked[adoption.__name__] = Adoption()
    circumstances = credentials.SecretContext(has_search=basis.view.has("meilisearch"))
    resolution = credentials.resolve(basis.snapshot, answers, basis.existing, circumstances)
    wanted = _wanted(resolution.answers, access.plan, basis.view, basis.existing)
    plan = _planned(basis, access, resolution, wanted)
    return plan, _judged(basis.snapshot, answers, plan, {**access.plan.settings, **wanted}), resolution


def _taken_over(snapshot: "Snapshot", answers: Answers) -> _Basis:
    """Return what the folder holds, and of the cluster what the answers say. ``InvalidInput`` if no plan can start from it."""
    release = release_of(snapshot, answers)
    files: Mapping[str, bytes] = {}
    notes: tuple[str, ...] = ()
    if answers.kubernetes.adopt and all(snapshot.state(name).data is None for name in (SECRET_FILE, VALUES_FILE)):
        from wizard.plan.kubernetes.adopting import adopted

        taken = adopted(release, is_chart_given=answers.kubernetes.chart is not None)
        release, files, notes = taken.release, taken.files, taken.notes
        snapshot = snapshot._replace(has_run=taken.is_installed)
    # The release that is asked about decides which values file of the operator's own counts.
    begins = {**files, RECORD: release.to_bytes()}
    view = _view(
        kubernetes_deployment(
            snapshot, {name: snapshot.state(name)._replace(data=data, kind="file") for name, data in begins.items()}
        )
    )
    if faults := [*refused(answers), *unreadable_values(snapshot, view.release, begins)]:
        raise InvalidInput(*faults)
    return _Basis(snapshot, view.release, view, files, notes, _existing(snapshot, view))


def _access(basis: _Basis, answers: Answers) -> KubernetesAccess:
    given = {name: reveal(one.value or "") for name, one in answers.items()}
    access = kubernetes_access(
        AccessInputs(
            access=answers.access,
            stack=basis.snapshot.stack,
            release=basis.snapshot.release,
            values={**basis.existing, **given},
            given=frozenset(answers),
            former_address=basis.existing.get("DOMAIN_CLIENT", ""),
            base_services={},
            folder=basis.snapshot.folder,
        ),
        answers.kubernetes,
        basis.release.fullname,
    )
    if access.plan.problems:
        raise InvalidInput(*access.plan.problems)
    return access


def _planned(
    basis: _Basis, access: KubernetesAccess, resolution: credentials.Resolution, wanted: Mapping[str, str | None]
) -> Plan:
    """Return the edits with their notes and commands; ``wanted`` has the value of each variable, ``None`` if it goes."""
    if faults := [*unwritable(wanted)]:
        raise InvalidInput(*faults)
    snapshot, release, answers = basis.snapshot, basis.release, resolution.answers
    work = KubernetesPlan(snapshot, answers, basis.view, release, basis.files)
    work.values_taken_over()
    work.secrets(wanted)
    has_config = work.config()
    values = {**values_of(answers, basis.view, release, has_config=has_config), **access.values}
    if mounted := [name for name, value in {**basis.existing, **wanted}.items() if _is_certificate(name, value)]:
        values |= mounts(basis.view)
        work.notes.append(
            f"{', '.join(sorted(mounted))}: the pod mounts the Secret {CERTIFICATES} at {MOUNTED_AT}. If it does not exist yet, create it: "
            "kubectl -n "
            f"{release.namespace} create secret generic {CERTIFICATES} --from-file=FILE"
        )
    work.overlay(wanted, values)
    work.records(resolution.record)
    if work.problems:
        raise InvalidInput(*work.problems)
    notes = (*basis.notes, *resolution.notes, *access.plan.notes, *work.notes) if work.edits else ()
    if not any(snapshot.state(name).data for name in (SECRET_FILE, VALUES_FILE)):
        notes = (*notes, *first_run(release, answers))
    return Plan(edits=tuple(work.edits), notes=notes, apply_steps=work.steps())


def _judged(snapshot: "Snapshot", answers: Answers, plan: Plan, wanted: Mapping[str, str | None]) -> "Deployment":
    """Return the folder as the plan leaves it. ``InvalidInput`` if LibreChat would not get what is wanted."""
    planned = kubernetes_deployment(
        snapshot, {edit.path: _after(snapshot, edit) for edit in plan.edits}, answers.access
    )
    if idle := [*without_effect(wanted, _view(planned))]:
        raise InvalidInput(*idle)
    return planned


def _view(deployment: "Deployment") -> KubernetesView:
    if deployment.kubernetes is None:
        raise TypeError("expected a deployment on Kubernetes")
    return deployment.kubernetes


def _existing(snapshot: "Snapshot", view: KubernetesView) -> dict[str, str]:
    """Return what LibreChat has today by the files; if there are none, the keys of a ``.env`` in the folder go along.

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
    answers: Answers, access: "AccessPlan", view: KubernetesView, existing: Mapping[str, str]
) -> dict[str, str | None]:
    wanted: dict[str, str | None] = {**access.settings}
    for name, given in answers.items():
        wanted[name] = None if given.value is None else reveal(given.value)
    if not view.secret:
        # The keys of a .env that came along.
        wanted = {**{name: existing[name] for name in REQUIRED if name in existing}, **wanted}
    if MEILI_KEY in view.secret:
        wanted.setdefault(MEILI_KEY, view.secret[MEILI_KEY])
    return wanted


def _is_certificate(name: str, value: str | None) -> bool:
    setting = catalogue.by_key().get(name)
    return setting is not None and setting.kind is Kind.PATH and (value or "").startswith(f"{MOUNTED_AT}/")


def _after(snapshot: "Snapshot", edit: FileEdit) -> "FileState":
    return snapshot.state(edit.path)._replace(data=edit.after, kind="file", mode=edit.mode)
