"""Folders that another release of this program left: an older one's are gone on with, a newer one's are refused with the way out.

``tests/records/folders-of-0.1.0.json`` was made by the program itself at commit d1b799f: after two installs, a third was killed
between its first file and its second; in the other folder an apply, a probe account and an interview were under way.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.screens.cli.program import CHECKOUT, run
from tests.screens.terminal.terminal import wizard
from wizard import __version__
from wizard.plan.credentials import RECORD
from wizard.store.newer_records import RECORDS

KEPT: dict[str, Any] = json.loads((CHECKOUT / "tests/records/folders-of-0.1.0.json").read_text())
WROTE, STARTED = "cut off while it wrote", "cut off while LibreChat started"
ROOM = ".librechat-wizard"


def folder_of(tmp_path: Path, which: str) -> Path:
    """Lay a folder out as 0.1.0 left it; what was the account's that ran it is the present one's."""
    folder = tmp_path / "LibreChat"
    for name, file in KEPT["folders"][which].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file["text"].replace(f": {KEPT['uid']}", f": {os.getuid()}"))
        path.chmod(int(file["mode"], 8))
    for place in (folder / ROOM, *(folder / ROOM).rglob("*")):
        if place.is_dir():
            place.chmod(0o700)
    folder.chmod(0o755)
    return folder


def leftovers(folder: Path) -> list[str]:
    return [
        path.name for path in folder.rglob("*") if path.suffix in (".tmp", ".old") or path.name == "transaction.json"
    ]


def test_a_write_that_0_1_0_was_killed_in_is_taken_back(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, WROTE)
    assert len(leftovers(folder)) == 4
    doctor = run("doctor", "--offline", "--dir", folder)
    assert "The settings are consistent." in doctor.out
    assert "(.env: new, docker-compose.override.yml: old, Caddyfile: old)" in doctor.err
    done = run("restore", "--dir", folder)
    assert done.status == 0, done.text
    assert "APP_TITLE=Second\n" in (folder / ".env").read_text()
    assert not (folder / "Caddyfile").exists()
    assert leftovers(folder) == []


def test_a_write_that_0_1_0_was_killed_in_is_finished(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, WROTE)
    done = run("--answers", folder / "third.yaml", "--offline", "--force", "--dir", folder)
    assert "This run will finish the earlier run" in done.err
    assert "APP_TITLE=Third\n" in (folder / ".env").read_text()
    assert "chat.example.com" in (folder / "Caddyfile").read_text()
    assert leftovers(folder) == []
    again = run("--answers", folder / "third.yaml", "--offline", "--force", "--dir", folder)
    assert "written:" not in again.err, again.err


def test_every_backup_of_0_1_0_is_restored(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, WROTE)
    listed = run("restore", "--list", "--dir", folder)
    ids = [line.split()[0] for line in listed.out.splitlines()]
    assert len(ids) == 3
    assert "damaged" not in listed.text
    for backup, wanted in zip(ids, ("APP_TITLE=Second\n", "APP_TITLE=First\n", None), strict=True):
        done = run("restore", backup, "--dir", folder)
        assert done.status == 0, done.text
        if wanted is None:
            assert not (folder / ".env").exists()
        else:
            assert wanted in (folder / ".env").read_text()


def test_what_0_1_0_had_under_way_is_told_and_gone_back_from(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, STARTED)
    error_output = run("restore", "--list", "--dir", folder).err + run("doctor", "--offline", "--dir", folder).err
    assert "librechat-wizard-probe-0123abcd@chat.example.com" in error_output
    assert "while LibreChat was starting with the new settings" in error_output
    done = run("restore", "--dir", folder)
    assert done.status == 0, done.text
    assert "APP_TITLE=First\n" in (folder / ".env").read_text()
    assert not (folder / ROOM / "apply.json").exists()


def test_answers_that_0_1_0_kept_are_gone_on_with(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, STARTED)
    with wizard(folder) as terminal:
        terminal.until("Continue where you left off?")
        terminal.until("It has 3 saved")
        terminal.until("1 must be entered again")
        terminal.press("enter")
        terminal.until("Mail step")
        terminal.until("smtp.example.com")


DOCTOR = ("doctor", "--offline")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        *((name, DOCTOR) for name in ("transaction.json", "apply.json", "draft.json", "rotation.json", "unlock.json")),
        *(
            ("apply.json", words)
            for words in (("restore",), ("--answers", "third.yaml"), ("users", "list"), ("keys", "status"))
        ),
    ],
)
def test_records_of_a_newer_release_are_refused_and_nothing_changes(
    tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    folder = folder_of(tmp_path, STARTED)
    record = folder / ROOM / name
    record.write_text(json.dumps({"version": 2, "what": "nobody knows"}))
    record.chmod(0o600)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = run(*words, "--dir", folder, cwd=folder)
    assert done.status == 3, done.text
    assert (
        f"{ROOM}/{name}: it was written by a later release of librechat-wizard than this one ({__version__})."
        in done.err
    )
    assert "Use that release, or a newer one, in this folder." in done.err
    assert (f": rm {ROOM}/draft.json" in done.err) is (name == "draft.json")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_file_that_is_no_record_of_ours_refuses_nothing(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, STARTED)
    (folder / ROOM / "foo.json").write_text('{"version": 99}')
    assert "later release" not in run(*DOCTOR, "--dir", folder).text


def test_every_record_that_this_release_writes_is_looked_at() -> None:
    name = re.compile(r'^\w+: Final = f?"(?:\{NAME\}/|\.librechat-wizard/)?([\w-]+\.json)"', re.MULTILINE)
    texts = [path.read_text() for path in (CHECKOUT / "wizard").rglob("*.py")]
    writers = [text for text in texts if re.search(r"Record(File|List)\(", text)]
    written = {one for text in writers for one in name.findall(text)} - {"manifest.json"}
    assert written | {Path(RECORD).name} == set(RECORDS)


def test_a_link_in_place_of_the_private_folder_is_to_be_removed(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, STARTED)
    (folder / ROOM).rename(tmp_path / "elsewhere")
    (folder / ROOM).symlink_to(tmp_path / "elsewhere")
    for words in (DOCTOR, ("restore",)):
        done = run(*words, "--dir", folder)
        assert done.status == 3, done.text
        assert done.err.endswith(f"Remove the link: (cd {folder} && rm {ROOM})\n")


def test_the_full_screen_refuses_them_too(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, STARTED)
    (folder / ROOM / "draft.json").write_text('{"version": 2}')
    with wizard(folder) as terminal:
        assert terminal.wait() == 3
        assert "a later release of librechat-wizard" in terminal.flat


def test_a_backup_of_a_newer_release_is_not_passed_over(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, STARTED)
    for name in ("apply.json", "probe.json", "draft.json"):
        (folder / ROOM / name).unlink()
    newest = max(path.name for path in (folder / ROOM / "backups").iterdir())
    manifest = folder / ROOM / "backups" / newest / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "version": 2}))
    before = (folder / ".env").read_bytes()
    listed = run("restore", "--list", "--dir", folder)
    assert "made by a newer wizard release; restore it with that release" in listed.out
    assert "rm -r" not in listed.err
    done = run("restore", "--dir", folder)
    assert done.status == 3, done.text
    assert (
        f"{newest}/manifest.json: a later release of librechat-wizard created this backup. Nothing changed." in done.err
    )
    assert (folder / ".env").read_bytes() == before
