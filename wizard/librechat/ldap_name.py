"""Parses and sends LDAP_USER_SEARCH_BASE as ldapjs 2.3.3 does (lib/dn.js), including what it refuses.

It throws inside the answer to the service bind: LibreChat's process ends with the first sign-in. A bind DN is not parsed.
"""

from __future__ import annotations

import re
from typing import Final

from wizard.basics.patterns import late_pattern

_SPECIAL: Final = frozenset(",=+<>#;")
_TERMINATORS: Final = frozenset(",;+")
_TYPE: Final = late_pattern(r"[A-Za-z0-9.\- ]*")
_SPACE: Final = late_pattern("[\\s\ufeff]*")


class LdapNameError(ValueError):
    """The text is not a distinguished name to ldapjs. ``position``: where reading stopped, counted from 0."""

    def __init__(self, position: int) -> None:
        super().__init__("not a distinguished name")
        self.position = position


def canonical_name(text: str) -> str:
    """Return the distinguished name that LibreChat sends for a search base; ``LdapNameError`` if ldapjs throws.

    Attribute types in small letters, no blanks after commas, values escaped anew.
    """
    if not text:
        return ""
    reader = _Reader(text)
    names = [reader.relative_name()]
    while reader.position < len(text):
        if text[reader.position] not in ",;":
            raise LdapNameError(reader.position)
        reader.position += 1
        names.append(reader.relative_name())
    return ",".join(names) if names != [""] else ""


def same_account(text: str) -> str:
    """Return the form that is the same for all ways to write one account: a distinguished name, or a name that is typed.

    Directories ignore case and blanks at the ends and count several as one (RFC 4518 section 2.6.1).
    """
    try:
        name = canonical_name(text)
    except LdapNameError:
        name = text
    return " ".join(name.casefold().split())


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def relative_name(self) -> str:
        """Read one relative name, in the form in which it is sent; empty if nothing but blanks is left."""
        parts: dict[str, str] = {}
        self._skip_space()
        while self.position < len(self.text):
            kind = self._type()
            self._skip_space()
            if self.text[self.position : self.position + 1] != "=":
                raise LdapNameError(self.position)
            self.position += 1
            self._skip_space()
            parts[kind.lower()] = self._value()
            self._skip_space()
            if self.text[self.position : self.position + 1] != "+":
                break
            self.position += 1
        return "+".join(f"{kind}={_escaped(parts[kind])}" for kind in sorted(parts))

    def _skip_space(self) -> None:
        self.position = _SPACE.match(self.text, self.position).end()  # type: ignore[union-attr]

    def _type(self) -> str:
        begin = self.position
        found = _TYPE.match(self.text, begin)[0].rstrip(" ")  # type: ignore[index]
        if not found:
            raise LdapNameError(begin)
        self.position = begin + len(found)
        return found

    def _value(self) -> str:
        first = self.text[self.position : self.position + 1]
        if first == "#":
            match = re.compile(r"#[A-Za-z0-9]*").match(self.text, self.position)
            self.position = match.end()  # type: ignore[union-attr]
            return match[0]  # type: ignore[index]
        return self._quoted() if first == '"' else self._string()

    def _quoted(self) -> str:
        value = ""
        self.position += 1
        while self.position < len(self.text) and self.text[self.position] != '"':
            self.position += self.text[self.position] == "\\"
            value += self.text[self.position : self.position + 1]
            self.position += 1
        if self.position >= len(self.text):
            raise LdapNameError(len(self.text))
        self.position += 1
        return value

    def _string(self) -> str:
        """Read a value up to the next separator. Blanks at its end are cut by their place in the escaped text, as ldapjs does."""
        begin, value = self.position, ""
        while self.position < len(self.text) and self.text[self.position] not in _TERMINATORS:
            self.position += self.text[self.position] == "\\"
            if self.position == len(self.text):
                raise LdapNameError(self.position)
            value += self.text[self.position]
            self.position += 1
        while self.position > begin and _SPACE.fullmatch(self.text[self.position - 1]):
            self.position -= 1
        return value[: self.position - begin]


def _escaped(value: str) -> str:
    quoted = value[:1] == " " or value[-1:] == " "
    text = "".join(f"\\{char}" if char in '\\"' or (not quoted and char in _SPECIAL) else char for char in value)
    return f'"{text}"' if quoted else text
