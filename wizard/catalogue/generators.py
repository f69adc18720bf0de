"""Values from the system's cryptographic random generator."""

from __future__ import annotations


def hex_32_bytes() -> str:
    """Return 64 hexadecimal digits."""
    return _hex(32)


def hex_16_bytes() -> str:
    """Return 32 hexadecimal digits."""
    return _hex(16)


def _hex(size: int) -> str:
    import secrets

    return secrets.token_hex(size)
