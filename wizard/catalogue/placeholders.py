"""Text in place of a value (secret store references, commands, placeholders of guides), which LibreChat uses literally."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from wizard.basics.patterns import late_pattern


class PlaceholderKind(StrEnum):
    """What a text was meant to become."""

    REFERENCE = "reference"
    """``op://vault/item``: a program such as ``op run`` would have to resolve it."""
    COMMAND = "command"
    """``$(openssl rand -hex 32)``: a shell would have to run it."""
    PLACEHOLDER = "placeholder"
    """``<your-secret>``: a person was to replace it."""


_REFERENCE: Final = late_pattern(
    r"(?i)(?:op|vault|awssm|awsps|aws-sm|gcpsm|gcp-sm|akv|azkv|bws|doppler|infisical|keyring|keychain|pass|secret|file|sops|ref\+[a-z]+)"
    r":{1,2}//?\S.*|ref\+\S+|arn:aws[a-z-]*:(?:secretsmanager|ssm):.*|projects/[^/]+/secrets/.*|@Microsoft\.KeyVault\(.*\)"
    r"|\$?\{\{.*\}\}|/(?:run|var/run|etc)/secrets?/\S+"
)
_COMMAND: Final = late_pattern(
    r"\$\(.+\)|`.+`|(?:sudo\s+)?(?:openssl\s+rand|head\s+-c|uuidgen|pwgen\s|python3?\s+-c|node\s+-e|cat\s+/|date\s+[+|])(?:.*)",
    re.DOTALL,
)
_PLACEHOLDER: Final = late_pattern(
    r"(?i)<[^<>]*>|.*(?:any.?random|justgenerate|change.?me|placeholder|(?:^|[^a-z0-9])your[_ -]|replace.?(?:me\b|with.?(?:a|your|the)\b|this)"
    r"|(?:generate|insert|put|paste|enter).?(?:your|one|here|with)\b).*"
)
_NO_SECRET: Final = late_pattern(
    r"(?i)\[[^\[\]]*\]|x{4,20}|\*{3,}|\.{3,}|-{3,}|_{3,}|\u2026|todo|tbd|fixme|secret|example"
)
"""What nobody generates; a password that somebody else chose may be such a word."""
_NAMES_SOMETHING: Final = late_pattern(
    r"(?i)<[^<>@]*>|(?:^|[^a-z0-9])your[_-]?(?:own)?[_-]?(?:domain|host|server|tenant|company|org|site|app|email|mail|name|realm|team|project"
    r"|client|instance|issuer|url|ip|address)(?![a-z])|change.?me"
)


def placeholder_of_secret(text: str, *, is_own: bool) -> PlaceholderKind | None:
    """Return the kind of placeholder that is in a secret's place; ``None`` if the value is a secret."""
    value = text.strip()
    patterns = (
        (PlaceholderKind.REFERENCE, _REFERENCE),
        (PlaceholderKind.COMMAND, _COMMAND),
        (PlaceholderKind.PLACEHOLDER, _PLACEHOLDER),
    )
    found = next((kind for kind, pattern in patterns if pattern.fullmatch(value)), None)
    return PlaceholderKind.PLACEHOLDER if found is None and is_own and _NO_SECRET.fullmatch(value) else found


def is_placeholder(text: str) -> bool:
    """Whether an address, a host or a name is an example copied from a guide: ``https://your-domain.com``, ``<host>``."""
    return _NAMES_SOMETHING.search(text) is not None
