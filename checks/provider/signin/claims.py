"""Claims for display: every name, each value shortened, and none that would let somebody continue the sign-in."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

LONGEST: Final = 48
"""How many characters of a value are shown: enough to compare, too few to copy a token."""
_MOST: Final = 60
_HIDDEN: Final = frozenset({"nonce", "jti", "sid", "at_hash", "c_hash", "s_hash", "uti", "rh", "session_state"})
"""Claims that identify a session or a token (OpenID Connect Core 2, Front-Channel Logout 3, Entra's uti and rh)."""


class ShownClaim(NamedTuple):
    """One claim, shortened for display."""

    source: str
    """``id``, ``userinfo`` or ``access``: the kinds of OPENID_REQUIRED_ROLE_TOKEN_KIND."""
    name: str
    value: str

    def line(self) -> str:
        """Return it as evidence."""
        return f"{self.source} {self.name} = {self.value}"


def shown_claims(sources: Mapping[str, Mapping[str, Any] | None], shown: Callable[[str], str]) -> Iterator[ShownClaim]:
    """Yield the claims of every source; ``shown`` returns untrusted text as plain text without secrets."""
    for source, claims in sources.items():
        for name in sorted(claims or {}, key=str)[:_MOST]:
            yield ShownClaim(source, _cut(shown(str(name))), _value(name, (claims or {})[name], shown))


def _value(name: str, value: Any, shown: Callable[[str], str]) -> str:
    if name in _HIDDEN:
        return "(not shown)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return _cut(shown(text))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
