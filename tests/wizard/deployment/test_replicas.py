"""Several services that are LibreChat: equals are judged as one, and between others nobody guesses."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.wizard.rules.builder import HEALTHY
from wizard.answers.model import Answers, Given, Source
from wizard.basics.finding import Finding, Status
from wizard.basics.own_command import started_in
from wizard.deployment.assembled import deployment
from wizard.deployment.model import Deployment
from wizard.deployment.snapshot import take
from wizard.librechat.releases import NEWEST, Release
from wizard.plan.proposal import propose
from wizard.rules import check
from wizard.rules.release_change import release_changes

BASE: Final = """\
x-lc: &lc
  image: ghcr.io/danny-avila/librechat-api:v0.8.7@sha256:2c980aeec5ac6c096bae0a7b871de6a06a835e029ad18d7c2d3c175c0399745c
  env_file: [base.env]
  volumes: [./librechat.yaml:/app/librechat.yaml:ro]
"""
REDIS: Final = {"USE_REDIS": "true", "REDIS_URI": "redis://redis:6379"}
EQUAL: Final = (
    f"{BASE}services:\n  lc1: {{<<: *lc}}\n  lc2: {{<<: *lc, container_name: second, ports: ['127.0.0.1:3081:3080']}}\n"
)
DIFFERENT: Final = {
    "environment": f"{BASE}services:\n  lc1: {{<<: *lc}}\n  lc2: {{<<: *lc, environment: {{ALLOW_REGISTRATION: 'false'}}}}\n",
    "env_file": f"{BASE}services:\n  lc1: {{<<: *lc}}\n  lc2: {{<<: *lc, env_file: [other.env]}}\n",
    "mount": f"{BASE}services:\n  lc1: {{<<: *lc}}\n  lc2: {{<<: *lc, volumes: [./other.yaml:/app/librechat.yaml:ro]}}\n",
    "user": f"{BASE}services:\n  lc1: {{<<: *lc}}\n  lc2: {{<<: *lc, user: '0'}}\n",
    "image": f"{BASE}services:\n  lc1: {{<<: *lc}}\n  lc2: {{<<: *lc, image: 'librechat:v0.8.5'}}\n",
}


def folder(path: Path, compose: str, more: Mapping[str, str] | None = None) -> Path:
    files = {
        "docker-compose.yml": compose,
        "base.env": "".join(f"{name}={value}\n" for name, value in {**HEALTHY, **REDIS}.items()),
        "other.env": "PORT=3080\n",
        "librechat.yaml": "version: 1.3.0\n",
        "other.yaml": "version: 1.3.0\n",
        **(more or {}),
    }
    for name, text in files.items():
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text(text)
        (path / name).chmod(0o600 if name.endswith(".env") else 0o644)
    return path


def current(path: Path) -> Deployment:
    return deployment(take(path, Answers()), {})


def bad(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(one.status.value, one.id) for one in found if one.status is not Status.PASS]


def test_equal_services_are_judged_as_one_and_the_other_is_named(tmp_path: Path) -> None:
    here = current(folder(tmp_path, EQUAL))
    found = check(here)
    assert (here.service, here.replicas, str(here.release)) == ("lc1", ("lc2",), "v0.8.7")
    assert bad(found) == []
    assert "lc2 has the same settings as lc1: the findings about lc1 apply to each of these services." in [
        one.summary for one in found
    ]


@pytest.mark.parametrize("compose", DIFFERENT.values(), ids=DIFFERENT)
def test_between_services_that_differ_there_is_one_question_and_no_verdict(compose: str, tmp_path: Path) -> None:
    here = current(folder(tmp_path, compose))
    [question] = [one for one in check(here) if one.status is not Status.PASS]
    assert (question.status, question.id) == (Status.UNKNOWN, "files.compose.no-api")
    assert "(lc1, lc2)" in question.summary
    assert bad(release_changes(here, NEWEST)) == [("UNKNOWN", "files.compose.no-api")]


def test_the_command_of_the_question_answers_it(tmp_path: Path) -> None:
    path = folder(tmp_path, DIFFERENT["user"])
    [question] = [one for one in check(current(path)) if one.status is not Status.PASS]
    assert "mkdir -p .librechat-wizard && echo lc1 > .librechat-wizard/service" in question.remedy
    here = current(folder(path, DIFFERENT["user"], {".librechat-wizard/service": "lc2\n"}))
    assert (here.service, bad(check(here))) == ("lc2", [])


def test_the_command_of_the_question_writes_in_the_folder_from_anywhere(tmp_path: Path) -> None:
    here, away = tmp_path / "our chat", tmp_path / "away"
    here.mkdir()
    away.mkdir()
    folder(here, DIFFERENT["user"])
    started_in(str(here))
    try:
        [question] = [one for one in check(current(here)) if one.status is not Status.PASS]
    finally:
        started_in("")
    line = question.remedy.partition(": ")[2].partition(" (in an answers file")[0]
    subprocess.run(["sh", "-c", line], cwd=away, check=True)
    assert (here / ".librechat-wizard/service").read_text("utf-8") == "lc1\n"
    assert list(away.iterdir()) == []


def test_what_is_not_known_to_run_is_not_known_to_be_the_same_release(tmp_path: Path) -> None:
    text = EQUAL.replace(":v0.8.7@", "@")
    assert bad(release_changes(current(folder(tmp_path, text)), NEWEST)) == [("UNKNOWN", "rules.release.same")]
    assert release_changes(current(folder(tmp_path, EQUAL)), Release(0, 8, 7))[0].status is Status.PASS


def test_a_plan_that_makes_equals_different_says_so(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        EQUAL.replace("  env_file: [base.env]", "  environment: {ALLOW_REGISTRATION: 'true'}\n  env_file: [base.env]"),
    )
    notes = {
        name: propose(path, Answers(settings={name: Given("false", Source.FILE)})).plan.notes
        for name in ("ALLOW_REGISTRATION", "ALLOW_PASSWORD_RESET")
    }
    told = {
        name: [note for note in each if note.startswith("lc2 now has the same settings as lc1")]
        for name, each in notes.items()
    }
    assert [len(each) for each in told.values()] == [1, 0], notes


def test_files_of_other_services_are_not_read_for_it(tmp_path: Path) -> None:
    path = folder(tmp_path, f"{EQUAL}  db: {{image: mongo, env_file: [db.env]}}\n")
    (path / "db.env").write_bytes(b"NAME=\xff\n")
    assert current(path).replicas == ("lc2",)
