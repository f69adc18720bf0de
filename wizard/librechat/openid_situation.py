"""The inputs of an OpenID sign-in besides LibreChat's settings: the provider's replies, the browser, the accounts.

Everything here is data. A check fills in what it saw, a real sign-in what the provider said, a test what was recorded; the
verdict is :func:`wizard.librechat.openid_verdict.sign_in`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from wizard.librechat.releases import RECORDED, Release

EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


class Outcome(StrEnum):
    """How a sign-in ends, by what LibreChat answers."""

    SIGNED_IN = "signed-in"
    NOT_REGISTERED = "not-registered"
    """GET /oauth/openid answers 500: LibreChat gave up at its start."""
    START_CRASH = "start-crash"
    """LibreChat does not start."""
    PROVIDER_UNREACHABLE = "provider-unreachable"
    """The browser gets no answer from the provider."""
    PROVIDER_REFUSED = "provider-refused"
    """The provider shows an error and never sends the person back."""
    AUTH_FAILED = "auth-failed"
    """302 to /login?redirect=false&error=auth_failed."""
    SERVER_ERROR = "server-error"
    """500 "An unknown error occurred."."""
    REFUSED_400 = "refused-400"
    """400 with validation messages as JSON."""
    NOT_KEPT = "not-kept"
    """The callback succeeds and the person is back at the sign-in page."""
    TOKEN_REJECTED = "token-rejected"
    """Each call of the API after the sign-in answers 401."""
    UNAUTHORIZED = "unauthorized"
    """401 in place of the redirect to the provider."""
    LOST = "lost"
    """The person ends on an address of LibreChat that is not a callback: its own page comes."""
    HANGS = "hangs"
    """No answer for minutes."""
    CALLBACK_409 = "callback-409"
    """409: the account's address is taken (v0.8.0, which looks for the address of the ID token alone)."""
    CALLBACK_200 = "callback-200"
    """Signed in, and sent to an address named ``undefined`` (DOMAIN_CLIENT unset, up to v0.8.2)."""


class NoAnswer(StrEnum):
    """Why a request of LibreChat got no HTTP answer."""

    UNREACHABLE = "unreachable"
    """No connection, or it was closed before the answer."""
    CERTIFICATE = "certificate"
    """Node did not accept the certificate, or the handshake failed."""
    SILENT = "silent"
    """Nothing came until the time limit."""


@dataclass(frozen=True, kw_only=True)
class ProviderAnswer:
    """An HTTP answer of the provider, as far as LibreChat looks at it. Content types do not count where the body is JSON."""

    status: int = 200
    body: Any = field(default_factory=dict)
    """The JSON value; ``None`` for what is not JSON."""
    failure: NoAnswer | None = None
    seconds: float = 0
    """How long the answer took."""
    challenge: bool = False
    """Whether it has a WWW-Authenticate header; LibreChat takes that away from a 200."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """The JSON object; empty if it is none."""
        return self.body if isinstance(self.body, Mapping) else EMPTY


@dataclass(frozen=True, kw_only=True)
class IdToken:
    """An ID token taken apart. LibreChat never verifies its signature at a sign-in (openid-client 6, no non-repudiation check)."""

    algorithm: str
    claims: Mapping[str, Any] = field(repr=False)
    key_is_published: bool = True
    """Whether jwks_uri has the key that it names; counts with OPENID_REUSE_TOKENS alone."""


@dataclass(frozen=True, kw_only=True)
class TokenAnswer(ProviderAnswer):
    """The token endpoint's answer to the code."""

    id_token: IdToken | None = None
    access_claims: Mapping[str, Any] | None = None
    """What an access token in JWT form holds; ``None``: it is opaque."""


@dataclass(frozen=True, kw_only=True)
class ClientRegistration:
    """What the provider has registered of LibreChat; ``None``: not known, so it raises no doubt."""

    client_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    redirect_uris: frozenset[str] | None = None
    post_allowed: bool = True
    """Whether ``client_secret_post`` is accepted, the one method that LibreChat uses with a secret since v0.7.9."""
    is_public: bool = False
    """Registered without client authentication: a secret is then refused, and wanted otherwise."""
    refused_scopes: frozenset[str] = frozenset()
    """Scopes that the provider knows and does not allow this client."""
    requires_par: bool = False
    requires_jar: bool = False
    code_flow: bool = True


@dataclass(frozen=True, kw_only=True)
class Callback:
    """What the browser brings back, as far as it differs from what the provider sent."""

    state_matches: bool = True
    issuer: str | None = None
    """The ``iss`` parameter; ``None``: there is none."""
    error: str = ""
    code_is_valid: bool = True
    """Whether the code is the one that the provider gave and is not yet too old."""


@dataclass(frozen=True, kw_only=True)
class Browser:
    """How the person's browser goes about it."""

    start: str = ""
    """The address with which it begins; empty: /oauth/openid below DOMAIN_CLIENT."""
    forwarded_proto: str = ""
    """X-Forwarded-Proto of the proxy before LibreChat; empty: there is none."""
    reaches_provider: bool = True
    keeps_session: bool = True
    """False where the callback comes from another browser."""
    seconds: float = 0
    """Between leaving for the provider and coming back."""


@dataclass(frozen=True, kw_only=True)
class KnownAccount:
    """An account that LibreChat has already."""

    provider: str
    email: str
    subject: str = ""
    """The ``sub`` (openidId, googleId, ...) that it is bound to."""


@dataclass(frozen=True, kw_only=True)
class OpenIdSituation:
    """All that decides a sign-in through OpenID."""

    settings: Mapping[str, str]
    release: Release = RECORDED
    discovery: ProviderAnswer
    proxy_answers: bool = True
    """Whether the forward proxy of the settings lets requests through."""
    client: ClientRegistration = field(default_factory=ClientRegistration)
    callback: Callback = field(default_factory=Callback)
    browser: Browser = field(default_factory=Browser)
    token: TokenAnswer = field(default_factory=TokenAnswer)
    userinfo: ProviderAnswer = field(default_factory=ProviderAnswer)
    keys: ProviderAnswer = field(default_factory=ProviderAnswer)
    """jwks_uri; ``body`` holds ``keys``."""
    on_behalf_of: bool = False
    """Whether the provider exchanges the access token (OPENID_ON_BEHALF_FLOW_FOR_USERINFO_REQUIRED)."""
    sent_nonce: str = "n"
    """The nonce of the authorization request; it counts with OPENID_GENERATE_NONCE alone."""
    now: float = 0
    """LibreChat's clock, in seconds since 1970."""
    accounts: tuple[KnownAccount, ...] = ()
    allowed_domains: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset({"ADMIN", "USER"})
    """Names of the roles that LibreChat has."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who somebody would be in LibreChat."""

    email: str
    name: str
    username: str
    email_verified: bool
    role: str = "USER"
    role_by: str = ""
    """The setting that gives the role; empty: none does, so a new account is USER and an existing one keeps its role."""
    is_new: bool = True


@dataclass(frozen=True, kw_only=True)
class SignInVerdict:
    """What LibreChat does with a sign-in, and why."""

    outcome: Outcome
    cause: str = ""
    """The name of the finding that says it, without ``openid.`` or ``oauth.``; empty if somebody is signed in."""
    detail: str = ""
    """The one value that decided, quoted."""
    notes: tuple[str, ...] = ()
    """Names of findings about what works and is probably not meant so."""
    person: Person | None = None
