"""The first administrator: registration is closed until the account exists, and its password is in no argument list.

``create-user`` asks for the password alone when address, name, user name and ``--email-verified`` are given, with one
readline on its standard input (config/create-user.js and config/helpers.js, v0.7.0 to v0.8.8-rc1); without a terminal
nothing is echoed. ``registerUser`` gives the role ADMIN where the database has no user yet (AuthService.js:373-382).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wizard.apply.events import AdminMade
from wizard.basics.patterns import late_pattern
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import Secret
from wizard.dotenv.document import Document
from wizard.librechat.passwords import LONGEST, password_fault, shortest_password
from wizard.librechat.providers import has_ldap
from wizard.librechat.values import is_enabled, is_enabled_default_on
from wizard.plan.lines import HEADING
from wizard.store.plan_writes import file_writes
from wizard.store.transaction import FileWrite

if TYPE_CHECKING:
    from wizard.apply.address import ApiAddress
    from wizard.deployment.file_state import FileState
    from wizard.plan.proposal import Proposal

FIELD: Final = "--first-admin"
_CLOSING: Final = ("ALLOW_REGISTRATION", "ALLOW_SOCIAL_LOGIN")
"""The first person who signs up or signs in through a provider before the administrator would take away their role."""
_ADDRESS: Final = late_pattern(r"[^@\s\"'<>{};=*/\\]+@[^@\s]+\.[^@\s.]+")
_SHORTEST_NAME: Final = 3
_SHORTEST_USERNAME: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """The account to make."""

    email: str
    name: str
    username: str
    password: Secret
    is_generated: bool = False


def admin(email: str, password: Secret | None, settings: Mapping[str, str]) -> Admin:
    """Return the account for an address; a password is generated if none is given.

    ``InvalidInput`` for what LibreChat would refuse (api/strategies/validators.js:33-77) or what could not work.
    """
    problems = []
    if not _ADDRESS.fullmatch(email) or len(email) > 254:  # noqa: PLR2004 - RFC 5321, section 4.5.3.1.3
        problems.append(
            Problem(
                field=FIELD, message="it is not an email address.", remedy="Use an address such as admin@example.com."
            )
        )
    if has_ldap(settings):
        message = "when LDAP is configured, LibreChat's own accounts cannot sign in (api/server/routes/auth.js)."
        remedy = "Omit --first-admin. The first person who signs in through LDAP becomes the administrator."
        problems.append(Problem(field=FIELD, message=message, remedy=remedy))
    shortest = shortest_password(settings)
    if password is not None:
        problems += _password_faults(password.reveal(), shortest)
    if problems:
        raise InvalidInput(*problems)
    local = email.partition("@")[0]
    username = re.sub(r"[^A-Za-z0-9_.]", "", local)
    return Admin(
        email=email.lower(),
        name=local if len(local) >= _SHORTEST_NAME else "Administrator",
        username=username if len(username) >= _SHORTEST_USERNAME else "admin",
        password=password or Secret(secrets.token_urlsafe(max(18, min(shortest, LONGEST - 32)))),
        is_generated=password is None,
    )


def _password_faults(password: str, shortest: int) -> list[Problem]:
    fault = password_fault(password, shortest)
    if not fault:
        return []
    remedy = "Omit this option to have a password generated and shown once."
    return [Problem(field="--admin-password-file", message=f"the password {fault}.", remedy=remedy)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The writes that close registration first, and the one that opens it afterwards."""

    first: tuple[FileWrite, ...]
    then: FileWrite | None
    """``None`` if it was to be closed anyway."""


def closing(proposal: Proposal) -> Closing:
    """Return a proposal's writes with registration closed in ``.env``.

    ``InvalidInput`` if a compose file opens it, which ``.env`` cannot undo.
    """
    settings, overridden = proposal.deployment.settings, proposal.deployment.overridden
    stuck = [name for name in _CLOSING if is_enabled(overridden.get(name))]
    if stuck:
        message = f"the compose files set {' and '.join(stuck)}, so registration cannot be closed in .env."
        raise InvalidInput(
            Problem(
                field=FIELD,
                message=message,
                remedy=f"Remove {' and '.join(stuck)} from the environment: section of the api service.",
            )
        )
    writes = file_writes(proposal)
    is_open = [name for name in _CLOSING if is_enabled(settings.get(name))]
    if not is_open:
        return Closing(first=writes, then=None)
    wanted = next((write for write in writes if write.name == ".env"), None) or _current(proposal)
    closed = Document.parse(wanted.after or b"").edit(dict.fromkeys(is_open, "false"), heading=HEADING).to_bytes()
    first = replace(wanted, after=closed)
    return Closing(first=_with(writes, first), then=replace(wanted, before=closed, identity=None))


def _current(proposal: Proposal) -> FileWrite:
    state: FileState = proposal.snapshot.state(".env")
    target = state.target or proposal.snapshot.folder / ".env"
    return FileWrite(name=".env", target=target, before=state.data, after=state.data, mode=state.mode)


def _with(writes: Sequence[FileWrite], one: FileWrite) -> tuple[FileWrite, ...]:
    others = tuple(write for write in writes if write.name != one.name)
    return (one, *others)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminSignIn:
    """The outcome of signing in as the first administrator."""

    role: str = ""
    """``ADMIN`` or ``USER`` as LibreChat said; empty if it said neither."""
    not_tried: str = ""
    """Why nobody tried to sign in."""
    got: str = ""
    """What LibreChat gave instead of an account: ``status 404``."""


SignIn = Callable[[str, Admin], Awaitable[AdminSignIn]]
"""Signs in once at an address as the new administrator, and out again, whatever happens meanwhile."""


async def verified(account: Admin, address: ApiAddress, settings: Mapping[str, str], sign_in: SignIn) -> AdminMade:
    """Report the role that LibreChat gave the new administrator, as far as one sign-in shows it."""
    if not address.host:
        signed_in = AdminSignIn(not_tried="no port is published on this machine")
    elif not is_enabled_default_on(settings.get("ALLOW_EMAIL_LOGIN")):
        signed_in = AdminSignIn(not_tried="sign-in by email is off (ALLOW_EMAIL_LOGIN)")
    else:
        signed_in = await sign_in(address.url, account)
    note = ""
    if signed_in.not_tried:
        note = f"Sign-in with this account was not tested: {signed_in.not_tried}."
    elif signed_in.got:
        note = f"A test sign-in with this account returned {signed_in.got}."
    return AdminMade(email=account.email, role=signed_in.role, note=note)
