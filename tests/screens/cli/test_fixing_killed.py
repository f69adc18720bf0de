"""``doctor --fix`` killed at its steps: every file is whole, and the next run ends what was begun."""

from __future__ import annotations

import signal
from pathlib import Path

from screens.cli.fixing import fix_folder
from screens.cli.output import Output
from tests.rounds import ROUNDS
from tests.wizard.rules.builder import HEALTHY
from tests.wizard.store.killed.faults import before_each_call, nothing
from tests.wizard.store.killed.victims import Victims
from wizard.store.folder_store import FolderStore

COMPOSE = "services:\n  api: {image: 'ghcr.io/danny-avila/librechat:v0.8.7', env_file: .env}\n"
FAULTS = {**HEALTHY, "DOMAIN_CLIENT": "https://chat.example.net/", "TRUST_PROXY": "true", "ALLOW_REGISTRATION": "yes"}
"""Three findings with a fix each; nothing that is generated, so that every state of the file is known."""


def _made(folder: Path) -> Path:
    folder.mkdir()
    (folder / "docker-compose.yml").write_text(COMPOSE)
    (folder / ".env").write_text("# mine\n" + "".join(f"{name}={value}\n" for name, value in FAULTS.items()))
    (folder / ".env").chmod(0o600)
    return folder


def _fix(folder: Path) -> None:
    fix_folder(folder, Output("doctor", as_json=True), yes=True)


def test_every_file_is_whole_after_a_kill_at_any_step(tmp_path: Path) -> None:
    whole = _made(tmp_path / "whole")
    first = (whole / ".env").read_bytes()
    with before_each_call(nothing) as calls:
        _fix(whole)
    last = (whole / ".env").read_bytes()
    kept = {path.read_bytes() for path in (whole / ".librechat-wizard" / "backups").rglob("*env*") if path.is_file()}
    states = {first, last, *kept}
    assert len(states) == 4, "each of the three fixes has its own backup"
    found = set()
    with Victims() as victims:
        victims.order(_made(tmp_path / "first"), work="fix", here=True)
        steps = len(calls.names)
        for kill in range(min(ROUNDS.kills, steps)):
            folder = _made(tmp_path / str(kill))
            order = victims.order(folder, work="fix", call=1 + (2 * kill + 1) * steps // (2 * min(ROUNDS.kills, steps)))
            assert order["status"] == -signal.SIGKILL
            state = (folder / ".env").read_bytes()
            assert state in states
            assert (folder / ".env").stat().st_mode & 0o777 == 0o600
            assert (folder / "docker-compose.yml").read_text() == COMPOSE
            found.add(state)
            with (store := FolderStore(folder)).lock():
                store.clean_up()
            _fix(folder)
            assert (folder / ".env").read_bytes() == last
            assert {path.name for path in folder.iterdir()} == {".env", "docker-compose.yml", ".librechat-wizard"}
    assert len(found) > 1, "no victim died between two fixes: this shows nothing"
