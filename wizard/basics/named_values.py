"""Redacts values that follow the name of a secret in free text: comments, commands and error messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from wizard.basics.patterns import late_pattern
from wizard.basics.redaction import is_secret_name, without_credentials
from wizard.basics.secret import REDACTED

# None of these looks at a stretch of text twice, however it is made: a line of megabytes costs a moment.
_ASSIGNED: Final = late_pattern(
    r"""(?P<head>(?<![\w.\-])(?:--?)?(?P<name>[A-Za-z_][\w.\-]{0,127}+)\s*+(?:[=:]|["']\s*+[=:]|["']\s)\s*+)"""
    r"""(?P<value>["']?[^\s"'])"""
)
"""``value`` is where it begins; it ends with the line."""
_BRACE: Final = late_pattern(r"\$\{(?:(?P<name>\w++):?[-+])?|[{}]")
"""A brace, and with it what stands in for a variable that is not set (compose-spec, interpolation)."""
_MESSAGE: Final = late_pattern(r"(?P<head>\$\{\w++:?\?)(?P<value>[^{}]++)(?=\})")
_REFERENCE: Final = late_pattern(r"""["']?\$(?:\w+|\{\w+\})["']?[\s,;\]})]*\Z""")
_FLAG: Final = late_pattern(r"""(?:^|[\s"'\[,])--?(?P<name>[A-Za-z][\w.\-]*)""")
_SHORT: Final = late_pattern(r"""(?:^|[\s"'\[,])-(?:[aHu](?=[\s"',=\]]|\Z)|p\S|p\s*["',]?\s*\D|[aHu]\S{4})""")
"""Options by which well-known clients take a password: ``redis-cli -a``, ``mysql -p``, ``curl -u`` and ``-H``."""
_WORD: Final = late_pattern(r"[A-Za-z_][\w\-]*")
_MASTER: Final = late_pattern(r"auth\Z|pass\Z|pw\Z", re.IGNORECASE)
"""``--masterauth``, ``--requirepass``: what a program calls it, not a variable."""


def says_secret(text: str) -> bool:
    """Return whether a command, or a word of one, seems to hold a secret or to announce the one that follows."""
    if _SHORT.search(text) or without_credentials(text) != text:
        return True
    names = {match["name"] for match in _FLAG.finditer(text)}
    if any(is_secret_name(name) or _MASTER.search(name) for name in names):
        return True
    without_references = re.sub(r"\$\{\w+\}|\$\w+", "", text)
    return any(is_secret_name(word) for word in _WORD.findall(without_references))


def without_named_values(text: str, is_secret: Callable[[str], bool] = is_secret_name) -> str:
    """Return a line with everything behind the first secret's name and a sign taken out, and such defaults of variables.

    A value that only names a variable (``${NAME}``) stays.
    """
    text = without_messages(_without_defaults(text, is_secret) if "${" in text else text)
    position, line_end = 0, -1
    while match := _ASSIGNED.search(text, position):
        start, position = match.start("value"), match.end("head")
        if not is_secret(match["name"]):
            continue
        if line_end < start:
            line_end = text.find("\n", start)
            line_end = len(text) if line_end < 0 else line_end
        is_hidden = line_end - start == len(REDACTED) and text.startswith(REDACTED, start)
        if not is_hidden and not _REFERENCE.match(text, start, line_end):
            return text[:start] + REDACTED
    return text


def _without_defaults(text: str, is_secret: Callable[[str], bool]) -> str:
    """Take out what stands in for secret variables, up to the brace that ends it; to the end if none does."""
    known: dict[str, bool] = {}
    kept, position, depth = [], 0, 0
    start, outside = -1, 0
    for brace in _BRACE.finditer(text):
        if brace[0] != "}":
            name = brace["name"]
            if start < 0 and name is not None:
                if name not in known:
                    known[name] = is_secret(name)
                if known[name]:
                    start, outside = brace.end(), depth
            depth += 1
            continue
        depth = max(0, depth - 1)
        if start >= 0 and depth == outside:
            kept += [text[position:start], REDACTED if brace.start() > start else ""]
            position, start = brace.start(), -1
    if start >= 0 and text[start:].strip():
        return "".join(kept) + text[position:start] + REDACTED
    return "".join(kept) + text[position:]


def without_messages(text: str) -> str:
    """Return a text without what ``${NAME:?message}`` says: Docker Compose quotes it, whatever is there."""
    return _MESSAGE.sub(rf"\g<head>{REDACTED}", text)
