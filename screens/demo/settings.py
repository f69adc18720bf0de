"""What a practice LibreChat is built from: its environment, release and people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.basics.secret import Secret
from wizard.librechat.releases import NEWEST, Release
from wizard.librechat.startup_refusals import start_refusal
from wizard.librechat.values import is_enabled


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person in LibreChat's database."""

    email: str
    password: Secret
    name: str = ""
    """Left empty: made from the address."""
    two_factor: bool = False
    verified: bool = True
    banned: bool = False
    """As ``npm run ban-user`` leaves it; LibreChat heeds it only with BAN_VIOLATIONS=true."""
    in_directory: bool = False
    """Known to the LDAP server, not to LibreChat: signs in only if LDAP is configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A practice LibreChat: everything that decides how it answers."""

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """``process.env`` after dotenv: the settings, NODE_ENV among them. Not in the ``repr``, it holds secrets."""
    release: Release = NEWEST
    accounts: tuple[Account, ...] = ()
    """The first one is the administrator."""
    identity_provider: str = ""
    """The authorization endpoint that OpenID discovery found; empty: discovery failed, so the strategy is not registered."""
    directory_reachable: bool = True
    """Whether the LDAP server answers."""
    build: Mapping[str, str] = field(default_factory=dict)
    """``buildInfo`` of /api/config: ``commit``, ``commitShort``, ``branch``, ``buildDate``. Images built without it: empty."""
    ready_after: float = 0.0
    """Seconds from the start until /readyz answers 200."""
    delay: float = 0.0
    """Seconds that every answer takes, for measurements."""
    database: bool = True
    """Whether MongoDB answers. Without it the server runs on and whatever needs it fails after ``database_wait``."""
    database_wait: float = 30.0
    """Seconds that MongoDB's driver looks for a server (``serverSelectionTimeoutMS``)."""

    def on(self, name: str) -> bool:
        """Return whether a switch is on."""
        return is_enabled(self.environment.get(name))


class StartRefused(Exception):
    """LibreChat would write this to its log and exit with status 1, so that its container restarts for ever."""


def require_start(settings: Settings) -> None:
    """Raise ``StartRefused`` for the settings that LibreChat does not start with."""
    if refusal := start_refusal(settings.environment, settings.release):
        raise StartRefused(refusal)
