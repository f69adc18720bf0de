"""The environment that Docker Compose passes to a container, each variable with everything that sets it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from wizard.composefile.environment_files import read_raw, read_variables
from wizard.composefile.located import Leaf
from wizard.composefile.project import ComposeProject, UnreadFile


class OriginMechanism(StrEnum):
    """How a value comes to LibreChat, from what wins to what only fills gaps."""

    ENVIRONMENT = "environment"
    """Written out under ``environment`` of a compose file."""
    INTERPOLATION = "interpolation"
    """A line of ``.env`` that ``environment`` names with ``${NAME}``."""
    ENV_FILE = "env_file"
    IMAGE = "image"
    """``ENV`` of a Dockerfile."""
    CONTENT = "content"
    """As DOTENV, of a file at ``/app/.env`` that is in a compose file itself (``configs: content``)."""
    DOTENV = "dotenv"
    """The file at ``/app/.env``, which npm dotenv reads and which replaces nothing."""
    GENERATED = "generated"
    """``.env.temp``: what LibreChat made up itself for a secret that is blank everywhere else."""
    GLOBAL_ENV = "global.librechat.env"
    """On Kubernetes: what the Helm values give the container itself."""
    SECRET = "secret"
    CONFIG_MAP = "configmap"
    """``librechat.configEnv`` of the Helm values."""
    CHART = "chart"
    """What the chart makes up."""


class VariableSource(NamedTuple):
    """What one place says about a variable; a leaf with ``None`` takes it out of the environment."""

    mechanism: OriginMechanism
    leaf: Leaf


def environment_of(project: ComposeProject, service: str) -> dict[str, tuple[VariableSource, ...]]:
    """Return what is said about each variable of a service; the last one counts.

    ``environment`` wins over ``env_file``, and a later file over an earlier one; a name without a value in ``environment`` that
    is not set anywhere takes the variable away (compose-go v2.9.1, types/project.go, WithServicesEnvironmentResolved).
    """
    definition = project.services.get(service) or {}
    written: Mapping[str, Leaf] = {
        name: leaf for name, leaf in (definition.get("environment") or {}).items() if isinstance(leaf, Leaf)
    }
    own = {name: leaf for name, leaf in written.items() if leaf.value is not None}
    lookup = {**own, **project.variables}
    found: dict[str, list[VariableSource]] = {}
    earlier = dict(own)
    for entry in definition.get("env_file") or ():
        path, kind = entry["path"], entry.get("format")
        try:
            data = project.read(path.text)
        except UnreadFile:
            continue
        if data is None:
            continue
        name = project.shown(path.text)
        is_raw = isinstance(kind, Leaf) and kind.text == "raw"
        lines = read_raw(data, name, lookup) if is_raw else read_variables(data, name, lookup, earlier)
        earlier |= lines
        for variable, leaf in lines.items():
            found.setdefault(variable, []).append(VariableSource(OriginMechanism.ENV_FILE, leaf))
    for variable, leaf in written.items():
        source = project.variables.get(leaf.only_variable)
        variable_source = VariableSource(OriginMechanism.ENVIRONMENT, leaf)
        if source is not None and source.line:
            variable_source = VariableSource(
                OriginMechanism.INTERPOLATION, source._replace(variables=(leaf.only_variable,))
            )
        found.setdefault(variable, []).append(variable_source)
    return {variable: tuple(sources) for variable, sources in found.items()}
