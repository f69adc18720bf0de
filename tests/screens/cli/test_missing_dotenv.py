"""A folder without ``.env``: one cause, said once, however much is missing with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from checks.model import Check, Subject
from checks.settings import FILES, RULES
from tests.screens.cli.program import run
from tests.screens.full.operator import at_the_wizard, practice_with
from wizard import rules
from wizard.answers.model import Answers
from wizard.basics.finding import Finding
from wizard.deployment.assembled import deployment
from wizard.deployment.snapshot import take

SampleFolder = Callable[..., Path]
MISSING = ("CREDS_KEY", "CREDS_IV", "JWT_SECRET", "JWT_REFRESH_SECRET", "DOMAIN_CLIENT", "DOMAIN_SERVER", "PORT")
CAUSE = "FAIL LibreChat's folder has no .env file"


def test_the_doctor_says_the_cause_once_and_what_fails_with_it_in_one_line(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    done = run("doctor", "--offline", "--dir", folder)
    assert done.status == 1
    output = " ".join(done.out.split())
    assert done.out.count("FAIL  ") == 1, done.out
    assert CAUSE in output
    also = output[output.index("Also failed because of this: ") :].partition(" -> ")[0]
    assert all(name in also for name in (*MISSING, "files.compose.refused")), also
    assert "cp .env.example .env" in output
    assert done.err.splitlines()[-1].startswith("LibreChat's folder has no .env file. (")


def test_the_object_has_an_entry_for_each_that_names_the_cause(sample_folder: SampleFolder) -> None:
    done = run("doctor", "--offline", "--json", "--dir", sample_folder("v0.8.7"))
    found = {one["id"]: one for one in json.loads(done.out)["findings"] if one["status"] == "FAIL"}
    assert len(found) == 10
    assert found.pop("files.env.missing")["causes"] == []
    assert {cause for one in found.values() for cause in one["causes"]} == {"files.env.missing"}
    assert all(one["remedy"] and one["causes"] for one in found.values())


def test_what_has_another_cause_is_still_reported(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    override = (
        "services:\n  api:\n    environment:\n      - DOMAIN_CLIENT=htp://chat.example.com\n    env_file: [other.env]\n"
    )
    (folder / "docker-compose.override.yml").write_text(override)
    done = run("doctor", "--offline", "--dir", folder)
    output = " ".join(done.out.split())
    assert CAUSE in output
    assert "FAIL Docker Compose rejects the compose files" in output
    assert "docker-compose.override.yml:5: env_file: the file other.env" in output
    also = output[output.index("Also failed because of this: ") :].partition(" -> ")[0]
    assert "DOMAIN_SERVER" in also
    assert "DOMAIN_CLIENT" not in also


def test_without_the_check_that_finds_the_cause_everything_is_reported(sample_folder: SampleFolder) -> None:
    done = run("doctor", "--offline", "--only", "rules", "--dir", sample_folder("v0.8.7"))
    assert done.out.count("FAIL  ") == 8, done.out
    assert "CREDS_KEY is blank" in done.out


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_the_checks_step_says_the_cause_once(
    sample_folder: SampleFolder, tmp_path: Path, size: tuple[int, int]
) -> None:
    current = deployment(take(sample_folder("v0.8.7"), Answers()), {})
    found = rules.check(current)

    def of(check: Check) -> Check:
        def static(subject: Subject) -> Iterable[Finding]:
            assert check.static is not None
            return check.static(subject._replace(deployment=current, judged=found, decided=()))

        return check._replace(static=static)

    practice = practice_with(of(FILES), of(RULES))
    async with at_the_wizard(tmp_path / "chat", step="checks", practice=practice, size=size) as operator:
        await operator.until("10 failed, 0 warnings, 0 inconclusive.")
        await operator.until("Also failed because of this: ")
        pane = operator.app.screen.query_one("#rows")
        rows = [str(static.render()) for static in pane.query("FindingRow Static").results()]
        assert sum("no .env file" in text for text in rows) == 1, rows
        listed = str(pane.query_one(".check-rows").render())
        assert "LibreChat's folder has no .env file" in listed
        assert "see Files" in listed
        assert "CREDS_KEY is blank" not in "".join((*rows, listed))
