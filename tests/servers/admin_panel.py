"""The admin panel as its public code answers (ClickHouse/librechat-admin-panel), with the LibreChat routes that it uses.

``server.ts`` and ``session.ts`` refuse to start without a secret of 32 characters; without a session every page is sent to
/login, and h3's ``useSession`` makes the cookie ``admin-session`` at once, Secure as SESSION_COOKIE_SECURE says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.servers.answering import Asked, answer


class PanelRefusedError(Exception):
    """The panel would exit with this message."""


def panel(environment: Mapping[str, str]) -> object:
    """Return the panel's server as a handler; :class:`PanelRefusedError` where it does not start."""
    secret = environment.get("SESSION_SECRET", "")
    if not secret:
        raise PanelRefusedError("SESSION_SECRET environment variable must be set for admin session encryption.")
    if len(secret) < 32:
        raise PanelRefusedError("SESSION_SECRET must be at least 32 characters for admin session encryption.")
    secure = "; Secure" if environment.get("SESSION_COOKIE_SECURE", "true") == "true" else ""
    cookie = f"Set-Cookie: admin-session=Fe26.2*1*x; Max-Age=604800; Path=/; HttpOnly{secure}; SameSite=Lax"

    def handler(asked: Asked) -> bytes:
        if asked.path == "/login?redirect=%2F":
            return answer(200, "<!doctype html><title>Admin</title>", cookie, kind="text/html")
        return answer(307, "", "Location: /login?redirect=%2F", cookie, kind="text/html")

    return handler


def librechat(asked: Asked, *, role: str, server: str, signed_in: set[str]) -> bytes:
    """Answer the panel's routes of LibreChat (api/server/routes/admin/auth.js, v0.8.8-rc1)."""
    path = asked.path.partition("?")[0]
    if path == "/api/admin/login/local":
        if role != "ADMIN":
            return answer(403, json.dumps({"message": "Forbidden"}))
        signed_in.add(json.loads(asked.body)["email"])
        body = {"token": "eyJ.x.y", "user": {"email": json.loads(asked.body)["email"], "role": role}}
        return answer(200, json.dumps(body), "Set-Cookie: refreshToken=r1; Path=/; HttpOnly")
    if path == "/api/auth/logout" and asked.headers.get("authorization") == "Bearer eyJ.x.y":
        signed_in.clear()
        return answer(200, "{}")
    if path == "/api/config":
        shown = {"serverDomain": server, "emailLoginEnabled": True, "registrationEnabled": False}
        return answer(200, json.dumps(shown))
    return answer(200, "Refresh token not provided", kind="text/html")
