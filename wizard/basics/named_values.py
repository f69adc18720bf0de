"""Values that free text gives right behind a secret's name: in comments, commands and error messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from wizard.basics.redaction import is_secret_name, without_credentials
from wizard.basics.secret import REDACTED

_ASSIGNED: Final = re.compile(
    r"""(?P<head>(?<![\w.\-])(?:--?)?(?P<name>[A-Za-z_][\w.\-]{0,127}+)\s*["']?\s*(?:[=:]|(?<=")\s|(?<=')\s)\s*)"""
    r"""(?P<value>["']?[^\s"'].*)"""
)
_DEFAULT: Final = re.compile(r"(?P<head>\$\{(?P<name>\w+):?[-+])(?P<value>[^{}]+|[^}]*\$\{[^}]*\}[^}]*)(?=\})")
"""What stands in for a variable that is not set (compose-spec, interpolation)."""
_MESSAGE: Final = re.compile(r"(?P<head>\$\{\w+:?\?)(?P<value>[^{}]+)(?=\})")
_REFERENCE: Final = re.compile(r"""["']?\$(?:\w+|\{\w+\})["']?[\s,;\]})]*\Z""")
_FLAG: Final = re.compile(r"""(?:^|[\s"'\[,])--?(?P<name>[A-Za-z][\w.\-]*)""")
_SHORT: Final = re.compile(r"""(?:^|[\s"'\[,])-(?:[aHu](?=[\s"',=\]]|\Z)|p\S|p\s*["',]?\s*\D|[aHu]\S{4})""")
"""Options by which well-known clients take a password: ``redis-cli -a``, ``mysql -p``, ``curl -u`` and ``-H``."""
_WORD: Final = re.compile(r"[A-Za-z_][\w\-]*")
_MASTER: Final = re.compile(r"auth\Z|pass\Z|pw\Z", re.IGNORECASE)
"""``--masterauth``, ``--requirepass``: what a program calls it, not a variable."""


def says_secret(text: str) -> bool:
    """Tell whether a command, or a word of one, seems to hold a secret or to announce the one that follows."""
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
    text = without_messages(_DEFAULT.sub(lambda match: _default(match, is_secret), text))
    position = 0
    while match := _ASSIGNED.search(text, position):
        if is_secret(match["name"]) and not _REFERENCE.match(match["value"]) and match["value"] != REDACTED:
            return text[: match.start("value")] + REDACTED
        position = match.end("head")
    return text


def without_messages(text: str) -> str:
    """Return a text without what ``${NAME:?message}`` says: Docker Compose quotes it, whatever stands there."""
    return _MESSAGE.sub(rf"\g<head>{REDACTED}", text)


def _default(match: re.Match[str], is_secret: Callable[[str], bool]) -> str:
    return f"{match['head']}{REDACTED}" if is_secret(match["name"]) else match[0]
