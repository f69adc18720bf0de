"""In a container a folder that ends with it is refused, and the command that is printed works as it stands."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from screens.cli import container_folder, folder_choice
from screens.cli.container_folder import refuse_what_is_lost
from screens.cli.main import main
from wizard.basics import container, own_command
from wizard.basics.installed import STARTED_AS, Installed, InstallMethod

IMAGE = "librechat-auth-wizard:9"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The one folder that is mounted into the container in which the program believes to be; beside it is another."""
    copy = Installed(method=InstallMethod.CONTAINER, package="/opt/librechat-wizard", name=IMAGE)
    for module in (own_command, container_folder, folder_choice):
        monkeypatch.setattr(module, "installed", lambda: copy)
    monkeypatch.setattr(container, "socket_group", lambda: None)
    folder, other = tmp_path / "chat", tmp_path / "our other"
    for one in (folder / "inner", other):
        one.mkdir(parents=True)
    (folder / "away").symlink_to(other)
    (folder / "answers.yaml").write_text("version: 1\n")
    monkeypatch.setattr(container, "is_kept", lambda place: place == folder or folder in place.parents)
    monkeypatch.setattr(own_command, "_folder", "")
    monkeypatch.delenv(STARTED_AS, raising=False)
    monkeypatch.chdir(folder)
    return folder


def refused(capsys: pytest.CaptureFixture[str], *typed: str) -> str:
    assert main(typed) == 2
    message = " ".join(capsys.readouterr().err.split())
    assert "not mounted" in message
    return message


@pytest.mark.parametrize("folder", ["..", "../our other", "away", "inner/../../our other"])
def test_what_leads_out_of_the_mounted_folder_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str], folder: str
) -> None:
    where = (here / folder).resolve()
    assert shlex.quote(f"type=bind,src={where},dst={where}") in refused(capsys, "doctor", "--offline", "--dir", folder)
    # What comes along with the mounted folder is not.
    refuse_what_is_lost("inner", ())
    refuse_what_is_lost(str(here), ())


def test_the_line_has_every_word_that_was_typed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = here.parent / "our other"
    message = refused(capsys, "doctor", "--offline", f"--dir={other}", "--resolve", "a b:::1")
    line, _, practice = message.partition(" To practice, run: ")
    assert line.endswith(f" {IMAGE} doctor --offline --resolve 'a b:::1' --dir '{other}'.")
    # Practice needs no folder.
    assert str(other) not in practice
    assert practice.endswith(f"{IMAGE} demo")


def test_a_script_of_ones_own_is_started_in_the_folder(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(STARTED_AS, "librechat-wizard")
    other = here.parent / "our other"
    message = refused(capsys, "doctor", "--dir", str(other), "--offline")
    assert f"Run: cd '{other}' && librechat-wizard doctor --offline. To practice, run: librechat-wizard demo" in message
    # A file that is named would not be found from there.
    message = refused(capsys, "--answers", "answers.yaml", "--dir", str(other))
    assert f"{IMAGE} --answers answers.yaml --dir '{other}'." in message


def test_where_no_folder_is_mounted_the_persons_own_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(container, "is_kept", lambda _: False)
    message = refused(capsys, "restore", "--list")
    assert "In the LibreChat folder, run: docker run" in message
    assert f"{IMAGE} restore --list." in message
    message = refused(capsys, "restore", "--dir", "inner")
    assert "Run: cd inner && docker run" in message
    assert f"{here}" not in message


def test_nobody_is_asked_for_a_folder_that_the_container_cannot_see(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(folder_choice, "_is_terminal", lambda: True)
    monkeypatch.setattr("builtins.input", lambda: pytest.fail("somebody was asked"))
    assert main(()) == 2
    message = " ".join(capsys.readouterr().err.split())
    assert f"no LibreChat found in the mounted folder, {here}" in message
    assert "cd to the LibreChat folder, then run: docker run" in message
    assert "Number, folder" not in message
