"""The first installation of a Helm release: what it creates, and how it is removed completely if it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wizard.apply.events import Note
from wizard.deployment.cluster import Cluster
from wizard.deployment.kubernetes_names import CONFIG_MAP, MEILI_SECRET, HelmRelease
from wizard.plan.kubernetes import commands

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST: Final = "first-installation"
_MADE: Final = "made:"
_RELEASE: Final = "release:"
REVISION: Final = "revision:"
"""Begins the mark that names the revision to go back to."""
_STAYS: Final = "Secrets and ConfigMaps that already existed keep their current values."


def named(release: HelmRelease) -> str:
    """Return the mark that names a release: once the old files are back, they may name another one."""
    return f"{_RELEASE}{release.namespace}/{release.name}"


def recorded(running: Sequence[str]) -> HelmRelease | None:
    """Return the release that a record names, to show it once the files are gone; ``None`` if it names none."""
    found = next((mark.removeprefix(_RELEASE) for mark in running if mark.startswith(_RELEASE)), "")
    namespace, _, name = found.partition("/")
    return HelmRelease(namespace=namespace, name=name) if name else None


def belongs(release: HelmRelease, running: Sequence[str]) -> bool:
    """Return whether a record is about this release, and names no object but those that are made for it.

    A record may come with somebody else's folder: what it names beyond that is never removed.
    """
    releases = {mark for mark in running if mark.startswith(_RELEASE)}
    objects = {mark.removeprefix(_MADE) for mark in running if mark.startswith(_MADE)}
    is_named = releases == {named(release)} if is_first(running) else releases <= {named(release)}
    return is_named and objects <= set(_objects(release))


def may_remove(release: HelmRelease, running: Sequence[str], *, is_deployed: bool) -> bool:
    """Return whether the roll back of an apply that was interrupted is still that of the next one.

    Once helm calls a revision deployed, people may use the release: then it is no longer a first installation to take away.
    """
    if not running or not belongs(release, running):
        return False
    return not is_deployed if is_first(running) else any(mark.startswith(REVISION) for mark in running)


def marks(release: HelmRelease) -> tuple[str, ...]:
    """Return what the record of an apply has to say: that no release was there, and which objects were not. It blocks."""
    wanted = _objects(release)
    words = ("kubectl", "-n", release.namespace, "get", *wanted, "--ignore-not-found", "-o", "name")
    answer = Cluster(release=release).text(*words)
    if not answer.is_found:
        # What may be somebody else's is not removed.
        return (_FIRST, named(release))
    # kubectl names the group of a kind that is not Kubernetes' own: externalsecret.external-secrets.io/NAME.
    listed = [name.partition("/") for name in str(answer.data).split()]
    present = {f"{kind.partition('.')[0]}/{name}" for kind, _, name in listed}
    return (_FIRST, named(release), *(f"{_MADE}{name}" for name in wanted if name not in present))


def _objects(release: HelmRelease) -> tuple[str, ...]:
    """Return the objects that are made for a release, beside those of helm."""
    kind = "externalsecret" if release.is_external else "secret"
    return (f"{kind}/{release.secret}", f"secret/{MEILI_SECRET}", f"configmap/{CONFIG_MAP}")


def is_first(running: Sequence[str]) -> bool:
    """Return whether the release did not exist before, according to its record."""
    return _FIRST in running


def removal_commands(release: HelmRelease, running: Sequence[str]) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the commands that take a first installation away, each with its reason."""
    made = [mark.removeprefix(_MADE) for mark in running if mark.startswith(_MADE)]
    uninstall = (commands.uninstall_command(release), "uninstall the newly installed release")
    if not made:
        return (uninstall,)
    return (uninstall, (commands.delete_command(release, made), "remove the objects created for the release"))


def leftovers_note(running: Sequence[str], keys: str, *, is_gone: bool) -> Note:
    """Return the note about what remains of a first installation, and where its keys are."""
    made = [mark.removeprefix(_MADE) for mark in running if mark.startswith(_MADE)]
    kept = f" The keys generated for the release are in {keys}." if made else ""
    if not is_gone:
        return Note(text=f"The first installation of the release could not be removed.{kept}")
    removed = f" Also removed: {', '.join(made)}." if made else ""
    return Note(
        text=f"This was the first installation of the release, so it was removed completely.{removed}{kept} {_STAYS}"
    )
