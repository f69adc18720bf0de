"""Gives the tokens of a test sign-in back to the provider (RFC 7009), so that nothing of it can be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from checks.net.errors import HttpError
from checks.provider.asking import ProviderConversation, SpentError
from checks.provider.openid.secret import may_have_secret
from checks.provider.openid.task import Metadata, OpenIdTask
from wizard.basics.finding import Finding
from wizard.findings import openid_sign_in as ids
from wizard.librechat.browser_url import href

_OK: Final = 200
_KINDS: Final = ("refresh_token", "access_token")
"""The refresh token first: with it goes everything that was made from it (RFC 7009 section 2.1)."""


async def revoke(
    task: OpenIdTask, metadata: Metadata, conversation: ProviderConversation, tokens: Mapping[str, Any]
) -> Finding | None:
    """Revoke what there is; ``None``: there was no token. The secret goes to the issuer's own domain alone."""
    held = [(kind, tokens[kind]) for kind in _KINDS if isinstance(tokens.get(kind), str) and tokens[kind]]
    if not held:
        return None
    endpoint = href(str(metadata.get("revocation_endpoint", ""))) or ""
    if not endpoint or not may_have_secret(task, {**metadata, "token_endpoint": endpoint}):
        return ids.NOT_REVOKED.passed(
            "The tokens of this sign-in were forgotten; the provider offers no revocation, so they expire by themselves."
        )
    for kind, token in held:
        form = {"token": token, "token_type_hint": kind, "client_id": task.value("OPENID_CLIENT_ID")}
        if task.secret:
            form["client_secret"] = task.secret
        try:
            response = await conversation.post(endpoint, form)
        except (HttpError, SpentError, TimeoutError):
            return ids.NOT_REVOKED.warn()
        if response.status != _OK:
            return ids.NOT_REVOKED.warn(evidence=(f"revocation_endpoint answered {response.status}",))
    return ids.REVOKED.passed(evidence=("The browser stays signed in at the provider until you sign out there.",))
