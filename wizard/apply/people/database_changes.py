"""Account changes that no LibreChat script can make, done in its database by our own script: bans lifted, roles, sessions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from wizard.apply.people.directory import user_change
from wizard.apply.people.model import AccountChange, AccountOutcome, Consent
from wizard.basics.exit_status import ExitStatus
from wizard.basics.plain_text import plain
from wizard.librechat import scripts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wizard.apply.people.directory import Directory
    from wizard.apply.people.model import UserAccount
    from wizard.deployment.model import Deployment


def unban_change(
    directory: Directory, deployment: Deployment, person: UserAccount, bans: list[dict[str, object]]
) -> AccountChange:
    """Return how these bans of a person are lifted."""
    addresses = sum(not str(ban["key"]).endswith(f":{person.id}") for ban in bans)
    lines = [f"Ban entries in the database: {len(bans)}, including {addresses} for IP addresses."]
    if deployment.release < scripts.BANS_IN_DATABASE_SINCE:
        lines.append(f"LibreChat {deployment.release} also keeps bans in memory. Restart LibreChat afterwards.")
    changes = [{"collection": "logs", "id": ban["id"], "remove": True} for ban in bans]

    async def work(_: Consent) -> AccountOutcome:
        await directory.change(changes)
        _fields, left = await directory.document(person, ())
        if left:
            return AccountOutcome(sentence="The ban could not be lifted.", status=ExitStatus.FAILED)
        return AccountOutcome(sentence=f"{plain(person.email)} is no longer banned.")

    keys = json.dumps([ban["key"] for ban in bans])
    return AccountChange(
        name="unban",
        title=f"Lift the ban on {plain(person.email)}",
        question=f"Lift the ban on {plain(person.email)}?",
        lines=tuple(lines),
        commands=(directory.command,),
        manual_commands=(plain(f"db.logs.deleteMany({{key: {{$in: {keys}}}}})    (in mongosh)", limit=600),),
        work=work,
    )


def role_of(wanted: str, known: Sequence[str]) -> str | None:
    """Return the role that is meant: the one of exactly that name, else LibreChat's own, else the one whose case alone differs."""
    if wanted in known:
        return wanted
    if wanted.upper() in ("ADMIN", "USER"):
        return wanted.upper()
    near = [name for name in known if name.upper() == wanted.upper()]
    return near[0] if len(near) == 1 else None


def role_change(directory: Directory, person: UserAccount, role: str) -> AccountChange:
    """Return how a person gets a role that exists; it holds at once, without a restart."""
    change = user_change(person, {"role": person.role or None}, {"role": role})

    async def work(_: Consent) -> AccountOutcome:
        _undo, is_done = await directory.change([change])
        if not is_done:
            return AccountOutcome(
                sentence="Someone else changed the account in the meantime.", status=ExitStatus.FAILED
            )
        return AccountOutcome(sentence=f"{plain(person.email)} now has the role {plain(role)}.")

    written = json.dumps({"$set": {"role": role}})
    return AccountChange(
        name="role",
        title=f"Give {plain(person.email)} the role {plain(role)}",
        question=f"Change the role of {plain(person.email)} from {plain(person.role) or 'none'} to {plain(role)}?",
        lines=("The role applies immediately, even to open sessions.",),
        commands=(directory.command,),
        manual_commands=(
            f'db.users.updateOne({{_id: ObjectId("{plain(person.id)}")}}, {plain(written)})    (in mongosh)',
        ),
        work=work,
    )


def sessions_change(directory: Directory, person: UserAccount) -> AccountChange:
    """Return how all sessions of a person end: a reset leaves them open."""

    async def work(_: Consent) -> AccountOutcome:
        ended = await directory.end_sessions(person)
        return AccountOutcome(sentence=f"Sessions ended for {plain(person.email)}: {ended}.")

    count = "1 session" if person.sessions == 1 else f"{person.sessions} sessions"
    return AccountChange(
        name="end-sessions",
        title="End their sessions",
        question=f"{plain(person.email)} is still signed in ({count}). A new password does not end sessions. End them now?",
        lines=("Sessions that are open in a browser continue for up to SESSION_EXPIRY (default: 15 minutes).",),
        commands=(directory.command,),
        manual_commands=(f'db.sessions.deleteMany({{user: ObjectId("{plain(person.id)}")}})    (in mongosh)',),
        work=work,
    )
