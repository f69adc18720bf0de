"""A record of the wizard's own that is damaged is said to be so, by every command that needs it, with what to do about it."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from screens.cli.main import main
from screens.demo.folder import make
from tests.screens.cli import program

_BACKUP: Final = "backups/2026-01-02T03-04-05Z"
_RECORDS: Final = ("apply.json", "transaction.json", "probe.json", "draft.json", f"{_BACKUP}/manifest.json", "replaced.json", "stack", "lock")  # fmt: skip
_DAMAGES: Final = {
    "empty": b"",
    "garbage": b"\x00\xff\xfe canary \x1b]0;title\x07",
    "deep": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000,
    "nan": b'{"version": NaN, "when": NaN}',
    "huge number": b'{"version": ' + b"9" * 5000 + b"}",
    "huge exponent": b'{"version": 1e999}',
    "wrong types": b'{"version": 1, "when": [], "stage": {}, "email": 7, "files": 3, "entries": null, "step": false}',
    "newer": b'{"version": 2}',
    "list": b"[1, 2, 3]",
    "not UTF-8": b'{"version": 1, "when": "\xff\xfe\xe9"}',
    "lone surrogate": b'{"version": 1, "when": "\\ud800", "step": "\\ud800", "email": "\\ud800"}',
    "nul": b'{"version": 1, "when": "\\u0000", "step": "\\u0000", "entries": {}}',
    "far time": b'{"version": 1, "when": "9999-12-31T23:59:59-23:59", "stage": "write"}',
    "large": b'"' + b"x" * 20_000_000 + b'"',
}
_PLACES: Final[dict[str, Callable[[Path], None]]] = {
    "directory": lambda path: path.mkdir(),
    "pipe": os.mkfifo,
    "link": lambda path: path.symlink_to("/etc/passwd"),
    "link to nothing": lambda path: path.symlink_to("/nonexistent"),
}
_COMMANDS: Final = {
    "doctor": ("doctor", "--offline"),
    "doctor as JSON": ("doctor", "--offline", "--json"),
    "dry run": ("--answers", "ANSWERS", "--dry-run", "--offline"),
    "answers": ("--answers", "ANSWERS", "--offline"),
    "list": ("restore", "--list"),
    "restore": ("restore",),
    "restore that one": ("restore", "2026-01-02T03-04-05Z"),
    "a person": ("--plain",),
}
_REPORTING: Final = {
    "apply.json": ("doctor", "dry run", "answers", "restore"),
    "transaction.json": ("doctor", "dry run", "answers", "restore"),
    "probe.json": ("doctor",),
    "draft.json": ("a person",),
    f"{_BACKUP}/manifest.json": ("list", "restore", "restore that one"),
    "replaced.json": ("dry run", "answers"),
    "stack": ("doctor", "dry run", "answers", "a person"),
    "lock": (),
}
"""Which commands depend on a record: they say that it is damaged. What a lock holds is nobody's business."""
_ANSWERS: Final = "version: 1\naccess: localhost\nsettings: {ALLOW_REGISTRATION: false, APP_TITLE: Ours}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the compose files of both stacks, in which the wizard has a place of its own and one whole backup."""
    folder = tmp_path / "LibreChat"
    folder.mkdir()
    make(folder)
    shutil.copy(folder / "docker-compose.yml", folder / "deploy-compose.yml")
    (tmp_path / "answers.yaml").write_text(_ANSWERS, encoding="utf-8")
    whole = folder / ".librechat-wizard/backups/2025-01-02T03-04-05Z"
    whole.mkdir(parents=True, mode=0o700)
    (folder / ".librechat-wizard").chmod(0o700)
    (folder / ".librechat-wizard" / _BACKUP).mkdir(mode=0o700)
    manifest = {"version": 1, "wizard": "1", "when": "2025-01-02T03:04:05+00:00", "files": [], "folders": []}
    (whole / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def damage(folder: Path, record: str, how: str) -> None:
    path = folder / ".librechat-wizard" / record
    if how in _PLACES:
        _PLACES[how](path)
    else:
        path.write_bytes(_DAMAGES[how])


def arguments(command: str, folder: Path) -> list[str]:
    words = [str(folder.parent / "answers.yaml") if word == "ANSWERS" else word for word in _COMMANDS[command]]
    return [*words, "--dir", str(folder)]


def check(text: str, status: int, command: str) -> None:
    ends = (0, 1, 2, 3, 4, 130) if command == "a person" else (0, 1, 2, 3, 4)
    assert status in ends, text
    assert "Traceback" not in text
    assert "broke" not in text
    assert "canary" not in text
    assert "\x1b]0;" not in text


@pytest.mark.parametrize("how", [*_DAMAGES, *_PLACES])
@pytest.mark.parametrize("record", _RECORDS)
@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_survives_it(
    command: str,
    record: str,
    how: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    damage(folder, record, how)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    status = main(arguments(command, folder))
    out, err = capsys.readouterr()
    check(out + err, status, command)
    if command in _REPORTING[record]:
        output = " ".join((out + err).split())
        if how == "newer" and ("a later release" in output or "a newer wizard release" in output):
            # Understood, and left to the release that wrote it.
            assert any(way in output for way in ("Use that release", "estore it with that", "can restore it")), output
            return
        assert any(word in output for word in ("damaged", "a directory with this name exists", "cannot be restored")), (
            output
        )
        assert any(way in output for way in ("elete", "emove", "restore", "Move it elsewhere", "--apply again")), output


@pytest.mark.parametrize("how", ["directory", "pipe", "link"])
@pytest.mark.parametrize("command", ["answers", "restore", "a person"])
def test_what_is_no_lock_is_named(
    command: str, how: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(folder, "lock", how)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(arguments(command, folder)) == 3
    assert ".librechat-wizard/lock" in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("command", "record", "how"),
    [
        ("doctor", "apply.json", "deep"),
        ("answers", "transaction.json", "deep objects"),
        ("list", f"{_BACKUP}/manifest.json", "deep"),
        ("restore", "transaction.json", "directory"),
        ("a person", "draft.json", "pipe"),
        ("doctor", "probe.json", "large"),
    ],
)
def test_the_program_itself_survives_it(command: str, record: str, how: str, folder: Path) -> None:
    damage(folder, record, how)
    done = program.run(*arguments(command, folder))
    check(done.text, done.status, command)


def test_a_secret_is_not_replaced_again_on_the_word_of_a_damaged_record(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which secrets were replaced is in replaced.json alone: without it, every run would sign everybody out."""
    (folder / "data-node").mkdir()
    (folder / "data-node/WiredTiger").touch()
    answers = folder.parent / "answers.yaml"
    answers.write_text(
        f"{_ANSWERS.rstrip()[:-1]}, JWT_REFRESH_SECRET: {{generate: true, replace: true}}}}\n", encoding="utf-8"
    )
    assert main(arguments("answers", folder)) in (0, 4)
    before = (folder / ".env").read_bytes()
    damage(folder, "replaced.json", "garbage")
    assert main(arguments("answers", folder)) == 2
    assert (folder / ".env").read_bytes() == before
    assert "rm -r .librechat-wizard/replaced.json" in capsys.readouterr().err


def test_names_of_a_planted_record_do_not_steer_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The manifest and the journal name files; whoever may write the folder could name them as an escape sequence."""
    entry = {"name": "\x1b]0;title\x07", "target": ".env", "copy": None, "before": None, "after": None}
    manifest = {"version": 1, "when": "2026-01-02T03:04:05+00:00", "files": [entry], "folders": []}
    (folder / ".librechat-wizard" / _BACKUP / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert main(arguments("list", folder)) == 0
    journal = {"version": 1, "when": "2026-01-02T03:04:05+00:00", "backup": "", "folders": [], "entries": [{**entry, "leftovers": []}]}  # fmt: skip
    (folder / ".librechat-wizard/transaction.json").write_text(json.dumps(journal), encoding="utf-8")
    assert main(arguments("dry run", folder)) in (0, 4)
    text = "".join(capsys.readouterr())
    assert "\\x1b]0;title" in text
    assert "\x1b]0;" not in text
