"""Whatever settings, documents and answers hold: a verdict and findings come out, and no error of Python."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.net.http import HttpResponse
from checks.provider.conversation import MOST, ProviderRequest
from checks.provider.openid.own_settings import settings_findings
from tests.checks.provider.openid.asking import METADATA, SECRET, SETTINGS, Provider, asked, task
from tests.checks.provider.row_provider import http
from tests.rounds import examples
from tests.servers.hostile import assert_inert
from tests.wizard.librechat.test_openid_verdict import baseline
from wizard.librechat.openid_situation import IdToken, ProviderAnswer, TokenAnswer
from wizard.librechat.openid_verdict import sign_in

ODD = ("https://[", "//[", "https://x:99999/", "http://[::1]:x", "\x1b]0;x\x07", "%", "\u202e", "https://id.example.com/%zz", "", " ", "a" * 3000)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(ODD), st.text(max_size=30), st.sampled_from(["https://id.example.com/x", "true", "openid email"])
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
NAMES = st.sampled_from([*SETTINGS, "PROXY", "NO_PROXY", "OPENID_REQUIRED_ROLE", "OPENID_EMAIL_CLAIM", "OPENID_REUSE_TOKENS", "SESSION_EXPIRY", "OPENID_REQUIRED_ROLE_PARAMETER_PATH", "OPENID_REQUIRED_ROLE_TOKEN_KIND", "OPENID_ADMIN_ROLE"])  # fmt: skip
FIELDS = st.sampled_from([*METADATA, "id_token_signing_alg_values_supported", "require_signed_request_object"])


@settings(max_examples=examples(120), deadline=None)
@given(st.dictionaries(NAMES, TEXTS, max_size=4), st.dictionaries(FIELDS, JSON, max_size=4), TEXTS, JSON)
def test_the_check_ends_with_findings(
    changed: dict[str, str], document: dict[str, Any], target: str, body: Any
) -> None:
    def odd(request: ProviderRequest) -> HttpResponse | None:
        if request.form is not None:
            return http(request.url, 400, body)
        location = target.encode("ascii", "replace").decode().replace("\n", "").replace("\r", "")
        return http(request.url, 302, location=location) if "/auth?" in request.url else None

    about = task(**changed)
    provider = Provider(odd, **{name: value for name, value in document.items() if value is not None})
    found = [*settings_findings(about), *asyncio.run(asked(provider, about))]
    assert len(provider.requests) <= MOST
    assert_inert(found, SECRET if about.value("OPENID_CLIENT_SECRET") == SECRET else "")


@settings(max_examples=examples(200), deadline=None)
@given(st.dictionaries(NAMES, TEXTS, max_size=5), st.dictionaries(st.one_of(TEXTS, st.sampled_from(["iss", "sub", "aud", "exp", "iat", "email", "email_verified", "nbf", "azp", "given_name", "roles"])), JSON, max_size=5), JSON, TEXTS)  # fmt: skip
def test_a_verdict_comes_out(changed: dict[str, str], claims: dict[str, Any], body: Any, algorithm: str) -> None:
    good = baseline()
    assert good.token.id_token is not None
    whole = {**good.token.id_token.claims, **claims}
    token = TokenAnswer(body=good.token.body, id_token=IdToken(algorithm=algorithm or "RS256", claims=whole))
    odd = replace(good, settings={**good.settings, **changed}, token=token, userinfo=ProviderAnswer(body=body))
    verdict = sign_in(odd)
    assert verdict.outcome
    assert bool(verdict.cause) or verdict.person is not None
