"""The last steps of building a model: absolute paths, variables without a value, and defaults (compose-go v2.9.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.composefile.located import Leaf, leaves
from wizard.composefile.long_forms import clean_path
from wizard.composefile.merging import Pairs
from wizard.composefile.project import absolute
from wizard.composefile.resources import is_remote


def resolved(
    model: dict[str, Any],
    folder: str,
    home: str,
    variables: Mapping[str, Leaf] | None,
    *,
    is_included: bool = False,
) -> dict[str, Any]:
    """Return a model with absolute paths, and with the bare names of ``environment`` that variables are there for.

    ``is_included``: the nulls of a mapping wait for the variables of the project itself.
    """

    def at(leaf: Any) -> Any:
        is_path = isinstance(leaf, Leaf) and isinstance(leaf.value, str) and leaf.value
        return leaf._replace(value=absolute(leaf.value, folder, home)) if is_path else leaf

    def service(item: dict[str, Any]) -> dict[str, Any]:
        made = dict(item)
        for key, name in (("env_file", "path"), ("volumes", "source")):
            entries = made.get(key)
            if isinstance(entries, list):
                made[key] = [
                    {**entry, name: at(entry[name])}
                    if name in entry and (key == "env_file" or text_of(entry.get("type")) == "bind")
                    else entry
                    for entry in entries
                ]
        build = made.get("build")
        if isinstance(build, Mapping) and not is_remote(text_of(build.get("context"))):
            made["build"] = {**build, "context": at(build.get("context"))}
        environment = made.get("environment")
        if isinstance(environment, Mapping) and variables is not None:
            pairs = {
                name: leaf if is_included and _is_null(leaf) else _inherited(name, leaf, variables)
                for name, leaf in environment.items()
            }
            made["environment"] = Pairs(pairs) if isinstance(environment, Pairs) else pairs
        return made

    made_model = dict(model)
    if isinstance(services := model.get("services"), Mapping):
        made_model["services"] = {name: service(item) for name, item in services.items()}
    for kind in ("configs", "secrets"):
        if isinstance(items := model.get(kind), Mapping):
            made_model[kind] = {
                name: {**item, "file": at(item["file"])} if isinstance(item, Mapping) and "file" in item else item
                for name, item in items.items()
            }
    return made_model


def _is_null(leaf: Any) -> bool:
    return isinstance(leaf, Leaf) and leaf.is_null


def _inherited(name: str, leaf: Any, variables: Mapping[str, Leaf]) -> Any:
    if not isinstance(leaf, Leaf) or leaf.value is not None or name not in variables:
        return leaf
    return leaf._replace(value=variables[name].text, variables=(name,), only_variable=name)


def finished(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service with what holds where it says nothing (compose-go, loader/normalize.go)."""
    made = dict(service)
    if "network_mode" not in made and "provider" not in made and not made.get("networks"):
        made["networks"] = {"default": None}
    if isinstance(volumes := made.get("volumes"), list):
        made["volumes"] = [
            {**entry, "target": target._replace(value=clean_path(target.text))}
            if isinstance(target := entry.get("target"), Leaf)
            else entry
            for entry in volumes
        ]
    return made


def starts(service: Mapping[str, Any], chosen: set[str]) -> bool:
    """Whether a service belongs to one of the chosen profiles, or to none."""
    profiles = [leaf.text for leaf in leaves(service.get("profiles"))]
    return not profiles or "*" in chosen or not chosen.isdisjoint(profiles)


def text_of(leaf: Any) -> str:
    """Return the text of a single value; empty for anything else."""
    return leaf.text if isinstance(leaf, Leaf) else ""
