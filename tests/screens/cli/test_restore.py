"""``restore``: what it would change is shown, what it did is said, and every command works where it is read."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.judge import JUDGES, need_path
from tests.screens.cli.program import answers, run, tree
from wizard.store.apply_record import ApplyRecord, ApplyStage, ConcernedServices

SampleFolder = Callable[..., Path]
LOCAL = "version: 1\naccess: localhost\n"
TITLED = f"{LOCAL}settings:\n  APP_TITLE: Chat of ours\n  OPENID_CLIENT_SECRET: canary-secret-of-openid\n"


@pytest.fixture
def folder(sample_folder: SampleFolder) -> Path:
    """A folder that was set up, and then changed."""
    folder = sample_folder("v0.8.7")
    for text in (LOCAL, TITLED):
        assert run("--answers", answers(folder, text), "--dir", folder, "--offline").status == 0
    return folder


def test_a_dry_run_shows_the_difference_and_writes_nothing(folder: Path) -> None:
    before = tree(folder)
    for words in (["--dry-run", "restore"], ["restore", "--dry-run"]):
        done = run(*words, "--dir", folder)
        assert (done.status, tree(folder)) == (0, before)
        assert "-APP_TITLE='Chat of ours'\n+APP_TITLE=LibreChat\n" in done.out
        assert "-OPENID_CLIENT_SECRET=[secret]" in done.out
        assert "canary" not in done.text
        assert done.err.endswith("Dry run: nothing was written.\n")


def test_a_dry_run_of_the_first_backup_says_what_goes(folder: Path) -> None:
    first = run("restore", "--list", "--dir", folder).out.splitlines()[-1].split()[0]
    done = run("restore", "--dry-run", first, "--dir", folder)
    assert f"Backup {first}:\n--- .env\n+++ (removed: the file did not exist then)\n" in done.out
    run("restore", first, "--dir", folder)
    newest = run("restore", "--dry-run", "--dir", folder).out
    assert re.search(
        r"^--- \(does not exist now\)\n\+\+\+ \.env \(mode 0600\): put back, \d{3} lines$", newest, re.MULTILINE
    )


def test_the_list_says_how_old_a_backup_is_and_what_it_would_change(folder: Path) -> None:
    done = run("restore", "--list", "--dir", folder)
    newest, first = done.out.splitlines()
    assert newest.endswith(".env (changed since)")
    assert ".env (did not exist)" in first
    assert all(re.search(r"  (just now|\d+ (second|minute)s? ago)  ", line) for line in (newest, first))
    run("restore", "--dir", folder)
    assert ".env (unchanged since)" in run("restore", "--list", "--dir", folder).out


def test_a_removed_file_is_not_called_put_back(folder: Path) -> None:
    first = run("restore", "--list", "--dir", folder).out.splitlines()[-1].split()[0]
    done = run("restore", first, "--dir", folder)
    assert "removed: .env\n" in done.err
    assert "put back: .env" not in done.err
    assert "up -d" not in done.err
    assert not (folder / ".env").exists()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("./run", "./run"),
        ("/opt/the wizard/run", "'/opt/the wizard/run'"),
        ("./run\x1b[2J", "librechat-wizard"),
        ("", "librechat-wizard"),
    ],
)
def test_commands_are_shown_as_the_program_was_started(folder: Path, typed: str, shown: str) -> None:
    environment = {"LIBRECHAT_WIZARD_STARTED_AS": typed}
    listed = run("restore", "--list", "--dir", folder, environment=environment)
    assert listed.err == f"To see what a backup would change, run: {shown} restore --dry-run BACKUP --dir {folder}\n"
    assert f"Try: {shown} --help\n" in run("doctor", "--no-such", environment=environment).err
    assert f"  {shown} restore --list\n" in run("restore", "--help", environment=environment).out


def test_no_folder_is_named_where_none_was_given(folder: Path) -> None:
    assert (
        run("restore", "--list", cwd=folder).err
        == "To see what a backup would change, run: librechat-wizard restore --dry-run BACKUP\n"
    )


CADDY = "version: 1\naccess: https-proxy\nproxy: {email: a@example.com}\nsettings: {DOMAIN_CLIENT: 'https://a.example.com'}\n"


def written(folder: Path, text: str) -> None:
    """Write these answers into a folder."""
    assert run("--answers", answers(folder, text), "--dir", folder, "--offline", "--force").status == 0


@pytest.mark.parametrize("has_run", [False, True])
@pytest.mark.parametrize(
    ("line", "project"), [("", ""), ("COMPOSE_PROJECT_NAME=ours\n", "ours"), ("name: Our Chat\n", "ourchat")]
)
def test_after_a_first_install_the_stop_command_needs_none_of_the_files_that_went(
    sample_folder: SampleFolder, tmp_path: Path, line: str, project: str, has_run: bool
) -> None:
    folder = sample_folder("v0.8.7")
    if line.startswith("name:"):
        compose = folder / "docker-compose.yml"
        compose.write_text(line + compose.read_text("utf-8"), encoding="utf-8")
    written(folder, CADDY)
    if line.startswith("COMPOSE"):
        with (folder / ".env").open("a") as file:
            file.write(line)
    if has_run:
        # What docker compose up left there.
        (folder / "data-node").mkdir()
        (folder / "data-node" / "WiredTiger").touch()
    done = run("restore", "--dir", folder)
    assert not (folder / ".env").exists()
    name = project or re.sub(r"[^a-z0-9_-]", "", folder.name.lower()).lstrip("_-")
    assert done.err.endswith(f" docker compose -p {name} down\n")
    assert "up -d" not in done.err
    # Docker Compose takes it as printed: it asks the engine, and nothing is wrong with the files here.
    compose_program = need_path("Docker Compose", JUDGES / "docker-compose")
    words = shlex.split(done.err.rpartition("docker compose ")[2])
    nowhere = {"PATH": os.environ["PATH"], "DOCKER_HOST": f"unix://{tmp_path}/no-engine"}
    judged = subprocess.run(
        [compose_program, *words], cwd=folder, env=nowhere, capture_output=True, text=True, check=False
    )
    assert "Cannot connect to the Docker daemon" in judged.stderr
    assert "No port specified" not in judged.stderr


def test_the_container_of_a_service_that_went_with_the_restored_files_is_removed(sample_folder: SampleFolder) -> None:
    folder = sample_folder("v0.8.7")
    written(folder, LOCAL)
    written(folder, CADDY)
    assert "up -d --force-recreate --remove-orphans" in run("restore", "--dir", folder).err
    # The other way, none goes.
    again = run("restore", "--dir", folder).err
    assert "up -d --force-recreate" in again
    assert "--remove-orphans" not in again


def test_the_notice_of_an_unfinished_way_back_removes_the_containers_too() -> None:
    cut = ApplyRecord(when=datetime.now(UTC), stage=ApplyStage.START_OLD, back=ConcernedServices(orphans=True))
    assert "docker compose up -d --force-recreate --remove-orphans" in cut.notice()
    assert "--remove-orphans" not in replace(cut, back=ConcernedServices()).notice()


def test_without_docker_no_compose_command_is_printed(tmp_path: Path) -> None:
    folder = tmp_path / "clone"
    (folder / "api" / "server").mkdir(parents=True)
    (folder / "package.json").write_text('{"name": "LibreChat", "version": "v0.8.7"}', encoding="utf-8")
    written(folder, LOCAL.replace("access", "librechat: {stack: local}\naccess"))
    for has_dotenv in (False, True):
        done = run("restore", "--dir", folder)
        # Without .env, LibreChat is not to be started.
        assert ("npm run backend" in done.err, "no .env" in done.err) == (has_dotenv, not has_dotenv)
        assert "docker compose" not in done.err


@pytest.mark.parametrize("words", [(), ("NOSUCH",), ("--dry-run",)])
def test_a_restore_of_nothing_leaves_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run("restore", *words, "--dir", tmp_path)
    assert (done.status, list(tmp_path.iterdir())) == (2, [])
    assert "BACKUP: there are no backups" in done.err


def test_a_list_takes_no_name(folder: Path) -> None:
    done = run("restore", "--list", "NOSUCH", "--dir", folder)
    assert (done.status, done.out) == (2, "")
    assert "NOSUCH" not in done.err
