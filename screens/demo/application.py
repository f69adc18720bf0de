"""LibreChat's middleware and routes in order, for one set of settings."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from screens.demo.database import Database, User
from screens.demo.http_server import PARSED_LIMIT, Request, Response, as_json, compress, text
from screens.demo.limiter import Limiter
from screens.demo.page import index_html
from screens.demo.people import People
from screens.demo.providers import Providers
from screens.demo.settings import Settings, require_start
from screens.demo.sign_in import BAN_MESSAGE, UNFORESEEN, BodyRefused, SignIn, body_of
from wizard.basics.patterns import late_pattern
from wizard.librechat.browser_url import client_base
from wizard.librechat.math_expression import evaluate
from wizard.librechat.origin_guard import REFUSAL_CODE, REFUSAL_MESSAGE, SAME_ORIGIN_ROUTES, SignInRequest, is_refused
from wizard.librechat.proxy_hops import client_address, is_secure, trusted_hops
from wizard.librechat.rate_limits import rate_limit
from wizard.librechat.routes import NOT_FOUND_SINCE, OPENID_CHECK_SINCE, PAGE_FOUND_SINCE, READYZ_SINCE
from wizard.librechat.security_headers import security_headers
from wizard.librechat.startup_config import startup_config
from wizard.librechat.values import js_number

LOGIN_ROUTES: Final = (
    "/api/auth/login",
    "/api/admin/login/local",
    "/api/admin/oauth/exchange",
    "/api/admin/oauth/refresh",
)
OTHER_LIMITED: Final = (
    "/api/auth/register",
    "/api/auth/requestpasswordreset",
    "/api/auth/resetpassword",
    "/api/auth/2fa/verify-temp",
    "/api/user/verify",
    "/api/user/verify/resend",
)
GUARDED: Final = ("/api/agents", "/api/files", "/api/assistants", "/api/permissions")
"""Where a client without a browser's name is banned (api/server/middleware/uaParser.js)."""

_BROWSER: Final = late_pattern(
    r"(?<![A-Za-z])(?:headlesschrome|chrom(?:e|ium)|firefox|safari|edge?|opr|opera|vivaldi|lynx|w3m)/\d", re.IGNORECASE
)
"""The clients that ua-parser-js 1.0.37 has a browser's name for, of those that were tried."""
_BAN_INTERVAL: Final = 20.0
_BAN_DURATION: Final = 2.0 * 60 * 60 * 1000


Body = dict[str, Any]
Handler = Callable[[Request, Body], Response | Awaitable[Response]]


def normal_path(request: Request) -> str:
    """Return a path as Express compares it: case and a last slash do not count."""
    path = request.path.lower()
    return path.rstrip("/") or "/"


def is_limited(request: Request) -> bool:
    """Return whether LibreChat counts this request against a rate limit (facts 8.10)."""
    path = normal_path(request)
    if path == "/oauth" or path.startswith("/oauth/"):
        return True
    return request.method == "POST" and (path in LOGIN_ROUTES or path in OTHER_LIMITED)


class Application:
    """Answers requests from one start to the next: new limiters, but the database is passed in."""

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], float]) -> None:
        require_start(settings)
        self._settings = settings
        self._environment = settings.environment
        self._database = database
        self._clock = clock
        self._started = clock()
        self._hops = trusted_hops(settings.environment, settings.release)
        self._sign_in = SignIn(settings, database, clock)
        self._people = People(settings, database, self._sign_in)
        self._providers = Providers(settings, clock)
        self._login, self._register, self._reset = (
            Limiter(rate_limit(name, settings.environment), clock) for name in ("LOGIN", "REGISTER", "RESET_PASSWORD")
        )
        self._routes = self._table()

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        if self._settings.delay:
            await asyncio.sleep(self._settings.delay)
        if not self._settings.database and self._needs_database(request):
            await asyncio.sleep(self._settings.database_wait)
        if (probe := self._probe(request)) is not None:
            return self._protected(probe)
        try:
            if request.size > PARSED_LIMIT and (request.header("content-type") or "").startswith("application/"):
                response = text(500, UNFORESEEN)  # PayloadTooLargeError ends at the error controller
            else:
                response = await self._behind_cors(request)
        except BodyRefused:
            response = as_json(
                400, {"error": "Invalid JSON format", "message": "The request body contains malformed JSON"}
            )
        hidden = self._environment.get("NO_INDEX") or "true"
        return self._protected(response.set("X-Robots-Tag", "noindex") if hidden == "true" else response)

    def _protected(self, response: Response) -> Response:
        """Add the security headers, which are before all other middleware (packages/api/src/security/headers.ts, v0.8.8-rc2)."""
        for name, value in security_headers(self._environment, self._settings.release).items():
            response.set(name, value)
        return response

    def _needs_database(self, request: Request) -> bool:
        path = normal_path(request)
        if path == "/api/auth/refresh":
            return "refreshToken" in request.cookies
        return path in ("/api/auth/login", "/api/auth/register") or (
            path in ("/api/user", "/api/auth/logout") and request.header("authorization") is not None
        )

    def _probe(self, request: Request) -> Response | None:
        """Answer the health probes, which are before all middleware (api/server/index.js:165-173, v0.8.7)."""
        path = normal_path(request)
        if request.method not in ("GET", "HEAD"):
            return None
        if path == "/health" or (path == "/livez" and self._settings.release >= READYZ_SINCE):
            return text(200, "OK")
        if path == "/readyz" and self._settings.release >= READYZ_SINCE:
            ready = self._clock() - self._started >= self._settings.ready_after
            return text(200, "OK") if ready else text(503, "NOT_READY")
        return None

    async def _behind_cors(self, request: Request) -> Response:
        body = body_of(request)
        if request.method == "OPTIONS":
            response = Response(status=204)
            response.add("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE")
            response.vary("Access-Control-Request-Headers")
            if (asked := request.header("access-control-request-headers")) is not None:
                response.add("Access-Control-Allow-Headers", asked)
            return response.add("Access-Control-Allow-Origin", "*")
        response = (await self._routed(request, body)).add("Access-Control-Allow-Origin", "*")
        return response if self._settings.on("DISABLE_COMPRESSION") else compress(request, response)

    async def _routed(self, request: Request, body: Body) -> Response:
        path = normal_path(request)
        method = "GET" if request.method == "HEAD" else request.method
        if path == "/oauth" or path.startswith("/oauth/"):
            return self._limited(self._login, request, lambda: self._oauth(path, request))
        if any(path == guarded or path.startswith(f"{guarded}/") for guarded in GUARDED):
            return self._guarded(request, path)
        if method == "POST" and path in SAME_ORIGIN_ROUTES and self._is_cross_origin(request):
            return as_json(403, {"message": REFUSAL_MESSAGE, "code": REFUSAL_CODE})
        if (handler := self._routes.get((method, path))) is not None:
            answer = handler(request, body)
            return answer if isinstance(answer, Response) else await answer
        is_api = path == "/api" or path.startswith("/api/")
        if is_api and self._settings.release >= NOT_FOUND_SINCE:
            return as_json(404, {"message": "Endpoint not found"})
        return self._page(request)

    def _table(self) -> dict[tuple[str, str], Handler]:
        table: dict[tuple[str, str], Handler] = {
            ("POST", "/api/auth/login"): lambda request, body: self._limited(
                self._login, request, lambda: self._logged_in(body, self._address(request))
            ),
            ("POST", "/api/auth/register"): lambda request, body: self._limited(
                self._register, request, lambda: self._people.register(body, self._address(request))
            ),
            ("POST", "/api/auth/requestpasswordreset"): lambda request, body: self._limited(
                self._reset, request, lambda: self._people.request_reset(body, self._address(request))
            ),
            ("POST", "/api/auth/refresh"): lambda request, _: self._sign_in.refresh(request),
            ("POST", "/api/auth/logout"): lambda request, _: self._sign_in.logout(request),
            ("GET", "/api/user"): lambda request, _: self._sign_in.user(request),
            ("GET", "/api/config"): lambda request, _: self._startup_config(request),
        }
        if self._settings.release >= OPENID_CHECK_SINCE:
            table["GET", "/api/admin/oauth/openid/check"] = lambda _request, _body: self._openid_check()
        return table

    def _is_cross_origin(self, request: Request) -> bool:
        header, settings = request.header, self._settings
        secure = is_secure(header("x-forwarded-proto") or "", self._hops, encrypted=request.encrypted)
        asked = SignInRequest(
            origin=header("origin") or "",
            fetch_site=header("sec-fetch-site") or "",
            host=header("host") or "",
            protocol="https" if secure else "http",
        )
        return is_refused(asked, settings.environment, settings.release)

    def _address(self, request: Request) -> str:
        return client_address(request.peer, request.header("x-forwarded-for") or "", self._hops)

    def _startup_config(self, request: Request) -> Response:
        signed_in = isinstance(self._sign_in.bearer(request), User)
        settings = self._settings
        return as_json(
            200, startup_config(settings.environment, settings.release, signed_in=signed_in, build=settings.build)
        )

    def _logged_in(self, body: Body, address: str) -> Response:
        if not self._settings.database:
            return text(500, UNFORESEEN)
        return self._sign_in.login(body, address)

    def _limited(self, limiter: Limiter, request: Request, proceed: Callable[[], Response]) -> Response:
        counted = limiter.count(self._address(request))
        response = as_json(429, {"message": counted.refused}) if counted.refused else proceed()
        for name, value in counted.headers:
            response.add(name, value)
        return response

    def _oauth(self, path: str, request: Request) -> Response:
        name = path.removeprefix("/oauth").strip("/")
        return self._providers.answer(name, request) or self._page(request)

    def _openid_check(self) -> Response:
        if self._providers.openid_registered:
            return as_json(200, {"message": "OpenID check successful"})
        return as_json(404, {"error": "OpenID configuration not found", "error_code": "OPENID_NOT_CONFIGURED"})

    def _guarded(self, request: Request, path: str) -> Response:
        """Answer where a client that is not a browser is banned. What a browser gets is empty: there are no agents here."""
        user = self._sign_in.bearer(request)
        if isinstance(user, Response):
            return user
        address = self._address(request)
        if self._settings.on("BAN_VIOLATIONS") and self._database.is_banned(user, address):
            return as_json(403, {"message": BAN_MESSAGE})
        if _BROWSER.search(request.header("user-agent") or "") is None:
            # handleError writes an event without naming a type.
            response = Response(body=b'event: error\ndata: {"message":"Illegal request"}\n\n')
            return self._violation(user, address, response)
        listed: dict[str, object] = {
            "object": "list",
            "data": [],
            "first_id": None,
            "last_id": None,
            "has_more": False,
            "after": None,
        }
        return as_json(200, listed if path == "/api/agents" else {})

    def _violation(self, user: User, address: str, response: Response) -> Response:
        """Score a violation and ban where that crosses a threshold (api/cache/logViolation.js, banViolation.js, v0.8.7)."""
        before = user.violations
        user.violations += js_number(self._environment.get("NON_BROWSER_VIOLATION_SCORE", "20"))
        interval = self._evaluated("BAN_INTERVAL", _BAN_INTERVAL)
        if not self._settings.on("BAN_VIOLATIONS") or not interval:
            return response
        if not math.floor(before / interval) < math.floor(user.violations / interval):
            return response
        self._database.close_all_of(user)
        if (duration := self._evaluated("BAN_DURATION", _BAN_DURATION)) > 0:
            self._database.ban(user.identity, duration)
            self._database.ban(address, duration)
        return self._sign_in.without_cookies(response)

    def _evaluated(self, name: str, fallback: float) -> float:
        value = evaluate(self._environment.get(name, ""))
        return fallback if value is None or math.isnan(value) else value

    def _page(self, request: Request) -> Response:
        base = client_base(self._environment.get("DOMAIN_CLIENT", "")) or "/"
        language = request.header("accept-language") or ""
        missing = self._settings.release < PAGE_FOUND_SINCE and normal_path(request) != "/"
        response = text(404 if missing else 200, index_html(base, language, request.cookies.get("lang", "")))
        value = self._environment.get
        response.add("Cache-Control", value("INDEX_CACHE_CONTROL") or "no-cache, no-store, must-revalidate")
        response.add("Pragma", value("INDEX_PRAGMA") or "no-cache")
        return response.add("Expires", value("INDEX_EXPIRES") or "0")
