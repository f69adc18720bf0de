"""What LibreChat stores in MongoDB, as far as sign-in needs it: people, sessions, bans."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import math
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from screens.demo.settings import Account
from screens.demo.tokens import sign
from wizard.basics.secret import Secret
from wizard.librechat.sessions import REFRESH_DEFAULT

DAY: Final = 24 * 60 * 60 * 1000
"""Milliseconds of a day."""
_LATEST: Final = 8.64e15
"""The last millisecond a JavaScript Date can hold; beyond it the end of a session counts as not set."""


@dataclass(slots=True, kw_only=True)
class User:
    """A person's document."""

    identity: str
    personalization: str
    email: str
    name: str
    username: str
    role: str
    password: Secret
    created: float
    verified: bool = True
    two_factor: bool = False
    banned: bool = False
    provider: str = "local"
    violations: float = 0.0

    def is_password(self, text: str) -> bool:
        """Return whether this is the password."""
        return hmac.compare_digest(self.password.reveal().encode(), text.encode("utf-8", "surrogatepass"))

    def document(self, *, begins: bool = False, ends: bool = False, profile: bool = False) -> dict[str, Any]:
        """Return the document as the API gives it.

        ``begins`` and ``ends`` say where ``id`` is beside ``_id``; ``profile`` is the shape of GET /api/user. All as
        recorded of v0.8.8-rc1.
        """
        moment = dt.datetime.fromtimestamp(self.created, dt.UTC).isoformat(timespec="milliseconds")
        stamp = moment.replace("+00:00", "Z")
        result: dict[str, Any] = {"_id": self.identity}
        if begins:
            result["id"] = self.identity
        result |= {
            "name": self.name,
            "username": self.username,
            "email": self.email,
            "emailVerified": self.verified,
            "avatar": None,
            "provider": self.provider,
            "role": self.role,
            "plugins": [],
            "twoFactorEnabled": self.two_factor,
            "termsAccepted": False,
        }
        if not profile:
            result["termsAcceptedAt"] = None
        result["personalization"] = {"memories": True, "_id": self.personalization}
        if not profile:
            result["refreshToken"] = []
        result |= {"favorites": [], "skillStates": {}, "createdAt": stamp, "updatedAt": stamp}
        if ends:
            result["id"] = self.identity
        return result


@dataclass(slots=True, kw_only=True)
class Session:
    """A session's document. It stays until it ends or somebody logs out, even where the sign-in that made it failed."""

    identity: str
    user: str
    end: float
    """Milliseconds since 1970."""
    token_hash: str = field(default="", repr=False)


class Database:
    """People, sessions and bans. They survive a restart of the server."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.users: dict[str, User] = {}
        self._sessions: dict[str, Session] = {}
        self._bans: dict[str, float] = {}

    def add_accounts(self, accounts: Iterable[Account]) -> None:
        """Add the people that are not there yet."""
        for account in accounts:
            if self.find(account.email) is None:
                self.add(account)

    def add(self, account: Account, *, username: str | None = None) -> User:
        """Add one person; the first is the administrator (api/server/services/AuthService.js:371, v0.8.7)."""
        local = account.email.partition("@")[0]
        user = User(
            identity=self.new_id(),
            personalization=self.new_id(),
            email=account.email.strip().lower(),
            name=account.name or local.capitalize(),
            username=local.lower() if username is None else username,
            role="USER" if self.users else "ADMIN",
            password=account.password,
            created=self._clock(),
            verified=account.verified,
            two_factor=account.two_factor,
            banned=account.banned,
            provider="ldap" if account.in_directory else "local",
        )
        self.users[user.identity] = user
        return user

    def find(self, email: str) -> User | None:
        """Return the person with this address, in whatever case it is written."""
        wanted = email.strip().lower()
        return next((user for user in self.users.values() if user.email == wanted), None)

    def new_id(self) -> str:
        """Return an ObjectId: the time in seconds and eight random bytes, in hex."""
        return f"{int(self._clock()) & 0xFFFFFFFF:08x}{secrets.token_hex(8)}"

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions that have not ended."""
        now = self._clock() * 1000
        self._sessions = {key: each for key, each in self._sessions.items() if each.end > now}
        return tuple(self._sessions.values())

    def open_session(self, user: User, lifetime: float, secret: str) -> tuple[Session, str]:
        """Make a session of ``lifetime`` milliseconds and its refresh token."""
        now = int(self._clock() * 1000)
        end = now + lifetime
        if math.isnan(end) or abs(end) > _LATEST:
            end = now + REFRESH_DEFAULT
        session = Session(identity=self.new_id(), user=user.identity, end=float(int(end)))
        return session, self.renew(session, secret)

    def renew(self, session: Session, secret: str) -> str:
        """Give a session a new refresh token with the same end; the one before it is worth nothing from now on."""
        now = int(self._clock() * 1000)
        claims = {"id": session.user, "sessionId": session.identity}
        token = sign(claims, secret, now=now // 1000, lifetime=(session.end - now) // 1000)
        session.token_hash = _hash(token)
        self._sessions[session.identity] = session
        return token

    def session_of(self, user: User, token: str) -> Session | None:
        """Return the session that this refresh token is the latest of."""
        wanted = _hash(token)
        return next((each for each in self.sessions if each.user == user.identity and each.token_hash == wanted), None)

    def close(self, session: Session) -> None:
        """Take a session away."""
        self._sessions.pop(session.identity, None)

    def close_all_of(self, user: User) -> None:
        """Take every session of a person away."""
        self._sessions = {key: each for key, each in self._sessions.items() if each.user != user.identity}

    def ban(self, key: str, milliseconds: float) -> None:
        """Ban a person's id or an address."""
        self._bans[key] = self._clock() * 1000 + milliseconds

    def is_banned(self, user: User | None, address: str) -> bool:
        """Return whether this person or this address is banned now."""
        keys = {address} if user is None else {address, user.identity}
        now = self._clock() * 1000
        return (user is not None and user.banned) or any(self._bans.get(key, 0) > now for key in keys)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
