"""A recorded sign-in through a social provider done again: the row's provider redeems its one code and says who it is, as documented."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

from checks.net.errors import Failure, HttpError
from checks.net.http import HttpResponse
from checks.provider.conversation import ProviderRequest
from checks.provider.oauth.apple_key import fresh_key
from checks.provider.oauth.task import KeyFile, SocialTask
from checks.provider.signin.result import SignInResult
from checks.provider.signin.social import SocialBegun, SocialSignIn, SocialSignInResult
from tests.checks.provider.oauth.row_social import RowSocial, apple_key
from tests.checks.provider.row_provider import http
from tests.wizard.librechat.social_rows import KEYS
from wizard.basics.secret import Secret
from wizard.librechat.openid_situation import NoAnswer
from wizard.librechat.social_situation import AppleKey, ProviderStep, SocialSituation

CODE, ACCESS = "the-one-code-of-the-row", "the-access-token-of-the-row"
_FAILURES: Final = {NoAnswer.SILENT: Failure.SILENT, NoAnswer.UNREACHABLE: Failure.CLOSED}


def key_file(path: str) -> KeyFile:
    """Return a file like the one of the recording."""
    match KEYS.get(path):
        case AppleKey.FIT:
            return KeyFile(text=apple_key())
        case AppleKey.NOT_PEM:
            return KeyFile(text="not a key")
        case AppleKey.ONE_LINE:
            return KeyFile(text=apple_key().replace("\n", ""))
        case AppleKey.OTHER_KIND:
            from cryptography.hazmat.primitives.asymmetric import rsa
            from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

            key = rsa.generate_private_key(65537, 2048)
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            return KeyFile(text=pem.decode())
        case _:
            return KeyFile(text=None)


class RedeemingSocial(RowSocial):
    """The row's provider, which also redeems the code that it gave out, once."""

    def __init__(self, recorded: Mapping[str, Any], situation: SocialSituation) -> None:
        super().__init__(recorded, situation)
        account = dict(recorded["provider"]["account"])
        then = recorded.get("before", {}).get("then")
        self.account = {**account, **then["account"]} if isinstance(then, Mapping) else account
        self.asked: dict[str, str] = {}
        """The parameters of the authorization request."""
        self.redeemed = 0

    async def __call__(self, request: ProviderRequest) -> HttpResponse:
        if request.form is not None and request.form.get("code") == CODE:
            self.requests.append(request)
            self.redeemed += 1
            return self._redeem(request, request.form)
        if request.method == "DELETE" or request.url.endswith("/revoke"):
            self.requests.append(request)
            given = request.document or request.form or {}
            assert ACCESS in given.values()
            return http(request.url, 204 if request.method == "DELETE" else 200, "")
        if "Authorization" in request.headers:
            self.requests.append(request)
            assert request.headers["Authorization"] == f"Bearer {ACCESS}"
            return self._profile(request)
        return await super().__call__(request)

    def browsed(self, url: str) -> str:
        """Return what the person can copy after signing in; empty where the provider keeps the browser."""
        parts = urlsplit(url)
        self.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        page = self._authorize(ProviderRequest(method="GET", url=url))
        state = {"state": self.asked["state"]}
        if page.status // 100 == 3 and "redirect_uri_mismatch" in page.header("location"):
            registered = min(self.situation.app.redirect_uris or ())
            return f"{registered}?{urlencode({'error': 'redirect_uri_mismatch', **state})}"
        if page.status != 302 or "authError" in page.header("location"):
            return ""
        fields = {"error": self.situation.error} if self.situation.error else {"code": CODE}
        if self.situation.provider == "apple":
            assert self.asked["response_mode"] == "form_post"
            user = {"user": json.dumps(self.account["user"])} if "user" in self.account else {}
            return urlencode({**state, **fields, **user})
        return f"{self.asked['redirect_uri']}?{urlencode({**fields, **state})}"

    def _redeem(self, request: ProviderRequest, form: Mapping[str, str]) -> HttpResponse:
        refused = self._token(request, form)
        code_alone = (b"invalid_grant", b"bad_verification_code", b'"code": 100')
        self._fail(self.situation.token)
        if not any(word in refused.body for word in code_alone):
            return refused
        assert form["redirect_uri"] == self.asked["redirect_uri"]
        assert form["grant_type"] == "authorization_code"
        fields = {"access_token": ACCESS, "token_type": "bearer", "expires_in": 3600}
        if self.situation.provider == "apple":
            person = {"sub": self.account["id"], "email": self.account.get("email"), "email_verified": "true"}
            claims = {name: value for name, value in person.items() if value is not None}
            fields["id_token"] = jwt.encode(claims, fresh_key(), "ES256")
        if self.situation.provider == "github":
            return http(request.url, 200, urlencode({"access_token": ACCESS, "scope": "", "token_type": "bearer"}))
        return http(request.url, 200, fields)

    def _profile(self, request: ProviderRequest) -> HttpResponse:
        provider, account, step = self.situation.provider, self.account, self.situation.profile_step
        self._fail(step)
        if not step.is_well:
            return http(request.url, step.status, {"error": "no"})
        email = {"email": account["email"]} if "email" in account else {}
        is_verified = account.get("email_verified", True)
        match provider:
            case "google":
                picture = {} if account.get("picture") is False else {"picture": "https://example.com/p.png"}
                names = {"name": "Ada Probe", "given_name": "Ada", "family_name": "Probe"}
                body = {"sub": account["id"], **names, **email, **picture, "email_verified": is_verified}
            case "github" if request.url.endswith("/emails"):
                if account.get("emailsForbidden"):
                    return http(request.url, 403, {"message": "Resource not accessible by integration"})
                listed = [{"email": "second@users.example", "primary": False, "verified": True}]
                return http(request.url, 200, [*listed, {**email, "primary": True, "verified": is_verified}])
            case "github":
                body = {"id": account["ghId"], "login": "Ada", "name": "Ada Probe", "email": account.get("publicEmail")}
            case "discord":
                body = {"id": account["id"], "username": "ada", "global_name": "Ada", **email, "verified": is_verified}
            case _:
                body = {"id": account["id"], "first_name": "Ada", "last_name": "Probe", **email}
        return http(request.url, 200, body)

    @staticmethod
    def _fail(step: ProviderStep) -> None:
        if step.failure is not None:
            raise HttpError(_FAILURES[step.failure], "no answer")


def begun(recorded: Mapping[str, Any], situation: SocialSituation) -> tuple[SocialSignIn, SocialBegun, RedeemingSocial]:
    """Begin a recorded sign-in."""
    provider = RedeemingSocial(recorded, situation)
    key = key_file(situation.settings.get("APPLE_PRIVATE_KEY_PATH", ""))
    task = SocialTask(
        provider=situation.provider,
        settings=situation.settings,
        release=situation.release,
        key=key if situation.provider == "apple" else KeyFile(text=None, unseen="it has none"),
    )
    sign_in = SocialSignIn(task, provider, allowed_domains=situation.allowed_domains, accounts=situation.accounts)
    return sign_in, sign_in.begin(), provider


async def signed_in(
    recorded: Mapping[str, Any], situation: SocialSituation
) -> tuple[SocialSignInResult, RedeemingSocial, str]:
    """Do a recorded sign-in again; with what was pasted."""
    sign_in, opened, provider = begun(recorded, situation)
    if not opened.url:
        return SignInResult(findings=opened.findings, decision=opened.decision), provider, ""
    pasted = provider.browsed(opened.url)
    assert pasted, "the provider keeps the person"
    return await sign_in.finish(Secret(pasted)), provider, pasted
