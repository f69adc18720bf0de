"""Docker Compose files as data: base and override merged by its rules, as far as settings and rules need it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from wizard.basics.patterns import late_pattern
from wizard.composefile.shape import demand_shape
from wizard.yamlfile.document import YamlText
from wizard.yamlfile.parsed import untagged
from wizard.yamlfile.render import Tagged

_REPLACED: Final = frozenset({"command", "entrypoint", "test"})
"""Keys of a service whose value the override replaces whole (compose-spec, "Merge": shell commands)."""
_BY_NAME: Final = frozenset({"environment", "labels", "args", "extra_hosts", "sysctls", "annotations"})
_INTERPOLATION: Final = late_pattern(r"\$(?:(\$)|\{([A-Za-z_][A-Za-z0-9_]*)|([A-Za-z_][A-Za-z0-9_]*))")


def merged_model(
    base: bytes, override: bytes | None, *, base_name: str = "docker-compose.yml", override_name: str = "the override"
) -> dict[str, Any]:
    """Return base and override as Docker Compose merges them, in plain dicts and lists; ``${...}`` stays text.

    Per service ``environment`` is a mapping (``None``: taken from the shell), ``volumes`` a list of mappings with
    ``type``, ``source`` and ``target``, ``depends_on`` a mapping; ``!override`` replaces and ``!reset`` removes
    (compose-spec, "Merge"). ``InvalidInput`` if a file is not valid YAML or not of the form that Docker
    Compose wants.
    """
    model = _merge(_parsed(base, base_name), _parsed(override or b"", override_name), "")
    if not isinstance(model, dict):
        return {}
    # A service with nothing in it is one that another file says more about.
    services = {service: value or {} for service, value in (model.get("services") or {}).items()}
    return {**model, "services": services}


def interpolated_names(compose: Mapping[str, Any] | bytes) -> frozenset[str]:
    """Return the names that the file takes from ``.env`` or the shell: ``${PORT}``, ``$PORT``, ``${PORT:-3080}``."""
    if isinstance(compose, bytes):
        return _names_in(compose)
    return frozenset(name for text in _texts(compose) for name in _names(text))


def env_file_services(compose: Mapping[str, Any] | bytes) -> tuple[str, ...]:
    """Return the services that get the content of ``.env`` through ``env_file``."""
    model: Any = _parsed(compose, "compose file") if isinstance(compose, bytes) else compose
    services = untagged((untagged(model) or {}).get("services")) or {}
    found = []
    for name, tagged in services.items() if isinstance(services, Mapping) else ():
        service = untagged(tagged)
        files = untagged(service.get("env_file")) if isinstance(service, Mapping) else None
        for file in files if isinstance(files, list) else [files]:
            path = file.get("path") if isinstance(file, Mapping) else file
            if isinstance(path, str) and path.removeprefix("./") == ".env":
                found.append(str(name))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=16)
def _parsed(data: bytes, name: str) -> Any:
    model = YamlText.parse(data, name).data or {}
    demand_shape(model, name)
    return model


@lru_cache(maxsize=16)
def _names_in(data: bytes) -> frozenset[str]:
    text = "\n".join(line for line in data.decode("utf-8", "replace").splitlines() if not line.lstrip().startswith("#"))
    return frozenset(_names(text))


def _names(text: str) -> list[str]:
    return [braced or bare for escaped, braced, bare in _INTERPOLATION.findall(text) if not escaped]


def _texts(value: Any) -> list[str]:
    value = untagged(value)
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def _merge(base: Any, over: Any, key: str) -> Any:
    """Return ``over`` laid over ``base``; ``key`` is the name under which both stand."""
    if isinstance(over, Tagged):
        return None if over.tag == "!reset" else _canonical(over.value, key)
    base = _canonical(base, key)
    # A mapping keeps the tags below it: what they say depends on the base.
    over = over if isinstance(over, Mapping) else _canonical(over, key)
    if over is None:
        return base
    if base is None or key in _REPLACED:
        return _canonical(over, key)
    if isinstance(base, dict) and isinstance(over, Mapping):
        merged = dict(base)
        for name, value in over.items():
            if isinstance(value, Tagged) and value.tag == "!reset":
                merged.pop(name, None)
            else:
                merged[name] = _merge(base.get(name), value, "" if key in _BY_NAME else name)
        return merged
    if isinstance(base, list) and isinstance(over, list):
        return _by_target(base, over) if key == "volumes" else [*base, *(item for item in over if item not in base)]
    return _canonical(over, key)


def _canonical(value: Any, key: str) -> Any:  # noqa: PLR0911 - one form after the other
    """Return a value in the one form that rules read, tags below it resolved as if there were nothing to merge with."""
    if isinstance(value, Tagged):
        return None if value.tag == "!reset" else _canonical(value.value, key)
    if isinstance(value, Mapping):
        inner = "" if key in _BY_NAME else None
        pairs = {str(name): _canonical(item, str(name) if inner is None else inner) for name, item in value.items()}
        resets = {name for name, item in value.items() if isinstance(item, Tagged) and item.tag == "!reset"}
        return {name: item for name, item in pairs.items() if name not in resets}
    if isinstance(value, list):
        if key in _BY_NAME:
            return dict(_named(str(untagged(item)), key) for item in value)
        if key == "depends_on":
            return {str(item): {"condition": "service_started"} for item in value}
        if key == "volumes":
            return [mount(item) for item in value]
        return [_canonical(item, "") for item in value]
    return value


def _named(item: str, key: str) -> tuple[str, str | None]:
    separators = "=" if key != "extra_hosts" or "=" in item else ":"
    name, separator, value = item.partition(separators)
    return name, value if separator else None


def _by_target(base: list[Any], over: list[Any]) -> list[Any]:
    merged = {str(item.get("target")): item for item in base}
    return list((merged | {str(item.get("target")): item for item in over}).values())


def mount(item: Any) -> dict[str, Any]:
    """Return a volume entry in its long form; the short one is ``[source:]target[:options]``."""
    item = untagged(item)
    if isinstance(item, Mapping):
        return {str(name): untagged(value) for name, value in item.items()}
    parts = _split_short(str(item))
    if len(parts) == 1:
        return {"type": "volume", "target": parts[0]}
    is_path = parts[0].startswith((".", "/", "~", "$"))
    long: dict[str, Any] = {"type": "bind" if is_path else "volume", "source": parts[0], "target": parts[1]}
    options = parts[2].split(",") if len(parts) > 2 else []  # noqa: PLR2004 - the third part
    return {**long, "read_only": True} if "ro" in options else long


def _split_short(text: str) -> list[str]:
    """Split at colons that are outside of ``${...}``."""
    kept, position = "", 0
    while (start := text.find("${", position)) >= 0 and (end := text.find("}", start)) >= 0:
        kept += text[position:start] + text[start:end].replace(":", "\0")
        position = end
    return [part.replace("\0", ":") for part in (kept + text[position:]).split(":")]
