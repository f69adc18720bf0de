"""Parses LDAP_SEARCH_FILTER as LibreChat does: ldap-filter 0.3.3 under ldapjs 2.3.3, which does not follow RFC 4515.

Where it throws, LibreChat's process ends with the first sign-in of anybody (api/server/index.js, ``uncaughtException``,
v0.8.8-rc1): the filter is parsed inside the handler of the service bind's reply, where nothing catches the error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from wizard.basics.patterns import late_pattern

PLACEHOLDER: Final = "{{username}}"
DEFAULT_FILTER: Final = "mail={{username}}"
"""The filter when LDAP_SEARCH_FILTER is unset or empty (api/strategies/ldapStrategy.js:67, v0.8.8-rc1)."""
_ATTRIBUTE: Final = late_pattern(r"[-_a-zA-Z0-9]+")
_HEX: Final = late_pattern(r"[0-9a-fA-F]{2}")
_LOOSE_ESCAPE: Final = late_pattern(r"\\([0-9a-fA-F](?![0-9a-fA-F])|[^0-9a-fA-F]|\Z)")
_DEEPEST: Final = 100
_SANITIZED: Final = (("*", "\\2a"), ("(", "\\28"), (")", "\\29"), ("\\", "\\5c"), ("\0", "\\00"), ("/", "\\2f"))
"""ldapauth-fork's replacements, one after the other: what the first three put in is escaped a second time by the fourth."""


class LdapFilterError(ValueError):
    """The filter cannot be parsed."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason = reason
        """A phrase for people: what is wrong."""
        self.position = position
        """Where, counted from 0 in the filter as it is parsed: in brackets, if it had none."""


@dataclass(frozen=True, slots=True)
class LdapGroup:
    """``&``, ``|`` or ``!`` with what it joins."""

    operator: str
    parts: tuple[LdapFilter, ...]


@dataclass(frozen=True, slots=True)
class LdapComparison:
    """One comparison: ``=``, ``>=``, ``<=``, ``~=`` with a value."""

    attribute: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class LdapPresence:
    """``attribute=*``."""

    attribute: str


@dataclass(frozen=True, slots=True)
class LdapSubstrings:
    """``attribute=initial*any*final``; an empty part is not sent, unless it is in the middle."""

    attribute: str
    initial: str
    middle: tuple[str, ...]
    final: str


@dataclass(frozen=True, slots=True)
class LdapExtensible:
    """``attribute:dn:rule:=value``."""

    attribute: str
    rule: str
    value: str
    with_dn: bool


LdapFilter: TypeAlias = LdapGroup | LdapComparison | LdapPresence | LdapSubstrings | LdapExtensible


def parse_ldap_filter(text: str) -> LdapFilter:
    """Return the filter that LibreChat sends; ``LdapFilterError`` if ldap-filter throws."""
    prepared = _LOOSE_ESCAPE.sub(lambda match: f"\\{ord(match[1]):x}" if match[1] else "\\5c", text)
    if not prepared:
        raise LdapFilterError("it is empty", 0)
    if not prepared.startswith("("):
        prepared = f"({prepared})"
    parsed, end = _filter(prepared, 0, 0)
    if end < len(prepared) - 1:
        raise LdapFilterError("there is text after the end of the filter", end + 1)
    return parsed


def parts(parsed: LdapFilter) -> Iterator[LdapFilter]:
    """Yield a filter and all that it is made of."""
    yield parsed
    if isinstance(parsed, LdapGroup):
        for part in parsed.parts:
            yield from parts(part)


def has_empty_comparison(parsed: LdapFilter) -> bool:
    """Whether ``attribute=`` is in it: ldapjs cannot encode that, and the sign-in ends with a 500 (asn1, ``_ensure(0)``)."""
    return any(isinstance(part, LdapComparison) and part.operator == "=" and not part.value for part in parts(parsed))


def with_user_name(pattern: str, user_name: str) -> str:
    """Return the filter with a typed name in it (ldapauth-fork 5.0.5, ``_findUser``).

    ``*`` and brackets are escaped twice and so never match; ``$$``, ``$&``, ``$'`` and ``$``` mean something to JavaScript's
    ``replace``.
    """
    name = user_name
    for char, escaped in _SANITIZED:
        name = name.replace(char, escaped)

    def replaced(match: re.Match[str]) -> str:
        special = {"$": "$", "&": match[0], "`": pattern[: match.start()], "'": pattern[match.end() :]}
        return re.sub(r"\$([$&`'])", lambda found: special[found[1]], name)

    return re.sub(re.escape(PLACEHOLDER), replaced, pattern)


def can_sign_in_as(user_name: str) -> bool:
    """Whether a typed name reaches the directory as it was typed; without a replacement pattern and without ``*()``."""
    return not re.search(r"[*()]|\$[$&`']", user_name)


def _filter(text: str, start: int, depth: int) -> tuple[LdapFilter, int]:
    """Parse the filter that begins at ``start`` and return it with the place of its last bracket (``parseFilter``)."""
    if depth > _DEEPEST:
        raise LdapFilterError("it is nested too deeply", start)
    if text[start : start + 1] != "(":
        raise LdapFilterError("an opening parenthesis is missing", start)
    position = start + 1
    operator = text[position : position + 1]
    if operator in ("&", "|"):
        position += 1
        inner: list[LdapFilter] = []
        while True:
            part, end = _filter(text, position, depth + 1)
            inner.append(part)
            position = end + 1
            if position >= len(text) or text[position] == ")":
                break
        parsed: LdapFilter = LdapGroup(operator, tuple(inner))
    elif operator == "!":
        part, end = _filter(text, position + 1, depth + 1)
        position = end + 1
        parsed = LdapGroup(operator, (part,))
        if text[position : position + 1] != ")":
            raise LdapFilterError("a closing parenthesis is missing", position)
    else:
        end = text.find(")", position)
        if end < 0:
            raise LdapFilterError("a closing parenthesis is missing", len(text))
        parsed = _expression(text[position:end], position)
        position = end
    if position >= len(text):
        raise LdapFilterError("a closing parenthesis is missing", len(text))
    return parsed, position


def _expression(text: str, place: int) -> LdapFilter:
    """Parse what is between two brackets (``parseExpr``)."""
    match = _ATTRIBUTE.match(text)
    if text[:1] == ":":
        attribute = ""
    elif match:
        attribute = match[0]
    else:
        raise LdapFilterError("there is no attribute name", place)
    rest, after = text[len(attribute) :], place + len(attribute)
    if rest == "=*":
        return LdapPresence(attribute)
    if rest[:1] == "=":
        value = rest[1:]
        if "*" not in value:
            return LdapComparison(attribute, "=", _unescaped(value, after + 1))
        first, *middle, last = (_unescaped(part, after + 1) for part in value.split("*"))
        return LdapSubstrings(attribute, first, tuple(middle), last)
    if rest[:2] in (">=", "<=", "~="):
        return LdapComparison(attribute, rest[:2], _unescaped(rest[2:], after + 2))
    if rest[:1] == ":":
        return _extensible(attribute, rest, after)
    raise LdapFilterError("an attribute name is not followed by =, >=, <=, ~= or :=", after)


def _extensible(attribute: str, text: str, place: int) -> LdapFilter:
    fields = text.split(":")[1:]
    with_dn = fields[0].lower() == "dn"
    if with_dn:
        fields.pop(0)
    rule = fields.pop(0) if fields and not fields[0].startswith("=") else ""
    if not fields or not fields[0].startswith("="):
        raise LdapFilterError(":= is missing", place)
    value = ":".join(fields)[1:]
    for part in value.split("*"):
        _unescaped(part, place)
    return LdapExtensible(attribute, rule, _unescaped(value, place), with_dn)


def _unescaped(text: str, place: int) -> str:
    r"""Return a value with its ``\XX`` read: each is one character, not one byte of UTF-8 (``escapeValue``)."""
    if "(" in text:
        raise LdapFilterError("an opening parenthesis is inside a value", place + text.index("("))
    pieces = text.split("\\")
    read = pieces[0]
    for piece in pieces[1:]:
        if not _HEX.match(piece):
            raise LdapFilterError("a backslash is not followed by two hexadecimal digits", place)
        read += chr(int(piece[:2], 16)) + piece[2:]
    return read
