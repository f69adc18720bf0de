"""Secrets that LibreChat's own samples published, so that everybody knows them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from wizard.basics.digests import sha256_hex

_PUBLISHED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "2d05c59936dfbd3cd9bc9896afbf231ffcad0c3a179371c4f29bfaa3cd8d5157": "MEILI_MASTER_KEY",
        "c042516e4eac1bafaa3027eb7ea04103fdfb652583eeb916124aebe882e9cefb": "MEILI_MASTER_KEY",
        "7c1154b5152983978147ea87e4a2066d4768673e9d85d6a792cddc2f784efd2f": "CREDS_KEY",
        "06d2e911edb4d45985b9d6338ec3d4c6b4bde69f8143437797c187ab07085531": "CREDS_IV",
        "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b": "JWT_SECRET",
        "69024f21e9ad17594dcccd93e87399af24a5426ccfe6108d1787f0335966abc4": "JWT_SECRET",
        "282ad5f60261639fefed381976b4d0dde52eab5527a1ab2ec75d5be1efa1165b": "JWT_REFRESH_SECRET",
        "6aa4b14dcf6d5094e8f3ed7ac00ba5f0a4d36af50940e870c987a101149a06b3": "CREDS_KEY",
        "be066640b0c70fcf71e9181eca99768f87da3e4e3764282dfc8063da2f4010ca": "CREDS_IV",
    }
)
"""SHA-256 of each value that ``.env.example`` of a release or the Helm values shipped, with the variable it stood for."""


def published_name(value: str) -> str | None:
    """Return the variable whose published default this value is, or ``None``; it counts as published for every variable."""
    return _PUBLISHED.get(sha256_hex(value.strip().encode()))


_NEVER_RETIRED: Final = frozenset({"2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"})
"""Published by samples, and not in LibreChat's own list (``legacyCredentialFingerprints``, packages/api/src/credentials.ts)."""


def is_retired(name: str, value: str) -> bool:
    """Whether LibreChat itself knows a value of this variable as a published one (``isLegacyCredential``, credentials.ts)."""
    digest = sha256_hex(value.encode())
    return _PUBLISHED.get(digest) == name and digest not in _NEVER_RETIRED
