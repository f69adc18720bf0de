"""GET /oauth/...: where a provider's button leads, and OpenID's session cookie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from urllib.parse import urlencode

from screens.demo.cookies import set_cookie
from screens.demo.http_server import Request, Response, redirect, text
from screens.demo.settings import Settings
from screens.demo.sign_in import UNFORESEEN
from wizard.librechat.cookies import SESSION_SECURE_SINCE, STATE_SECONDS, secure_session, state_cookie
from wizard.librechat.providers import BUTTONS, is_registered
from wizard.librechat.proxy_hops import is_secure, trusted_hops
from wizard.librechat.sessions import session_cookie_lifetime


class Providers:
    """The provider routes of one server. OpenID and GitHub lead somewhere; the others answer as if not configured."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._environment = settings.environment
        self._clock = clock

    @property
    def openid_registered(self) -> bool:
        """Whether OpenID discovery went well at startup."""
        return is_registered("openid", self._environment, self._settings.release) and bool(
            self._settings.identity_provider
        )

    def answer(self, name: str, request: Request) -> Response | None:
        """Answer ``/oauth/<name>``; ``None`` if LibreChat has no such route."""
        if name == "error":
            client = self._environment.get("DOMAIN_CLIENT", "undefined")
            location = f"{client}/login?redirect=false&error=auth_failed"
            return redirect(location, accept=request.header("accept") or "")
        if name not in BUTTONS:
            return None
        if name == "openid" and self.openid_registered:
            return self._openid(request)
        if name == "github" and is_registered(name, self._environment, self._settings.release):
            return self._github()
        return text(500, UNFORESEEN)  # Unknown authentication strategy

    def _callback(self, setting: str) -> str:
        return self._environment.get("DOMAIN_SERVER", "undefined") + self._environment.get(setting, "undefined")

    def _github(self) -> Response:
        # passport-oauth2 puts the parameters in this order and packs them as encodeURIComponent does.
        fields = {
            "response_type": "code",
            "redirect_uri": self._callback("GITHUB_CALLBACK_URL"),
            "scope": "user:email,read:user",
            "client_id": self._environment["GITHUB_CLIENT_ID"],
        }
        cookie = state_cookie("github", self._environment, self._settings.release)
        if cookie is not None:
            fields["state"] = secrets.token_urlsafe(32)
        response = Response(
            status=302, headers=[("Location", f"https://github.com/login/oauth/authorize?{urlencode(fields)}")]
        )
        if cookie is not None:
            written = set_cookie(
                cookie.name,
                fields["state"],
                expires=self._clock() + STATE_SECONDS,
                secure=cookie.secure,
                same_site=cookie.same_site.capitalize(),
            )
            response.add("Set-Cookie", written)
        return response

    def _openid(self, request: Request) -> Response:
        verifier = base64.urlsafe_b64encode(hashlib.sha256(secrets.token_bytes(32)).digest()).rstrip(b"=").decode()
        fields = {
            "redirect_uri": self._callback("OPENID_CALLBACK_URL"),
            "scope": self._environment.get("OPENID_SCOPE", ""),
            "state": secrets.token_urlsafe(32),
            "code_challenge": verifier,
            "code_challenge_method": "S256",
            "client_id": self._environment["OPENID_CLIENT_ID"],
            "response_type": "code",
        }
        response = Response(
            status=302, headers=[("Location", f"{self._settings.identity_provider}?{urlencode(fields)}")]
        )
        cookie = self._session_cookie(request)
        return response.add("Set-Cookie", cookie) if cookie else response

    def _session_cookie(self, request: Request) -> str:
        """Return connect.sid; empty if express-session keeps it back: Secure, but the request did not come over https."""
        release = self._settings.release
        secure = secure_session(self._environment, release)
        hops = trusted_hops(self._environment, release)
        proto = request.header("x-forwarded-proto") or ""
        if secure and not request.encrypted and not is_secure(proto, hops, encrypted=request.encrypted):
            return ""
        identity = secrets.token_urlsafe(24)
        secret = self._environment["OPENID_SESSION_SECRET"]
        mac = hmac.new(secret.encode(), identity.encode(), hashlib.sha256).digest()
        value = f"s:{identity}.{base64.b64encode(mac).rstrip(b'=').decode()}"
        end = (
            self._clock() + session_cookie_lifetime(self._environment, release) / 1000
            if release >= SESSION_SECURE_SINCE
            else None
        )
        return set_cookie("connect.sid", value, expires=end, secure=secure, same_site="")
