"""The script that re-encrypts, run on the tests' own MongoDB with LibreChat's driver, and killed at any command."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.judge import JUDGES, image_node, need_path
from tests.servers.mongodb_commands import MongoServer
from tests.servers.mongodb_query import Document
from tests.wizard.apply.encrypted_database import Content, Keys
from wizard.basics.container_script import container_script
from wizard.librechat.encrypted_values import FIELDS, NEVER_ENCRYPTED
from wizard.librechat.releases import Release

JOURNAL = "librechatWizardRotation"
OLD, NEW = Keys.of(1), Keys.of(2)
_MONGOOSE_8 = Release(0, 7, 6)
"""LibreChat's releases up to v0.7.5 have mongoose 7."""


class Killed(Exception):
    """The script was killed before it was done."""


class Bench:
    """A database of a release, and what works on it."""

    def __init__(self, server: MongoServer, room: Path, release: Release) -> None:
        self.server, self.release = server, release
        package = "mongoose" if release >= _MONGOOSE_8 else "mongoose-7"
        self.image = room / str(release)
        (self.image / "node_modules").mkdir(parents=True)
        (self.image / "node_modules/mongoose").symlink_to(need_path(package, JUDGES / "node_modules" / package))
        (self.image / "package.json").write_text(json.dumps({"name": "LibreChat", "version": str(release)}))
        self.answers: list[str] = []
        """All that came out."""
        self.events: list[str] = []
        """Commands and single updates of the last run, each with its collection."""

    def run(
        self, op: str, *, kill_at: int = 0, on_step: Callable[[str, Document], None] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Run the script; ``Killed`` where it is killed at one of its commands or updates, counted from 1.

        At an even one the server carries the rest out although nobody waits for its answer, at an odd one it never gets it.
        """
        pairs = {"old": OLD.as_task, "new": NEW.as_task} if op != "look" else {"old": OLD.as_task}
        task = {"mark": "m", "seconds": 300, "op": op, "pairs": pairs, "run": secrets.token_hex(8), **more}
        task |= {"fields": [each.as_task() for each in FIELDS], "unswept": list(NEVER_ENCRYPTED)}
        text = container_script("wizard.apply", "stored_values.js", task, shared="database.js")
        child = subprocess.Popen(
            [image_node(), "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.image,
            env={"MONGO_URI": self.server.address(), "CREDS_KEY": OLD.key, "CREDS_IV": OLD.iv},
        )
        events: list[str] = []
        self.events = events

        def kill(name: str, command: Document) -> None:
            if on_step is not None:
                on_step(name, command)
            events.append(f"{name} {command.get(name)}")
            if len(events) == kill_at:
                os.kill(child.pid, signal.SIGKILL)
                if kill_at % 2:
                    raise ConnectionResetError

        self.server.before = kill
        out, err = child.communicate(text)
        self.server.before = None
        self.answers.append(out)
        if child.returncode == -signal.SIGKILL:
            raise Killed
        lines = [line for line in out.splitlines() if line]
        assert len(lines) == 1, (out, err)
        answer: dict[str, Any] = json.loads(lines[0])
        return answer

    def content(self) -> Content:
        """Return what LibreChat has, without the journal."""
        return {name: each for name, each in self.server.content().items() if name != JOURNAL}
