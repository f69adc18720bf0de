"""A mail server's capabilities, parsed from its EHLO reply exactly as nodemailer parses it.

nodemailer searches the whole text, the server's name in the first line included (lib/smtp-connection/index.js,
``_actionEHLO``, 9.0.1), so that a name with the word STARTTLS in it counts as the offer.
"""

import re
from typing import Final, NamedTuple

from wizard.basics.patterns import late_pattern

_FLAGS: Final = re.IGNORECASE | re.ASCII
_STARTTLS: Final = late_pattern(r"[ -]STARTTLS\b", _FLAGS)
_UTF8: Final = late_pattern(r"[ -]SMTPUTF8\b", _FLAGS)
_AUTH: Final = late_pattern(r"[ -]AUTH\b", _FLAGS)
_SIZE: Final = late_pattern(r"[ -]SIZE(?:[ \t]+(\d{1,18}))?", _FLAGS)
_MECHANISMS: Final = ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2")
"""In the order in which nodemailer tries them, whatever the server's order is."""
_MOST: Final = 100
"""How often the word AUTH is followed up."""


class Offer(NamedTuple):
    """The extensions that matter."""

    starttls: bool = False
    utf8: bool = False
    allows_auth: bool = False
    """Whether LibreChat signs in at all. After HELO nodemailer assumes so, without having been told."""
    mechanisms: tuple[str, ...] = ()
    largest: int = 0
    """Bytes of the largest message; 0: not said."""


def after_ehlo(text: str) -> Offer:
    """Read the answer to EHLO, its lines without their codes."""
    whole = "\n".join(f"250-{line}" for line in text.split("\n"))
    size = _SIZE.search(whole)
    return Offer(
        starttls=bool(_STARTTLS.search(whole)),
        utf8=bool(_UTF8.search(whole)),
        allows_auth=bool(_AUTH.search(whole)),
        mechanisms=tuple(mechanism for mechanism in _MECHANISMS if _has(whole, mechanism)),
        largest=int(size[1]) if size and size[1] else 0,
    )


def after_helo() -> Offer:
    """Return what nodemailer takes for granted of a server that knows no EHLO (``_actionHELO``)."""
    return Offer(allows_auth=True)


def _has(whole: str, mechanism: str) -> bool:
    r"""Whether ``/[ -]AUTH(?:(\s+|=)[^\n]*\s+|\s+|=)MECHANISM/i`` matches.

    By hand: a hostile server could keep the expression itself busy for hours.
    """
    after_blank = re.compile(rf"(?<=\s){mechanism}", _FLAGS)
    for _, match in zip(range(_MOST), re.finditer(r"[ -]AUTH(?=[\s=])", whole, _FLAGS), strict=False):
        begin = match.end()
        if whole[begin : begin + 1 + len(mechanism)].upper() == f"={mechanism}":
            return True
        # The first one after a blank decides: what is before a later one only grows.
        if (found := after_blank.search(whole, begin + 1)) is None:
            continue
        between = whole[begin : found.start()].rstrip()
        if "\n" not in (between if between.startswith("=") else between.lstrip()):
            return True
    return False
