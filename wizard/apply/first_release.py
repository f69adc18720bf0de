"""The first installation of a Helm release: what it makes, and how nothing half done is left of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wizard.apply.events import Note
from wizard.deployment.cluster import Cluster
from wizard.deployment.kubernetes_names import CONFIG_MAP, MEILI_SECRET
from wizard.plan.kubernetes import commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wizard.deployment.kubernetes_names import HelmRelease

_FIRST: Final = "first-installation"
_MADE: Final = "made:"
_RELEASE: Final = "release:"
_STAYS: Final = "Secrets and ConfigMaps that were there before stay, with the values that they have now."


def named(release: HelmRelease) -> str:
    """Return the mark that names a release: once the old files are back, they may name another one."""
    return f"{_RELEASE}{release.namespace}/{release.name}"


def meant(release: HelmRelease, running: Sequence[str]) -> HelmRelease:
    """Return the release that a record is about, else the one of the files."""
    found = next((mark.removeprefix(_RELEASE) for mark in running if mark.startswith(_RELEASE)), "")
    namespace, _, name = found.partition("/")
    return replace(release, namespace=namespace, name=name) if name else release


def is_of_release(running: Sequence[str]) -> bool:
    """Tell from a record whether it is about a Helm release."""
    return any(mark.startswith(_RELEASE) for mark in running)


def marks(release: HelmRelease) -> tuple[str, ...]:
    """Return what the record of an apply has to say: that no release was there, and which objects were not. It blocks."""
    kind = "externalsecret" if release.is_external else "secret"
    wanted = (f"{kind}/{release.secret}", f"secret/{MEILI_SECRET}", f"configmap/{CONFIG_MAP}")
    words = ("kubectl", "-n", release.namespace, "get", *wanted, "--ignore-not-found", "-o", "name")
    answer = Cluster(release=release).text(*words)
    if not answer.is_found:
        # What may be somebody else's is not removed.
        return (_FIRST, named(release))
    # kubectl names the group of a kind that is not Kubernetes' own: externalsecret.external-secrets.io/NAME.
    listed = [name.partition("/") for name in str(answer.data).split()]
    present = {f"{kind.partition('.')[0]}/{name}" for kind, _, name in listed}
    return (_FIRST, named(release), *(f"{_MADE}{name}" for name in wanted if name not in present))


def is_first(running: Sequence[str]) -> bool:
    """Tell from a record whether the release was not there before."""
    return _FIRST in running


def way_back(release: HelmRelease, running: Sequence[str]) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the commands that take a first installation away, each with its reason."""
    made = [mark.removeprefix(_MADE) for mark in running if mark.startswith(_MADE)]
    uninstall = (commands.uninstall_command(release), "take the release away: it was not there before")
    if not made:
        return (uninstall,)
    return (uninstall, (commands.delete_command(release, made), "remove the objects that were made for it"))


def told(running: Sequence[str], backup: str) -> Note:
    """Return what is left of the first installation, and where its keys are."""
    made = [mark.removeprefix(_MADE) for mark in running if mark.startswith(_MADE)]
    removed = f" Removed with it: {', '.join(made)}." if made else ""
    keys = f" The keys that were made for it are in the backup {backup}." if made and backup else ""
    return Note(text=f"It was the release's first installation, so nothing of it stays.{removed}{keys} {_STAYS}")
