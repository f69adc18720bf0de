"""What runs in the container of LibreChat: the stand-in, with the settings that LibreChat itself would have there.

Settings as api/server/index.js gets them: the container's environment, then /app/.env (npm dotenv: what is there already wins, and a
file that cannot be read is none). Secrets that are blank it makes itself (packages/api/src/credentials.ts, v0.8.8-rc1).
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
import os
import secrets
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from screens.demo.librechat import Account, Settings, StandIn, StartRefused
from wizard.basics.secret import Secret
from wizard.dotenv.document import Document
from wizard.librechat.releases import NEWEST

EVERYWHERE = "0.0.0.0"  # noqa: S104 - in a container
LINES_PORT = 27018
"""Of the database's container (image/database.py)."""
SECRETS = {"CREDS_KEY": 32, "CREDS_IV": 16, "JWT_SECRET": 32, "JWT_REFRESH_SECRET": 32}


def settings() -> dict[str, str]:
    """Return process.env behind dotenv."""
    try:
        written = Document.parse(Path("/app/.env").read_bytes()).values()
    except OSError:
        written = {}
    return {**written, **os.environ}


def with_secrets(environment: dict[str, str]) -> dict[str, str]:
    """Fill in what is blank, from the file that an earlier start left, else anew."""
    path = Path(environment.get("LIBRECHAT_TEMP_CREDENTIALS_PATH") or "/app/.env.temp")
    known = dict(line.split("=", 1) for line in path.read_text().splitlines()) if path.is_file() else {}
    blank = [name for name in SECRETS if not environment.get(name, "").strip()]
    made = {name: known.get(name) or secrets.token_hex(SECRETS[name]) for name in blank}
    if made and made != known:
        path.write_text("".join(f"{name}={value}\n" for name, value in made.items()))
        path.chmod(0o600)
    return {**environment, **made}


def ask(do: str, collection: str, **more: object) -> Any:
    """Ask the database of MONGO_URI."""
    with (
        socket.create_connection(("mongodb", LINES_PORT), timeout=5) as connection,
        connection.makefile("rwb") as stream,
    ):
        stream.write(json.dumps({"do": do, "collection": collection, **more}).encode() + b"\n")
        stream.flush()
        return json.loads(stream.readline())


class People:
    """The people of the database in the stand-in, as they come, change and go; who registered at the stand-in itself stays."""

    def __init__(self, server: StandIn) -> None:
        self._database = server.database
        self._known: set[str] = set()
        self._banned: set[str] = set()

    def take_over(self, users: list[dict[str, Any]], logs: list[dict[str, Any]]) -> None:
        """Have the stand-in hold these; the order is the one in which they came."""
        database = self._database
        for one in users:
            user = database.find(one["email"])
            if user is None:
                made = database.add(Account(email=one["email"], password=Secret(""), name=one["name"]))
                user = database.users[one["_id"]] = dataclasses.replace(
                    database.users.pop(made.identity), identity=one["_id"]
                )
            # The scripts of the tests store it in clear.
            user.password = Secret((one.get("password") or "").removeprefix("clear:"))
            user.role, user.verified = one["role"], one["emailVerified"]
            user.two_factor = one["twoFactorEnabled"]
        emails = {one["email"] for one in users}
        for user in [one for one in database.users.values() if one.email in self._known - emails]:
            database.close_all_of(user)
            del database.users[user.identity]
        self._known = emails
        until = {one["key"].rpartition(":")[2]: json.loads(one["value"])["value"]["expiresAt"] for one in logs}
        for who in self._banned | until.keys():
            database.ban(who, until.get(who, 0) - time.time() * 1000)
        self._banned = set(until)


def stored() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the people of the database, and its bans."""
    return ask("find", "users"), [one for one in ask("find", "logs") if "ban" in one["key"].lower()]


def record_fingerprints(environment: dict[str, str]) -> None:
    """Record on an empty database which secrets are in use (packages/api/src/app/checks.ts:173-245, v0.8.8-rc1)."""
    if not ask("find", "users") and not ask("find", "librechatCredentialMetadata"):
        marks = {name: hashlib.sha256(environment[name].encode()).hexdigest() for name in SECRETS}
        ask("insert", "librechatCredentialMetadata", document={"_id": "primary", "fingerprints": marks})


def log(text: str) -> None:
    """Say a line for docker logs."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def stop(why: str) -> None:
    """End as LibreChat does: the reason in the log, status 1."""
    log(f"error: {why}\nerror: Failed to start server")
    raise SystemExit(1)


async def connected(environment: dict[str, str]) -> None:
    """Wait for the database, and for Redis where it is configured."""
    if environment.get("USE_REDIS") == "true":
        host = urlsplit(environment.get("REDIS_URI", ""))
        try:
            socket.create_connection((host.hostname or "", host.port or 6379), timeout=3).close()
        except OSError as error:
            stop(f"[@keyv/redis] connect ECONNREFUSED: {error}")
    for _ in range(100):
        try:
            record_fingerprints(environment)
        except (OSError, ValueError):
            await asyncio.sleep(0.1)
        else:
            return
    stop("MongooseServerSelectionError: getaddrinfo ENOTFOUND mongodb")


def write_log() -> None:
    """Write the log file as LibreChat does: it ends where it cannot."""
    folder = next(path for path in (Path("/app/api/logs"), Path("/app/logs")) if path.is_dir())
    folder.joinpath("info.log").write_text("started\n")


async def main() -> None:
    """Serve until the container is stopped."""
    environment = with_secrets(settings())
    log(f"info: running as {os.geteuid()}:{os.getegid()}")
    await connected(environment)
    write_log()
    await asyncio.sleep(float(environment.get("STANDIN_STARTS_IN", "0.3")))
    made = Settings(environment=environment, release=NEWEST)
    try:
        async with StandIn(made, host=EVERYWHERE, port=int(environment.get("PORT") or 3080)) as server:
            log("info: Server readiness checks passing")
            people = People(server)
            while True:
                people.take_over(*await asyncio.to_thread(stored))
                await asyncio.sleep(0.2)
    except StartRefused as refused:
        stop(str(refused))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    asyncio.run(main())
