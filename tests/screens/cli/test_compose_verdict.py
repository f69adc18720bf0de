"""``doctor`` and ``--answers`` ask the Docker Compose that is there: once for a set of files, in dry runs too."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.cli.program import answers, run

SampleFolder = Callable[..., Path]
REFUSED = "services:\n  api:\n    restarts: nobody\n"
"""What the wizard's own reader accepts and Docker Compose does not."""
LOCAL = "version: 1\naccess: localhost\n"


class Docker:
    """A ``docker`` in PATH that notes what it is asked, and hands it to a real Docker Compose."""

    def __init__(self, folder: Path, compose: Path) -> None:
        self.log = folder / "asked"
        self.log.touch()
        program = folder / "docker"
        program.write_text(
            f'#!/bin/sh\necho "$@" >>{self.log}\n[ "$1" = compose ] || exit 1\nshift\nexec {compose} "$@"\n'
        )
        program.chmod(0o755)
        self.environment = {"PATH": f"{folder}:{os.environ['PATH']}"}

    def judgements(self) -> int:
        """Return how often it judged files since this was last asked."""
        lines = [line for line in self.log.read_text().splitlines() if line.startswith("compose ")]
        self.log.write_text("")
        return sum(" config" in line for line in lines)


@pytest.fixture
def docker(tmp_path: Path, docker_compose: Path) -> Docker:
    """A Docker Compose in PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return Docker(folder, docker_compose)


def test_a_dry_run_offline_is_judged_once_and_its_time_stands_apart(
    sample_folder: SampleFolder, docker: Docker
) -> None:
    folder = sample_folder("v0.8.7")
    dry = ("--answers", answers(folder, LOCAL), "--dir", folder, "--dry-run", "--offline")
    done = run(*dry, environment=docker.environment)
    assert (done.status, docker.judgements()) == (0, 1), done.text
    assert "Docker Compose checked the files in" in done.err
    (folder / "docker-compose.override.yml").write_text(REFUSED)
    done = run(*dry, "--json", environment=docker.environment)
    assert (done.status, docker.judgements()) == (1, 1), done.text
    report = json.loads(done.out)
    (refused,) = [finding for finding in report["findings"] if finding["id"] == "files.compose.refused"]
    assert "restarts" in refused["evidence"][0]
    assert report["compose"]["judged"] is True
    assert report["compose"]["seconds"] > 0


def test_the_doctor_says_what_docker_compose_refuses(sample_folder: SampleFolder, docker: Docker) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text("PORT=3080\n")
    (folder / "docker-compose.override.yml").write_text(REFUSED)
    done = run("doctor", "--dir", folder, "--offline", "--json", environment=docker.environment)
    assert docker.judgements() == 1
    (refused,) = [one for one in json.loads(done.out)["findings"] if one["id"] == "files.compose.refused"]
    assert "restarts" in refused["evidence"][0]
    run("doctor", "--dir", folder, "--offline", "--only", "smtp", environment=docker.environment)
    assert docker.judgements() == 0
    done = run("doctor", "--dir", folder, "--offline", "--only", "compose", "--json", environment=docker.environment)
    assert (done.status, docker.judgements()) == (1, 1), done.text
    assert [one["id"] for one in json.loads(done.out)["findings"]] == ["compose.refused"]
    # What it takes is no praise before the finding.
    assert "validated" not in done.err
    # One cause is one finding: the line that the wizard's own reader names is enough.
    (folder / "docker-compose.override.yml").write_text("service: {}\n")
    done = run("doctor", "--dir", folder, "--offline", "--json", environment=docker.environment)
    (refused,) = [one for one in json.loads(done.out)["findings"] if one["id"] == "files.compose.refused"]
    assert "docker-compose.override.yml:" in refused["evidence"][0]


@pytest.mark.parametrize(
    ("line", "identity"), [("A B=3", "compose.env.compose-refuses"), ("set A=3", "compose.env.prefix")]
)
def test_a_line_of_env_that_docker_compose_refuses_is_found_by_the_compose_check(
    line: str, identity: str, sample_folder: SampleFolder, docker: Docker
) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text(f"PORT=3080\n{line}\n" * 2)
    done = run("doctor", "--dir", folder, "--offline", "--only", "compose", "--json", environment=docker.environment)
    ids = {one["id"] for one in json.loads(done.out)["findings"]}
    assert (done.status, ids) == (1, {identity}), done.text


def test_without_docker_the_doctor_says_nothing_of_it(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text("PORT=3080\n")
    done = run("doctor", "--dir", folder, "--offline", environment={"PATH": "/nonexistent"})
    assert "Docker Compose" not in done.err


def test_a_file_in_another_encoding_is_one_finding_of_the_doctor(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    for encoding, name in (("utf-16-le", "UTF-16LE"), ("utf-16", "UTF-16"), ("latin-1", "ISO-8859-1")):
        (folder / ".env").write_bytes("PORT=3080\r\nAPP_TITLE=Gr\u00fc\u00dfe\r\n".encode(encoding))
        done = run("doctor", "--dir", folder, "--offline", "--json")
        (finding,) = json.loads(done.out)["findings"]
        assert (finding["id"], finding["status"], done.status) == ("files.env.encoding", "FAIL", 1)
        assert f"iconv -f {name} " in finding["remedy"]
        assert run("--answers", answers(folder, LOCAL), "--dir", folder, "--dry-run").status == 2


def test_nothing_fits_together_where_no_line_is_read(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text("set PORT=3080\nset A=1\nset B=2\n")
    done = run("doctor", "--dir", folder, "--offline", "--json", "--only", "files,rules")
    assert [finding["id"] for finding in json.loads(done.out)["findings"]] == ["files.env.prefix"]


REMOTE = "include: ['https://example.com/more.git']\nservices:\n  api:\n    restart: always\n"


@pytest.mark.parametrize("options", [(), ("--force",)])
def test_nothing_is_written_where_parts_cannot_be_followed_forced_or_not(
    options: tuple[str, ...], sample_folder: SampleFolder
) -> None:
    folder = sample_folder("v0.8.7")
    (folder / "docker-compose.override.yml").write_text(REMOTE)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    text = "version: 1\naccess: https-existing\nsettings: {DOMAIN_CLIENT: 'https://chat.example.com'}\n"
    done = run("--answers", answers(folder, text), "--dir", folder, "--offline", *options)
    assert done.status == (2 if options else 1), done.text
    assert "docker-compose.override.yml:1" in done.text
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_a_variable_of_the_shell_that_wins_is_named(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    (folder / ".env").write_text("PORT=3080\nUID=1000\n")
    environment = {"PORT": "3999", "UID": "1000", "NOBODY_READS": "1"}
    done = run("doctor", "--dir", folder, "--offline", "--json", "--only", "files", environment=environment)
    (finding,) = [one for one in json.loads(done.out)["findings"] if one["id"] == "files.shell.wins"]
    assert (finding["settings"], "PORT in this shell overrides .env:1" in finding["summary"]) == (["PORT"], True)
    assert "3999" not in done.out
