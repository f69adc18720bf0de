"""The way back of an apply on Kubernetes that failed or was cut off: what is taken away, what is kept, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from screens.shared.apply_progress import end_text
from tests.helm_judge import CHART, program, written
from tests.screens.cli.kubernetes_site import ASKED, Site, kubernetes_site
from tests.screens.cli.program import run
from wizard.apply.events import ApplyEvent, ApplyOutcome, ApplyResult, Note
from wizard.apply.roll_back import rollback
from wizard.store.apply_record import ApplyRecord, ApplyStage
from wizard.store.folder_store import FolderStore

OPENED: Final = ASKED.replace("ALLOW_REGISTRATION: false", "ALLOW_REGISTRATION: true")
SECRET: Final = "secret/librechat-credentials-env"
FIRST: Final = ("first-installation", "release:chat/lc")
MADE: Final = tuple(f"made:{name}" for name in (SECRET, "secret/librechat-meili", "configmap/librechat-config"))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with kubernetes_site(tmp_path) as made:
        yield made


@pytest.fixture
def here(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The same for this process, with files for the release lc in the namespace chat."""
    for name, value in site.environment.items():
        monkeypatch.setenv(name, value)
    written(site.folder, access="localhost")
    return site


def cut_off(folder: Path, stage: ApplyStage, *running: str, **more: Any) -> FolderStore:
    """Leave the record of an apply that was killed."""
    store = FolderStore(folder)
    with store.lock():
        store.note_apply(ApplyRecord(when=datetime.now(UTC), stage=stage, running=running, **more))
    return store


def fails(site: Site, name: str, word: str, message: str) -> None:
    """Let a program fail if its first word is this one."""
    folder = site.folder.parent / "failing"
    folder.mkdir()
    wrapper = folder / name
    wrapper.write_text(f'#!/bin/sh\n[ "$1" = {word} ] && echo "{message}" >&2 && exit 1\nexec {program(name)} "$@"\n')
    wrapper.chmod(0o755)
    site.environment = {**site.environment, "PATH": f"{folder}:{site.environment['PATH']}"}


async def gone_back(folder: Path) -> list[ApplyEvent]:
    async def nobody(_: str) -> None:
        return None

    store = FolderStore(folder)
    with store.lock():
        return [event async for event in rollback(folder, store, nobody)]


def outcome(events: list[ApplyEvent]) -> ApplyOutcome:
    assert isinstance(events[-1], ApplyResult)
    return events[-1].outcome


def ending(events: list[ApplyEvent]) -> str:
    assert isinstance(events[-1], ApplyResult)
    return end_text(events[-1])


def left(site: Site) -> set[tuple[str, str]]:
    return {key for key in site.server.objects if key[0] not in ("namespaces", "pods")}


def put(site: Site, *secrets: str) -> None:
    for name in secrets:
        site.server.put("secrets", name, {"apiVersion": "v1", "kind": "Secret", "stringData": {"a": "b"}})


async def test_a_first_installation_that_was_cut_off_is_taken_away(here: Site) -> None:
    here.helm("install", "lc", CHART)
    put(here, "librechat-credentials-env", "other-team")
    store = cut_off(here.folder, ApplyStage.START_OLD, *FIRST, *MADE)
    events = await gone_back(here.folder)
    assert outcome(events) is ApplyOutcome.ROLLED_BACK
    assert "The release was uninstalled." in ending(events)
    assert "runs" not in ending(events)
    assert left(here) == {("secrets", "other-team")}
    assert store.pending() is None


async def test_the_keys_stay_if_the_release_cannot_be_uninstalled(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    here.helm("install", "lc", CHART)
    put(here, "librechat-credentials-env")
    fails(here, "helm", "uninstall", "Error: uninstallation completed with 1 error(s): timed out waiting")
    monkeypatch.setenv("PATH", here.environment["PATH"])
    backups = tuple(one.id for one in FolderStore(here.folder).backups())
    store = cut_off(here.folder, ApplyStage.READY, *FIRST, *MADE, backups=backups)
    events = await gone_back(here.folder)
    assert outcome(events) is ApplyOutcome.STUCK
    assert ("secrets", "librechat-credentials-env") in left(here)
    pending = store.pending()
    assert pending is not None
    assert "docker" not in pending.notice()
    notes = " ".join(event.text for event in events if isinstance(event, Note))
    backup = re.search(r"are in the backup (\S+)\.", notes)
    assert backup is not None
    assert (here.folder / backup[1]).is_dir()
    assert "To finish rolling back: helm uninstall lc -n chat --ignore-not-found && kubectl -n chat delete" in notes
    assert "not rolled back" in ending(events)


def test_a_first_installation_whose_files_were_there_before_is_taken_back(site: Site) -> None:
    assert site.answer(ASKED).status == 0
    site.server.breaks_pods = True
    done = site.answer(ASKED, "--apply", "--force")
    assert done.status == 1, done.text
    assert left(site) == set()
    assert "are in kubernetes/librechat-secret.yaml" in done.err
    assert "The files are unchanged, because an earlier run wrote them. The release was uninstalled." in done.err
    assert FolderStore(site.folder).pending() is None


@pytest.mark.parametrize(
    "marks",
    [
        (*FIRST, "made:secret", "made:--all"),
        (*FIRST, "made:secret/other-team"),
        (*FIRST, "made:namespace/chat"),
        ("first-installation", "release:chat/other"),
        ("first-installation", "release:team/lc"),
        ("first-installation",),
        ("first-installation", "release:chat/--all"),
    ],
)
async def test_a_record_that_came_with_the_folder_removes_nothing(here: Site, marks: tuple[str, ...]) -> None:
    put(here, "librechat-credentials-env", "other-team")
    before, asked = left(here), len(here.server.requests)
    store = cut_off(here.folder, ApplyStage.START_OLD, *marks)
    assert outcome(await gone_back(here.folder)) is ApplyOutcome.FAILED
    assert left(here) == before
    assert not here.server.requests[asked:]
    assert store.pending() is not None


def test_a_release_in_use_is_not_uninstalled_for_an_apply_that_was_cut_off_before(site: Site) -> None:
    assert site.answer(ASKED, "--apply").status == 0
    before, keys = left(site), site.secret()
    cut_off(site.folder, ApplyStage.CHECK, *FIRST, *MADE)
    site.server.breaks_pods = True
    done = site.answer(OPENED, "--apply", "--force")
    assert done.status == 1, done.text
    assert "helm rollback lc 1 -n chat" in done.err
    assert "uninstall" not in done.err
    assert before <= left(site)
    assert site.secret() == keys
    assert site.environment_of_pod()["ALLOW_REGISTRATION"] == "false"
    assert "false" in (site.folder / "kubernetes/values-librechat-auth.yaml").read_text()


@pytest.mark.parametrize(
    ("running", "commands"),
    [
        (
            (*FIRST, *MADE),
            ("If nobody is using it yet", "helm uninstall lc -n chat --ignore-not-found && kubectl -n chat delete"),
        ),
        (("revision:3", "release:chat/lc"), ("To roll back the release, run:", "helm rollback lc 3 -n chat")),
        ((*FIRST, "made:secret/other-team"), ("remove it:", "helm uninstall lc -n chat --ignore-not-found")),
    ],
)
def test_restore_names_the_commands_for_the_cluster(
    tmp_path: Path, running: tuple[str, ...], commands: tuple[str, ...]
) -> None:
    written(tmp_path, access="localhost")
    backups = tuple(one.id for one in FolderStore(tmp_path).backups())
    store = cut_off(tmp_path, ApplyStage.START, *running, backups=backups)
    done = run("restore", "--dir", tmp_path)
    assert done.status == 0, done.text
    assert not [one for one in commands if one not in done.err]
    assert "docker" not in done.text
    assert "other-team" not in done.text
    assert not (tmp_path / "kubernetes/librechat-secret.yaml").exists()
    assert store.pending() is None


def test_restore_names_what_could_not_be_removed_once_the_files_are_gone(tmp_path: Path) -> None:
    cut_off(tmp_path, ApplyStage.START_OLD, *FIRST, *MADE)
    done = run("restore", "--dir", tmp_path)
    assert done.status == 0, done.text
    assert "helm uninstall lc -n chat --ignore-not-found && kubectl -n chat delete secret/librechat-cred" in done.err
    assert "docker" not in done.text


def test_restore_of_older_files_names_the_commands_that_apply_them(tmp_path: Path) -> None:
    written(tmp_path, access="localhost")
    written(tmp_path, access="localhost", settings={"APP_TITLE": "Other"})
    done = run("restore", "--dir", tmp_path)
    assert done.status == 0, done.text
    assert "kubectl -n chat apply --server-side" in done.err
    assert "helm upgrade --install lc" in done.err
    assert "docker" not in done.text
