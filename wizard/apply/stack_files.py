"""The services that a change affects, and the commands that make them read it. Pure: files in, argument lists out.

Docker Compose recreates a service whose definition or ``env_file`` changed and leaves alone one whose bind-mounted file
did (docker-compose.yml:31-34 mounts ``.env`` into api), so the services concerned are named and recreated.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from wizard.answers.model import Stack
from wizard.basics.problem import InvalidInput
from wizard.composefile.override import env_file_services, interpolated_names, merged_model
from wizard.deployment.assembled import deployment as assembled
from wizard.deployment.file_state import FileState
from wizard.deployment.snapshot import DEPLOY_BASE, OVERRIDES
from wizard.dotenv.document import Document
from wizard.librechat.scripts import IN_CONFIG_SINCE, VERIFIED_SINCE
from wizard.store.apply_record import ConcernedServices

if TYPE_CHECKING:
    from wizard.deployment.model import Deployment
    from wizard.deployment.snapshot import Snapshot
    from wizard.librechat.releases import Release
    from wizard.plan.file_edit import FileEdit

API: Final = "api"
_READS: Final[Mapping[str, tuple[str, ...]]] = {
    "rag_api": ("JWT_SECRET", "RAG_", "EMBEDDINGS_", "POSTGRES_", "DB_HOST", "DB_PORT", "VECTOR_DB_", "PROXY"),
    "meilisearch": ("MEILI_",),
}
"""What these read of an ``env_file`` that hands over all of ``.env``: names and beginnings of names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFiles:
    """The stack's files on one side of a change."""

    env: bytes
    base: bytes
    override: bytes | None
    service: str = API
    """LibreChat's service."""
    compose: Mapping[str, Any] | None = None
    """All compose files as Docker Compose merges them; ``None``: base and override are all."""

    @property
    def model(self) -> Mapping[str, Any]:
        """The compose files as Docker Compose merges them."""
        return merged_model(self.base, self.override) if self.compose is None else self.compose

    @property
    def services(self) -> dict[str, Any]:
        """The services by name."""
        return dict(self.model.get("services") or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeFiles:
    """The options that tell Docker Compose which files make up the stack."""

    options: tuple[str, ...]
    """``-f`` for each file that Docker Compose does not find by itself."""
    service: str = API
    """LibreChat's service."""
    without: tuple[str, ...] = ()
    """Services that are not started with the whole stack."""
    baked: str = ""
    """The file of the folder that gets into LibreChat's image when that is built; empty: there is none."""
    rebuilds: bool = False
    """Whether it changed, so that a service that is recreated needs a new image."""

    def arguments(self, *words: str) -> tuple[str, ...]:
        """Return what follows ``docker compose``."""
        return (*self.options, *words)

    def start(self, concerned: ConcernedServices) -> tuple[str, ...]:
        """Start the whole stack: what runs and did not change is left alone."""
        left_out = (word for name in self.without for word in ("--scale", f"{name}=0"))
        return self.arguments("up", "-d", *(("--build",) if self.baked else ()), *left_out, *_orphans(concerned))

    def recreate(self, concerned: ConcernedServices) -> tuple[str, ...]:
        """Recreate the services that are concerned and nothing else."""
        built = ("--build",) if self.baked and self.rebuilds else ()
        words = ("up", "-d", *built, "--force-recreate", "--no-deps")
        return self.arguments(*words, *_orphans(concerned), *concerned.services)

    def create_user(self, stack: Stack, release: Release, email: str, name: str, username: str) -> tuple[str, ...]:
        """Make an account; the one thing that the script still asks is the password, on standard input.

        ``-T``: no terminal, so that nothing is echoed. npm is left out: it would have a shell read the arguments.
        """
        script = _script("create-user.js", stack, release)
        verified = ("--email-verified=true",) if release >= VERIFIED_SINCE else ()
        return self.arguments("exec", "-T", self.service, "node", script, email, name, username, *verified)

    def delete_user(self, stack: Stack, release: Release, email: str) -> tuple[str, ...]:
        """Remove an account; the script asks whether it shall, up to v0.7.8 once, then twice (config/delete-user.js)."""
        return self.arguments("exec", "-T", self.service, "node", _script("delete-user.js", stack, release), email)


def _script(name: str, stack: Stack, release: Release) -> str:
    is_flat = stack is Stack.DEPLOY and release < IN_CONFIG_SINCE
    return f"/app/{'api' if is_flat else 'config'}/{name}"


def _orphans(concerned: ConcernedServices) -> tuple[str, ...]:
    return ("--remove-orphans",) if concerned.orphans else ()


def compose_files(snapshot: Snapshot, *, has_override: bool) -> ComposeFiles:
    """Return the files of this stack; Docker Compose finds those of the compose stack by itself."""
    service = snapshot.service or API
    effective = assembled(snapshot, {}).effective
    baked = effective.config.name if effective is not None and effective.config.is_baked else ""
    if snapshot.stack is not Stack.DEPLOY:
        return ComposeFiles(options=(), service=service, baked=baked)
    names = (snapshot.base_name, snapshot.override_name) if has_override else (snapshot.base_name,)
    return ComposeFiles(options=tuple(word for name in names for word in ("-f", name)), service=service, baked=baked)


def compose_files_of(deployment: Deployment) -> ComposeFiles:
    """Return the current files of the stack, for a check that has no snapshot."""
    service = deployment.service or API
    if deployment.stack is not Stack.DEPLOY:
        return ComposeFiles(options=(), service=service)
    override = next(
        (name for name in OVERRIDES if (state := deployment.files.get(name)) and state.data is not None), ""
    )
    options = tuple(word for name in (DEPLOY_BASE, override) if name for word in ("-f", name))
    return ComposeFiles(options=options, service=service)


def before(snapshot: Snapshot) -> StackFiles:
    """Return the side that is in the folder."""
    return StackFiles(
        env=snapshot.state(".env").data or b"",
        base=snapshot.state(snapshot.base_name).data or b"",
        override=snapshot.state(snapshot.override_name).data,
        service=snapshot.service or API,
        compose=assembled(snapshot, {}).compose,
    )


def after(snapshot: Snapshot, edits: tuple[FileEdit, ...]) -> StackFiles:
    """Return the side that a plan leads to."""
    found = {edit.path: edit.after for edit in edits}
    states = {name: FileState(name=name, kind="file", data=data) for name, data in found.items()}
    side = before(snapshot)
    return replace(
        side,
        env=found.get(".env", side.env),
        override=found.get(snapshot.override_name, side.override),
        compose=assembled(snapshot, states).compose,
    )


def changed_files(edits: tuple[FileEdit, ...]) -> frozenset[str]:
    """Return the files whose content a plan changes, without the wizard's own records."""
    return frozenset(edit.path for edit in edits if not edit.internal and edit.after != edit.before)


def concerned_services(old: StackFiles, new: StackFiles, files: frozenset[str]) -> ConcernedServices:
    """Return which services have to be recreated when ``old`` has become ``new`` and these files have changed."""
    before_services, services = old.services, new.services
    names = _changed_names(old.env, new.env)
    handed = set(env_file_services(new.model))
    concerned = [
        name
        for name, service in services.items()
        if before_services.get(name) != service
        or names & interpolated_names(service)
        or (name in handed and _reads(name, names))
        or _mounted(service) & files
    ]
    if new.service in services and ".env" in files and new.service not in concerned:
        concerned.append(new.service)
    if new.service in concerned:
        # nginx looks a name up once, at its start: the new container may have another address.
        concerned += [
            name for name, service in services.items() if is_nginx(service, new.service) and name not in concerned
        ]
    ordered = tuple(name for name in services if name in concerned)
    return ConcernedServices(services=ordered, orphans=not before_services.keys() <= services.keys())


def _changed_names(old: bytes, new: bytes) -> frozenset[str]:
    try:
        documents = Document.parse(old), Document.parse(new)
    except InvalidInput:
        return frozenset()
    changed: set[str] = set()
    for one, other in (
        (documents[0].values(), documents[1].values()),
        (documents[0].compose_values(), documents[1].compose_values()),
    ):
        changed |= {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
    return frozenset(changed)


def _reads(service: str, names: frozenset[str]) -> bool:
    known = _READS.get(service)
    return bool(names) if known is None else any(name.startswith(known) for name in names)


def _mounted(service: Any) -> frozenset[str]:
    """Return the files of the folder that a service mounts by themselves, relative to it."""
    volumes = service.get("volumes") if isinstance(service, Mapping) else None
    sources = [str(volume.get("source", "")) for volume in volumes or [] if isinstance(volume, Mapping)]
    return frozenset(
        posixpath.normpath(source.replace("$$", "$")) for source in sources if source.startswith(("./", "../"))
    )


def is_nginx(service: Any, librechat: str = API) -> bool:
    """Whether a service is an nginx before LibreChat's: it looks that one's address up once, at its start."""
    if not isinstance(service, Mapping):
        return False
    name = f"{service.get('image', '')} {service.get('container_name', '')}".lower()
    return "nginx" in name and librechat in (service.get("depends_on") or {})
