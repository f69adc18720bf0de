"""Formats ``Set-Cookie`` as Express does."""

from __future__ import annotations

from urllib.parse import quote

from screens.demo.http_server import http_date


def set_cookie(name: str, value: str, *, expires: float | None, secure: bool, same_site: str = "Strict") -> str:
    """Return ``Set-Cookie`` as Express writes it; ``expires`` in seconds since 1970, ``None`` for until the browser closes."""
    parts = [f"{name}={quote(value, safe='')}", "Path=/"]
    if expires is not None:
        parts.append(f"Expires={http_date(expires)}")
    parts.append("HttpOnly")
    if secure:
        parts.append("Secure")
    if same_site:
        parts.append(f"SameSite={same_site}")
    return "; ".join(parts)


def clear_cookie(name: str) -> str:
    """Return what a bare ``res.clearCookie(name)`` writes."""
    return f"{name}=; Path=/; Expires={http_date(0)}"
