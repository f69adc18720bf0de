"""The configuration that LibreChat gets: each value with its origin, and the values that it shadows.

From what wins to what only fills gaps: what Docker Compose hands the container (``environment`` over ``env_file``), the ``ENV`` of
an image that the folder builds, and what npm dotenv adds from the file at ``/app/.env`` (it replaces nothing;
api/server/index.js, v0.8.7), and what LibreChat made up itself for secrets that are blank (``.env.temp``, v0.8.8 and later).
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wizard.basics.patterns import late_pattern
from wizard.basics.problem import Problem
from wizard.basics.secret import shown_without
from wizard.composefile.container_environment import OriginMechanism, VariableSource, environment_of
from wizard.composefile.located import Leaf, first_leaf, plain_tree
from wizard.composefile.project import ComposeProject, UnreadFile
from wizard.dotenv.document import Document

if TYPE_CHECKING:
    from wizard.composefile.dockerfile import Dockerfile

DOTENV_TARGET: Final = "/app/.env"
CONFIG_TARGET: Final = "/app/librechat.yaml"
TEMPORARY_PATH: Final = "LIBRECHAT_TEMP_CREDENTIALS_PATH"
TEMPORARY_TARGET: Final = "/app/.env.temp"
"""Where LibreChat keeps secrets that it made up, without that variable (packages/api/src/credentials.ts, v0.8.8-rc1)."""
_GENERATED: Final = late_pattern(r'^(CREDS_KEY|CREDS_IV|JWT_SECRET|JWT_REFRESH_SECRET)=("?)(.*)\2$')
_FORMS: Final = {"CREDS_KEY": r"[0-9A-Fa-f]{64}", "CREDS_IV": r"[0-9A-Fa-f]{32}"}
_URLS: Final = ("http://", "https://")


class Origin(NamedTuple):
    """Where a value stands."""

    mechanism: OriginMechanism
    file: str
    """Relative to the folder where it is inside of it."""
    line: int
    """Counted from 1; 0 if it has no line."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class EffectiveValue(NamedTuple):
    """A variable as LibreChat reads it."""

    name: str
    value: str
    origin: Origin
    variables: tuple[str, ...] = ()
    """The variables of Docker Compose that it is filled in with."""
    lost: tuple[str, ...] = ()
    """The variables in it that are set nowhere, so that it is shorter than it is written."""
    shadowed: "tuple[EffectiveValue, ...]" = ()
    """What other places say about it without effect, the next best one first."""

    def __repr__(self) -> str:
        return shown_without(self, "value")


class ConfigPlace(NamedTuple):
    """Where LibreChat takes its librechat.yaml from."""

    kind: str
    """``file``, ``content`` (``configs`` of a compose file), ``url``, ``volume`` (Docker's own), ``image`` (one that the folder builds,
    from what cannot be seen), or nothing: none is there."""
    name: str = ""
    """The file, relative to the folder where it is inside of it; else the address or the volume."""
    origin: Origin | None = None
    """What says so."""
    content: str = ""
    in_container: str = CONFIG_TARGET
    is_baked: bool = False
    """Whether the file is copied into the image when that is built."""


class HostPlace(NamedTuple):
    """What of the host a path in LibreChat's container is."""

    kind: str
    """``bind``, ``content`` or ``volume``."""
    path: str
    """Absolute; of ``content`` the name of the config."""
    leaf: Leaf
    content: str = ""


class EffectiveConfiguration(NamedTuple):
    """Everything that decides about LibreChat's settings, as certain files would make it."""

    project: ComposeProject
    service: str
    """LibreChat's service; empty if none can be told."""
    values: Mapping[str, EffectiveValue] = MappingProxyType({})
    """What is set, by name."""
    dotenv_name: str = ""
    """The file at ``/app/.env``, relative to the folder where it is inside of it; empty if none is mounted."""
    config: ConfigPlace = ConfigPlace("")
    image: str = ""
    """The image that runs, or that the folder's own is built from."""
    image_origin: Origin | None = None

    @property
    def settings(self) -> dict[str, str]:
        """The values by name."""
        return {name: found.value for name, found in self.values.items()}

    @property
    def variables(self) -> dict[str, str]:
        """What Docker Compose fills in for ``${NAME}``."""
        return {name: leaf.text for name, leaf in self.project.variables.items()}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What in the compose files could not be followed."""
        return self.project.unfollowed

    def model(self) -> dict[str, Any]:
        """Return the merged compose files as plain dicts and lists, paths inside of the folder as ``./name``."""
        project = self.project
        services = {name: _plain_service(project, service) for name, service in project.services.items()}
        rest = {key: plain_tree(getattr(project, key)) for key in ("configs", "networks", "secrets", "volumes")}
        return {"services": services, **{key: value for key, value in rest.items() if value}}


def effective_configuration(project: ComposeProject, service: str, mounted: Document | None) -> EffectiveConfiguration:
    """Return what LibreChat gets.

    ``mounted`` is the file at ``/app/.env``, ``None`` if there is none or it cannot be read.
    """
    definition: Mapping[str, Any] = project.services.get(service) or {}
    built = built_image(project, definition)
    sources: dict[str, list[VariableSource]] = {}
    place = place_in_container(definition, project, DOTENV_TARGET)
    dotenv_name = project.shown(place.path) if place is not None and place.kind == "bind" else ""
    if mounted is not None and place is not None:
        sources |= _sources_in_file(mounted, place, dotenv_name)
    for name, leaf in (built.environment if built else {}).items():
        sources.setdefault(name, []).append(VariableSource(OriginMechanism.IMAGE, leaf))
    handed = environment_of(project, service) if service else {}
    for name, found in handed.items():
        sources.setdefault(name, []).extend(found)
    image = definition.get("image")
    image_leaf = image if isinstance(image, Leaf) else None
    values = {name: value for name, found in sources.items() if (value := _value(name, found)) is not None}
    return EffectiveConfiguration(
        project=project,
        service=service,
        values=MappingProxyType(values),
        dotenv_name=dotenv_name,
        config=_config_place(project, definition, values.get("CONFIG_PATH")),
        image=built.image if built and built.image else (image_leaf.text if image_leaf else ""),
        image_origin=_origin(OriginMechanism.ENVIRONMENT, image_leaf) if image_leaf else None,
    )


def with_generated(effective: EffectiveConfiguration) -> EffectiveConfiguration:
    """Return the same with what LibreChat's ``.env.temp`` gives for blank secrets, where a file of the host is mounted there.

    What lies in a volume of Docker's own can only be asked of the container (:mod:`wizard.deployment.adoption`).
    """
    project, chosen = effective.project, effective.values.get(TEMPORARY_PATH)
    path = posixpath.normpath(posixpath.join("/app", chosen.value.strip() if chosen is not None else ""))
    place = place_in_container(
        project.services.get(effective.service) or {}, project, TEMPORARY_TARGET if path == "/app" else path
    )
    if place is None or place.kind != "bind":
        return effective
    try:
        data = project.read(place.path)
    except UnreadFile:
        return effective
    file = project.shown(place.path)
    blank = {name: (found,) for name, found in effective.values.items() if not found.value.strip()}
    made = {
        name: EffectiveValue(
            name=name,
            value=value,
            origin=Origin(OriginMechanism.GENERATED, file, line),
            shadowed=blank.get(name, ()),
        )
        for name, (value, line) in generated_secrets((data or b"").decode("utf-8", "replace")).items()
        if name not in effective.values or name in blank
    }
    return effective._replace(values=MappingProxyType({**effective.values, **made})) if made else effective


def generated_secrets(text: str) -> dict[str, tuple[str, int]]:
    """Read ``.env.temp`` with the grammar and the form rules of packages/api/src/credentials.ts:76-130: values and their lines."""
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        if (match := _GENERATED.match(line.strip())) is None:
            continue
        name, _, value = match.groups()
        if re.fullmatch(_FORMS.get(name, r".{32,}"), value):
            found[name] = (value, number)
    return found


def _sources_in_file(mounted: Document, place: HostPlace, name: str) -> dict[str, list[VariableSource]]:
    """Return what npm dotenv reads at ``/app/.env``, where each line is."""
    read = mounted.values()
    if place.kind == "content":
        # The line of the key: the text may be below it, or in quotation marks on the same line.
        return {
            entry.name: [VariableSource(OriginMechanism.CONTENT, place.leaf._replace(value=read[entry.name]))]
            for entry in mounted.entries
        }
    return {
        entry.name: [VariableSource(OriginMechanism.DOTENV, Leaf(value=read[entry.name], file=name, line=entry.line))]
        for entry in mounted.entries
    }


def _value(name: str, sources: list[VariableSource]) -> EffectiveValue | None:
    """Return the value that counts; ``None`` if ``environment`` names a variable that is set nowhere, which takes it away."""
    found: EffectiveValue | None = None
    chain: list[EffectiveValue] = []
    for each in sources:
        if each.leaf.value is None:
            found, chain = None, []
            continue
        origin = _origin(each.mechanism, each.leaf)
        found = EffectiveValue(
            name=name, value=each.leaf.text, origin=origin, variables=each.leaf.variables, lost=each.leaf.lost
        )
        single, found = found, found._replace(shadowed=tuple(reversed(chain))) if chain else found
        chain.append(single)
    return found


def _origin(mechanism: OriginMechanism, leaf: Leaf) -> Origin:
    return Origin(mechanism, leaf.file, leaf.line)


def built_image(project: ComposeProject, definition: Mapping[str, Any]) -> "Dockerfile | None":
    """Return what the Dockerfile of a service says; ``None`` if it is not built here, or cannot be read."""
    build = definition.get("build")
    if not isinstance(build, Mapping):
        return None
    inline, context = _text(build, "dockerfile_inline"), _text(build, "context") or project.files.folder
    path = posixpath.join(context, _text(build, "dockerfile") or "Dockerfile")
    arguments = {name: leaf.text for name, leaf in (build.get("args") or {}).items() if isinstance(leaf, Leaf)}
    try:
        data = inline.encode() if inline else project.read(path)
    except UnreadFile:
        return None
    if data is None:
        return None
    # Few folders build their image.
    from wizard.composefile.dockerfile import read_dockerfile

    name = project.shown(path)
    return read_dockerfile(data, name, target=_text(build, "target"), arguments=arguments)


def place_in_container(definition: Mapping[str, Any], project: ComposeProject, path: str) -> HostPlace | None:
    """Return what a path in a service's container is on the host; ``None`` if it comes from the image."""
    found: HostPlace | None = None
    longest = -1
    for target, place in mounted_places(definition, project):
        inside = path == target or path.startswith(f"{target.rstrip('/')}/")
        if inside and len(target) > longest:
            rest = path[len(target) :].lstrip("/")
            longest = len(target)
            found = place if place.kind != "bind" or not rest else place._replace(path=posixpath.join(place.path, rest))
    return found


def mounted_places(definition: Mapping[str, Any], project: ComposeProject) -> Iterator[tuple[str, HostPlace]]:
    """Yield what of the host is at which path of a service's container."""
    for entry in definition.get("volumes") or ():
        target = entry.get("target")
        if not isinstance(target, Leaf):
            continue
        kind, source = _text(entry, "type"), _text(entry, "source")
        yield target.text, HostPlace("bind" if kind == "bind" else "volume", source, target)
    yield from _file_places(definition.get("configs"), project.configs, "/")
    yield from _file_places(definition.get("secrets"), project.secrets, "/run/secrets/")


def _file_places(
    entries: Iterable[Mapping[str, Any]] | None, declared: Mapping[str, Any], folder: str
) -> Iterator[tuple[str, HostPlace]]:
    """Yield the files that ``configs`` or ``secrets`` bring into a container."""
    for entry in entries or ():
        source = entry.get("source")
        if not isinstance(source, Leaf):
            continue
        config = declared.get(source.text)
        target_text = posixpath.join(folder, _text(entry, "target") or source.text)
        if isinstance(config, Mapping) and _text(config, "file"):
            yield target_text, HostPlace("bind", _text(config, "file"), first_leaf(config) or source)
        else:
            content = _text(config, "content") if isinstance(config, Mapping) else ""
            leaf = first_leaf(config) if config is not None else None
            yield target_text, HostPlace("content", source.text, leaf or source, content)


def _config_place(project: ComposeProject, definition: Mapping[str, Any], chosen: EffectiveValue | None) -> ConfigPlace:
    """Return where librechat.yaml comes from (api/server/services/Config/loadCustomConfig.js:19-45, v0.8.7)."""
    path = chosen.value.strip() if chosen is not None else ""
    if path.startswith(_URLS):
        return ConfigPlace("url", path, chosen.origin if chosen else None, in_container=path)
    target = posixpath.normpath(posixpath.join("/app", path)) if path else CONFIG_TARGET
    place = place_in_container(definition, project, target)
    if place is None:
        return _baked(project, definition, target) or ConfigPlace("", in_container=target)
    origin = _origin(OriginMechanism.ENVIRONMENT, place.leaf)
    if place.kind == "bind":
        return ConfigPlace("file", project.shown(place.path), origin, in_container=target)
    return ConfigPlace(place.kind, place.path, origin, place.content, target)


def _baked(project: ComposeProject, definition: Mapping[str, Any], target: str) -> ConfigPlace | None:
    """Return the librechat.yaml that the Dockerfile of a service puts into the image; ``None``: it says nothing of one."""
    built = built_image(project, definition)
    context = _text(definition.get("build") or {}, "context") or project.files.folder
    for copied in reversed(built.copied) if built is not None else ():
        if not copied.may_make(target):
            continue
        origin = Origin(OriginMechanism.IMAGE, built.file if built is not None else "", copied.line)
        if not copied.sources:
            return ConfigPlace("image", "", origin, in_container=target)
        for source in copied.candidates(target):
            path = posixpath.normpath(posixpath.join(context, source))
            if _is_file(project, path) and not _is_ignored(project, context, source):
                return ConfigPlace("file", project.shown(path), origin, in_container=target, is_baked=True)
        if copied.target == target:
            # The one file that is copied there is not in the folder (yet).
            return ConfigPlace("image", "", origin, in_container=target)
    return None


def _is_file(project: ComposeProject, path: str) -> bool:
    try:
        return project.read(path) is not None
    except UnreadFile:
        return False


def _is_ignored(project: ComposeProject, context: str, source: str) -> bool:
    """Whether ``.dockerignore`` leaves a file out, in the simple case: by its name, its path, or with everything."""
    try:
        data = project.read(posixpath.join(context, ".dockerignore"))
    except UnreadFile:
        return False
    ignored = False
    for line in (data or b"").decode("utf-8", "replace").splitlines():
        pattern = line.strip().removeprefix("!").strip("/").removeprefix("**/")
        if (
            pattern
            and not line.startswith("#")
            and (fnmatchcase(source, pattern) or fnmatchcase(posixpath.basename(source), pattern))
        ):
            ignored = not line.strip().startswith("!")
    return ignored


def _plain_service(project: ComposeProject, service: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = dict(plain_tree(service))
    for volume in made.get("volumes") or ():
        source = volume.get("source")
        if volume.get("type") == "bind" and isinstance(source, str):
            volume["source"] = _dotted(project, source)
    for entry in made.get("env_file") or ():
        entry["path"] = _dotted(project, str(entry.get("path")))
    return made


def _dotted(project: ComposeProject, path: str) -> str:
    shown = project.shown(path)
    if path == project.files.folder:
        return "."
    return shown if shown.startswith("/") else f"./{shown}"


def _text(mapping: Mapping[str, Any], key: str) -> str:
    leaf = mapping.get(key)
    return leaf.text if isinstance(leaf, Leaf) else ""
