"""Values from the system's cryptographic random generator."""

from __future__ import annotations

import os


def hex_32_bytes() -> str:
    """Return 64 hexadecimal digits."""
    return _hex(32)


def hex_16_bytes() -> str:
    """Return 32 hexadecimal digits."""
    return _hex(16)


def _hex(size: int) -> str:
    # What secrets.token_hex gives, without that module, which loads OpenSSL.
    return os.urandom(size).hex()
