"""LibreChat's people as its scripts see them: a folder, the recording docker, an image with a database and scripts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.wizard.apply.stack import Stack
from wizard.answers.model import Answers
from wizard.deployment.assembled import deployment
from wizard.deployment.model import Deployment
from wizard.deployment.snapshot import take

_IMAGE = Path(__file__).with_name("image")


class PeopleStack(Stack):
    """A stack whose one-off containers see a database in one file."""

    def __init__(self, room: Path) -> None:
        super().__init__(room)
        self.image = self.state / "app"
        modules = self.image / "node_modules" / "mongoose"
        modules.mkdir(parents=True)
        shutil.copy(_IMAGE / "mongoose.js", modules / "index.js")
        self.container_environment()

    def container_environment(self, **settings: str) -> None:
        """Choose what the api container has in its environment."""
        given = {"MONGO_URI": "mongodb://mongodb:27017/LibreChat", "STATE": str(self.state), **settings}
        (self.state / "container-environment.json").write_text(json.dumps(given))

    @property
    def database(self) -> dict[str, list[dict[str, Any]]]:
        """Every collection, in MongoDB's Extended JSON."""
        path = self.state / "database.json"
        found: dict[str, list[dict[str, Any]]] = json.loads(path.read_text()) if path.is_file() else {}
        return found

    @database.setter
    def database(self, collections: dict[str, list[dict[str, Any]]]) -> None:
        (self.state / "database.json").write_text(json.dumps(collections))

    def deployment(self) -> Deployment:
        """Return the folder as the program reads it."""
        return deployment(take(self.folder, Answers()), {})
