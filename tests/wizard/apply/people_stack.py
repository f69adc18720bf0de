"""LibreChat's people as its scripts see them: a folder, the recording docker, an image with LibreChat's driver and scripts."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.judge import JUDGES, need_path
from tests.servers.bson import ObjectId
from tests.servers.mongodb import mongodb
from tests.servers.mongodb_commands import MongoServer
from tests.wizard.apply.stack import Stack
from wizard.answers.model import Answers
from wizard.deployment.assembled import deployment
from wizard.deployment.model import Deployment
from wizard.deployment.snapshot import take
from wizard.librechat.releases import Release
from wizard.librechat.scripts import Script

_SCRIPTS = Path(__file__).with_name("image") / "scripts.js"
_numbers = itertools.count(1)
NOW = datetime.now(UTC).replace(microsecond=0)


class PeopleStack(Stack):
    """A stack whose one-off containers have LibreChat's scripts and a database."""

    def __init__(self, room: Path, mongo: MongoServer, release: str = "v0.8.7") -> None:
        super().__init__(room)
        self.mongo, self.release = mongo, release
        self.image = self.state / "app"
        modules = self.image / "node_modules"
        modules.mkdir(parents=True)
        (modules / "mongoose").symlink_to(need_path("mongoose", JUDGES / "node_modules" / "mongoose"))
        (self.image / "package.json").write_text(json.dumps({"version": release}))
        for folder in ("config", "api"):
            (self.image / folder).mkdir()
            for script in Script:
                shutil.copy(_SCRIPTS, self.image / folder / f"{script}.js")
        self.container_environment()

    def container_environment(self, **settings: str) -> None:
        """Choose what the api container has in its environment."""
        given = {"MONGO_URI": self.mongo.address(), "RELEASE": self.release, **settings}
        (self.state / "container-environment.json").write_text(json.dumps(given))

    def settings(self, **settings: str) -> None:
        """Add lines to ``.env``, and let the container have them."""
        with (self.folder / ".env").open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in settings.items())
        self.container_environment(**settings)

    def fill(self, *users: dict[str, Any], **collections: list[dict[str, Any]]) -> None:
        """Have the database hold these people."""
        self.mongo.fill({"users": list(users), **collections})

    def user(self, email: str) -> dict[str, Any] | None:
        """Return the document of a person."""
        return next((one for one in self.mongo.content().get("users", []) if one["email"] == email), None)

    def deployment(self) -> Deployment:
        """Return the folder as the program reads it, with the release that was chosen."""
        return deployment(take(self.folder, Answers()), {})._replace(release=Release.parse(self.release))


def user(email: str, role: str = "USER", **more: Any) -> dict[str, Any]:
    """Return a document as LibreChat v0.8.8-rc1 stores it (recorded)."""
    local = email.partition("@")[0]
    return {
        "_id": ObjectId(next(_numbers).to_bytes(12, "big")),
        "name": local.capitalize(),
        "username": local,
        "email": email,
        "emailVerified": True,
        "password": f"clear:old password of {local}",
        "avatar": None,
        "provider": "local",
        "role": role,
        "plugins": [],
        "twoFactorEnabled": False,
        "createdAt": NOW,
        "updatedAt": NOW,
        "termsAcceptedAt": None,
        "backupCodes": [],
        "refreshToken": [],
        **more,
    }


def session(person: dict[str, Any]) -> dict[str, Any]:
    """Return an open session of a person."""
    return {
        "_id": ObjectId.new(),
        "user": person["_id"],
        "expiration": NOW + timedelta(days=7),
        "refreshTokenHash": "x",
    }


def ban(*keys: str, minutes: float = 60) -> list[dict[str, Any]]:
    """Return the entries of one ban, as ban-user and checkBan.js make them."""
    # Not from when this module was loaded: a suite may have run for longer than a ban lasts.
    now = datetime.now(UTC).replace(microsecond=0)
    until = int((now + timedelta(minutes=minutes)).timestamp() * 1000)
    value = {"type": "concurrent", "violation_count": 20, "duration": 3600000, "expiresAt": until}
    text = json.dumps({"value": value, "expires": until}, separators=(",", ":"))
    return [{"_id": ObjectId.new(), "key": key, "value": text, "expiresAt": now + timedelta(hours=2)} for key in keys]


@contextmanager
def people_stack(room: Path, release: str = "v0.8.7") -> Iterator[PeopleStack]:
    """Run the stack and its database."""
    with mongodb() as mongo:
        made = PeopleStack(room, mongo, release)
        try:
            yield made
        finally:
            made.end()
