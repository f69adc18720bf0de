"""The part of LibreChat that a log line names: the line is then about that part only."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from wizard.basics.patterns import late_pattern

SERVERS: Final = frozenset({"MongoDB", "Redis", "Meilisearch"})
"""The parts that are servers of their own, which every other one asks."""
_MAIL: Final = (
    r"\[(?:sendEmail|registerUser|sendVerificationEmail|resendVerificationEmail|requestPasswordReset|resetPassword|inviteUser)\]"
    r"|\[resetPasswordRequestController\]|resending verification email|nodemailer|\b(?:smtp|SMTP)\b|:(?:25|465|587|2525)\b"
)
_PARTS: Final = (
    # A duplicate key is the database's answer to any part, and says nothing of the way to it.
    ("MongoDB", r"Mongo(?!ServerError: E11000)\w*Error|Mongoose|mongodb|:27017\b|\[connectDb\]"),
    ("Redis", r"\b(?:io)?[Rr]edis\b|:6379\b|\bREDIS_"),
    ("Meilisearch", r"[Mm]eili|:7700\b"),
    ("OpenID", r"\[openidStrategy\]|\[OpenID|\bOPENID_"),
    ("SAML", r"\[samlStrategy\]|\bSAML_"),
    ("LDAP", r"\[ldapStrategy\]|requireLdapAuth|\bldaps?://|:(?:389|636)\b|\bLDAP_|\bLdapErr|LdapAuth"),
    ("mail", _MAIL),
    ("social sign-in", r"\[(?:google|github|discord|facebook|apple)\w*\]"),
)
_NAMED: Final = late_pattern("|".join(f"({pattern})" for _, pattern in _PARTS))


@lru_cache(maxsize=4096)
def parts_of(text: str) -> frozenset[str]:
    """Return the parts that a line, or the words of a cause, names; nothing if it could be about any."""
    return frozenset(_PARTS[found.lastindex - 1][0] for found in _NAMED.finditer(text) if found.lastindex)
