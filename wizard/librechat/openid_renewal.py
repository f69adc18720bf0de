"""Whether a person stays signed in with OPENID_REUSE_TOKENS when the provider's tokens are renewed.

``refreshController`` (api/server/controllers/AuthController.js) and ``setOpenIDAuthTokens`` (api/server/services/AuthService.js),
v0.8.8-rc1: the refresh token is sent to the provider, the ID token of the answer becomes LibreChat's bearer token, and a refresh
token that the answer does not have is replaced by the old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.librechat.openid_situation import ProviderAnswer, TokenAnswer
from wizard.librechat.openid_tokens import answer_fault, keys_fault
from wizard.librechat.releases import Release
from wizard.librechat.values import is_enabled

REFRESH_SCOPE_SINCE: Final = Release(0, 8, 6)
"""First release that sends a scope with the renewal, and OPENID_REFRESH_AUDIENCE (``buildOpenIDRefreshParams``)."""
KNOWN_BAD: Final[Mapping[Release, str]] = {
    Release(0, 8, 8, 2): "every OpenID sign-in fails with an error (LibreChat issue 15648)",
    Release(0, 8, 8, 3): "users have to sign in again after about an hour (LibreChat issue 15972)",
}
"""Releases in which OPENID_REUSE_TOKENS=true does not work."""
ACCESS_TOKEN_SINCE: Final = Release(0, 8, 8, 2)
"""First release that wants a real access token where it hands one on (token-reuse.mdx of v0.8.8)."""


def reuses_tokens(settings: Mapping[str, str]) -> bool:
    """Whether LibreChat's sessions are the provider's tokens."""
    return is_enabled(settings.get("OPENID_REUSE_TOKENS"))


def renewal_parameters(settings: Mapping[str, str], release: Release, refresh_token: str) -> dict[str, str]:
    """Return the form of a renewal but for the client's authentication (RFC 6749 section 6)."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    if release >= REFRESH_SCOPE_SINCE:
        if scope := settings.get("OPENID_SCOPE", ""):
            form["scope"] = scope
        if audience := settings.get("OPENID_REFRESH_AUDIENCE", ""):
            form["audience"] = audience
    return form


def renewal_fault(answer: TokenAnswer, keys: ProviderAnswer) -> str:
    """Return why somebody is signed out by a renewal, as a finding's name; empty if nobody is.

    Without an ID token the access token becomes the bearer token, and an opaque one verifies nowhere; releases whose
    controller reads the ID token's claims in any case answer 403 (``tokenset.claims()``).
    """
    if answer_fault(answer):
        return "renewal.refused"
    if answer.id_token is not None:
        return keys_fault(answer.id_token, keys)
    return "renewal.opaque" if answer.access_claims is None else "renewal.no-id-token"
