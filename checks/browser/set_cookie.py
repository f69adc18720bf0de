"""Parses one ``Set-Cookie`` header as a browser does: RFC 6265bis 5.6, with Chromium's stricter and laxer points.

Header text is what HTTP gives: one character for each octet (latin-1). Wider characters count as their UTF-8 octets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from wizard.basics.patterns import late_pattern
from wizard.basics.secret import Secret

MAX_NAME_AND_VALUE: Final = 4096
"""Octets that name and value may have together (RFC 6265bis 5.6, step 5)."""
MAX_ATTRIBUTE: Final = 1024
"""Octets of an attribute's value; a longer attribute is ignored, the cookie is not (RFC 6265bis 5.6)."""
MAX_AGE: Final = timedelta(days=400)
"""The longest life of a cookie; what asks for more gets this (RFC 6265bis 5.5; Chromium since release 104)."""

EXPIRED: Final = datetime.min.replace(tzinfo=UTC)
"""The time of expiry of a cookie that is to be removed."""

_SHOWN: Final = 100
"""So many characters are shown of a name that is too long."""

_WHITE: Final = " \t"
_CONTROL: Final = late_pattern(r"[\x00-\x1f\x7f]")
_LEADING_NUMBER: Final = late_pattern(r"[+-]?[0-9]+")
_INT64: Final = 2**63
_ONE_OCTET: Final = 0x100
_DELIMITERS: Final = late_pattern(r"[\t !\"#$%&'()*+,\-./;<=>?@\[\\\]^_`{|}~]+")
_TIME: Final = late_pattern(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})\Z")
_DAY: Final = late_pattern(r"[0-9]{1,2}\Z")
_YEAR: Final = late_pattern(r"[0-9]{1,5}\Z")
_MONTH: Final = late_pattern(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class SameSite(StrEnum):
    """What a cookie says about requests that other sites start."""

    STRICT = "Strict"
    LAX = "Lax"
    NONE = "None"


class CookieRefusal(StrEnum):
    """Why a header is not a cookie at all."""

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
    """The Domain attribute, unchanged; empty if it is missing."""
    path: str = ""
    """The Path attribute, unchanged; empty if it is missing."""
    secure: bool = False
    http_only: bool = False
    partitioned: bool = False
    same_site: SameSite | None = None
    """None if the header says nothing, or nothing that is known."""
    max_age: int | None = None
    """Seconds; None if missing or not a whole number."""
    expires: datetime | None = None
    """None if missing or unreadable."""

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
    """A header that is not a valid cookie; with its name if known."""

    why: CookieRefusal
    name: str = ""


def octets(text: str) -> int:
    """Return how many octets header text has on the wire."""
    return sum(
        1 if ord(character) < _ONE_OCTET else len(character.encode(errors="surrogatepass")) for character in text
    )


def parse(header: str) -> SetCookie | Refused:
    """Read the value of one ``Set-Cookie`` header. Never raises, whatever the text is."""
    if any(character in header for character in "\r\n\0"):
        return Refused(why=CookieRefusal.CHARACTER)
    pair, *rest = header.split(";")
    name, equals, value = pair.partition("=")
    name, value = (name.strip(_WHITE), value.strip(_WHITE)) if equals else ("", pair.strip(_WHITE))
    if why := _unfit(name, value):
        return Refused(why=why, name=name if why is not CookieRefusal.SIZE else name[:_SHOWN])
    found: dict[str, str] = {}
    for piece in rest:
        key, _, text = (part.strip(_WHITE) for part in piece.partition("="))
        if _CONTROL.search(key) or _CONTROL.search(text):
            return Refused(why=CookieRefusal.CHARACTER, name=name)
        if octets(text) <= MAX_ATTRIBUTE:
            found[key.lower()] = text
    return _made(name, value, found)


def _unfit(name: str, value: str) -> CookieRefusal | None:
    """Say why a name and value are no cookie, if so."""
    if not name and not value:
        return CookieRefusal.EMPTY
    if octets(name) + octets(value) > MAX_NAME_AND_VALUE:
        return CookieRefusal.SIZE
    if _CONTROL.search(name) or _CONTROL.search(value):
        return CookieRefusal.CHARACTER
    return CookieRefusal.AMBIGUOUS if not name and "=" in value else None


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
    """Read a Max-Age; what runs out of 64 bits counts even with rubbish behind it (``base::StringToInt64``)."""
    match = _LEADING_NUMBER.match(text)
    if match is None:
        return None
    number = int(match.group())
    return number if match.group() == text or not -_INT64 <= number < _INT64 else None


def parse_date(text: str) -> datetime | None:
    """Read the date of an Expires attribute (RFC 6265bis 5.1.1); None if there is none in it.

    Time zones are ignored, everything is UTC. Chromium (``cookie_util::ParseCookieExpirationTime``) differs from the RFC
    in that a number of up to five digits is a year, years before 1601 are dates of the past and no mistakes, and a time
    with anything behind its seconds is none.
    """
    month = day = year = clock = None
    for token in filter(None, _DELIMITERS.split(text)):
        if not token[0].isascii() or not token[0].isdigit():
            month = month or _MONTH.match(token)
        elif ":" in token:
            clock = clock or _TIME.match(token)
        elif day is None and _DAY.match(token):
            day = token
        elif year is None and _YEAR.match(token):
            year = token
    if month is None or day is None or year is None or clock is None:
        return None
    hour, minute, second = (int(part) for part in clock.groups())
    try:
        number = _MONTHS.index(month.group().lower()) + 1
        return datetime(_full_year(int(year)), number, int(day), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _full_year(year: int) -> int:
    """Give a year of two digits its century, and bring one beyond Python's calendar into it."""
    if year in range(70):
        return year + 2000
    return year + 1900 if year in range(70, 100) else min(year, MAXYEAR)
