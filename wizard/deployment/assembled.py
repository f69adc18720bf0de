"""Combines a folder's files into what LibreChat would get from them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from wizard.answers.model import Access, Stack
from wizard.basics.problem import InvalidInput
from wizard.composefile.container_environment import OriginMechanism
from wizard.composefile.project import UnreadFile
from wizard.deployment.compose_names import compose_names
from wizard.deployment.compose_project import FolderReader, project_of
from wizard.deployment.effective import (
    DOTENV_TARGET,
    ConfigPlace,
    EffectiveConfiguration,
    effective_configuration,
    place_in_container,
    with_generated,
)
from wizard.deployment.file_state import FileState
from wizard.deployment.librechat_yaml import read_config
from wizard.deployment.model import Deployment
from wizard.deployment.service import find_services, replicas
from wizard.deployment.snapshot import CONFIG, Snapshot
from wizard.deployment.stored_data import has_hidden_database, left_by_containers
from wizard.dotenv.document import Document
from wizard.librechat.fingerprints import FOLDER_FILES
from wizard.librechat.startup_refusals import OWN_SECRETS_SINCE

_FROM_COMPOSE = (OriginMechanism.ENVIRONMENT, OriginMechanism.INTERPOLATION, OriginMechanism.IMAGE)


def effective_of(snapshot: Snapshot, files: Mapping[str, FileState]) -> tuple[EffectiveConfiguration, FolderReader]:
    """Return what LibreChat gets when these files stand so, and the reader that knows every file it takes."""
    reader = FolderReader(snapshot.folder, files, snapshot.seen)
    names = compose_names(
        files, snapshot.folder, snapshot.stack, (snapshot.base_name, snapshot.override_name), snapshot.inherited
    )
    project = project_of(snapshot.folder, names, snapshot.inherited, reader)
    found = find_services(project)
    service = snapshot.service or (found[0] if len(found) == 1 else "")
    place = place_in_container(project.services.get(service) or {}, project, DOTENV_TARGET)
    mounted = None
    if place is not None and place.kind == "bind":
        # Of a file elsewhere that cannot be read here, .env is the best guess; a finding says so (files.env.other).
        mounted = _document(reader, project.shown(place.path)) or _document(reader, ".env")
    elif place is not None and place.kind == "content":
        mounted = Document.parse(place.content.encode(), place.leaf.file)
    return effective_configuration(project, service if service in project.services else "", mounted), reader


def services_without(snapshot: Snapshot, left_out: str) -> dict[str, Any]:
    """Return the services that the compose files make without one of them, in plain dicts and lists."""
    reader = FolderReader(snapshot.folder, snapshot.files, snapshot.seen)
    usual = (snapshot.base_name, snapshot.override_name)
    names = compose_names(snapshot.files, snapshot.folder, snapshot.stack, usual, snapshot.inherited)
    kept = tuple(name for name in names if name != left_out)
    project = project_of(snapshot.folder, kept, snapshot.inherited, reader)
    services = EffectiveConfiguration(project=project, service="").model()["services"]
    return dict(services)


def deployment(snapshot: Snapshot, after: Mapping[str, FileState], access: Access | None = None) -> Deployment:
    """Return what LibreChat will see when the files named in ``after`` stand so."""
    if snapshot.stack is Stack.HELM:
        # Nobody else needs it.
        from wizard.deployment.kubernetes_folder import kubernetes_deployment

        return kubernetes_deployment(snapshot, after, access)
    files = {**snapshot.files, **after}
    own = Document.parse(files[".env"].data or b"")
    effective, reader = effective_of(snapshot, files)
    is_pinned = snapshot.release_source not in ("", *FOLDER_FILES)
    if snapshot.release >= OWN_SECRETS_SINCE or not is_pinned:
        # Whatever the folder was made from: a newer image than its files are of may have written one.
        effective = with_generated(effective)
    mounted = _document(reader, effective.dotenv_name) if effective.dotenv_name not in ("", ".env") else None
    place = effective.config
    # Where no service can be told, .env is all that there is to judge.
    settings = effective.settings if effective.service else own.values()
    overridden = {
        name: found.value for name, found in effective.values.items() if found.origin.mechanism in _FROM_COMPOSE
    }
    config, config_name = _config(place, reader)
    compose = effective.model()
    services = compose["services"]
    return Deployment(
        folder=snapshot.folder,
        stack=snapshot.stack,
        release=snapshot.release,
        release_known=bool(snapshot.release_source),
        release_pinned=is_pinned,
        settings=MappingProxyType(settings),
        overridden=MappingProxyType(overridden),
        dotenv=mounted or own,
        files=MappingProxyType({**files, **reader.used}),
        compose=compose,
        service=effective.service,
        replicas=replicas(effective.project, effective.service),
        effective=effective,
        config=config,
        config_name=config_name,
        config_mounted=place.kind in ("file", "content"),
        has_run=snapshot.has_run or left_by_containers(snapshot.folder, services),
        has_hidden_database=has_hidden_database(services, effective.service, settings.get("MONGO_URI", "")),
        almost_overrides=snapshot.almost_overrides,
        access=access,
        operator_uid=snapshot.operator.uid,
    )


def _document(reader: FolderReader, name: str) -> Document | None:
    try:
        state = reader.state(name)
    except UnreadFile:
        return None
    if state.data is None:
        return None
    if name == ".env":
        return Document.parse(state.data)
    try:
        return Document.parse(state.data, name)
    except InvalidInput:
        return None


def _config(place: ConfigPlace, reader: FolderReader) -> tuple[dict[str, Any] | None, str]:
    """Return librechat.yaml as LibreChat reads it and the name of its file; one that is not mounted is read too."""
    if place.kind == "content":
        return read_config(place.content.encode()), CONFIG
    name = place.name if place.kind == "file" else CONFIG
    try:
        return read_config(reader.state(name).data), name
    except UnreadFile:
        return None, name
