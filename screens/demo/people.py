"""Creates accounts and resets passwords, just enough to catch a check that must not do so."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from screens.demo.database import Database
from screens.demo.http_server import Response, as_json, text
from screens.demo.settings import Account, Settings
from screens.demo.sign_in import BAN_MESSAGE, SignIn, email_fault, text_fault
from wizard.basics.secret import Secret
from wizard.librechat.mail_configured import is_configured

CHECK_YOUR_MAIL: Final = "Please check your email to verify your email address."
"""The answer to every registration that is not refused, whether an account came of it or not."""
LINK_SENT: Final = "If an account with that email exists, a password reset link has been sent to it."


class People:
    """POST /api/auth/register and /api/auth/requestPasswordReset. Mail that LibreChat would send is not sent."""

    def __init__(self, settings: Settings, database: Database, sign_in: SignIn) -> None:
        self._settings = settings
        self._environment = settings.environment
        self._sends_mail = is_configured(settings.environment, settings.release)
        self._database = database
        self._sign_in = sign_in

    def register(self, body: Mapping[str, Any], address: str) -> Response:
        """Make an account (api/server/services/AuthService.js:330-412, v0.8.7); the first one is an administrator."""
        if self._banned(body, address):
            return as_json(403, {"message": BAN_MESSAGE})
        if not self._settings.on("ALLOW_REGISTRATION"):
            return as_json(403, {"message": "Registration is not allowed."})
        faults = self._faults(body)
        if faults:
            return as_json(404, {"message": " ".join(faults)})
        email = str(body["email"])
        if self._database.find(email) is None:
            verified = not self._sends_mail
            account = Account(
                email=email, password=Secret(str(body["password"])), name=str(body["name"]), verified=verified
            )
            self._database.add(account, username=str(body.get("username") or "").lower())
        return as_json(200, {"message": CHECK_YOUR_MAIL})

    def _faults(self, body: Mapping[str, Any]) -> list[str]:
        username = body.get("username")
        found = [
            text_fault("name", body.get("name"), 3, 80),
            "" if username in (None, "") else text_fault("username", username, 2, 80),
            email_fault(body.get("email")),
            self._sign_in.password_fault("password", body.get("password")),
            self._sign_in.password_fault("confirm_password", body.get("confirm_password")),
        ]
        faults = [fault for fault in found if fault]
        if not faults and body["password"] != body["confirm_password"]:
            return [": The passwords did not match"]
        return faults

    def request_reset(self, body: Mapping[str, Any], address: str) -> Response:
        """Ask for a reset link; without mail settings LibreChat hands it out in the answer (AuthService.js:429-520, v0.8.7)."""
        if self._banned(body, address):
            return as_json(403, {"message": BAN_MESSAGE})
        if not self._settings.on("ALLOW_PASSWORD_RESET"):
            return text(403, "Password reset is not allowed.")
        email = body.get("email")
        user = self._database.find(email) if isinstance(email, str) else None
        if user is None or self._sends_mail:
            return as_json(200, {"message": LINK_SENT})
        client = self._environment.get("DOMAIN_CLIENT", "undefined")
        token = secrets.token_hex(32)
        return as_json(200, {"link": f"{client}/reset-password?token={token}&userId={user.identity}"})

    def _banned(self, body: Mapping[str, Any], address: str) -> bool:
        email = body.get("email")
        user = self._database.find(email) if isinstance(email, str) else None
        return self._settings.on("BAN_VIOLATIONS") and self._database.is_banned(user, address)
