"""The way back of an apply on Kubernetes that failed or was cut off: what is taken away, what is kept, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from tests.helm_judge import CHART, written
from tests.screens.cli.kubernetes_site import ASKED, Site, kubernetes_site
from wizard.apply.events import ApplyEvent, ApplyOutcome, ApplyResult
from wizard.apply.roll_back import rollback
from wizard.store.apply_record import ApplyRecord, ApplyStage
from wizard.store.workplace import Workplace

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


def cut_off(folder: Path, stage: ApplyStage, *running: str, **more: Any) -> Workplace:
    """Leave the record of an apply that was killed."""
    workplace = Workplace(folder)
    with workplace.lock():
        workplace.note_apply(ApplyRecord(when=datetime.now(UTC), stage=stage, running=running, **more))
    return workplace


async def gone_back(folder: Path) -> list[ApplyEvent]:
    async def nobody(_: str) -> None:
        return None

    workplace = Workplace(folder)
    with workplace.lock():
        return [event async for event in rollback(folder, workplace, nobody)]


def outcome(events: list[ApplyEvent]) -> ApplyOutcome:
    assert isinstance(events[-1], ApplyResult)
    return events[-1].outcome


def left(site: Site) -> set[tuple[str, str]]:
    return {key for key in site.server.objects if key[0] not in ("namespaces", "pods")}


def put(site: Site, *secrets: str) -> None:
    for name in secrets:
        site.server.put("secrets", name, {"apiVersion": "v1", "kind": "Secret", "stringData": {"a": "b"}})


async def test_a_first_installation_that_was_cut_off_is_taken_away(here: Site) -> None:
    here.helm("install", "lc", CHART)
    put(here, "librechat-credentials-env", "other-team")
    workplace = cut_off(here.folder, ApplyStage.START_OLD, *FIRST, *MADE)
    assert outcome(await gone_back(here.folder)) is ApplyOutcome.ROLLED_BACK
    assert left(here) == {("secrets", "other-team")}
    assert workplace.pending() is None


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
    workplace = cut_off(here.folder, ApplyStage.START_OLD, *marks)
    assert outcome(await gone_back(here.folder)) is ApplyOutcome.FAILED
    assert left(here) == before
    assert not here.server.requests[asked:]
    assert workplace.pending() is not None


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
