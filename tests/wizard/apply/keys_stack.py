"""A stack that runs, with a real MongoDB protocol below LibreChat's own driver, and values that its keys encrypted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pexpect

from tests.judge import CHECKOUT, JUDGES, need_path
from tests.patience import LAST_RESORT
from tests.servers.mongodb_commands import MongoServer
from tests.wizard.apply.encrypted_database import Content, Keys, database, opened
from tests.wizard.apply.rotating import JOURNAL
from tests.wizard.apply.stack import Stack
from wizard.dotenv.document import Document
from wizard.librechat.releases import Release


class KeysStack(Stack):
    """The stack, its database, and what it holds in clear."""

    def __init__(self, room: Path, server: MongoServer) -> None:
        super().__init__(room)
        self.server = server
        self.image = self.state / "app"
        self.release("v0.8.7")
        (self.image / "node_modules").mkdir()
        for name in ("mongoose", "dotenv"):
            (self.image / "node_modules" / name).symlink_to(need_path(name, JUDGES / "node_modules" / name))
        (self.image / ".env").symlink_to(self.folder / ".env")
        self.container_environment()

    def release(self, tag: str) -> None:
        """Choose the release that the container says it is."""
        self.image.mkdir(exist_ok=True)
        (self.image / "package.json").write_text(json.dumps({"name": "LibreChat", "version": tag}))

    def container_environment(self, **settings: str) -> None:
        """Choose what the api container has in its environment."""
        given = {"MONGO_URI": self.server.address(), **settings}
        (self.state / "container-environment.json").write_text(json.dumps(given))

    @property
    def values(self) -> dict[str, str]:
        """What ``.env`` says."""
        return Document.parse((self.folder / ".env").read_bytes()).values()

    @property
    def keys(self) -> Keys:
        """The pair in ``.env``."""
        return Keys(self.values["CREDS_KEY"], self.values["CREDS_IV"])

    def fill(self, count: int, release: str = "v0.8.7") -> Content:
        """Have LibreChat store so many values."""
        content = database(Release.parse(release), count, self.keys)
        self.server.fill(content)
        return content

    def clear(self) -> dict[tuple[str, ...], str]:
        """Return what is stored, decrypted with the keys in ``.env``."""
        return opened({name: each for name, each in self.server.content().items() if name != JOURNAL}, self.keys)

    def docker(self, *words: str) -> None:
        """Run the stack's docker as a person would."""
        subprocess.run([self.tools / "docker", "compose", *words], cwd=self.folder, check=True, capture_output=True)

    def terminal(self, *words: str) -> pexpect.spawn[str]:
        """Run the program in a terminal."""
        arguments = ["-P", "-m", "wizard", *words, "--dir", str(self.folder)]
        environment = {**os.environ, **self.environment, "PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1"}
        return pexpect.spawn(sys.executable, arguments, env=environment, encoding="utf-8", timeout=LAST_RESORT)

    @property
    def rotation(self) -> Path:
        """The record of a rotation under way."""
        return self.folder / ".librechat-wizard" / "rotation.json"
