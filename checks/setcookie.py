"""Reading one ``Set-Cookie`` header as a browser does: RFC 6265bis 5.6, with Chromium's stricter and laxer points.

Header text is what HTTP gives: one character for each octet (latin-1). Wider characters count as their UTF-8 octets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from wizard.secret import Secret

MAX_NAME_AND_VALUE: Final = 4096
"""Octets that name and value may have together (RFC 6265bis 5.6, step 5)."""
MAX_ATTRIBUTE: Final = 1024
"""Octets of an attribute's value; a longer attribute is ignored, the cookie is not (RFC 6265bis 5.6)."""
MAX_AGE: Final = timedelta(days=400)
"""The longest life of a cookie; what asks for more gets this (RFC 6265bis 5.5; Chromium since release 104)."""

EXPIRED: Final = datetime.min.replace(tzinfo=UTC)
"""The time of expiry of a cookie that is to be removed."""

_WHITE: Final = " \t"
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_WHOLE_NUMBER: Final = re.compile(r"[+-]?[0-9]+\Z")
_DELIMITERS: Final = re.compile(r"[\t !\"#$%&'()*+,\-./;<=>?@\[\\\]^_`{|}~]+")
_TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})")
_DIGITS: Final = re.compile(r"[0-9]+")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class SameSite(StrEnum):
    """What a cookie says about requests that other sites start."""

    STRICT = "Strict"
    LAX = "Lax"
    NONE = "None"


class Refusal(StrEnum):
    """Why a header is no cookie at all."""

    EMPTY = "empty"
    CHARACTER = "character"
    SIZE = "size"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCookie:
    """What one header asks for, before anything is decided about it."""

    name: str
    value: Secret
    domain: str = ""
    """The Domain attribute as it stands, empty where there is none."""
    path: str = ""
    """The Path attribute as it stands, empty where there is none."""
    secure: bool = False
    http_only: bool = False
    partitioned: bool = False
    same_site: SameSite | None = None
    """None where the header says nothing, or nothing that is known."""
    max_age: int | None = None
    """Seconds; None where missing or not a whole number."""
    expires: datetime | None = None
    """None where missing or unreadable."""

    def expiry(self, now: datetime, server_date: datetime | None = None) -> datetime | None:
        """Return when the cookie ends; None: with the browser. Max-Age goes before Expires.

        Chromium reads Expires by the server's clock: with the ``Date`` of the answer in ``server_date`` a server
        whose clock is wrong does no harm (``CanonicalCookie::ParseExpiration``).
        """
        if self.max_age is not None:
            if self.max_age <= 0:
                return EXPIRED
            return now + min(timedelta(seconds=min(self.max_age, MAX_AGE // timedelta(seconds=1))), MAX_AGE)
        if self.expires is None:
            return None
        ahead = timedelta() if server_date is None else server_date - now
        left = self.expires - now - ahead
        return now + min(left, MAX_AGE) if left > timedelta() else EXPIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A header that is no cookie; the name as far as it can be told."""

    why: Refusal
    name: str = ""


@dataclass(slots=True)
class _Attributes:
    """The attributes of one header; of one that is given twice the last counts."""

    found: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, value: str) -> bool:
        """Take one attribute in; False where a character makes the whole cookie void."""
        if _CONTROL.search(name) or _CONTROL.search(value):
            return False
        if octets(value) <= MAX_ATTRIBUTE:
            self.found[name.lower()] = value
        return True


def octets(text: str) -> int:
    """Return how many octets header text has on the wire."""
    return sum(1 if ord(character) < 256 else len(character.encode(errors="surrogatepass")) for character in text)


def parse(header: str) -> SetCookie | Refused:
    """Read the value of one ``Set-Cookie`` header. Never raises, whatever the text is."""
    if any(character in header for character in "\r\n\0"):
        return Refused(why=Refusal.CHARACTER)
    pair, *rest = header.split(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair
    name, value = name.strip(_WHITE), value.strip(_WHITE)
    if not name and not value:
        return Refused(why=Refusal.EMPTY)
    if octets(name) + octets(value) > MAX_NAME_AND_VALUE:
        return Refused(why=Refusal.SIZE, name=name[:100])
    if _CONTROL.search(name) or _CONTROL.search(value):
        return Refused(why=Refusal.CHARACTER)
    if not name and "=" in value:
        return Refused(why=Refusal.AMBIGUOUS)
    attributes = _Attributes()
    for piece in rest:
        attribute, _, text = piece.partition("=")
        if not attributes.add(attribute.strip(_WHITE), text.strip(_WHITE)):
            return Refused(why=Refusal.CHARACTER, name=name)
    return _made(name, value, attributes.found)


def _made(name: str, value: str, found: dict[str, str]) -> SetCookie:
    return SetCookie(
        name=name,
        value=Secret(value),
        domain=found.get("domain", ""),
        path=found.get("path", ""),
        secure="secure" in found,
        http_only="httponly" in found,
        partitioned="partitioned" in found,
        same_site=_same_site(found.get("samesite", "")),
        max_age=_whole_number(found.get("max-age", "")),
        expires=parse_date(found.get("expires", "")),
    )


def _same_site(text: str) -> SameSite | None:
    return next((choice for choice in SameSite if choice.lower() == text.lower()), None)


def _whole_number(text: str) -> int | None:
    return int(text) if _WHOLE_NUMBER.match(text) else None


def parse_date(text: str) -> datetime | None:
    """Read the date of an Expires attribute (RFC 6265bis 5.1.1); None where there is none in it.

    Time zones are ignored, everything is UTC. Chromium (``cookie_util::ParseCookieExpirationTime``) is laxer than the
    RFC: a number of up to five digits is a year, and years before 1601 are dates of the past, not mistakes.
    """
    month = day = year = 0
    found_day = found_year = False
    clock: tuple[int, int, int] | None = None
    for token in filter(None, _DELIMITERS.split(text)):
        digits = _DIGITS.match(token)
        if digits is None:
            month = month or _month(token)
        elif ":" in token:
            clock = clock or _clock(token)
        elif not found_day and len(token) <= 2:
            day, found_day = int(digits.group()), True
        elif not found_year and len(token) <= 5:
            year, found_year = int(digits.group()), True
    if not (month and found_day and found_year) or clock is None:
        return None
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        return datetime(min(year, datetime.max.year), month, day, *clock, tzinfo=UTC)
    except ValueError:
        return None


def _month(token: str) -> int:
    short = token[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _clock(token: str) -> tuple[int, int, int] | None:
    match = _TIME.match(token)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None
