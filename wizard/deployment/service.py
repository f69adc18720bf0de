"""Finds the service of the compose files that is LibreChat."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any, Final

from wizard.basics.patterns import late_pattern
from wizard.composefile.container_environment import environment_of
from wizard.composefile.located import Leaf, plain_tree
from wizard.composefile.project import ComposeProject
from wizard.deployment.compose_names import USUAL
from wizard.deployment.effective import CONFIG_TARGET, DOTENV_TARGET, built_image, mounted_places

_IMAGE: Final = late_pattern(r"(?:.*/)?(?P<name>[^/:@]*)(?::[^/@]*)?(?:@.*)?", re.DOTALL)
_OTHERS: Final = late_pattern(r"rag|admin|mongo|meili|mcp|exporter|proxy|nginx|docs|metrics|backup")
"""Parts of the names of images that go with LibreChat."""


def is_librechat_image(image: str) -> bool:
    """Whether an image is LibreChat's own, of whatever registry and namespace: librechat, librechat-dev-api, lc-dev."""
    match = _IMAGE.fullmatch(image.strip().lower())
    name = match["name"] if match else ""
    is_named = "librechat" in name or re.fullmatch(r"lc-dev(?:-api)?", name) is not None
    return is_named and _OTHERS.search(name) is None


def is_published_image(image: str) -> bool:
    """Whether an image has the name of one that LibreChat publishes: ghcr.io/danny-avila/librechat, of whatever mirror."""
    return (
        re.search(
            r"(?:^|/)(?:danny-avila|librechat-ai|librechat)/(?:librechat|lc)(?:-dev)?(?:-api)?(?:[:@]|$)",
            image.strip().lower(),
        )
        is not None
    )


def find_services(project: ComposeProject) -> tuple[str, ...]:
    """Return the services that may be LibreChat: one where it is clear, several where somebody has to be asked, or none.

    Of several that are the same (:func:`replicas`) it is the first: whatever is true of it is true of all.
    """
    found = _candidates(project)
    return found[:1] if len(found) > 1 and set(found) <= {found[0], *replicas(project, found[0])} else found


def replicas(project: ComposeProject, service: str) -> tuple[str, ...]:
    """Return the other services that start the same image with the same environment, files and user."""
    if service not in project.services:
        return ()
    image = image_of(project, project.services[service])
    others = [name for name in project.services if name != service and name not in project.inactive]
    # Files of services that run something else are none of ours: one that cannot be read is not a fault here.
    alike = [name for name in others if image != ("", "") and image_of(project, project.services[name]) == image]
    if not alike:
        return ()
    own = _gist(project, service)
    return tuple(name for name in alike if _gist(project, name) == own)


def _gist(project: ComposeProject, name: str) -> tuple[object, ...]:
    """Return what makes LibreChat in a service what it is; not its name, its published ports, its order of start."""
    service = project.services[name]
    environment = {
        variable: sources[-1].leaf.value
        for variable, sources in environment_of(project, name).items()
        if sources[-1].leaf.value is not None
    }
    places = {target: (place.kind, place.path) for target, place in mounted_places(service, project)}
    rest = (plain_tree(service.get(key)) for key in ("build", "command", "entrypoint", "user", "network_mode"))
    return (image_of(project, service), environment, places, *rest)


def _candidates(project: ComposeProject) -> tuple[str, ...]:
    running = {name: service for name, service in project.services.items() if name not in project.inactive}
    by_image = [name for name, service in running.items() if is_librechat_image(image_of(project, service)[0])]
    found = by_image or [name for name, service in running.items() if _mounts_settings(service)]
    if USUAL in running and (USUAL in found or not found):
        return (USUAL,)
    return tuple(found)


def image_of(project: ComposeProject, service: Mapping[str, Any]) -> tuple[str, str]:
    """Return the image that a service runs, or that its own is built from, and what names it for an operator."""
    built = built_image(project, service)
    if built is not None and built.image:
        return built.image, f"FROM in {built.file}" if built.file else "FROM in the compose file's inline Dockerfile"
    image = service.get("image")
    return (image.text, "the image") if isinstance(image, Leaf) else ("", "")


def _mounts_settings(service: Mapping[str, Any]) -> bool:
    entries = (*(service.get("volumes") or ()), *(service.get("configs") or ()))
    targets = {entry["target"].text for entry in entries if isinstance(entry.get("target"), Leaf)}
    return not targets.isdisjoint({DOTENV_TARGET, CONFIG_TARGET})


def reads_dotenv(service: Mapping[str, Any]) -> bool:
    """Whether a service of the merged compose files has the folder's ``.env`` at ``/app/.env``."""
    volumes = (volume for volume in service.get("volumes") or () if isinstance(volume, Mapping))
    places = {str(volume.get("target")): posixpath.normpath(str(volume.get("source") or "-")) for volume in volumes}
    return places.get(DOTENV_TARGET) == ".env" or places.get(posixpath.dirname(DOTENV_TARGET)) == "."


def needs_dotenv(service: Mapping[str, Any]) -> bool:
    """Whether a service does not start without the folder's ``.env``: it is mounted, or ``env_file`` demands it."""
    volumes = (volume for volume in service.get("volumes") or () if isinstance(volume, Mapping))
    if any(posixpath.normpath(str(volume.get("source") or "-")) == ".env" for volume in volumes):
        return True
    return any(
        posixpath.normpath(str(entry.get("path"))) == ".env" and entry.get("required", True) is not False
        for entry in service.get("env_file") or ()
        if isinstance(entry, Mapping)
    )
