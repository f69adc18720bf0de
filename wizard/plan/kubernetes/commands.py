"""The kubectl and helm commands that put a plan into effect."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wizard.catalogue.kubernetes_form import CHART_SOURCE
from wizard.deployment.kubernetes_names import (
    CONFIG_FILE,
    EXTERNAL_FILE,
    FILES,
    MEILI_FILE,
    SECRET_FILE,
    VALUES_FILE,
    HelmRelease,
)

__all__ = [
    "FILES",
    "apply_command",
    "delete_command",
    "objects",
    "restart_command",
    "roll_back_command",
    "uninstall_command",
    "upgrade_command",
    "wait_command",
]


def apply_command(release: HelmRelease, files: Sequence[str]) -> tuple[str, ...]:
    """Return the command that makes the objects of these files.

    Server-side: client-side ``kubectl apply`` copies the whole Secret into an annotation of it.
    """
    named = [word for file in files for word in ("-f", file)]
    return ("kubectl", "-n", release.namespace, "apply", "--server-side", *named)


def objects(release: HelmRelease, present: Sequence[str]) -> tuple[str, ...]:
    """Return the files that kubectl applies, of those that are there."""
    secret = EXTERNAL_FILE if release.is_external else SECRET_FILE
    return tuple(file for file in (secret, MEILI_FILE, CONFIG_FILE) if file in present)


def upgrade_command(release: HelmRelease, folder: Path) -> tuple[str, ...]:
    """Return the command that installs or changes the release."""
    source = release.source or CHART_SOURCE
    own = ("-f", _shown(release.values, folder)) if release.values else ()
    version = ("--version", str(release.chart))
    return (
        *("helm", "upgrade", "--install", release.name, source, *version, "-n", release.namespace),
        *(*own, "-f", VALUES_FILE),
    )


def _shown(path: str, folder: Path) -> str:
    found = Path(path)
    return str(found.relative_to(folder)) if found.is_relative_to(folder) else path


def restart_command(release: HelmRelease) -> tuple[str, ...]:
    """Return the command that has the pods read Secret and librechat.yaml, whose changes start nothing by themselves."""
    return ("kubectl", "-n", release.namespace, "rollout", "restart", f"deployment/{release.fullname}")


def roll_back_command(release: HelmRelease, revision: str) -> tuple[str, ...]:
    """Return the command that gives the release what an earlier revision had; its Secrets are none of helm's."""
    return ("helm", "rollback", release.name, revision, "-n", release.namespace)


def uninstall_command(release: HelmRelease) -> tuple[str, ...]:
    """Return the command that takes a release away, whole or half installed."""
    return ("helm", "uninstall", release.name, "-n", release.namespace, "--ignore-not-found")


def delete_command(release: HelmRelease, objects: Sequence[str]) -> tuple[str, ...]:
    """Return the command that removes objects, each named ``kind/name``."""
    return ("kubectl", "-n", release.namespace, "delete", *objects, "--ignore-not-found")


def wait_command(release: HelmRelease, *, seconds: int = 600) -> tuple[str, ...]:
    """Return the command that waits until the new pods are there."""
    return (
        *("kubectl", "-n", release.namespace, "rollout", "status", f"deployment/{release.fullname}"),
        f"--timeout={seconds}s",
    )
