"""The api container: the stand-in with the settings of a folder's ``.env``, and the accounts that create-user made."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from screens.demo.librechat import Account, Settings, StandIn
from wizard.basics.secret import Secret
from wizard.dotenv.document import Document
from wizard.librechat.releases import Release


def accounts_of(state: Path) -> list[Account]:
    """Return the accounts that create-user has made."""
    path = state / "users.json"
    try:
        users = json.loads(path.read_text()) if path.is_file() else []
    except ValueError:
        # Being written just now.
        return []
    return [Account(email=user["email"], password=Secret(user["password"]), name=user["name"]) for user in users]


async def main(settings: dict[str, str], state: Path) -> None:
    """Serve until killed, or until the test's folder is gone."""
    environment = {**settings, "NODE_ENV": "production", "MONGO_URI": "mongodb://mongodb:27017/LibreChat"}
    known: set[str] = set()
    async with StandIn(
        Settings(environment=environment, release=Release(0, 8, 7), ready_after=0.1), port=int(settings["PORT"])
    ) as server:
        while await asyncio.to_thread(state.is_dir):
            accounts = await asyncio.to_thread(accounts_of, state)
            server.database.add_accounts(tuple(one for one in accounts if one.email not in known))
            present = {one.email for one in accounts}
            for user in [user for user in server.database.users.values() if user.email in known - present]:
                server.database.close_all_of(user)
                del server.database.users[user.identity]
            known = present or known
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(main(Document.parse(Path(sys.argv[1], ".env").read_bytes()).values(), Path(sys.argv[2])))
