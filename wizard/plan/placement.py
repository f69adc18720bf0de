"""Decides where an answer has to be written to reach LibreChat."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from wizard import catalogue
from wizard.basics.plain_text import plain
from wizard.basics.problem import Problem
from wizard.catalogue.questions import variable_id
from wizard.composefile.container_environment import OriginMechanism
from wizard.composefile.located import Leaf
from wizard.deployment.effective import CONFIG_TARGET, ConfigPlace, EffectiveConfiguration, EffectiveValue
from wizard.deployment.model import Deployment

DOTENV: Final = ".env"
_FIXED: Final = frozenset({"HOST", "NODE_ENV", "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED"})
"""What compose files set so that LibreChat works in a container at all; a line in ``.env`` is harmless, and stays one."""
_OF_CONTAINERS: Final = frozenset({*_FIXED, "MONGO_URI", "MEILI_HOST", "RAG_PORT", "RAG_API_URL", "ADMIN_PANEL_URL"})
"""What LibreChat's own compose files set: addresses within them, which say nothing about the operator's answers."""
_PROXIES: Final = frozenset({"PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"})


class Placement(NamedTuple):
    """The place of one setting."""

    file: str
    """An environment file of the folder; empty: the override's ``environment`` alone."""
    in_override: bool = False
    """Whether the override's ``environment`` hands it over."""


def place(name: str, effective: EffectiveConfiguration) -> Placement:
    """Return where a setting is written: at the line that counts, else if nothing wins over it."""
    found = effective.values.get(name)
    if found is not None and found.origin.mechanism is OriginMechanism.GENERATED:
        # LibreChat's own file is not written; a blank line for it is.
        found = next(iter(found.shadowed), None)
    if found is None:
        return _new(name, effective)
    match found.origin.mechanism:
        case OriginMechanism.DOTENV | OriginMechanism.ENV_FILE:
            return Placement(found.origin.file)
        case OriginMechanism.INTERPOLATION if name in found.variables:
            return Placement(found.origin.file)
        case OriginMechanism.ENVIRONMENT if name in found.variables:
            # ${NAME:-default}: a line among the variables takes the place of the default.
            return Placement(_file_of_variables(effective))
        case OriginMechanism.ENVIRONMENT if name in _FIXED and place_of_new(effective):
            return Placement(place_of_new(effective))
    # environment wins over the ENV of an image and over a file that a compose file holds (configs: content).
    return Placement(DOTENV if _is_secret(name) else "", in_override=True)


def _new(name: str, effective: EffectiveConfiguration) -> Placement:
    """Return the place of a setting that LibreChat does not have yet."""
    usual = place_of_new(effective)
    if name in effective.project.passed_through(effective.service):
        # env_file says nothing then: a name that is set nowhere takes its line away.
        return Placement(_file_of_variables(effective))
    if usual or name in effective.project.filled_in():
        return Placement(usual or _file_of_variables(effective))
    if name not in catalogue.by_key() or not effective.service:
        return Placement(DOTENV)
    return Placement(DOTENV if _is_secret(name) else "", in_override=True)


def place_of_new(effective: EffectiveConfiguration) -> str:
    """Return the environment file of the folder that LibreChat reads; empty if it reads none."""
    handed = [
        effective.project.shown(entry["path"].text)
        for entry in (effective.project.services.get(effective.service) or {}).get("env_file") or ()
        if isinstance(entry.get("path"), Leaf)
    ]
    candidates = [effective.dotenv_name, *(name for name in handed if name == DOTENV), *reversed(handed)]
    return next((name for name in candidates if name and not name.startswith(("/", ".."))), "")


def _file_of_variables(effective: EffectiveConfiguration) -> str:
    """Return the file of the folder that ``${NAME}`` is filled in from."""
    files = effective.project.files.environment
    return effective.project.shown(files[-1]) if files else DOTENV


def _is_secret(name: str) -> bool:
    setting = catalogue.by_key().get(name)
    return setting is None or setting.secret


def current_values(deployment: Deployment, written: Mapping[str, str]) -> dict[str, str]:
    """Return a folder's current values: ``written`` from ``.env``, and those that LibreChat gets from elsewhere."""
    effective = deployment.effective
    found = dict(written)
    for name, value in (effective.values if effective is not None else {}).items():
        is_written_out = value.origin.mechanism is OriginMechanism.ENVIRONMENT
        if value.origin.mechanism is OriginMechanism.GENERATED:
            # It stands nowhere: what LibreChat made up is adopted, so that it outlives the container.
            continue
        if name in catalogue.by_key() and not (is_written_out and name in _OF_CONTAINERS | _PROXIES):
            found[name] = value.value
    return found


def without_effect(wanted: Mapping[str, str | None], planned: Deployment) -> Iterator[Problem]:
    """Yield a problem for every answer that LibreChat would not get; the line that wins is named."""
    effective = planned.effective
    if effective is None or not effective.service:
        return
    for name, value in wanted.items():
        found = effective.values.get(name)
        if (found.value.strip() if found is not None else "") == (value or "").strip():
            continue
        if found is not None and (
            name in _FIXED or (name in found.variables and value == effective.variables.get(name))
        ):
            # NO_PROXY=${NO_PROXY},mongodb,... hands the line on with more.
            continue
        if found is None and effective.variables.get(name, "").strip() == (value or "").strip():
            # Docker Compose takes it for another service.
            continue
        yield _problem(name, found, effective)


def _problem(name: str, found: EffectiveValue | None, effective: EffectiveConfiguration) -> Problem:
    if found is None:
        message = f"it would have no effect: nothing passes it to the service {effective.service}."
        remedy = f"Mount ./.env at /app/.env in {effective.service}, or list .env under env_file there."
        return Problem(field=variable_id(name), message=message, remedy=remedy)
    says = "" if _is_secret(name) else f" sets {found.value[:80]} and"
    message = f"the answer would have no effect: this line{says} overrides it."
    remedy = "Remove the line, or change it yourself, then run the wizard again."
    return Problem(
        field=variable_id(name), file=found.origin.file, line=found.origin.line, message=message, remedy=remedy
    )


def unwritable_config(config: ConfigPlace, asked: str = "registration") -> Problem | None:
    """Return why librechat.yaml cannot be written where LibreChat reads it; ``None`` if it can. ``asked`` is the answer for it."""
    where = {
        "url": f"LibreChat reads it from {plain(config.name, limit=120)}, which the wizard cannot write to.",
        "content": "librechat.yaml is in a compose file (configs: content), which the wizard does not change.",
        "volume": f"librechat.yaml is in the Docker volume {plain(config.name, limit=80)}, where the wizard does not write.",
        "image": "the image that this folder builds contains its own librechat.yaml, which the wizard cannot change.",
        "": f"LibreChat reads {plain(config.in_container, limit=120)} (CONFIG_PATH), but no compose file mounts it.",
    }.get(config.kind)
    if config.kind == "" and config.in_container == CONFIG_TARGET:
        return None
    if config.kind == "file":
        if not config.name.startswith(("/", "..")):
            return None
        where = f"LibreChat reads {plain(config.name, limit=120)}, which is not in this folder."
    file, line = (config.origin.file, config.origin.line) if config.origin is not None else ("", 0)
    remedy = "Change the file yourself, or mount ./librechat.yaml at /app/librechat.yaml."
    return Problem(field=asked, file=file, line=line, message=where or "", remedy=remedy)
