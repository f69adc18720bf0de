"""LibreChat's own account scripts (package.json:31-36, v0.8.8-rc1): first release, questions, and what they leave behind.

Recorded in a container of v0.8.8-rc1 (the scripts of v0.7.9, v0.8.0, v0.8.3, v0.8.5 and later ones among them); those of
v0.7.0 and v0.7.5 were read.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from wizard.librechat.releases import Release

VERIFIED_SINCE: Final = Release(0, 7, 4)
"""First release whose create-user knows ``--email-verified`` (config/create-user.js); v0.7.3 sends a mail instead
(api/server/services/AuthService.js:176)."""
IN_CONFIG_SINCE: Final = Release(0, 7, 5, 1)
"""First release whose API image keeps the scripts in /app/config; before, they are in /app/api (Dockerfile.multi)."""
COMPLETE_DELETE_SINCE: Final = Release(0, 7, 9)
"""First release whose delete-user removes more than the account's database record (config/delete-user.js)."""
STOPPED_DELETE_SINCE: Final = Release(0, 8, 8, 2)
"""First release whose delete-user asks whether all of LibreChat is stopped if no Redis coordinates it (after v0.8.8-rc1)."""
BANS_IN_DATABASE_SINCE: Final = Release(0, 7, 3)
"""First release that keeps the copies of a ban in MongoDB; before, they are in memory until a restart (checkBan.js)."""
BAN_SCORE: Final = 20
"""``violation_count`` of ban-user: a BAN_INTERVAL above it makes the script do nothing, with exit status 0."""


class Script(StrEnum):
    """A script by its name in ``config/`` and in npm."""

    CREATE = "create-user"
    DELETE = "delete-user"
    BAN = "ban-user"
    INVITE = "invite-user"
    RESET = "reset-password"


_SINCE: Final = {Script.INVITE: Release(0, 7, 5, 1), Script.RESET: Release(0, 7, 7, 1)}


def since(script: Script) -> Release | None:
    """Return the first release that has a script; ``None``: every release that the wizard knows."""
    return _SINCE.get(script)


def is_there(script: Script, release: Release) -> bool:
    """Return whether a release has a script."""
    first = since(script)
    return first is None or release >= first


def left_behind(release: Release) -> tuple[str, ...]:
    """Return what delete-user leaves in the database and on the disk (config/delete-user.js by release)."""
    always = ("uploaded files on disk or in S3", "vectors in the RAG API", "Meilisearch entries", "bans")
    if release < COMPLETE_DELETE_SINCE:
        return ("conversations, messages, files, keys, sessions: everything but the account's database record", *always)
    if release < Release(0, 8, 1):
        return ("actions, agent API keys, access permissions, group memberships", *always)
    if release < Release(0, 8, 3):
        return ("agent API keys", *always)
    return ("skills, projects, favorites, other users' permissions for the account's agents", *always)
