"""The edits of a Helm release's files, each from its current content and the wanted one."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from wizard import catalogue
from wizard.answers.model import Answers
from wizard.basics.problem import Problem
from wizard.catalogue.model import holds_secret
from wizard.catalogue.parts import config_answers
from wizard.deployment.kubernetes_folder import parsed
from wizard.deployment.kubernetes_names import (
    ADOPTED_VALUES,
    CONFIG_FILE,
    CONFIG_KEY,
    CONFIG_MAP,
    EXTERNAL_FILE,
    MEILI_FILE,
    MEILI_SECRET,
    RECORD,
    SECRET_FILE,
    VALUES_FILE,
    HelmRelease,
)
from wizard.deployment.kubernetes_view import KubernetesView
from wizard.deployment.librechat_yaml import config_text, with_keys
from wizard.deployment.ownership import PRIVATE, Ownership, for_public, for_secrets
from wizard.deployment.snapshot import STACK_RECORD, stack_to_record
from wizard.librechat.helm_values import survives_helm
from wizard.plan import credentials
from wizard.plan.file_edit import FileEdit
from wizard.plan.kubernetes import commands, manifests
from wizard.plan.kubernetes.overlay import ENVIRONMENT, overlay_text
from wizard.plan.lines import Change
from wizard.yamlfile.manifest import config_texts

if TYPE_CHECKING:
    from wizard.deployment.snapshot import Snapshot

MEILI_KEY: Final = "MEILI_MASTER_KEY"


class KubernetesPlan:
    """Builds the edits, file after file."""

    def __init__(
        self,
        snapshot: Snapshot,
        answers: Answers,
        view: KubernetesView,
        release: HelmRelease,
        adopted: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        self.snapshot = snapshot
        self.answers = answers
        self.view = view
        self.release = release
        self._adopted = adopted
        self.edits: list[FileEdit] = []
        self.notes: list[str] = []
        self.problems: list[Problem] = []

    def _begins_with(self, file: str) -> bytes | None:
        """Return what a file is made from: what is there, else what was taken over from the cluster."""
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
            key = {MEILI_KEY: kept.get(MEILI_KEY)}
            self._secret(MEILI_FILE, MEILI_SECRET, key, self.view.meili)
        if self.release.is_external:
            self._external(kept)
        else:
            self.notes.append(
                f"For GitOps: kubeseal --format yaml < {SECRET_FILE} > sealed.yaml (sealed-secrets), or "
                f"sops encrypt -i {SECRET_FILE} in a copy of this folder (SOPS). Commit the result, never the unencrypted {SECRET_FILE}."
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
            f"The commands do not apply {SECRET_FILE}: put its values into your secret store, as properties of "
            f"{asked.remote_key}."
        )

    def config(self) -> bool:
        """Plan the ConfigMap with librechat.yaml; tell whether there is one."""
        wanted = {question.asked.id: value for question, value in config_answers(self.answers)}
        state = self.snapshot.state(CONFIG_FILE)
        content = config_texts(parsed(state._replace(data=self._begins_with(CONFIG_FILE)))).get(CONFIG_KEY)
        inline = self.view.at("librechat", "configYamlContent")
        other = self.view.at("librechat", "existingConfigYaml")
        if content is None and other and other != CONFIG_MAP:
            if wanted:
                message = f"LibreChat reads it from the ConfigMap {str(other)[:80]}, which is not in this folder."
                remedy = "To adopt the ConfigMap, set kubernetes.adopt to true in the answers. Or change the ConfigMap yourself."
                self.problems.append(Problem(field=next(iter(wanted)), message=message, remedy=remedy))
            return False
        if (
            content is None
            and isinstance(inline, str)
            and inline.strip()
            and (wanted or self.release.chart.wraps_config_twice)
        ):
            content = inline
            self.notes.append(
                "librechat.configYamlContent is copied to the ConfigMap, which takes precedence from now on."
            )
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
        own = parsed(state._replace(name=values_file, data=begins)).at(ENVIRONMENT)
        told: dict[tuple[str, ...], Any] = {
            (*ENVIRONMENT, name): value for name, value in (own if isinstance(own, Mapping) else {}).items()
        }
        present = parsed(state).at(ENVIRONMENT)
        after = overlay_text(state.data, VALUES_FILE, values, plain, own=told)
        changes = tuple(
            Change(name=name, change="set", before=_current_value(present, name), after=value)
            for name, value in plain.items()
            if value is not None and _current_value(present, name) != value
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
            what = "a directory" if state.kind == "directory" else "something other than a readable file"
            message = f"{what} already exists at that path."
            self.problems.append(Problem(field="", file=file, message=message, remedy="Move it elsewhere."))
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
        """Return the commands that put the plan into effect; none if nothing of the operator's changes."""
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


def _is_secret(name: str, value: str) -> bool:
    setting = catalogue.by_key().get(name)
    return setting is None or holds_secret(setting, value) or not survives_helm(value)


def _current_value(environment: object, name: str) -> str | None:
    value = environment.get(name) if isinstance(environment, Mapping) else None
    return None if value is None else str(value)
