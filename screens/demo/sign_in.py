"""Sign-in, refresh and sign-out: /api/auth and /api/user as LibreChat's controllers answer them."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from screens.demo.cookies import clear_cookie, set_cookie
from screens.demo.database import Database, Session, User
from screens.demo.http_server import Request, Response, as_json, redirect, text
from screens.demo.settings import Settings
from screens.demo.tokens import SigningRefused, TokenRefused, sign, verify
from wizard.basics.patterns import late_pattern
from wizard.librechat import account_address, email_login
from wizard.librechat.cookies import PROVIDER_SINCE, cleared_names, secure_sign_in
from wizard.librechat.passwords import LONGEST, shortest_password
from wizard.librechat.providers import has_ldap
from wizard.librechat.releases import Release
from wizard.librechat.sessions import access_lifetime, refresh_lifetime
from wizard.librechat.startup_refusals import OWN_SECRETS_SINCE

TWO_FACTOR_SINCE: Final = Release(0, 7, 7)
BAN_MESSAGE: Final = "Your account has been temporarily banned due to violations of our service."
UNFORESEEN: Final = "An unknown error occurred."
"""The error controller's answer to whatever nobody caught (packages/api/src/middleware/error.ts, v0.8.7)."""
ROUND_TRIP: Final = 0.005
"""Seconds between finding a session in MongoDB and having stored its new token."""

_BEARER: Final = late_pattern(r"(\S+)\s+(\S+)")
_TWO_FACTOR_SECONDS: Final = 300


class BodyRefused(Exception):
    """The body is not JSON that Express takes."""


def body_of(request: Request) -> dict[str, Any]:
    """Return what Express puts in ``req.body``: JSON objects and forms, nothing of any other type."""
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    if kind != "application/json" or not request.body:
        return {}
    try:
        value = json.loads(request.body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise BodyRefused from None
    if not isinstance(value, dict | list):
        raise BodyRefused
    return value if isinstance(value, dict) else {}


class SignIn:
    """The controllers of one server."""

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._environment = settings.environment
        self._database = database
        self._clock = clock
        # A release that does not make up blank secrets has not started; a blank JWT_REFRESH_SECRET fails at the sign-in.
        made_up = settings.release >= OWN_SECRETS_SINCE
        self._secret = _configured(self._environment, "JWT_SECRET", made_up=made_up)
        self._refresh_secret = _configured(self._environment, "JWT_REFRESH_SECRET", made_up=made_up)

    def login(self, body: Mapping[str, Any], address: str) -> Response:
        """POST /api/auth/login, behind its limiter (api/server/routes/auth.js:43-52, v0.8.8-rc1)."""
        email, password = body.get("email"), body.get("password")
        known = self._database.find(email) if isinstance(email, str) else None
        if self._settings.on("BAN_VIOLATIONS"):
            if email and not isinstance(email, str):
                return text(500, UNFORESEEN)  # MongoDB refuses to look for such an address
            if self._database.is_banned(known, address):
                return as_json(403, {"message": BAN_MESSAGE})
        if email_login.is_refused(self._environment, self._settings.release):
            return as_json(403, {"message": "Email login is not allowed."})
        if not email or not password:
            return as_json(404, {"message": "Missing credentials"})
        if has_ldap(self._environment):
            return self._directory_login(known, password)
        return self._local_login(known, email, password)

    def _directory_login(self, user: User | None, password: object) -> Response:
        """LDAP alone decides; its faults are passport-ldapauth's words (facts 8.3, 10.14)."""
        if not self._settings.directory_reachable:
            return text(500, UNFORESEEN)
        if user is None or user.provider != "ldap" or not isinstance(password, str) or not user.is_password(password):
            return as_json(404, {"message": "Invalid username/password"})
        return self._signed_in(user)

    def _local_login(self, user: User | None, email: object, password: object) -> Response:
        faults = [fault for fault in (email_fault(email), self.password_fault("password", password)) if fault]
        if faults or not isinstance(password, str):
            return as_json(404, {"message": " ".join(faults)})
        if user is None or user.provider != "local":
            return as_json(404, {"message": "Email does not exist."})
        if not user.is_password(password):
            return as_json(404, {"message": "Incorrect password."})
        if not user.verified and not self._settings.on("ALLOW_UNVERIFIED_EMAIL_LOGIN"):
            return as_json(422, {"message": "Email not verified."})
        return self._signed_in(user)

    def password_fault(self, name: str, value: object) -> str:
        """Return what zod says about a password, empty if it is fine (api/strategies/validators.js:33-77, v0.8.8-rc1)."""
        shortest = shortest_password(self._environment, self._settings.release)
        return text_fault(name, value, shortest, LONGEST) or (
            "" if str(value).strip() else f"{name}: Password cannot be only spaces"
        )

    def _signed_in(self, user: User) -> Response:
        if user.two_factor and self._settings.release >= TWO_FACTOR_SINCE:
            claims = {"userId": user.identity, "twoFAPending": True}
            token = sign(claims, self._secret, now=int(self._clock()), lifetime=_TWO_FACTOR_SECONDS)
            return as_json(200, {"twoFAPending": True, "tempToken": token})
        try:
            lifetime = refresh_lifetime(self._environment)
            session, refresh_token = self._database.open_session(user, lifetime, self._refresh_secret)
            token = self._access_token(user)
        except SigningRefused:
            return as_json(500, {"message": "Something went wrong"})
        response = as_json(200, {"token": token, "user": user.document(ends=True)})
        return self._with_cookies(response, session, refresh_token)

    def _access_token(self, user: User) -> str:
        lifetime = access_lifetime(self._environment) / 1000
        claims = {"id": user.identity, "username": user.username, "provider": user.provider, "email": user.email}
        return sign(claims, self._secret, now=int(self._clock()), lifetime=lifetime)

    def _with_cookies(self, response: Response, session: Session, refresh_token: str) -> Response:
        secure = secure_sign_in(self._environment, self._settings.release)
        end = session.end / 1000
        response.add("Set-Cookie", set_cookie("refreshToken", refresh_token, expires=end, secure=secure))
        if self._settings.release >= PROVIDER_SINCE:
            response.add("Set-Cookie", set_cookie("token_provider", "librechat", expires=end, secure=secure))
        return response

    async def refresh(self, request: Request) -> Response:
        """POST /api/auth/refresh (api/server/controllers/AuthController.js:258-303, v0.8.7)."""
        token = request.cookies.get("refreshToken")
        if not token:
            return text(200, "Refresh token not provided")
        if not self._settings.database:
            return text(403, "Invalid refresh token")
        try:
            claims = verify(token, self._refresh_secret, now=self._clock())
            user = self._database.users.get(str(claims.get("id")))
            if user is None:
                return redirect("/login", accept=request.header("accept") or "")
            session = self._database.session_of(user, token)
            if session is None:
                return self._without_session(request)
            # Two tabs that ask at the same moment both find the session before either has stored its new token.
            await asyncio.sleep(ROUND_TRIP)
            return self._renewed(user, session)
        except (TokenRefused, SigningRefused):
            return text(403, "Invalid refresh token")

    def _without_session(self, request: Request) -> Response:
        if request.query.get("retry"):
            return text(403, "No session found")
        return text(401, "Refresh token expired or not found for this user")

    def _renewed(self, user: User, session: Session) -> Response:
        refresh_token = self._database.renew(session, self._refresh_secret)
        response = as_json(200, {"token": self._access_token(user), "user": user.document()})
        return self._with_cookies(response, session, refresh_token)

    def bearer(self, request: Request) -> User | Response:
        """Return who a request is from, or the 401 of ``requireJwtAuth``."""
        match = _BEARER.search(request.header("authorization") or "")
        if match is None or match[1].lower() != "bearer":
            return as_json(401, {"message": "No auth token"})
        try:
            claims = verify(match[2], self._secret, now=self._clock())
        except TokenRefused as refused:
            return as_json(401, {"message": str(refused)})
        if not self._settings.database:
            return text(500, UNFORESEEN)
        user = self._database.users.get(str(claims.get("id")))
        return as_json(401, {"message": "Unauthorized"}) if user is None else user

    def user(self, request: Request) -> Response:
        """GET /api/user."""
        user = self.bearer(request)
        return user if isinstance(user, Response) else as_json(200, user.document(begins=True, profile=True))

    def logout(self, request: Request) -> Response:
        """POST /api/auth/logout (api/server/controllers/auth/LogoutController.js, v0.8.7)."""
        user = self.bearer(request)
        if isinstance(user, Response):
            return user
        session = self._database.session_of(user, request.cookies.get("refreshToken", ""))
        if session is not None:
            self._database.close(session)
        return self.without_cookies(as_json(200, {"message": "Logout successful"}))

    def without_cookies(self, response: Response) -> Response:
        """Take the cookies of a sign-in back."""
        for name in cleared_names(self._settings.release):
            response.add("Set-Cookie", clear_cookie(name))
        return response


def _configured(environment: Mapping[str, str], name: str, *, made_up: bool) -> str:
    value = environment.get(name, "")
    return secrets.token_hex(32) if made_up and not value.strip() else value


def email_fault(value: object) -> str:
    """Return what zod says about an address, empty if it is fine."""
    if not isinstance(value, str):
        return f"email: {_not_text(value)}"
    return "" if account_address.is_taken(value) else "email: Invalid email"


def text_fault(name: str, value: object, shortest: int, longest: int) -> str:
    """Return what zod says about a text with bounds, empty if it is fine."""
    if not isinstance(value, str):
        return f"{name}: {_not_text(value)}"
    length = len(value.encode("utf-16-le", "surrogatepass")) // 2
    if length < shortest:
        return f"{name}: String must contain at least {shortest} character(s)"
    if length > longest:
        return f"{name}: String must contain at most {longest} character(s)"
    return ""


def _not_text(value: object) -> str:
    if value is None:
        return "Required"
    kinds: dict[type, str] = {bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
    return f"Expected string, received {kinds.get(type(value), 'object')}"
