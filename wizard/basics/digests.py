"""SHA-256 without OpenSSL. ``hashlib`` would load that, and the first frame would wait for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal digits."""
    digest: str = _sha256()(data).hexdigest()
    return digest


@cache
def _sha256() -> Callable[[bytes], Any]:
    # As random.py does for SHA-512.
    for module in ("_sha2", "_sha256"):
        with contextlib.suppress(ImportError):
            lean: Callable[[bytes], Any] = import_module(module).sha256
            return lean
    from hashlib import sha256

    return sha256
