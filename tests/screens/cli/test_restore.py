"""``restore``: what it would change is shown, what it did is said, and every command works where it is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.cli.program import answers, run, tree

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
