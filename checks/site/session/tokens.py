"""What an operator needs to know about LibreChat's tokens: lifetime, clock, and signing secret.

Sources, at v0.8.7: packages/data-schemas/src/methods/user.ts (access: id, username, provider, email) and session.ts
(refresh: id, sessionId), api/server/services/AuthService.js, packages/data-schemas/src/crypto/index.ts (``jwt.sign``,
HS256). A token is a secret: none is ever in a repr, and its claims are told only as far as they name nobody.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final

from wizard.basics.secret import Secret, reveal
from wizard.librechat.sessions import access_lifetime, refresh_lifetime

MAX_LENGTH: Final = 16 * 1024
"""Characters; a longer text is not read at all. LibreChat's tokens have some 300, a provider's rarely 4000."""

_SIGNED_BY_SECRET: Final = ("HS256", "HS384", "HS512")
_SECOND: Final = timedelta(seconds=1)
_LOGIN_TOOK: Final = timedelta(seconds=30)


class Purpose(StrEnum):
    """What a token is for, by its claims: LibreChat's tokens have no type."""

    ACCESS = "access"
    REFRESH = "refresh"
    TWO_FACTOR = "two-factor"
    """Stands between the password and the second factor (twoFactorService.js: ``userId``, five minutes)."""
    FOREIGN = "foreign"
    """Not made by LibreChat: with OPENID_REUSE_TOKENS the provider's own tokens are used."""


class TokenSignature(StrEnum):
    """Whether a token was signed with a certain secret."""

    GOOD = "good"
    OTHER_SECRET = "other-secret"
    OTHER_ALGORITHM = "other-algorithm"
    """Not signed with a shared secret at all: a provider's token."""
    UNTOLD = "untold"
    """The secret cannot be tried: empty, or the text of a key file, which the library refuses as a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token that could be read. Reading is not a proof: anybody can write one; see :func:`signature`."""

    text: Secret
    purpose: Purpose
    algorithm: str
    """As its header says: hostile until drawn as plain text."""
    issued: datetime | None
    """``iat``, by the clock of the machine that LibreChat runs on; whole seconds."""
    expires: datetime | None
    """``exp``, by the same clock."""

    @property
    def life(self) -> timedelta | None:
        """How long it lives from when it was made, as far as it says."""
        return self.expires - self.issued if self.expires is not None and self.issued is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A text that is not a JSON Web Token."""

    because: str
    """In plain words, and without a piece of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSkew:
    """Another machine's clock against ours."""

    ahead: timedelta
    """The other minus ours: negative where it is slow."""
    within: timedelta
    """How far off ``ahead`` may be: half of the way there and back, and half of the second that a Date is cut to."""

    def is_off_by(self, limit: timedelta) -> bool:
        """Whether the clocks differ by more than ``limit`` for certain."""
        return abs(self.ahead) - self.within > limit


def read(text: str | Secret) -> Token | Unreadable:
    """Read a token without its secret. Never raises, whatever the text is."""
    import jwt

    clear = reveal(text)
    if len(clear) > MAX_LENGTH:
        return Unreadable(because=f"it is longer than {MAX_LENGTH} characters")
    if clear.count(".") != 2:  # noqa: PLR2004 - header, claims, signature
        return Unreadable(because="it does not have the three parts of a JSON Web Token")
    try:
        parts = jwt.decode_complete(clear, options={"verify_signature": False})
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        return Unreadable(because="its parts cannot be decoded as a JSON Web Token")
    claims: Mapping[str, Any] = parts["payload"]
    return Token(
        text=Secret(clear),
        purpose=_purpose(claims),
        algorithm=str(parts["header"].get("alg", "")),
        issued=_moment(claims.get("iat")),
        expires=_moment(claims.get("exp")),
    )


def _purpose(claims: Mapping[str, Any]) -> Purpose:
    if "iss" in claims or "aud" in claims:
        return Purpose.FOREIGN
    if "sessionId" in claims:
        return Purpose.REFRESH
    if "id" in claims:
        return Purpose.ACCESS
    return Purpose.TWO_FACTOR if "userId" in claims else Purpose.FOREIGN


def _moment(claim: object) -> datetime | None:
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        return None
    try:
        return datetime.fromtimestamp(claim, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def signature(token: Token, secret: Secret) -> TokenSignature:
    """Return whether a token was signed with ``secret``: JWT_SECRET for access, JWT_REFRESH_SECRET for refresh tokens.

    OTHER_SECRET with the value of ``.env`` means that the running LibreChat uses another one: not restarted since the
    file changed, overridden in the compose file, or generated by itself because the file's value is blank. Time does not
    matter here, an expired token is as well signed as a fresh one.
    """
    import jwt

    if token.algorithm not in _SIGNED_BY_SECRET:
        return TokenSignature.OTHER_ALGORITHM
    if not secret:
        return TokenSignature.UNTOLD
    try:
        with warnings.catch_warnings():
            # A short secret is weak, which the rules report; whether it is the one in use must be told all the same.
            warnings.simplefilter("ignore")
            key = secret.reveal().encode(errors="surrogatepass")
            jwt.PyJWS().decode(token.text.reveal(), key, algorithms=[token.algorithm])
    except jwt.InvalidKeyError:
        return TokenSignature.UNTOLD
    except jwt.InvalidTokenError:
        return TokenSignature.OTHER_SECRET
    return TokenSignature.GOOD


def access_life(settings: Mapping[str, str]) -> timedelta | None:
    """Return how long access tokens live under SESSION_EXPIRY.

    None if LibreChat cannot make one: ``jsonwebtoken`` wants whole seconds, so a value that is not a multiple of 1000
    ends every login with status 500 (user.ts, ``expiresIn``; observed with 900, 999 and 1500).
    """
    return _whole_seconds(access_lifetime(settings))


def refresh_life(settings: Mapping[str, str]) -> timedelta | None:
    """Return how long a session lives under REFRESH_TOKEN_EXPIRY, counted from the login.

    A refresh does not lengthen it. Fractions of a second are cut off (session.ts, ``Math.floor``); None if the value is
    beyond what a date can be.
    """
    return _duration(refresh_lifetime(settings))


def _whole_seconds(milliseconds: float) -> timedelta | None:
    return None if milliseconds % 1000 else _duration(milliseconds)


def _duration(milliseconds: float) -> timedelta | None:
    try:
        return timedelta(seconds=milliseconds // 1000)
    except (OverflowError, ValueError):
        return None


def has_configured_lifetime(token: Token, set_life: timedelta | None) -> bool | None:
    """Return whether a token from a login that was just made expires when the settings say; ``None`` if it has no times."""
    life = token.life
    if life is None:
        return None
    if set_life is None:
        return False
    if token.purpose is Purpose.REFRESH:
        return set_life - _LOGIN_TOOK <= life <= set_life + _SECOND
    return life == set_life


def now() -> datetime:
    """Return this machine's time, with its zone."""
    return datetime.now(UTC)


def parse_date(header: str | None) -> datetime | None:
    """Read the ``Date`` of an HTTP answer (RFC 9110, section 5.6.7); None if there is none or it is not a date."""
    try:
        date = parsedate_to_datetime(header or "")
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def clock(date: datetime, *, sent: datetime, received: datetime) -> ClockSkew:
    """Compare the ``Date`` of an answer with our clock when its request was sent and the answer came.

    Behind a proxy the Date is the proxy's (nginx replaces it); :func:`issuer_clock` tells about LibreChat's own machine.
    """
    way = received - sent
    return ClockSkew(ahead=date + _SECOND / 2 - (sent + way / 2), within=way / 2 + _SECOND / 2)


def issuer_clock(token: Token, *, sent: datetime, received: datetime) -> ClockSkew | None:
    """Compare the clock of LibreChat's own machine with ours, by a token made for the request between those two times.

    None if the token does not say when it was made. A LibreChat whose clock is wrong gives out tokens that other
    programs (rag_api, a second replica) take for expired or not yet valid.
    """
    return None if token.issued is None else clock(token.issued, sent=sent, received=received)
