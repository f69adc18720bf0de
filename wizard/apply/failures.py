"""What Docker's words mean, for a person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wizard.apply.events import Failed, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wizard.apply.events import CommandEnded

_MEANINGS: Final = (
    (
        Reason.DOCKER,
        (
            r"cannot connect to the docker daemon|permission denied while trying to connect|error during connect|"
            r"is the docker daemon running|cannot be started|context .* not found"
        ),
        "Docker does not answer.",
        "Start Docker, or run this as a user who may use it (a member of the group docker, or with sudo).",
    ),
    (
        Reason.IMAGE,
        (
            r"manifest unknown|manifest for .* not found|pull access denied|no such image|failed to resolve reference|"
            r"repository .*does not exist|no matching manifest|unable to get image|failed to pull"
        ),
        "An image is missing: it is not on this machine, and could not be fetched.",
        "See whether its name and version in the compose files are right and this machine reaches the registry.",
    ),
    (
        Reason.PORT,
        r"port is already allocated|address already in use|ports are not available",
        "A port that LibreChat publishes is taken by another program.",
        "End that program (ss -ltnp shows it), or choose another PORT.",
    ),
)
NOT_FIRST: Final = Failed(
    reason=Reason.ADMIN,
    summary="The account was made, but it is no administrator: LibreChat's database had accounts before.",
    remedy="The first account of the database is the administrator; sign in with that one to give the role away.",
)


def of_output(said: Sequence[str]) -> Failed:
    """Return why a command of Docker Compose failed, as far as its last lines (redacted) tell."""
    text = "\n".join(said)
    for reason, pattern, summary, remedy in _MEANINGS:
        if re.search(pattern, text, re.IGNORECASE):
            return Failed(reason=reason, summary=summary, evidence=tuple(said), remedy=remedy)
    return Failed(
        reason=Reason.COMMAND, summary="The command failed.", evidence=tuple(said), remedy="Its last lines say why."
    )


def of_account(ended: CommandEnded | None, logs: str) -> Failed:
    """Return why the first administrator could not be made; ``logs`` is the command that shows LibreChat's log."""
    said = ended.said if ended is not None else ()
    text = " ".join(said)
    remedy = f"Its last lines say why; this may say more: {logs}"
    if "already exists" in text:
        remedy = "The database has that account already: leave --first-admin out."
    elif "address provided cannot be used" in text or "domain is not allowed" in text:
        remedy = "registration.allowedDomains in librechat.yaml does not have the domain of this address."
    return Failed(
        reason=Reason.ADMIN, summary="The first administrator could not be made.", evidence=said, remedy=remedy
    )
