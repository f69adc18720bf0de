"""Ends a test sign-in: revokes its tokens (RFC 7009), and gives the address that signs the browser out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from checks.net.errors import HttpError
from checks.provider.conversation import ProviderConversation, RequestLimitError
from checks.provider.openid.secret import may_have_secret
from checks.provider.openid.task import Metadata, OpenIdTask
from wizard.basics.finding import Finding
from wizard.findings import openid_sign_in as ids
from wizard.librechat.browser_url import href
from wizard.librechat.openid_start import endpoint_fault

_OK: Final = 200
_SIGN_OUT: Final = "end_session_endpoint"
_LONGEST: Final = 2000
"""Characters of an address that a person copies out of a terminal; a longer one would push the decision off the screen."""
_KINDS: Final = ("refresh_token", "access_token")
"""The refresh token first: with it goes everything that was made from it (RFC 7009 section 2.1)."""


async def revoke(
    task: OpenIdTask, metadata: Metadata, conversation: ProviderConversation, tokens: Mapping[str, Any]
) -> Finding | None:
    """Revoke the tokens; ``None``: there were none. The secret is sent only to the issuer's own domain."""
    held = [(kind, tokens[kind]) for kind in _KINDS if isinstance(tokens.get(kind), str) and tokens[kind]]
    if not held:
        return None
    endpoint = href(str(metadata.get("revocation_endpoint", ""))) or ""
    if not endpoint or not may_have_secret(task, {**metadata, "token_endpoint": endpoint}):
        return ids.NOT_REVOKED.passed(
            "The wizard did not keep the tokens of this sign-in. The provider offers no revocation endpoint on the issuer's domain, so the tokens "
            "remain valid until they expire."
        )
    for kind, token in held:
        form = {"token": token, "token_type_hint": kind, "client_id": task.value("OPENID_CLIENT_ID")}
        if task.secret:
            form["client_secret"] = task.secret
        try:
            response = await conversation.post(endpoint, form)
        except (HttpError, RequestLimitError, TimeoutError):
            return ids.NOT_REVOKED.warn()
        if response.status != _OK:
            return ids.NOT_REVOKED.warn(evidence=(f"revocation_endpoint returned {response.status}",))
    return ids.REVOKED.passed(evidence=("The browser stays signed in to the provider until you sign out there.",))


def sign_out_address(task: OpenIdTask, metadata: Metadata) -> str:
    """Return the address with which a browser ends its session at the provider; empty if none is offered, or one that nobody can copy.

    OpenID Connect RP-Initiated Logout 1.0, section 2, with ``client_id`` in place of ``id_token_hint``, as LibreChat has it without
    OPENID_REUSE_TOKENS: an ID token in an address would stay in scrollback, and without one the provider asks the person first.
    """
    if endpoint_fault(metadata, _SIGN_OUT):
        return ""
    address = href(str(metadata[_SIGN_OUT])) or ""
    if len(address) > _LONGEST:
        return ""
    before, mark, fragment = address.partition("#")
    query = urlencode({"client_id": task.value("OPENID_CLIENT_ID")})
    return f"{before}{'&' if '?' in before else '?'}{query}{mark}{fragment}"
