"""``tag=value`` lists, as in DKIM keys and DMARC policies (RFC 6376 section 3.2, RFC 7489 section 6.4)."""

from __future__ import annotations

import re
from typing import Final

from wizard.basics.patterns import late_pattern

_TAG: Final = late_pattern(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=(.*)", re.DOTALL)


class TagListError(ValueError):
    """The list breaks the grammar; the text is ours and says where, without foreign text."""


def tags(text: str) -> dict[str, str]:
    """Return the values by tag, in their order, without the blanks around them. Raises ``TagListError``."""
    found: dict[str, str] = {}
    parts = text.split(";")
    if not parts[-1].strip():
        parts.pop()
    for number, part in enumerate(parts, start=1):
        match = _TAG.fullmatch(part)
        if match is None:
            raise TagListError(f"part {number} is not of the form tag=value")
        if match[1] in found:
            raise TagListError(f"the tag {match[1][:20]} appears twice")
        found[match[1]] = match[2].strip()
    return found
