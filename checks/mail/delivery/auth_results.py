"""Parses Authentication-Results fields (RFC 8601) in pasted headers, in the dialects of large receivers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from wizard.basics.patterns import late_pattern

_LARGEST: Final = 256 * 1024
_FIELDS: Final = 500
_VALUE: Final = 16 * 1024
_NAME: Final = late_pattern(r"([!-9;-~]{1,80}):(.*)")
_RESULT: Final = late_pattern(r"\s*([A-Za-z][A-Za-z0-9-]{0,40})(?:\s*/\s*[0-9]{1,4})?\s*=\s*([A-Za-z]{1,40})")
_PROPERTY: Final = late_pattern(r"([A-Za-z][A-Za-z0-9-]{0,40}(?:\.[A-Za-z][A-Za-z0-9_-]{0,40})?)=(\S{1,300})")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthResult:
    """One method's result: ``dkim``, ``pass``, ``{"header.d": "example.org"}``. Everything is foreign text."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthResultsField:
    """What one field says."""

    by: str
    """Who says it; empty if the receiver leaves its name out (Outlook)."""
    results: tuple[AuthResult, ...]


def fields(text: str) -> list[tuple[str, str]]:
    """Return name and value of the header fields at the beginning of a text, unfolded; the body is not looked at.

    Web pages lose the blanks that continue a line, or put some before every line: a line that does not begin as a field
    does belongs to the one before.
    """
    found: list[tuple[str, str]] = []
    lines = text[:_LARGEST].lstrip().splitlines()
    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    for place, line in enumerate(lines):
        content = line[margin:] if place else line
        match = _NAME.fullmatch(content)
        if match is not None and len(found) < _FIELDS:
            found.append((match[1].lower(), match[2].strip()))
        elif not content.strip():
            if found:
                break
        elif found and len(found[-1][1]) < _VALUE:
            name, value = found[-1]
            found[-1] = (name, f"{value} {content.strip()}"[:_VALUE])
    return found


def read(value: str) -> AuthResultsField:
    """Read one field's value."""
    parts = list(_parts(value))
    by = ""
    if parts and _RESULT.match(parts[0]) is None:
        by = (parts.pop(0).split() or [""])[0]
    return AuthResultsField(by=by, results=tuple(result for part in parts if (result := _result(part)) is not None))


def _result(part: str) -> AuthResult | None:
    match = _RESULT.match(part)
    if match is None:
        return None
    properties = {name.lower(): text.strip('"') for name, text in _PROPERTY.findall(part[match.end() :])}
    return AuthResult(method=match[1].lower(), result=match[2].lower(), properties=properties)


def _parts(value: str) -> Iterator[str]:
    """Yield what is between semicolons, comments taken out (RFC 5322 section 3.2.2), quoted text kept whole."""
    depth, is_quoted, is_escaped = 0, False, False
    part: list[str] = []
    for char in value:
        if is_escaped:
            is_escaped = False
        elif char == "\\" and (depth or is_quoted):
            is_escaped = True
            continue
        elif is_quoted:
            is_quoted = char != '"'
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            continue
        elif char == '"' and not depth:
            is_quoted = True
        elif char == ";" and not depth:
            yield "".join(part)
            part = []
            continue
        if not depth:
            part.append(char)
    yield "".join(part)
